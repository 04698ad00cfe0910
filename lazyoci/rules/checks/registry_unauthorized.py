"""A registry refuses the credentials.

They are wrong, expired or meant for another registry; the message says which were used and where they came from. Log in
again: `docker login HOST`, or `lazyoci registry login HOST`.
"""

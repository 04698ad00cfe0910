"""A tag exists in the registry, and the push would move it to what is built now.

This is normal for `latest`. If this tag should not move, publish under another tag, or forbid moving any tag: `lazyoci
build --no-clobber`.
"""

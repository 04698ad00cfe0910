"""Writes a first `.lazy` file from what a directory has: Dockerfiles, charts and a git remote.

`survey` finds Dockerfiles and charts, `remote` asks git for the repository's address, `draft` writes the text.
"""

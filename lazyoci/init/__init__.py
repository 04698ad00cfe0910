"""A first `.lazy` file, from what a directory holds: Dockerfiles, charts and the git remote.

`survey` looks, `remote` asks git where the repository lives, `draft` writes the text.
"""

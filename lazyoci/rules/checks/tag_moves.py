"""A tag exists in the registry, and the push would move it to what is built now.

That is what `latest` is for. For a tag that should stay, give it another name, or refuse to move any:
`lazyoci build --no-clobber`.
"""

"""The credentials are valid, but do not allow a push to this repository.

The token that the registry issued lacks the right. On GitHub's registry a token needs `write:packages`, on others the
user needs a role on the repository or project. Test it without pushing: `lazyoci registry test HOST/REPO --push`.
"""

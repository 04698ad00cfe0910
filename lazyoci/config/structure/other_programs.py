"""Keys from files of other programs that lazyoci does not have, and what to use in their place."""

from __future__ import annotations

_LOGIN = "credentials stand in no .lazy file: remove it, and run: lazyoci registry login HOST"
_KEYS = {
    **dict.fromkeys(("username", "user", "password", "auth", "login", "credentials", "token"), _LOGIN),
    **dict.fromkeys(
        ("insecure", "tls", "plainhttp", "skiptlsverify", "tlsverify"),
        "remove it, and run: lazyoci registry add HOST --insecure, or build --insecure",
    ),
    **dict.fromkeys(
        ("include", "includes", "import", "imports", "extends"),
        "a .lazy file stands for itself: remove it, and name several files: lazyoci build ONE TWO",
    ),
    **dict.fromkeys(("push", "publish", "upload"), "remove it: lazyoci build pushes, unless it is run with --no-push"),
    **dict.fromkeys(("nocache", "pull", "cache"), "remove it; caches are cacheFrom and cacheTo"),
    **dict.fromkeys(
        ("environment", "env", "vars", "variables"),
        "remove it; values from outside are given by --var NAME=VALUE, and used as {{ .Var.NAME }}",
    ),
    **dict.fromkeys(("latest", "taglatest"), "remove it, and write latest among the tags"),
    **dict.fromkeys(("dependson", "needs"), "remove it: artifacts of a file do not depend on each other"),
    **dict.fromkeys(("command", "run", "script", "steps", "entrypoint", "cmd"), "remove it; lazyoci runs no commands"),
    **dict.fromkeys(("immutable", "overwrite", "force", "clobber"), "write moves: never for a tag that shall not move"),
    **dict.fromkeys(("description", "title", "license", "licenses", "source", "url"), "remove it; write an annotation"),
}


def elsewhere(name: str) -> str:
    """What to do about such a key; empty for any other."""
    return _KEYS.get(name.replace("-", "").replace("_", "").casefold(), "")

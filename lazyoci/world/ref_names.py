"""Which texts git takes for the name of a branch or tag (`git check-ref-format`)."""

from __future__ import annotations

_IN_NO_NAME = frozenset(" ~^:?*[\\\x7f")
HEADS, TAGS = "refs/heads/", "refs/tags/"


def problem(name: str, kind: str) -> str:
    """Why `name` is no name of a branch or tag, `kind`, in words; empty if it is one."""
    sign = next((sign for sign in name if sign in _IN_NO_NAME or sign < " "), "")
    if sign:
        return f"no {kind} holds {sign!r}"
    if name.startswith("refs/"):
        return f"it is the ref of something else than a {kind}"
    if ".." in name or "//" in name or "@{" in name or name == "@":
        return f"no {kind} is named so"
    if name.startswith(("/", "-")) or name.endswith((".", "/")):
        return f"no {kind} begins or ends so"
    if any(part.startswith(".") or part.endswith(".lock") for part in name.split("/")):
        return f"no part of a {kind}'s name begins with a dot, or ends with .lock"
    return ""

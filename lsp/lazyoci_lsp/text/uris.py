"""File names and URIs: percent-encoding as each client likes it, Windows drives and shares, texts without a file."""

from __future__ import annotations

import sys
from pathlib import Path, PurePosixPath, PureWindowsPath
from urllib.parse import quote, unquote, urlsplit

WINDOWS = sys.platform == "win32"


def to_path(uri: str, *, windows: bool = WINDOWS) -> Path | None:
    """The file that a `file:` URI names; None for other schemes, such as `untitled:`.

    Drive letters come as `c%3A` from VS Code and as `C:` from others: both are made upper case, as Windows itself has
    them.
    """
    try:
        parts = urlsplit(uri)
    except ValueError:  # such as an unclosed bracket
        return None
    if parts.scheme != "file":
        return None
    path = unquote(parts.path)
    if windows:
        if parts.netloc and parts.netloc != "localhost":
            return Path(PureWindowsPath(f"//{unquote(parts.netloc)}{path}"))
        if path[:1] == "/" and path[2:3] == ":":
            path = path[1].upper() + path[2:]
        return Path(PureWindowsPath(path))
    return Path(path) if path and "\0" not in path else None


def from_path(path: Path | PurePosixPath | PureWindowsPath, *, windows: bool = WINDOWS) -> str:
    """The `file:` URI of an absolute path."""
    text = path.as_posix()
    if windows and text.startswith("//"):
        return "file:" + quote(text, safe="/")
    if windows and text[1:2] == ":":
        return f"file:///{text[0].lower()}%3A{quote(text[2:], safe='/')}"
    return "file://" + quote(text, safe="/")


def key(uri: str) -> str:
    """What is equal for all spellings of one URI."""
    path = to_path(uri)
    if path is None:
        return unquote(uri)
    return str(path).casefold() if WINDOWS else str(path)

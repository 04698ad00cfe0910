"""Titles of layers: the path under which a file is unpacked when the artifact is pulled."""

from __future__ import annotations

import os

from lazyoci.oci import names


def is_absolute(path: str) -> bool:
    """Whether a path is absolute on any system: begins at a root or a drive."""
    return path[:1] in ("/", "\\") or (path[1:2] == ":" and path[:1].isalpha())


def title(path: str) -> str:
    """The normalised relative path, with forward slashes; for a path outside of the directory, only its name."""
    parts = [part for part in os.path.normpath(path).replace(os.sep, "/").split("/") if part not in ("", ".")]
    if is_absolute(path) or ".." in parts:
        parts = parts[-1:]
    return "/".join(parts)


def problem(text: str) -> str:
    """Why a file with that title could not be pulled (everywhere); empty if it can."""
    found = names.flaw(text)
    return f"it {found}" if found else ""

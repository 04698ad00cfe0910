"""The title of the layer that a file becomes, under which whoever pulls the artifact finds it again."""

from __future__ import annotations

import os

from lazyoci.oci import names


def is_absolute(path: str) -> bool:
    """Whether a path begins at a root or a drive, on whatever system."""
    return path[:1] in ("/", "\\") or (path[1:2] == ":" and path[:1].isalpha())


def title(path: str) -> str:
    """Its path, relative and plain, with forward slashes; of one outside, its name alone."""
    parts = [part for part in os.path.normpath(path).replace(os.sep, "/").split("/") if part not in ("", ".")]
    if is_absolute(path) or ".." in parts:
        parts = parts[-1:]
    return "/".join(parts)


def problem(text: str) -> str:
    """Why nobody could pull a file of that title; empty where everybody can."""
    found = names.flaw(text)
    return f"it {found}" if found else ""

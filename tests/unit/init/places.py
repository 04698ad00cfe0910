"""Directories made for a test."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path


def lay(place: Path, contents: Mapping[str, str]) -> Path:
    """Write the files of `contents` into `place`."""
    for name, content in contents.items():
        path = place / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8", newline="")
    return place

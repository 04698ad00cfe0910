"""Sizes and durations for people: 1024-based with one decimal, as the original writes them."""

from __future__ import annotations


def bytes_text(size: float) -> str:
    """`999 B`, `4.1 KB`, `42.1 MB`, `1.0 GB`."""
    if size < 1024:
        return f"{int(size)} B"
    for unit in ("KB", "MB", "GB", "TB"):
        size /= 1024
        if size < 1023.95:
            break
    return f"{size:.1f} {unit}"

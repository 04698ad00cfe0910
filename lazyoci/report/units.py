"""Sizes for people: based on 1024, with one decimal, as the Go tool writes them."""

from __future__ import annotations


def bytes_text(size: float) -> str:
    """`999 B`, `4.1 KB`, `42.1 MB`, `1.0 GB`."""
    if size < 1024:
        return f"{int(size)} B"
    units = ["KB", "MB", "GB", "TB"]
    size /= 1024
    while size >= 1023.95 and len(units) > 1:  # else it would be rounded to 1024.0
        size /= 1024
        units.pop(0)
    return f"{size:.1f} {units[0]}"

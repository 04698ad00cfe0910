"""Guesses a file's media type from its name. Used only for suggestions."""

from __future__ import annotations

_BY_ENDING = {
    ".json": "application/json",
    ".yaml": "application/yaml",
    ".yml": "application/yaml",
    ".toml": "application/toml",
    ".xml": "application/xml",
    ".txt": "text/plain",
    ".md": "text/markdown",
    ".html": "text/html",
    ".css": "text/css",
    ".csv": "text/csv",
    ".js": "text/javascript",
    ".wasm": "application/wasm",
    ".pdf": "application/pdf",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".zip": "application/zip",
    ".tar": "application/x-tar",
    ".tar.gz": "application/gzip",
    ".tgz": "application/gzip",
    ".gz": "application/gzip",
    ".zst": "application/zstd",
}
ANY = "application/octet-stream"


def media_type(path: str) -> str:
    """The type of the longest known file name ending; `ANY` if none is known."""
    name = path.rpartition("/")[2].casefold()
    at = name.find(".")
    while at >= 0:
        found = _BY_ENDING.get(name[at:])
        if found is not None:
            return found
        at = name.find(".", at + 1)
    return ANY

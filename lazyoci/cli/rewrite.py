"""Replaces a user's file with its fixed or formatted text, in one step, with its permissions and its encoding."""

from __future__ import annotations

import os
from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from difflib import unified_diff
from pathlib import Path

from lazyoci import reader, scratch
from lazyoci.errors import LazyociError
from lazyoci.mask import masked


def encode_like(data: bytes, text: str) -> bytes:
    """`text` in the encoding of `data`, the file's content so far; `yaml.encoding.decode_bytes` undoes it."""
    if data.startswith(BOM_UTF16_LE):
        return text.encode("utf-16-le")
    return text.encode("utf-16-be" if data.startswith(BOM_UTF16_BE) else "utf-8")


def rewrite(path: Path, text: str) -> None:
    """Give the file at `path` the content `text`; a symbolic link stays one. Raises LazyociError."""
    goal = Path(os.path.realpath(path))
    try:
        data = encode_like(reader.read(goal, reader.LAZY), text)
        mode = goal.stat().st_mode
        prefix = f".{goal.name}{scratch.PARTIAL}"
        scratch.sweep(goal.parent, prefix)
        with scratch.file(goal.parent, prefix) as (file, temporary):
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
            scratch.publish(file, temporary, goal, mode & 0o7777)
    except OSError as error:
        raise LazyociError(f"{path} cannot be written: {error.strerror or error}") from None


def patch(name: str, before: str, after: str) -> str:
    """A unified diff that `patch -p1` and `git apply` take; the empty text where nothing changes.

    Passwords in addresses are hidden, as everywhere: around them such a diff does not apply.
    """
    lines = list(unified_diff(_lines(before), _lines(after), f"a/{name}", f"b/{name}"))
    whole = "".join(line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines)
    return masked(whole)


def _lines(text: str) -> list[str]:
    """Lines that end at LF only, as `patch` sees them."""
    found = text.split("\n")
    return [f"{line}\n" for line in found[:-1]] + ([found[-1]] if found[-1] else [])

"""Files that git calls changed only because their filters are off: what Git LFS would store of them tells the truth.

With filters off, git compares a file with what a filter made of it. It does so for every file whose time is not that
of the index, and for those that were written in the very second of the index, as a fresh clone's are.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from time import monotonic
from typing import NamedTuple

from lazyoci import reader

# Changes as `git describe --dirty` sees them, but filters are off, and what is changed inside a submodule does not
# count: git would look by a command of its own, with the configuration of the submodule.
STATUS = (
    *("status", "--porcelain=v2", "-z", "--untracked-files=normal"),
    *("--ignore-submodules=dirty", "--no-renames"),
)
ATTRIBUTES = ("check-attr", "-z", "--stdin", "filter")

_POINTER = b"version https://git-lfs.github.com/spec/v1\n"
_REGULAR = ("100644", "100755")
_LOST = "\ufffd"  # stands where a name is no UTF-8, which can then not be asked about


class Entry(NamedTuple):
    """One path that is not committed. `stored` is the blob in the index where nothing but its content may differ."""

    path: str
    stored: str = ""


def entries(status: str) -> list[Entry]:
    """What `git status --porcelain=v2 -z` prints: https://git-scm.com/docs/git-status#_porcelain_format_version_2."""
    found: list[Entry] = []
    for line in status.split("\0"):
        if line[:2] == "u ":
            found.append(Entry(line.split(" ", 10)[10]))
        elif line[:2] == "1 ":
            _kind, states, _sub, _of_head, index, tree, _was, stored, path = line.split(" ", 8)
            only_content = states == ".M" and index == tree and tree in _REGULAR
            found.append(Entry(path, stored if only_content else ""))
    return found


def untracked(status: str) -> tuple[str, ...]:
    """What git neither has nor ignores, of the same: files, and with a slash at the end directories of nothing else."""
    return tuple([line[2:] for line in status.split("\0") if line[:2] == "? "])


def sort(
    changed: Sequence[Entry], filters: Sequence[str], root: str, ask: Callable[[str], str], until: float
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The paths that are changed, and those of which only their filters know.

    `filters` are the names of those that are switched off. `ask` gives what git prints for ATTRIBUTES when it is told
    the paths; no file is read on after `until`, in seconds of the monotonic clock.
    """
    asked = [one for one in changed if one.stored and _LOST not in one.path] if filters else []
    filtered = _filtered(ask("".join([f"{one.path}\0" for one in asked])), filters) if asked else {}
    certain: list[str] = []
    unknown: list[str] = []
    for one in changed:
        name = filtered.get(one.path)
        same = False if name is None else _is_stored(f"{root}/{one.path}", one.stored, until)
        if same:
            continue
        sure = name is None or (name == "lfs" and same is not None)
        (certain if sure else unknown).append(one.path)
    return tuple(certain), tuple(unknown)


def _filtered(attributes: str, filters: Sequence[str]) -> dict[str, str]:
    """The paths that have one of the filters, each with its name."""
    words = attributes.split("\0")
    return {path: name for path, name in zip(words[::3], words[2::3], strict=False) if name in filters}


def _is_stored(path: str, stored: str, until: float) -> bool | None:
    """Whether the blob `stored` is the pointer that Git LFS makes of a file; None where that cannot be known.

    The pointer is made anew and named as git names blobs, so that no object needs to be read.
    """
    import hashlib  # here and below: loads OpenSSL, and few repositories have such files

    digest, size = hashlib.sha256(), 0
    try:
        for part in reader.parts(path):
            digest.update(part)
            size += len(part)
            if monotonic() > until:
                return None
    except OSError:
        return None
    pointer = _POINTER + f"oid sha256:{digest.hexdigest()}\nsize {size}\n".encode()
    return _blob(pointer if size else b"", stored) == stored


def _blob(content: bytes, like: str) -> str:
    """What git names a blob, by the hash of the repository: https://git-scm.com/docs/hash-function-transition."""
    import hashlib

    kind = "sha1" if len(like) == 40 else "sha256"  # hexadecimal digits
    return hashlib.new(kind, b"blob %d\0" % len(content) + content, usedforsecurity=False).hexdigest()

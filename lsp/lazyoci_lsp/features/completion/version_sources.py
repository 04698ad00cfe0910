"""Where a version may come from: files of the project that name one, and lines of git tags."""

from __future__ import annotations

import os
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from lsprotocol import types

from lazyoci import reader
from lazyoci.values.version_file import NAMES, read_version
from lazyoci.world import version_line
from lazyoci_lsp.features.completion import git_names
from lazyoci_lsp.features.completion.request import Request

_DEEP = 4  # directories below that of the `.lazy` file
_ENTRIES = 4_000  # that are looked at
_MOST = 50  # files that are proposed
_HIDDEN = frozenset({"node_modules", "__pycache__", "vendor", "target"})


def files(request: Request) -> Iterator[types.CompletionItem]:
    """The files below that hold a version, nearest first, each with the version that it has now."""
    directory = request.directory
    if directory is None or "{{" in request.prefix:
        return
    for number, path in enumerate(_found(directory)):
        if number >= _MOST:
            return
        name = path.relative_to(directory).as_posix()
        told = read_version(name, partial(reader.read, path))
        detail = told.problem if told.version is None else told.version.raw
        yield request.item(
            name, types.CompletionItemKind.File, insert=_quoted(request, name), detail=detail, sort=f"{number:02}"
        )


def _found(directory: Path) -> Iterator[Path]:
    seen = 0
    waiting = [(directory, 0)]
    for place, depth in waiting:
        try:
            with os.scandir(place) as entries:
                found = sorted(entries, key=lambda one: one.name)
        except OSError:
            continue
        seen += len(found)
        if seen > _ENTRIES:
            return
        yield from (Path(one.path) for one in found if one.name in NAMES and one.is_file())
        if depth < _DEEP:
            folders = [one for one in found if one.is_dir(follow_symlinks=False) and one.name not in _HIDDEN]
            waiting += [(Path(one.path), depth + 1) for one in folders if not one.name.startswith(".")]


def lines(request: Request) -> Iterator[types.CompletionItem]:
    """The lines of versions among the repository's tags."""
    snapshot = request.view.checker.latest(request.text.key)
    if snapshot is None:
        return
    for number, (pattern, highest) in enumerate(git_names.lines(snapshot.variables.git).items()):
        if version_line.problem(pattern):
            continue
        yield request.item(
            pattern,
            types.CompletionItemKind.Value,
            insert=_quoted(request, pattern),
            detail=f"the highest is {highest.raw}",
            sort=f"{number:02}",
        )


def _quoted(request: Request, text: str) -> str:
    return text if not request.place.quote and git_names.is_plain(text) else request.quoted(text)

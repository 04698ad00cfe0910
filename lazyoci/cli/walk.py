"""The `.lazy` files that the arguments of a command mean."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from lazyoci.cli.common import warn
from lazyoci.cli.files import find
from lazyoci.errors import UsageError
from lazyoci.walk import walk


def lazy_files(arguments: Iterable[str]) -> Iterator[Path]:
    """The files that the arguments mean, each once, in the order given; directories are walked, sorted by name.

    Without arguments `./.lazy`. Raises UsageError for what is not there, and for directories without any `.lazy`.
    """
    seen: set[Path] = set()
    given = list(arguments)
    for argument in given:
        if not Path(argument).exists():  # all of the command line is judged before any work is done
            raise UsageError(f"{argument} does not exist", hint="name .lazy files, or directories that hold them")
    if not given:
        yield find(None)
    for argument in given:
        path = Path(argument)
        if not path.is_dir():
            found: Iterable[Path] = (path,)
        else:
            found = walk(path, warn)
        empty = True
        for one in found:
            empty = False
            if one not in seen:
                seen.add(one)
                yield one
        if empty:
            raise UsageError(f"no .lazy in the directory {path}", hint=f"write one with: lazyoci init {path}")

"""Finds the `.lazy` files for the arguments of a command."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from lazyoci import walk
from lazyoci.cli.arguments import empty, find
from lazyoci.cli.common import warn


def lazy_files(arguments: Sequence[str]) -> Iterator[Path]:
    """The files that `lazyoci.walk` finds for the arguments; `./.lazy` if there are none. Raises UsageError."""
    if "" in arguments:
        raise empty()
    return walk.lazy_files(arguments, warn) if arguments else iter((find(None),))

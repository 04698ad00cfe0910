"""The `.lazy` files that the arguments of a command mean."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from lazyoci import walk
from lazyoci.cli.arguments import empty, find
from lazyoci.cli.common import warn


def lazy_files(arguments: Sequence[str]) -> Iterator[Path]:
    """The files that the arguments mean, as `lazyoci.walk` finds them; without any `./.lazy`. Raises UsageError."""
    if "" in arguments:
        raise empty()
    return walk.lazy_files(arguments, warn) if arguments else iter((find(None),))

"""The references that the files of a run push to. Each file is compared with those before it."""

from __future__ import annotations

from collections.abc import Hashable, Iterable

from lazyoci.diagnostic import Source, Span
from lazyoci.frozen import frozen


@frozen
class Written:
    """A reference that a file writes. Equal references have equal keys; `by` is what messages call the artifact."""

    key: Hashable
    by: str
    source: Source
    span: Span


class Elsewhere:
    """The references that other files write, by their files."""

    def __init__(self) -> None:
        self._files: dict[object, tuple[Written, ...]] = {}
        self._by_key: dict[Hashable, dict[object, Written]] = {}

    def put(self, file: object, written: Iterable[Written]) -> None:
        """Store what `file` writes, instead of what was stored for it before."""
        for one in self._files.pop(file, ()):
            here = self._by_key.get(one.key, {})
            here.pop(file, None)
            if not here:
                self._by_key.pop(one.key, None)
        kept = tuple(written)
        if kept:
            self._files[file] = kept
        for one in kept:
            self._by_key.setdefault(one.key, {}).setdefault(file, one)

    def find(self, key: Hashable, file: object) -> Written | None:
        """The reference with `key` that another file than `file` writes: the first that was stored."""
        return next((one for other, one in self._by_key.get(key, {}).items() if other != file), None)

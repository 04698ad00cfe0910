"""The texts that the client has open: one `Text` a version, which never changes.

Edits are applied by our own line index: pygls's breaks lines at U+2028 too, as `str.splitlines` does.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from lsprotocol import types

from lazyoci.diagnostic import Source
from lazyoci_lsp.text import uris
from lazyoci_lsp.text.convert import Converter

LANGUAGES = frozenset({"lazyoci", "lazy", "yaml.lazyoci", "yaml.lazy"})
NAME = ".lazy"  # and what ends so


@dataclass(frozen=True, slots=True)
class Text:
    """One version of a document. `uri` is spelt as the client spells it; `path` is None where there is no file."""

    uri: str
    path: Path | None
    version: int
    language: str
    source: Source

    @property
    def is_lazy(self) -> bool:
        """Whether this is a `.lazy` file, by its name or by what the client calls its language."""
        if self.path is not None and self.path.name.endswith(NAME):
            return True
        return self.language in LANGUAGES

    def directory(self, home: Path | None) -> Path | None:
        """Where its relative paths begin: beside it, else in `home`, the first workspace folder."""
        return self.path.parent if self.path is not None else home

    @property
    def key(self) -> str:
        """What identifies the document, however its URI is spelt."""
        return uris.key(self.uri)


class Documents:
    """The open documents. Used by the main loop only; a `Text` may be handed to any thread."""

    def __init__(self, converter: Converter) -> None:
        self._converter = converter
        self._open: dict[str, Text] = {}

    def __iter__(self) -> Iterator[Text]:
        return iter(tuple(self._open.values()))

    def get(self, uri: str) -> Text | None:
        """The open document of that URI."""
        return self._open.get(uris.key(uri))

    def by_key(self, key: str) -> Text | None:
        """The open document of that `Text.key`."""
        return self._open.get(key)

    def lazy_by_key(self, key: str) -> Text | None:
        """The open document of that `Text.key`, if it is a `.lazy` file."""
        found = self._open.get(key)
        return found if found is not None and found.is_lazy else None

    def now(self) -> Mapping[str, Text]:
        """All open documents by their `Text.key`, as they are at this moment."""
        return MappingProxyType(dict(self._open))

    def lazy(self, uri: str) -> Text | None:
        """The open document of that URI, if it is a `.lazy` file."""
        return self.lazy_by_key(uris.key(uri))

    def open(self, item: types.TextDocumentItem) -> Text:
        """A document was opened; one that is open already is replaced."""
        path = uris.to_path(item.uri)
        text = Text(item.uri, path, item.version, item.language_id.lower(), Source(item.text, path))
        self._open[text.key] = text
        return text

    def change(
        self,
        identifier: types.VersionedTextDocumentIdentifier,
        changes: Sequence[types.TextDocumentContentChangeEvent],
    ) -> Text | None:
        """Make the changes in their order; None for a document that is not open."""
        before = self.get(identifier.uri)
        if before is None:
            return None
        source = before.source
        for change in changes:
            source = Source(self._changed(source, change), source.path)
        after = Text(before.uri, before.path, identifier.version, before.language, source)
        self._open[after.key] = after
        return after

    def close(self, uri: str) -> Text | None:
        """A document was closed; None if it was not open."""
        return self._open.pop(uris.key(uri), None)

    def _changed(self, source: Source, change: types.TextDocumentContentChangeEvent) -> str:
        if isinstance(change, types.TextDocumentContentChangeWholeDocument):
            return change.text
        span = self._converter.span(source, change.range)
        return source.text[: span.start] + change.text + source.text[span.end :]


def on_disk(path: Path, text: str) -> Text:
    """A file that is not open, as it was read."""
    return Text(uris.from_path(path), path, 0, "", Source(text, path))

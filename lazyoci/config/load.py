"""Reading a `.lazy` file as far as its own text goes: YAML, then structure."""

from __future__ import annotations

from lazyoci.config.decode import decode
from lazyoci.config.model import Config
from lazyoci.config.nodes import Document, read
from lazyoci.diagnostic import Diagnostic, Severity, Source
from lazyoci.frozen import frozen


@frozen
class Loaded:
    """What a text holds: no document where the YAML is broken, no config where anything found is an error."""

    document: Document | None
    config: Config | None
    diagnostics: tuple[Diagnostic, ...]


def load(source: Source) -> Loaded:
    """Read and decode `source`; all that is wrong becomes a diagnostic, in file order."""
    document, found = read(source)
    if document is None:
        return Loaded(None, None, tuple(found))
    config, more = decode(document)
    found = sorted([*found, *more], key=lambda one: one.span)
    if any(one.severity is Severity.ERROR for one in found):
        config = None
    return Loaded(document, config, tuple(found))

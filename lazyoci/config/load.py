"""Reading a `.lazy` file as far as its own text goes: YAML, then structure."""

from __future__ import annotations

from lazyoci.config.decode import decode
from lazyoci.config.model import Config
from lazyoci.config.read import read
from lazyoci.diagnostic import Diagnostic, Severity, Source, Span
from lazyoci.frozen import frozen
from lazyoci.yaml.nodes import Document

# code points; some 4,500 artifacts, checked in seconds. More is no .lazy file but a mistake, or an attack on a hook
LONGEST = 2 << 20


@frozen
class Loaded:
    """What a text holds: no document where the YAML is broken, no config where anything found is an error."""

    document: Document | None
    config: Config | None
    diagnostics: tuple[Diagnostic, ...]


def load(source: Source) -> Loaded:
    """Read and decode `source`; all that is wrong becomes a diagnostic, in file order."""
    problem = too_long(source.text)
    if problem:
        return Loaded(None, None, (Diagnostic("yaml-syntax", Severity.ERROR, problem, Span(0, 0)),))
    document, found = read(source)
    if document is None:
        return Loaded(None, None, tuple(found))
    config, more = decode(document)
    found = sorted([*found, *more], key=lambda one: one.span)
    if any(one.severity is Severity.ERROR for one in found):
        config = None
    return Loaded(document, config, tuple(found))


def too_long(text: str) -> str:
    """What is wrong with a text that is longer than any `.lazy` file; empty for all others."""
    if len(text) <= LONGEST:
        return ""
    size = f"{len(text):,} characters, and at most {LONGEST:,} are read"
    return f"the file has {size}; split it over several .lazy files"

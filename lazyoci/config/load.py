"""Reads the text of a `.lazy` file, without looking at anything else: first its YAML, then its structure."""

from __future__ import annotations

from lazyoci.config.decode import decode
from lazyoci.config.model import Config
from lazyoci.config.read import read
from lazyoci.diagnostic import Diagnostic, Severity, Source, Span
from lazyoci.frozen import frozen
from lazyoci.yaml.nodes import Document

# Code points, enough for about 4,500 artifacts. A longer text is a mistake, or an attack on whoever validates it.
LONGEST = 2 << 20


@frozen
class Loaded:
    """What was read. `document` is None if the YAML is broken, `config` if any diagnostic is an error."""

    document: Document | None
    config: Config | None
    diagnostics: tuple[Diagnostic, ...]


def load(source: Source) -> Loaded:
    """Read and decode `source`. Everything that is wrong becomes a diagnostic, in file order."""
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
    """The diagnostic for a text that is too long to be a `.lazy` file; empty for others."""
    if len(text) <= LONGEST:
        return ""
    size = f"{len(text):,} characters, and at most {LONGEST:,} are read"
    return f"the file has {size}; split it over several .lazy files"

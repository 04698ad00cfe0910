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
    """What was read. `document` is None if the YAML is broken, `config` if any diagnostic is an error.

    `readable` has every artifact that can be shown, and `sound` the indexes of those without an error: only they can be
    judged, as what is missing or wrong in the others would give findings that are not about the mistake.
    """

    document: Document | None
    config: Config | None
    diagnostics: tuple[Diagnostic, ...]
    readable: Config | None = None
    sound: frozenset[int] = frozenset()


def load(source: Source) -> Loaded:
    """Read and decode `source`. Everything that is wrong becomes a diagnostic, in file order."""
    problem = too_long(source.text)
    if problem:
        return Loaded(None, None, (Diagnostic("yaml-syntax", Severity.ERROR, problem, Span(0, 0)),))
    document, found = read(source)
    if document is None:
        return _recovered(source, found)
    decoded = decode(document)
    sound = decoded.sound - _with_errors(decoded.config, found) if found else decoded.sound
    found = sorted([*found, *decoded.found], key=lambda one: one.span)
    valid = decoded.valid and not any(one.severity is Severity.ERROR for one in found)
    return Loaded(document, decoded.config if valid else None, tuple(found), decoded.config, sound)


def _recovered(source: Source, errors: list[Diagnostic]) -> Loaded:
    """What can be read of a text that is no YAML. Of its broken parts nothing is said beside `errors`."""
    from lazyoci.config.recover import recover  # only for broken YAML

    part = recover(source)
    if part is None:
        return Loaded(None, None, tuple(errors))
    errors = where_it_is_broken(source, errors, part.lost)
    decoded = decode(part.document)
    more = [one for one in [*part.found, *decoded.found] if part.judges(one)]
    sound = decoded.sound - _with_errors(decoded.config, [*errors, *part.found])
    found = sorted([*errors, *more], key=lambda one: one.span)
    return Loaded(None, None, tuple(found), decoded.config, sound)


def where_it_is_broken(source: Source, errors: list[Diagnostic], lost: tuple[Span, ...]) -> list[Diagnostic]:
    """The errors in an artifact that is broken, where the parser only noticed further down, in one that is not.

    `lost` are the artifacts that are broken.
    """
    if not lost or any(span.start <= one.span.start < span.end for one in errors for span in lost):
        return errors
    first = lost[0]
    _, found = read(Source(source.text[: first.end], source.path))
    here = [one for one in found if first.start <= one.span.start < first.end and one.severity is Severity.ERROR]
    return here or errors


def _with_errors(config: Config, found: list[Diagnostic]) -> set[int]:
    """The indexes of the artifacts that have an error of the YAML, such as a key twice."""
    starts = [one.span.start for one in found if one.severity is Severity.ERROR]
    return {one.index for one in config.artifacts if any(one.node.start <= at < one.node.end for at in starts)}


def too_long(text: str) -> str:
    """The diagnostic for a text that is too long to be a `.lazy` file; empty for others."""
    if len(text) <= LONGEST:
        return ""
    size = f"{len(text):,} characters, and at most {LONGEST:,} are read"
    return f"the file has {size}; split it over several .lazy files"

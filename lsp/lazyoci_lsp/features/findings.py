"""The core's findings as LSP diagnostics: the same code, message and place, with all that the client can show."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from lsprotocol import types

from lazyoci.check.again import findings_at
from lazyoci.diagnostic import Diagnostic, Related, Severity, Source, in_order
from lazyoci_lsp.features import by_artifact, linked_files
from lazyoci_lsp.rpc.encoded import Encoded, Raw, listed
from lazyoci_lsp.state import rule_pages
from lazyoci_lsp.view import View

if TYPE_CHECKING:
    from lazyoci_lsp.state.shown import Shown
    from lazyoci_lsp.state.snapshot import Snapshot

SOURCE = "lazyoci"
_SEVERITIES = {
    Severity.ERROR: types.DiagnosticSeverity.Error,
    Severity.WARNING: types.DiagnosticSeverity.Warning,
    Severity.INFORMATION: types.DiagnosticSeverity.Information,
}


def findings(view: View, snapshot: Snapshot) -> Sequence[Diagnostic]:
    """All that is known to be wrong with a version: by its text, and by what registries said of it."""
    more = view.registries.findings(snapshot)
    return in_order([*snapshot.checked.diagnostics, *more]) if more else snapshot.checked.diagnostics


def encoded(view: View, snapshot: Snapshot) -> Raw:
    """The same for the client, as JSON."""
    parts, text = snapshot.parts, snapshot.text
    if parts is None:
        return as_json(view, text.uri, text.source, findings(view, snapshot))
    more: dict[int | None, list[Diagnostic]] = {}  # what is not of one artifact alone, by the one that it is in
    for one in in_order([*parts.beside, *view.registries.findings(snapshot)]):
        number = parts.at(one.span.start)
        more.setdefault(None if number is None or one.span.start < parts.items[number].start else number, []).append(
            one
        )

    def own(shown: Shown) -> Iterator[types.Diagnostic]:
        assert shown.part is not None
        for one in findings_at(shown.part, shown.now.start):
            yield diagnostic(view, text.uri, text.source, one)

    members = _members(view, text.uri, text.source, more.get(None, ()))
    for number, (shown, said) in enumerate(by_artifact.encoded(view, snapshot, "diagnostics", own)):
        if number not in more or shown.part is None:
            members.append(said)
            continue
        both = in_order([*findings_at(shown.part, shown.now.start), *more[number]])
        members += _members(view, text.uri, text.source, both)
    return Raw(listed(members))


def as_json(view: View, uri: str, source: Source, found: Iterable[Diagnostic]) -> Raw:
    """Findings in the document `uri` as JSON."""
    return Raw(listed(_members(view, uri, source, found)))


def _members(view: View, uri: str, source: Source, found: Iterable[Diagnostic]) -> list[str]:
    return [Encoded([view.encode(diagnostic(view, uri, source, one)) for one in found], 0).at(0)]


def _page(code: str) -> types.CodeDescription | None:
    """Where the rule is explained: a page of its own, as few clients go to a place within one."""
    place = rule_pages.uri(code)
    return types.CodeDescription(place) if place else None


def _uri(view: View, uri: str, other: Related) -> str:
    """Where a related place is: in the document `uri`, where it does not say otherwise."""
    if other.source is None or other.source.path is None:
        return uri
    return linked_files.uri(view, other.source.path)


def diagnostic(view: View, uri: str, source: Source, one: Diagnostic) -> types.Diagnostic:
    """One finding in the document `uri`."""
    client, convert = view.client, view.converter
    related = None
    if one.related and client.relates:
        related = [
            types.DiagnosticRelatedInformation(
                types.Location(_uri(view, uri, other), convert.range(other.source or source, other.span)),
                other.message,
            )
            for other in one.related
        ]
    return types.Diagnostic(
        range=convert.range(source, one.span),
        message=one.message,
        severity=_SEVERITIES[one.severity],
        code=one.code,
        code_description=_page(one.code) if client.describes_codes else None,
        source=SOURCE,
        tags=[types.DiagnosticTag.Unnecessary] if one.unnecessary and client.tags else None,
        related_information=related,
    )

"""The core's findings as LSP diagnostics: the same code, message and place, with all that the client can show."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from lsprotocol import types

from lazyoci.check.again import findings_at
from lazyoci.diagnostic import Diagnostic, Related, Severity, Source, in_order
from lazyoci_lsp.features import by_artifact, linked_files
from lazyoci_lsp.features.advice import advice, once
from lazyoci_lsp.rpc.encoded import Encoded, Raw, listed
from lazyoci_lsp.state import rule_pages
from lazyoci_lsp.view import View

if TYPE_CHECKING:
    from lazyoci.check.parts import Part
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

    members = _members(view, text.uri, text.source, more.get(None, ()))
    told: set[str] = set()  # the advice of the artifacts above
    for number, shown in enumerate(snapshot.shown):
        if shown.part is None:
            continue
        own = _advice(shown.part)
        before = own & told
        told |= own
        if number in more:
            both = in_order([*findings_at(shown.part, shown.now.start), *more[number]])
            members += _members(view, text.uri, text.source, once(both, before))
        else:
            members.append(_of_artifact(view, snapshot, shown, before))
    return Raw(listed(members))


def _advice(part: Part) -> frozenset[str]:
    found: frozenset[str] | None = part.memo.get("advice")
    if found is None:
        found = part.memo["advice"] = frozenset([said for one in part.found if (said := advice(one))])
    return found


def _of_artifact(view: View, snapshot: Snapshot, shown: Shown, before: frozenset[str]) -> str:
    """The findings of an artifact alone, below others that gave some of its advice before."""

    def make(shown: Shown) -> Iterator[types.Diagnostic]:
        assert shown.part is not None
        for one in once(findings_at(shown.part, shown.now.start), before):
            yield diagnostic(view, snapshot.text.uri, snapshot.text.source, one)

    return by_artifact.encoded_one(view, shown, ("diagnostics", before), make)


def as_json(view: View, uri: str, source: Source, found: Iterable[Diagnostic]) -> Raw:
    """Findings in the document `uri`, in their order, as JSON."""
    return Raw(listed(_members(view, uri, source, once(found))))


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

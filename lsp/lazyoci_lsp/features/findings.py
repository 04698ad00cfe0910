"""The core's findings as LSP diagnostics: the same code, message and place, with all that the client can show."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types

from lazyoci.diagnostic import Diagnostic, Related, Severity, Source, in_order
from lazyoci.rules import page
from lazyoci_lsp.features import linked_files
from lazyoci_lsp.view import View

if TYPE_CHECKING:
    from lazyoci_lsp.state.snapshot import Snapshot

SOURCE = "lazyoci"
_SEVERITIES = {
    Severity.ERROR: types.DiagnosticSeverity.Error,
    Severity.WARNING: types.DiagnosticSeverity.Warning,
    Severity.INFORMATION: types.DiagnosticSeverity.Information,
}


def findings(view: View, snapshot: Snapshot) -> list[Diagnostic]:
    """All that is known to be wrong with a version: by its text, and by what registries said of it."""
    return list(in_order([*snapshot.checked.diagnostics, *view.registries.findings(snapshot)]))


def diagnostics(view: View, snapshot: Snapshot) -> list[types.Diagnostic]:
    """The same for the client."""
    return [diagnostic(view, snapshot.text.uri, snapshot.text.source, one) for one in findings(view, snapshot)]


def _page(code: str) -> types.CodeDescription | None:
    place = page.url(code)
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

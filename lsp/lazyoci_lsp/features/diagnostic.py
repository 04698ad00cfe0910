"""textDocument/diagnostic and workspace/diagnostic, for clients that pull; `state/publisher.py` serves the others."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from lsprotocol import types

from lazyoci_lsp.features.findings import diagnostics
from lazyoci_lsp.text import uris
from lazyoci_lsp.view import View


async def document(
    view: View, params: types.DocumentDiagnosticParams
) -> types.RelatedFullDocumentDiagnosticReport | types.RelatedUnchangedDocumentDiagnosticReport:
    """The diagnostics of one open document, or that they are what the client has already."""
    snapshot = await view.snapshot(params.text_document.uri)
    found = [] if snapshot is None else diagnostics(view, snapshot)
    result = result_id(found)
    if result == params.previous_result_id:
        return types.RelatedUnchangedDocumentDiagnosticReport(result)
    return types.RelatedFullDocumentDiagnosticReport(found, result_id=result)


async def all_documents(view: View, params: types.WorkspaceDiagnosticParams) -> types.WorkspaceDiagnosticReport:
    """The diagnostics of every `.lazy` file in the workspace folders, open or not."""
    before = {uris.key(one.uri): (one.uri, one.value) for one in params.previous_result_ids}
    items: list[types.WorkspaceDocumentDiagnosticReport] = []
    await view.other_files.looked()  # else the first answer would know of no other file
    for path in await view.workspace.paths():
        uri = uris.from_path(path)
        known_uri, known = before.pop(uris.key(uri), (uri, ""))
        open_text = view.opened(uri)
        snapshot = await view.snapshot(uri) if open_text is not None else await view.workspace.snapshot(path)
        if snapshot is None:
            continue  # it vanished meanwhile
        version = open_text.version if open_text is not None else None
        found = diagnostics(view, snapshot)
        if (
            open_text is None
        ):  # information is for the file that one edits; in a list of all files it would hide the rest
            found = [one for one in found if one.severity != types.DiagnosticSeverity.Information]
        items.append(_report(known_uri, version, found, known))
    for uri, known in before.values():  # deleted, or no longer ours
        items.append(_report(uri, None, [], known))
    if not any(isinstance(item, types.WorkspaceFullDocumentDiagnosticReport) for item in items):
        await view.changes.something_new()  # the client asks again at once: have it wait until there is an answer
    return types.WorkspaceDiagnosticReport(items)


def _report(
    uri: str, version: int | None, found: list[types.Diagnostic], known: str
) -> types.WorkspaceDocumentDiagnosticReport:
    result = result_id(found)
    if result == known:
        return types.WorkspaceUnchangedDocumentDiagnosticReport(uri=uri, version=version, result_id=result)
    return types.WorkspaceFullDocumentDiagnosticReport(uri=uri, version=version, items=found, result_id=result)


def result_id(found: Sequence[types.Diagnostic]) -> str:
    """A name for these very diagnostics: equal ones have equal names, whatever version they are of."""
    return hashlib.blake2b(repr(found).encode(), digest_size=12).hexdigest()

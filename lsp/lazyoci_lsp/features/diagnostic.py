"""textDocument/diagnostic and workspace/diagnostic, for clients that pull; `publisher.py` serves the others."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from typing import TYPE_CHECKING

from lsprotocol import types

from lazyoci_lsp.features.findings import diagnostics
from lazyoci_lsp.state import workspace
from lazyoci_lsp.text import uris

if TYPE_CHECKING:
    from lazyoci_lsp.session import Session


async def document(
    ls: Session, params: types.DocumentDiagnosticParams
) -> types.RelatedFullDocumentDiagnosticReport | types.RelatedUnchangedDocumentDiagnosticReport:
    """The diagnostics of one open document, or that they are what the client has already."""
    snapshot = await ls.snapshot(params.text_document.uri)
    found = [] if snapshot is None else diagnostics(ls, snapshot)
    result = result_id(ls, found)
    if result == params.previous_result_id:
        return types.RelatedUnchangedDocumentDiagnosticReport(result)
    return types.RelatedFullDocumentDiagnosticReport(found, result_id=result)


async def all_documents(ls: Session, params: types.WorkspaceDiagnosticParams) -> types.WorkspaceDiagnosticReport:
    """The diagnostics of every `.lazy` file in the workspace folders, open or not."""
    before = {uris.key(one.uri): (one.uri, one.value) for one in params.previous_result_ids}
    items: list[types.WorkspaceDocumentDiagnosticReport] = []
    await ls.neighbours.looked()  # else the first answer would know of no other file
    for path in await ls.workspace_files.paths():
        uri = uris.from_path(path)
        known_uri, known = before.pop(uris.key(uri), (uri, ""))
        open_text = ls.documents.get(uri)
        snapshot = await ls.snapshot(uri) if open_text is not None else await ls.workspace_files.snapshot(path)
        if snapshot is None:
            continue  # it vanished meanwhile
        version = open_text.version if open_text is not None else None
        found = diagnostics(ls, snapshot)
        if open_text is None:  # what is worth a thought while one edits would drown the rest in a list of all files
            found = [one for one in found if one.severity != types.DiagnosticSeverity.Information]
        items.append(_report(ls, known_uri, version, found, known))
    for uri, known in before.values():  # deleted, or no longer ours
        items.append(_report(ls, uri, None, [], known))
    if not any(isinstance(item, types.WorkspaceFullDocumentDiagnosticReport) for item in items):
        await workspace.something_new(ls)  # the client asks again at once: have it wait until there is an answer
    return types.WorkspaceDiagnosticReport(items)


def _report(
    ls: Session, uri: str, version: int | None, found: list[types.Diagnostic], known: str
) -> types.WorkspaceDocumentDiagnosticReport:
    result = result_id(ls, found)
    if result == known:
        return types.WorkspaceUnchangedDocumentDiagnosticReport(uri=uri, version=version, result_id=result)
    return types.WorkspaceFullDocumentDiagnosticReport(uri=uri, version=version, items=found, result_id=result)


def result_id(ls: Session, found: Sequence[types.Diagnostic]) -> str:
    """A name for these very diagnostics: equal ones have equal names, whatever version they are of."""
    plain = ls.protocol.plain(found)
    return hashlib.blake2b(json.dumps(plain).encode(), digest_size=12).hexdigest()

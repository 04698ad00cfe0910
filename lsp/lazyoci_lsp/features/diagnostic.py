"""textDocument/diagnostic and workspace/diagnostic, for clients that pull; `state/publisher.py` serves the others."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

from lsprotocol import types

from lazyoci.diagnostic import Severity
from lazyoci_lsp.features.findings import as_json, encoded, findings
from lazyoci_lsp.rpc.encoded import Raw, listed
from lazyoci_lsp.text import uris
from lazyoci_lsp.view import View

if TYPE_CHECKING:
    from lazyoci_lsp.state.snapshot import Snapshot


async def document(
    view: View, params: types.DocumentDiagnosticParams
) -> Raw | types.RelatedUnchangedDocumentDiagnosticReport:
    """The diagnostics of one open document, or that they are what the client has already."""
    snapshot = await view.snapshot(params.text_document.uri)
    found = Raw("[]") if snapshot is None else encoded(view, snapshot)
    result = result_id(found)
    if result == params.previous_result_id:
        return types.RelatedUnchangedDocumentDiagnosticReport(result)
    return Raw(f'{{"kind": "full", "resultId": "{result}", "items": {found.text}}}')


async def all_documents(view: View, params: types.WorkspaceDiagnosticParams) -> Raw:
    """The diagnostics of every `.lazy` file in the workspace folders, open or not."""
    before = {uris.key(one.uri): (one.uri, one.value) for one in params.previous_result_ids}
    items: list[tuple[bool, str]] = []
    await view.other_files.looked()  # else the first answer would know of no other file
    for path in await view.workspace.paths():
        uri = uris.from_path(path)
        known_uri, known = before.pop(uris.key(uri), (uri, ""))
        open_text = view.opened(uri)
        snapshot = await view.snapshot(uri) if open_text is not None else await view.workspace.snapshot(path)
        if snapshot is None:
            continue  # it vanished meanwhile
        version = open_text.version if open_text is not None else None
        found = encoded(view, snapshot) if open_text is not None else _grave(view, snapshot)
        items.append(_report(known_uri, version, found, known))
    for uri, known in before.values():  # deleted, or no longer ours
        items.append(_report(uri, None, Raw("[]"), known))
    if not any(is_new for is_new, _ in items):
        await view.changes.something_new()  # the client asks again at once: have it wait until there is an answer
    return Raw(f'{{"items": {listed([report for _, report in items])}}}')


def _grave(view: View, snapshot: Snapshot) -> Raw:
    """Errors and warnings only: information is for the file that one edits; in a list of all it would hide the rest."""
    found = [one for one in findings(view, snapshot) if one.severity > Severity.INFORMATION]
    return as_json(view, snapshot, found)


def _report(uri: str, version: int | None, found: Raw, known: str) -> tuple[bool, str]:
    """Whether a document's diagnostics are new to the client, and the report as JSON."""
    result = result_id(found)
    front = f'"uri": {json.dumps(uri)}, "version": {json.dumps(version)}, "resultId": "{result}"'
    if result == known:
        return False, f'{{"kind": "unchanged", {front}}}'
    return True, f'{{"kind": "full", {front}, "items": {found.text}}}'


def result_id(found: Raw) -> str:
    """A name for these very diagnostics: equal ones have equal names, whatever version they are of."""
    return hashlib.blake2b(found.text.encode(), digest_size=12).hexdigest()

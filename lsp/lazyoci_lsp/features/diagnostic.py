"""textDocument/diagnostic and workspace/diagnostic, for clients that pull; `state/publisher.py` serves the others."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

from lsprotocol import types

from lazyoci_lsp.features.findings import as_json, encoded
from lazyoci_lsp.rpc.encoded import Raw, listed
from lazyoci_lsp.text import uris
from lazyoci_lsp.view import View

if TYPE_CHECKING:
    from lazyoci.check import Findings

_EVERY = 50  # files after which it is told how far the check of all is


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
    paths = await view.workspace.paths()
    total, done = view.workspace.waiting([path for path in paths if view.opened(uris.from_path(path)) is None]), 0
    for path in paths:
        uri = uris.from_path(path)
        known_uri, known = before.pop(uris.key(uri), (uri, ""))
        open_text = view.opened(uri)
        if open_text is None:
            closed = await view.workspace.findings(path)
            done += 1
            if not done % _EVERY:
                view.workspace.progress(done, total)
            found = None if closed is None else _of_closed(view, uri, closed)
        else:
            snapshot = await view.snapshot(uri)
            found = None if snapshot is None else encoded(view, snapshot)
        if found is not None:  # else it vanished meanwhile
            items.append(_report(known_uri, None if open_text is None else open_text.version, found, known))
    view.workspace.progress(total, total)
    for uri, known in before.values():  # deleted, or no longer ours
        items.append(_report(uri, None, Raw("[]"), known))
    if not any(is_new for is_new, _ in items):
        await view.changes.something_new()  # the client asks again at once: have it wait until there is an answer
    return Raw(f'{{"items": {listed([report for _, report in items])}}}')


def _of_closed(view: View, uri: str, found: Findings) -> Raw:
    return as_json(view, uri, found.source, found.diagnostics)


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

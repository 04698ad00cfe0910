"""textDocument/codeAction: fixes, suppressions and rewrites of the newest version."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from lsprotocol import types
from pygls.exceptions import JsonRpcException, JsonRpcInvalidParams

from lazyoci.diagnostic import Diagnostic, Edit, Source, Span
from lazyoci_lsp.features.advice import as_told
from lazyoci_lsp.features.code_actions import explanations, fixes, registries, rewrites, values
from lazyoci_lsp.features.code_actions.offer import FIX_ALL, REWRITE, Offer
from lazyoci_lsp.features.findings import diagnostic, findings
from lazyoci_lsp.text import uris
from lazyoci_lsp.view import View

if TYPE_CHECKING:
    from lazyoci_lsp.state.snapshot import Snapshot


async def code_action(view: View, params: types.CodeActionParams) -> list[types.CodeAction] | None:
    """What can be done in a range. `source.fixAll` is offered only when asked for: it checks the file several times."""
    snapshot = await view.snapshot(params.text_document.uri)
    if snapshot is None or not view.client.action_literals:
        return None
    span = view.converter.span(snapshot.text.source, params.range)
    only = params.context.only
    found = list(_offers(view, snapshot, span)) if _wants_any(only) else []
    if only is not None and any(wants([one], FIX_ALL) for one in only):
        if view.client.resolves_edits:
            found += fixes.may_fix(findings(view, snapshot))
        else:
            everything = await view.background.run(lambda: fixes.everything(snapshot.checked, snapshot.run))
            found += [everything] if everything is not None else []
    chosen = [one for one in found if only is None or wants(only, one.kind)]
    if not view.client.resolves_edits:
        return [_action(view, snapshot, one) for one in chosen]
    titles = [one.title for one in chosen]
    numbers = [titles[:place].count(title) for place, title in enumerate(titles)]
    return [_unresolved(view, snapshot, span, one, number) for one, number in zip(chosen, numbers, strict=True)]


async def resolve(view: View, action: types.CodeAction) -> types.CodeAction:
    """The same action with its edits, which are of the version that it was offered for; raises OutdatedAction."""
    data = action.data if isinstance(action.data, dict) else {}
    snapshot = await view.snapshot(str(data.get("uri")))
    if snapshot is None or snapshot.text.version != data.get("version"):
        raise OutdatedAction("the text was edited since; ask for its actions again")
    if action.kind == FIX_ALL:
        found = await view.background.run(lambda: fixes.everything(snapshot.checked, snapshot.run))
    else:
        start, end, number = (_whole(data, name) for name in ("start", "end", "number"))
        span = Span(start, end)
        alike = [one for one in _offers(view, snapshot, span) if one.title == action.title and one.kind == action.kind]
        found = next(iter(alike[number:]), None)
    if found is not None:
        action.edit = _action(view, snapshot, found).edit
    elif action.kind != FIX_ALL:
        raise OutdatedAction("this is no longer offered; ask for the actions again")
    return action


def _whole(data: dict[str, object], name: str) -> int:
    """A number that `_unresolved` wrote; raises JsonRpcInvalidParams if a client changed it."""
    value = data.get(name)
    if not isinstance(value, int) or value < 0:
        raise JsonRpcInvalidParams(f"data.{name} of the action is not as it was offered; ask for its actions again")
    return value


class OutdatedAction(JsonRpcException):
    """An action that was offered for another version."""

    CODE = types.LSPErrorCodes.ContentModified.value


def wants(only: Sequence[types.CodeActionKind | str], kind: str) -> bool:
    """Whether a kind is asked for: `refactor` also asks for `refactor.rewrite`."""
    names = [str(one.value if isinstance(one, types.CodeActionKind) else one) for one in only]
    return any(kind == name or kind.startswith(f"{name}.") for name in names)


def _wants_any(only: Sequence[types.CodeActionKind | str] | None) -> bool:
    return only is None or any(wants(only, kind) for kind in ("quickfix", REWRITE))


def _offers(view: View, snapshot: Snapshot, span: Span) -> Iterator[Offer]:
    every = findings(view, snapshot)
    here = [one for one in every if _touches(one.span, span)]
    yield from fixes.own(snapshot.text.source, here, every)
    yield from registries.offers(snapshot, here)
    yield from values.offers(snapshot, here)
    checked = snapshot.around(span.start)
    yield from rewrites.missing_arguments(checked, here)
    yield from rewrites.offers(checked, span)
    yield from fixes.suppressions(snapshot.text.source, here)
    yield from explanations.offers(here)


def _touches(one: Span, other: Span) -> bool:
    return one.start <= other.end and other.start <= one.end


def _action(view: View, snapshot: Snapshot, one: Offer) -> types.CodeAction:
    text = snapshot.text
    changes: dict[str, tuple[int | None, list[types.TextEdit]]] = {}
    if one.edits:
        changes[text.uri] = text.version, _edits(view, text.source, one.edits)
    for path, (source, edits) in one.elsewhere.items():
        there = view.opened(uris.from_path(path))
        uri = there.uri if there is not None else uris.from_path(path)
        changes[uri] = there.version if there is not None else None, _edits(view, source, edits)
    return types.CodeAction(
        one.title,
        kind=one.kind,
        diagnostics=_mended(view, snapshot, one.mends) or None,
        is_preferred=one.preferred or None,
        edit=view.edit(changes) if changes else None,
        command=one.command.to_lsp() if one.command is not None else None,
    )


def _unresolved(view: View, snapshot: Snapshot, span: Span, one: Offer, number: int) -> types.CodeAction:
    """An action without its edits, and what to find them by; `number` counts those of the same title."""
    found = _action(view, snapshot, replace(one, edits=(), elsewhere={}))
    if one.edits or one.elsewhere or one.kind == FIX_ALL:
        uri, version = snapshot.text.uri, snapshot.text.version
        found.data = {"uri": uri, "version": version, "start": span.start, "end": span.end, "number": number}
    return found


def _edits(view: View, source: Source, edits: Sequence[Edit]) -> list[types.TextEdit]:
    return [types.TextEdit(view.converter.range(source, edit.span), edit.text) for edit in edits]


def _mended(view: View, snapshot: Snapshot, mends: Sequence[Diagnostic]) -> list[types.Diagnostic]:
    """Findings as the client was told them."""
    every = findings(view, snapshot) if mends else ()
    mends = [as_told(one, every) for one in mends]
    return [diagnostic(view, snapshot.text.uri, snapshot.text.source, one) for one in mends]

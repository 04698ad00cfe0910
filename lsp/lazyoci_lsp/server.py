"""The server: which request is answered by which module. Nothing else happens here."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any

from lsprotocol import types

from lazyoci_lsp.session import Session

# method → module of `features`, function in it, options. The modules are imported by the first request for them, so
# that the server is ready before all that it can do is loaded.
FEATURES: dict[str, tuple[str, str, object]] = {
    types.TEXT_DOCUMENT_COMPLETION: (
        "completion",
        "completion",
        types.CompletionOptions(["{", ".", "|", " ", "-", '"', "'", "/", ":", "[", ","], resolve_provider=True),
    ),
    types.COMPLETION_ITEM_RESOLVE: ("completion", "resolve", None),
    types.TEXT_DOCUMENT_HOVER: ("hover", "hover", None),
    types.TEXT_DOCUMENT_INLAY_HINT: ("inlay_hints", "inlay_hint", None),
    types.TEXT_DOCUMENT_DOCUMENT_SYMBOL: ("symbols", "document_symbol", None),
    types.TEXT_DOCUMENT_FOLDING_RANGE: ("folding", "folding_range", None),
    types.TEXT_DOCUMENT_FORMATTING: ("formatting", "formatting", None),
    types.TEXT_DOCUMENT_CODE_ACTION: (
        "code_actions",
        "code_action",
        types.CodeActionOptions(
            [types.CodeActionKind.QuickFix, types.CodeActionKind.RefactorRewrite, "source.fixAll.lazyoci"]
        ),
    ),
}
# only for clients that pull their diagnostics
PULLED: dict[str, tuple[str, str, object]] = {
    types.TEXT_DOCUMENT_DIAGNOSTIC: (
        "diagnostics",
        "document",
        types.DiagnosticOptions(inter_file_dependencies=True, workspace_diagnostics=True, identifier="lazyoci"),
    ),
    types.WORKSPACE_DIAGNOSTIC: ("diagnostics", "all_documents", None),
}
# answered at once, before the next message is read; all others are coroutines
_AT_ONCE = frozenset({types.TEXT_DOCUMENT_COMPLETION, types.COMPLETION_ITEM_RESOLVE})


def make() -> Session:
    """A server with all its features."""
    session = Session()

    @session.feature(types.INITIALIZE)
    def initialize(ls: Session, params: types.InitializeParams) -> None:
        ls.begin(params)
        if ls.client.pulls:
            _register(ls, PULLED)

    _register(session, FEATURES)
    return session


def _register(session: Session, features: dict[str, tuple[str, str, object]]) -> None:
    for method, (module, name, options) in features.items():
        session.feature(method, options)(_at_once(module, name) if method in _AT_ONCE else _later(module, name))


def _at_once(module: str, name: str) -> Callable[[Session, Any], Any]:
    def handle(ls: Session, params: Any) -> Any:
        return getattr(import_module(f"lazyoci_lsp.features.{module}"), name)(ls, params)

    return handle


def _later(module: str, name: str) -> Callable[[Session, Any], Any]:
    async def handle(ls: Session, params: Any) -> Any:
        return await getattr(import_module(f"lazyoci_lsp.features.{module}"), name)(ls, params)

    return handle

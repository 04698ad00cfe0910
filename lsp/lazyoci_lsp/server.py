"""The server: which request is answered by which module. Nothing else happens here."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any

from lsprotocol import types

from lazyoci_lsp.features.legend import LEGEND
from lazyoci_lsp.session import Session
from lazyoci_lsp.state import watching

# method → module of `features`, function in it, options. The modules are imported by the first request for them, so
# that the server is ready before all that it can do is loaded.
FEATURES: dict[str, tuple[str, str, object]] = {
    types.TEXT_DOCUMENT_COMPLETION: (
        "completion.handler",
        "completion",
        types.CompletionOptions(["{", ".", "|", " ", "-", '"', "'", "/", ":", "[", ","], resolve_provider=True),
    ),
    types.COMPLETION_ITEM_RESOLVE: ("completion.handler", "resolve", None),
    types.TEXT_DOCUMENT_HOVER: ("hover.handler", "hover", None),
    types.TEXT_DOCUMENT_INLAY_HINT: ("inlay_hint", "inlay_hint", None),
    types.TEXT_DOCUMENT_DOCUMENT_SYMBOL: ("document_symbol", "document_symbol", None),
    types.TEXT_DOCUMENT_FOLDING_RANGE: ("folding_range", "folding_range", None),
    types.TEXT_DOCUMENT_SELECTION_RANGE: ("selection_range", "selection_range", None),
    types.WORKSPACE_SYMBOL: ("workspace_symbol", "workspace_symbol", None),
    types.TEXT_DOCUMENT_PREPARE_RENAME: ("rename", "prepare_rename", None),
    types.TEXT_DOCUMENT_RENAME: ("rename", "rename", types.RenameOptions(prepare_provider=True)),
    types.TEXT_DOCUMENT_FORMATTING: ("formatting", "formatting", None),
    types.TEXT_DOCUMENT_CODE_LENS: ("code_lens", "code_lens", None),
    types.TEXT_DOCUMENT_DEFINITION: ("definition", "definition", None),
    types.TEXT_DOCUMENT_REFERENCES: ("references", "references", None),
    types.TEXT_DOCUMENT_DOCUMENT_HIGHLIGHT: ("references", "document_highlight", None),
    types.TEXT_DOCUMENT_DOCUMENT_LINK: ("document_link", "document_link", None),
    types.TEXT_DOCUMENT_SEMANTIC_TOKENS_FULL: ("semantic_tokens", "full", LEGEND),
    types.TEXT_DOCUMENT_SEMANTIC_TOKENS_RANGE: ("semantic_tokens", "within", LEGEND),
    types.TEXT_DOCUMENT_SIGNATURE_HELP: (
        "signature_help",
        "signature_help",
        types.SignatureHelpOptions([" ", "|", "("], retrigger_characters=[" "]),
    ),
    types.TEXT_DOCUMENT_CODE_ACTION: (
        "code_actions.handler",
        "code_action",
        types.CodeActionOptions(
            [types.CodeActionKind.QuickFix, types.CodeActionKind.RefactorRewrite, "source.fixAll.lazyoci"]
        ),
    ),
}
# only for clients that pull their diagnostics
PULLED: dict[str, tuple[str, str, object]] = {
    types.TEXT_DOCUMENT_DIAGNOSTIC: (
        "diagnostic",
        "document",
        types.DiagnosticOptions(inter_file_dependencies=True, workspace_diagnostics=True, identifier="lazyoci"),
    ),
    types.WORKSPACE_DIAGNOSTIC: ("diagnostic", "all_documents", None),
}
# command → module of `features/commands`, function in it
COMMANDS: dict[str, tuple[str, str]] = {
    "lazyoci.preview": ("preview", "preview"),
    "lazyoci.dryRun": ("preview", "dry_run"),
    "lazyoci.setPreviewTag": ("preview", "set_preview_tag"),
    "lazyoci.build": ("publishing", "build"),
    "lazyoci.push": ("publishing", "push"),
    "lazyoci.testRegistry": ("registries", "test_registry"),
    "lazyoci.checkAgain": ("registries", "check_again"),
    "lazyoci.login": ("registries", "login"),
}
# answered from the text alone, before the next message is read; all others are coroutines
_AT_ONCE = frozenset(
    {
        types.TEXT_DOCUMENT_COMPLETION,
        types.COMPLETION_ITEM_RESOLVE,
        types.TEXT_DOCUMENT_SEMANTIC_TOKENS_FULL,
        types.TEXT_DOCUMENT_SEMANTIC_TOKENS_RANGE,
        types.TEXT_DOCUMENT_SIGNATURE_HELP,
    }
)


def make() -> Session:
    """A server with all its features."""
    session = Session()

    @session.feature(types.INITIALIZE)
    def initialize(ls: Session, params: types.InitializeParams) -> None:
        ls.begin(params)
        if ls.client.pulls:
            _register(ls, PULLED)

    @session.feature(types.INITIALIZED)
    async def initialized(ls: Session, params: types.InitializedParams) -> None:
        await ls.ready()

    @session.feature(types.WORKSPACE_DID_CHANGE_CONFIGURATION)
    async def did_change_configuration(ls: Session, params: types.DidChangeConfigurationParams) -> None:
        await ls.ask_configuration(params.settings)

    @session.feature(types.WORKSPACE_DID_CHANGE_WATCHED_FILES)
    def did_change_watched_files(ls: Session, params: types.DidChangeWatchedFilesParams) -> None:
        watching.told(ls, params.changes)

    @session.feature(types.TEXT_DOCUMENT_DID_SAVE)
    def did_save(ls: Session, params: types.DidSaveTextDocumentParams) -> None:
        ls.saved(params.text_document.uri)

    @session.feature(types.WORKSPACE_DID_CHANGE_WORKSPACE_FOLDERS)
    def did_change_workspace_folders(ls: Session, params: types.DidChangeWorkspaceFoldersParams) -> None:
        ls.workspace_files.forget()
        ls.world_changed()

    _register(session, FEATURES)
    for command, (module, name) in COMMANDS.items():
        session.command(command)(_command(module, name))
    return session


def _command(module: str, name: str) -> Callable[..., Any]:
    async def handle(ls: Session, *arguments: Any) -> Any:
        return await getattr(import_module(f"lazyoci_lsp.features.commands.{module}"), name)(ls, *arguments)

    return handle


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

"""The server: which module answers which request."""

from __future__ import annotations

import logging
from collections.abc import Callable
from importlib import import_module
from inspect import iscoroutinefunction
from typing import Any

from lsprotocol import types
from pygls.lsp.server import LanguageServer
from pygls.protocol import default_converter

from lazyoci._version import __version__
from lazyoci_lsp import notifications
from lazyoci_lsp.features.legend import LEGEND
from lazyoci_lsp.rpc import client_process
from lazyoci_lsp.rpc.protocol import Protocol
from lazyoci_lsp.session import Session

log = logging.getLogger(__name__)

# method → module of `features`, function in it, options. The modules are imported by the first request for them, so
# that the server is ready before all that it can do is loaded.
FEATURES: dict[str, tuple[str, str, object]] = {
    types.TEXT_DOCUMENT_COMPLETION: (
        "completion.handler",
        "completion",
        types.CompletionOptions(["{", ".", "|", " ", "-", '"', "'", "/", ":", "[", "*"], resolve_provider=True),
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
    types.TEXT_DOCUMENT_RANGE_FORMATTING: ("formatting", "range_formatting", None),
    types.TEXT_DOCUMENT_ON_TYPE_FORMATTING: (
        "on_type_formatting",
        "on_type_formatting",
        types.DocumentOnTypeFormattingOptions("\n", more_trigger_character=[" "]),
    ),
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
    types.CODE_ACTION_RESOLVE: ("code_actions.handler", "resolve", None),
    types.WORKSPACE_WILL_RENAME_FILES: (
        "will_rename_files",
        "will_rename_files",
        types.FileOperationRegistrationOptions(
            [types.FileOperationFilter(types.FileOperationPattern("**/*"), scheme="file")]
        ),
    ),
    types.TEXT_DOCUMENT_CODE_ACTION: (
        "code_actions.handler",
        "code_action",
        types.CodeActionOptions(
            [types.CodeActionKind.QuickFix, types.CodeActionKind.RefactorRewrite, "source.fixAll.lazyoci"],
            resolve_provider=True,  # pygls announces it of others by itself, and not of actions
        ),
    ),
}
# notification → its function in `notifications`; one that is no coroutine ends before the next message is read
NOTIFICATIONS: dict[str, Callable[[Session, Any], Any]] = {
    types.INITIALIZED: notifications.initialized,
    types.TEXT_DOCUMENT_DID_OPEN: notifications.did_open,
    types.TEXT_DOCUMENT_DID_CHANGE: notifications.did_change,
    types.TEXT_DOCUMENT_DID_SAVE: notifications.did_save,
    types.TEXT_DOCUMENT_DID_CLOSE: notifications.did_close,
    types.WORKSPACE_DID_CHANGE_CONFIGURATION: notifications.did_change_configuration,
    types.WORKSPACE_DID_CHANGE_WATCHED_FILES: notifications.did_change_watched_files,
    types.WORKSPACE_DID_CHANGE_WORKSPACE_FOLDERS: notifications.did_change_workspace_folders,
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
    "lazyoci.previewPage": ("preview_page", "preview_page"),
    "lazyoci.dryRun": ("preview", "dry_run"),
    "lazyoci.setPreviewTag": ("preview", "set_preview_tag"),
    "lazyoci.scenarios": ("preview", "scenarios"),
    "lazyoci.build": ("publishing", "build"),
    "lazyoci.push": ("publishing", "push"),
    "lazyoci.pushes": ("publishing", "pushes"),
    "lazyoci.testRegistry": ("registries", "test_registry"),
    "lazyoci.checkAgain": ("registries", "check_again"),
    "lazyoci.login": ("registries", "login"),
    "lazyoci.setPreviewEnv": ("environment", "set_preview_env"),
    "lazyoci.explain": ("about", "explain"),
    "lazyoci.debugInformation": ("about", "debug_information"),
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


class Server(LanguageServer):
    """pygls's server, and the session of its client from `initialize` on."""

    protocol: Protocol

    def __init__(self) -> None:
        super().__init__("lazyoci", __version__, protocol_cls=Protocol, converter_factory=default_converter)
        self._session: Session | None = None

    @property
    def session(self) -> Session:
        """The session; the protocol lets no message through that comes before it."""
        assert self._session is not None
        return self._session

    def begin(self, params: types.InitializeParams) -> None:
        """The client said who it is."""
        self._session = Session(self, params)
        self.protocol.follow(params.trace)
        process = params.process_id or 0
        # looked for before the answer, as a client may end right after it; from within a container it cannot be seen
        if process > 0 and client_process.is_alive(process):
            self._session.background.spawn(client_process.watch(process))

    def report_server_error(self, error: Exception, source: object) -> None:
        """See pygls: errors of notifications are logged, not shown; whoever made a request has its answer."""
        log.error("%s", error)


def make() -> Server:
    """A server with all its features."""
    server = Server()

    @server.feature(types.INITIALIZE)
    def initialize(ls: Server, params: types.InitializeParams) -> None:
        ls.begin(params)
        if ls.session.client.pulls:
            _register(ls, PULLED)

    @server.feature(types.SET_TRACE)
    def set_trace(ls: Server, params: types.SetTraceParams) -> None:
        ls.protocol.follow(params.value)

    for method, handle in NOTIFICATIONS.items():
        server.feature(method)(_notification(handle))
    _register(server, FEATURES)
    for command, (module, name) in COMMANDS.items():
        server.command(command)(_command(module, name))
    return server


def _notification(handle: Callable[[Session, Any], Any]) -> Callable[[Server, Any], Any]:
    if iscoroutinefunction(handle):

        async def later(ls: Server, params: Any) -> None:
            await handle(ls.session, params)

        return later

    def at_once(ls: Server, params: Any) -> None:
        handle(ls.session, params)

    return at_once


def _command(module: str, name: str) -> Callable[..., Any]:
    async def handle(ls: Server, *arguments: Any) -> Any:
        run = getattr(import_module(f"lazyoci_lsp.features.commands.{module}"), name)
        return await run(ls.session.command_context(), *arguments)

    return handle


def _register(server: Server, features: dict[str, tuple[str, str, object]]) -> None:
    for method, (module, name, options) in features.items():
        server.feature(method, options)(_at_once(module, name) if method in _AT_ONCE else _later(module, name))


def _at_once(module: str, name: str) -> Callable[[Server, Any], Any]:
    def handle(ls: Server, params: Any) -> Any:
        return getattr(import_module(f"lazyoci_lsp.features.{module}"), name)(ls.session.view(), params)

    return handle


def _later(module: str, name: str) -> Callable[[Server, Any], Any]:
    async def handle(ls: Server, params: Any) -> Any:
        return await getattr(import_module(f"lazyoci_lsp.features.{module}"), name)(ls.session.view(), params)

    return handle

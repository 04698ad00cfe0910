"""The real server over stdio, driven by pytest-lsp's client as by an editor; in an environment of the test's own."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from lsprotocol import types
from pygls.protocol import default_converter
from pytest_lsp.client import DEFAULT_CLIENT_FEATURES, LanguageClient, register_lsp_features

from lazyoci_lsp.text import uris
from tests.lsp import started

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "examples"
MARK = "¦"  # in a test's text: where the cursor is
_MARKDOWN = [types.MarkupKind.Markdown, types.MarkupKind.PlainText]


def capabilities(
    *, pull: bool = False, encodings: Sequence[str] = (), refresh: bool = True, tables: bool = True
) -> types.ClientCapabilities:
    """A client that can do what modern editors can; with `pull` it asks for diagnostics itself."""
    return types.ClientCapabilities(
        general=types.GeneralClientCapabilities(
            position_encodings=list(encodings) or None,
            markdown=types.MarkdownClientCapabilities("marked") if tables else None,
        ),
        workspace=types.WorkspaceClientCapabilities(
            configuration=True,
            workspace_folders=True,
            workspace_edit=types.WorkspaceEditClientCapabilities(document_changes=True),
            did_change_watched_files=types.DidChangeWatchedFilesClientCapabilities(dynamic_registration=True),
            did_change_configuration=types.DidChangeConfigurationClientCapabilities(dynamic_registration=True),
            inlay_hint=types.InlayHintWorkspaceClientCapabilities(refresh_support=refresh),
            code_lens=types.CodeLensWorkspaceClientCapabilities(refresh_support=refresh),
            diagnostics=types.DiagnosticWorkspaceClientCapabilities(refresh_support=refresh),
        ),
        window=types.WindowClientCapabilities(work_done_progress=True),
        text_document=types.TextDocumentClientCapabilities(
            diagnostic=types.DiagnosticClientCapabilities() if pull else None,
            publish_diagnostics=types.PublishDiagnosticsClientCapabilities(
                related_information=True,
                version_support=True,
                code_description_support=True,
                tag_support=types.ClientDiagnosticsTagOptions([types.DiagnosticTag.Unnecessary]),
            ),
            completion=types.CompletionClientCapabilities(
                completion_item=types.ClientCompletionItemOptions(
                    snippet_support=True, documentation_format=_MARKDOWN, label_details_support=True
                )
            ),
            hover=types.HoverClientCapabilities(content_format=_MARKDOWN),
            document_symbol=types.DocumentSymbolClientCapabilities(hierarchical_document_symbol_support=True),
            code_action=types.CodeActionClientCapabilities(
                code_action_literal_support=types.ClientCodeActionLiteralOptions(
                    types.ClientCodeActionKindOptions(["quickfix", "refactor", "source"])
                )
            ),
            definition=types.DefinitionClientCapabilities(link_support=True),
            rename=types.RenameClientCapabilities(prepare_support=True),
        ),
    )


def environment(home: Path, extra: Mapping[str, str] | None = None) -> dict[str, str]:
    """This process's environment without the user's configuration, CI variables, proxies and git's own variables."""
    kept = {
        key: value
        for key, value in os.environ.items()
        if not key.startswith(("LAZYOCI_", "GITHUB_", "CI_", "GIT_", "DOCKER_", "REGISTRY_AUTH"))
        and not key.lower().endswith("_proxy")
        and key not in ("CI", "SSL_CERT_FILE")
    }
    places = {"HOME": home, "XDG_CONFIG_HOME": home / ".config", "XDG_CACHE_HOME": home / ".cache"}
    places |= {"XDG_RUNTIME_DIR": home / "run", "DOCKER_CONFIG": home / ".docker"}
    return kept | {key: str(value) for key, value in places.items()} | dict(extra or {})


class Editor:
    """One editor with one server. Documents are named by their URI; `text` is what the editor holds of each."""

    def __init__(self, client: LanguageClient, root: Path | None) -> None:
        self.client = client
        self.root = root
        self.result: types.InitializeResult | None = None
        self.text: dict[str, str] = {}
        self.version: dict[str, int] = {}
        self.published: list[types.PublishDiagnosticsParams] = []
        self.requests: list[str] = []  # what the server asked of the client
        self.shown: list[str] = []  # window/showMessage
        self.answers: list[Any] = []  # lazyoci/registryAnswers
        self.statuses: list[str] = []  # experimental/serverStatus: health and message
        self.traces: list[types.LogTraceParams] = []  # $/logTrace
        self.questions: list[types.ShowMessageRequestParams] = []  # window/showMessageRequest
        self._something = asyncio.Condition()

    # what the server tells

    async def note(self, change: Callable[[], None]) -> None:
        """Something came from the server."""
        async with self._something:
            change()
            self._something.notify_all()

    async def until(self, holds: Callable[[], Any]) -> Any:
        """Wait until something holds, and return it."""
        async with self._something:
            await self._something.wait_for(holds)
            return holds()

    # documents

    def uri(self, name: str) -> str:
        """The URI of a file of the workspace."""
        assert self.root is not None
        return uris.from_path(self.root / name)

    def open(self, name: str, text: str | None = None, language: str = "lazyoci") -> str:
        """Open a file (or a URI) with its own text, or with another, unsaved one."""
        uri = name if ":" in name else self.uri(name)
        if text is None:
            path = uris.to_path(uri)
            assert path is not None
            text = path.read_bytes().decode("utf-8")
        self.text[uri], self.version[uri] = text, 1
        self.client.text_document_did_open(
            types.DidOpenTextDocumentParams(types.TextDocumentItem(uri, language, 1, text))
        )
        return uri

    def change(self, uri: str, text: str) -> None:
        """Replace the whole text."""
        self.text[uri], self.version[uri] = text, self.version[uri] + 1
        change = types.TextDocumentContentChangeWholeDocument(text)
        self._changed(uri, [change])

    def edit(self, uri: str, start: tuple[int, int], end: tuple[int, int], new: str) -> None:
        """Replace a range, given in the client's own units; `text` is not kept up with."""
        self.version[uri] += 1
        where = types.Range(types.Position(*start), types.Position(*end))
        self._changed(uri, [types.TextDocumentContentChangePartial(range=where, text=new)])

    def _changed(self, uri: str, changes: list[types.TextDocumentContentChangeEvent]) -> None:
        identifier = types.VersionedTextDocumentIdentifier(uri=uri, version=self.version[uri])
        self.client.text_document_did_change(types.DidChangeTextDocumentParams(identifier, changes))

    def save(self, uri: str) -> None:
        """Write the text to its file, and say so."""
        path = uris.to_path(uri)
        assert path is not None
        path.write_bytes(self.text[uri].encode())
        self.client.text_document_did_save(types.DidSaveTextDocumentParams(types.TextDocumentIdentifier(uri)))

    def close(self, uri: str) -> None:
        """Close it."""
        self.client.text_document_did_close(types.DidCloseTextDocumentParams(types.TextDocumentIdentifier(uri)))

    def changed_on_disk(self, *paths: Path) -> None:
        """Tell the server, as a client that watches files does."""
        events = [types.FileEvent(uris.from_path(path), types.FileChangeType.Changed) for path in paths]
        self.client.workspace_did_change_watched_files(types.DidChangeWatchedFilesParams(events))

    # questions

    async def diagnostics(self, uri: str) -> list[types.Diagnostic]:
        """What is pushed for the version that the editor holds."""

        def latest() -> types.PublishDiagnosticsParams | None:
            mine = [one for one in self.published if one.uri == uri]
            return mine[-1] if mine and mine[-1].version == self.version[uri] else None

        found = await self.until(latest)
        return list(found.diagnostics)

    async def codes(self, uri: str) -> list[str]:
        """The codes of these, in file order, without the information that a value is missing."""
        return [str(one.code) for one in await self.diagnostics(uri) if one.code != "unresolved-variable"]

    async def until_codes(self, uri: str, holds: Callable[[list[str]], bool]) -> list[str]:
        """Wait until the codes last pushed satisfy a condition."""

        def wanted() -> list[list[str]]:
            mine = [one for one in self.published if one.uri == uri]
            codes = [str(one.code) for one in mine[-1].diagnostics] if mine else None
            return [codes] if codes is not None and holds(codes) else []

        return (await self.until(wanted))[0]

    async def pull(self, uri: str, previous: str | None = None) -> Any:
        """The report of a pull."""
        params = types.DocumentDiagnosticParams(types.TextDocumentIdentifier(uri), previous_result_id=previous)
        return await self.client.text_document_diagnostic_async(params)

    def at(self, uri: str, position: tuple[int, int]) -> dict[str, Any]:
        """The parameters that name a place."""
        return {"text_document": types.TextDocumentIdentifier(uri), "position": types.Position(*position)}

    async def hover(self, uri: str, position: tuple[int, int]) -> str:
        """The Markdown of a hover; empty for none."""
        found = await self.client.text_document_hover_async(types.HoverParams(**self.at(uri, position)))
        return found.contents.value if found is not None else ""

    async def complete(self, uri: str, position: tuple[int, int]) -> list[types.CompletionItem]:
        """The proposals at a place."""
        params = types.CompletionParams(**self.at(uri, position))
        found = await self.client.text_document_completion_async(params)
        return list(getattr(found, "items", found) or [])

    async def hints(self, uri: str) -> list[str]:
        """All inlay hints, in order."""
        everything = types.Range(types.Position(0, 0), types.Position(1_000_000, 0))
        params = types.InlayHintParams(types.TextDocumentIdentifier(uri), everything)
        return [str(one.label) for one in await self.client.text_document_inlay_hint_async(params) or []]

    async def actions(
        self, uri: str, start: tuple[int, int], end: tuple[int, int] | None = None, only: Iterable[str] = ()
    ) -> dict[str, types.CodeAction]:
        """The code actions of a range that are edits, by their titles."""
        found = await self._offered(uri, start, end, only)
        return {one.title: one for one in found if isinstance(one, types.CodeAction)}

    async def commands(self, uri: str, place: tuple[int, int]) -> dict[str, str]:
        """The code actions at a place that run a command, by their titles: what lsprotocol makes of such a one."""
        found = await self._offered(uri, place, None, ())
        return {one.title: str(one.command) for one in found if isinstance(one, types.Command)}

    async def _offered(
        self, uri: str, start: tuple[int, int], end: tuple[int, int] | None, only: Iterable[str]
    ) -> list[types.Command | types.CodeAction]:
        where = types.Range(types.Position(*start), types.Position(*(end or start)))
        context = types.CodeActionContext([], only=list(only) or None)
        params = types.CodeActionParams(types.TextDocumentIdentifier(uri), where, context)
        return list(await self.client.text_document_code_action_async(params) or [])

    def applied(self, uri: str, edit: types.WorkspaceEdit | None) -> str:
        """The text with a workspace edit's changes made (positions in UTF-16)."""
        assert edit is not None
        edits: list[types.TextEdit] = []
        for change in edit.document_changes or ():
            if isinstance(change, types.TextDocumentEdit) and change.text_document.uri == uri:
                edits += [one for one in change.edits if isinstance(one, types.TextEdit)]
        return apply(self.text[uri], edits or list((edit.changes or {}).get(uri, ())))


def apply(text: str, edits: Sequence[types.TextEdit]) -> str:
    """`text` with edits made, by an index of lines of this module's own (positions in UTF-16)."""
    lines = text.replace("\r\n", "\r\0").replace("\r", "\n").replace("\n\0", "\r\n").split("\n")
    starts = [0]
    for line in lines[:-1]:
        starts.append(starts[-1] + len(line) + 1)

    def offset(position: types.Position) -> int:
        if position.line >= len(starts):
            return len(text)
        units = lines[position.line].encode("utf-16-le")[: 2 * position.character]
        return starts[position.line] + len(units.decode("utf-16-le"))

    for one in sorted(edits, key=lambda one: offset(one.range.start), reverse=True):
        text = text[: offset(one.range.start)] + one.new_text + text[offset(one.range.end) :]
    return text


def cursor(text: str) -> tuple[str, tuple[int, int]]:
    """A text without its MARK, and where that was, in UTF-16 units."""
    before, _, after = text.partition(MARK)
    line = before.count("\n")
    column = before.rpartition("\n")[2]
    return before + after, (line, len(column.encode("utf-16-le")) // 2)


@asynccontextmanager
async def editor(
    root: Path | None,
    home: Path,
    *,
    folders: Sequence[Path] | None = None,
    client_capabilities: types.ClientCapabilities | None = None,
    options: Mapping[str, Any] | None = None,
    environ: Mapping[str, str] | None = None,
    name: str = "pytest",
    settings: Mapping[str, Any] | None = None,
    answer: str = "Push",
) -> AsyncIterator[Editor]:
    """An editor with the workspace `root` (or `folders`); it ends with `shutdown` and `exit`, which must give code 0.

    `options` are the initializationOptions, by default without any registry checks; `settings` what the client answers
    to `workspace/configuration`, `answer` to every question with buttons.
    """
    configuration = {"": {"lazyoci": dict(settings)}} if settings is not None else None
    client = LanguageClient(converter_factory=default_converter, configuration=configuration)
    found = Editor(client, root)

    async def publish(params: types.PublishDiagnosticsParams) -> None:
        await found.note(lambda: found.published.append(params))

    async def show(params: types.ShowMessageParams) -> None:
        await found.note(lambda: found.shown.append(params.message))

    async def trace(params: types.LogTraceParams) -> None:
        await found.note(lambda: found.traces.append(params))

    async def status(params: Any) -> None:
        await found.note(lambda: found.statuses.append(f"{params.health}: {params.message}"))

    async def answered(params: Any) -> None:
        await found.note(lambda: found.answers.append(params))

    def asked(method: str, answer: Any = None) -> Callable[[Any], Any]:
        async def handle(params: Any) -> Any:
            await found.note(lambda: found.requests.append(method))
            if isinstance(params, types.ShowMessageRequestParams):
                found.questions.append(params)
            return answer

        return handle

    own: dict[str, Any] = {
        types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS: publish,
        types.WINDOW_SHOW_MESSAGE: show,
        types.LOG_TRACE: trace,
        "experimental/serverStatus": status,
        "lazyoci/registryAnswers": answered,
    }
    for method in (
        types.WORKSPACE_DIAGNOSTIC_REFRESH,
        types.WORKSPACE_INLAY_HINT_REFRESH,
        types.WORKSPACE_CODE_LENS_REFRESH,
        types.CLIENT_REGISTER_CAPABILITY,
    ):
        own[method] = asked(method)
    own[types.WINDOW_SHOW_MESSAGE_REQUEST] = asked(types.WINDOW_SHOW_MESSAGE_REQUEST, types.MessageActionItem(answer))
    register_lsp_features(client, {**DEFAULT_CLIENT_FEATURES, **own})
    home.mkdir(parents=True, exist_ok=True)
    await started.start(client, home, environment(home, environ))
    given = folders if folders is not None else [root] if root is not None else []
    offered = {"registry": {"checks": "off"}} if options is None else dict(options)
    if settings is not None and options is None:
        offered = {}
    parameters = types.InitializeParams(
        capabilities=client_capabilities or capabilities(),
        client_info=types.ClientInfo(name),
        initialization_options=offered,
        workspace_folders=[types.WorkspaceFolder(uris.from_path(path), path.name) for path in given] or None,
    )
    found.result = await client.initialize_session(parameters)
    try:
        yield found
    finally:
        await client.shutdown_session()
        server = client._server
        assert server is not None
        assert server.returncode == 0, server.returncode
        await client.stop()

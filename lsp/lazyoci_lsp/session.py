"""One client's connection: the parts that serve it, and which of them hears of what.

Made when the client has said who it is; its state belongs to the main loop.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from lsprotocol import types
from pygls.lsp.server import LanguageServer

from lazyoci_lsp.registries.service import Registries
from lazyoci_lsp.rpc.redaction import redact
from lazyoci_lsp.state.changes import Changes
from lazyoci_lsp.state.checker import Checker
from lazyoci_lsp.state.client import Client
from lazyoci_lsp.state.conditions import Conditions
from lazyoci_lsp.state.configuration import SECTION, Configuration
from lazyoci_lsp.state.current_configuration import CurrentConfiguration
from lazyoci_lsp.state.other_files import OtherFiles
from lazyoci_lsp.state.publisher import Publisher
from lazyoci_lsp.state.watching import Watcher, registrations
from lazyoci_lsp.state.workspace import WorkspaceFiles
from lazyoci_lsp.state.world import CachedGit
from lazyoci_lsp.text import uris
from lazyoci_lsp.text.convert import Converter
from lazyoci_lsp.text.documents import Documents
from lazyoci_lsp.view import CommandContext, View
from lazyoci_lsp.workers import Background

if TYPE_CHECKING:
    from lazyoci_lsp.state.snapshot import Snapshot

log = logging.getLogger(__name__)
_STATUS = "experimental/serverStatus"  # as rust-analyzer has it, for clients that say they can
_OFFLINE = "no registry can be reached: it seems you are offline"


class Session:
    """Puts the parts together."""

    def __init__(self, server: LanguageServer, params: types.InitializeParams) -> None:
        self._server = server
        self.client = Client(params.capabilities, params.client_info.name if params.client_info else "")
        self.converter = Converter(str(server.workspace.position_encoding or "utf-16"))
        self.documents = Documents(self.converter)
        self.background = Background()
        self.changes = Changes(self._settled)
        self.current = CurrentConfiguration(on_problem=self._warn, on_change=self._configured)
        self.checker = Checker(self.documents.lazy_by_key, self.conditions, self._checked)
        self.workspace = WorkspaceFiles(self.folders, self.checker, self.changes, self.background)
        self.other_files = OtherFiles(
            self.documents,
            self.workspace,
            self.background,
            conditions=self.conditions,
            on_change=self.changes.world_changed,
        )
        self.registries = Registries(self)
        self._git = CachedGit()
        self._publisher = Publisher(
            self.documents,
            self.checker,
            self.background,
            diagnostics=self._diagnostics,
            send=server.text_document_publish_diagnostics,
            pulls=self.client.pulls,
        )
        self._watcher = Watcher(
            self.documents, self.background, seen=self.checker.seen, environ=self.environ, listener=self
        )
        self.current.take(params.initialization_options)

    # what handlers get

    def view(self) -> View:
        """The session as a request that comes now sees it."""
        return View(
            client=self.client,
            converter=self.converter,
            configuration=self.configuration,
            texts=self.documents.now(),
            folders=self.folders(),
            background=self.background,
            checker=self.checker,
            changes=self.changes,
            workspace=self.workspace,
            other_files=self.other_files,
            registries=self.registries,
        )

    def command_context(self) -> CommandContext:
        """The same for a command."""
        return CommandContext(
            self.view(),
            self.conditions(),
            self.environ(),
            self._server,
            self.current.set_preview_tag,
            self.log_later,
        )

    # what the client tells

    async def ready(self) -> None:
        """The client is ready for requests of ours: what it shall watch, and what the user has set."""
        wanted = registrations() if self.client.watches else []
        if self.client.registers_configuration:
            options = {"section": SECTION}
            wanted.append(types.Registration("lazyoci-settings", types.WORKSPACE_DID_CHANGE_CONFIGURATION, options))
        if wanted:
            self.background.spawn(self._server.client_register_capability_async(types.RegistrationParams(wanted)))
        self.background.spawn(self._watcher.run())
        self.other_files.look()
        await self.ask_configuration()

    async def ask_configuration(self, told: object = None) -> None:
        """Take the settings that the client has; those it `told`, where it cannot be asked."""
        if self.client.configures:
            items = [types.ConfigurationItem(section=SECTION)]
            found = await self._server.workspace_configuration_async(types.ConfigurationParams(items))
            value = found[0] if found else None
        else:
            value = told.get(SECTION, told) if isinstance(told, dict) else None
        if isinstance(value, dict) and value:
            self.current.take(value)

    def opened(self, params: types.DidOpenTextDocumentParams) -> None:
        """A document was opened."""
        text = self.documents.open(params.text_document)
        if not text.is_lazy:
            self.world_changed()
            return
        directory = text.directory(self._home())
        if directory is not None:
            self._watcher.begin(directory)
        self.changes.announce()
        self._publisher.now(text.key)
        self.registries.settled(text)

    def changed(self, params: types.DidChangeTextDocumentParams) -> None:
        """A document was edited."""
        text = self.documents.change(params.text_document, params.content_changes)
        if text is None:
            log.warning("an edit of a document that is not open")
        elif text.is_lazy:
            self.changes.announce()
            self.checker.overtake(text.key)
            self._publisher.later(text.key)
        else:
            self.world_changed()

    def saved(self, params: types.DidSaveTextDocumentParams) -> None:
        """A document was saved: the work tree may now be dirty, or clean again."""
        self.world_changed(git=True)
        text = self.documents.lazy(params.text_document.uri)
        if text is not None:
            self.registries.settled(text)

    def closed(self, params: types.DidCloseTextDocumentParams) -> None:
        """A document was closed."""
        text = self.documents.close(params.text_document.uri)
        if text is None:
            return
        if text.is_lazy:
            self.changes.announce()
            self.checker.forget(text.key)
            self.registries.closed(text.key)
            self._publisher.clear(text)
            self.other_files.look()
        else:
            self.world_changed()

    def files_changed(self, params: types.DidChangeWatchedFilesParams) -> None:
        """Files came, went or changed on the disk; what is open counts as it is in the editor."""
        paths = [path for path in (uris.to_path(event.uri) for event in params.changes) if path is not None]
        others = [path for path in paths if self.documents.get(uris.from_path(path)) is None]
        if any(path.name.endswith(".lazy") for path in others):
            self.workspace.forget()
        if others:
            self.world_changed(git=any(".git" in path.parts for path in others))

    def folders_changed(self) -> None:
        """Workspace folders came or went."""
        self.workspace.forget()
        self.world_changed()

    # what parts tell and ask

    @property
    def configuration(self) -> Configuration:
        """What the user has set now."""
        return self.current.value

    def environ(self) -> dict[str, str]:
        """See `CurrentConfiguration.environ`."""
        return self.current.environ()

    def folders(self) -> tuple[Path, ...]:
        """The workspace folders that are open now."""
        found = (uris.to_path(folder.uri) for folder in self._server.workspace.folders.values())
        return tuple(path for path in found if path is not None)

    def conditions(self) -> Conditions:
        """What a check that begins now depends on."""
        overlay = {
            str(text.path): text.source.text for text in self.documents if text.path is not None and not text.is_lazy
        }
        others = self.other_files.known()
        return Conditions(self.configuration, self._git, overlay, self._home(), self.changes.generation, others)

    def latest(self, key: str) -> Snapshot | None:
        """See `Checker.latest`."""
        return self.checker.latest(key)

    async def fresh(self, key: str) -> Snapshot | None:
        """See `Checker.fresh`."""
        return await self.checker.fresh(key)

    def remember_user(self, environ: Mapping[str, str]) -> None:
        """See `Watcher.remember_user`."""
        self._watcher.remember_user(environ)

    def world_changed(self, *, git: bool = False) -> None:
        """Something outside of the documents changed; with `git` also what git would say."""
        if git:
            self._git.forget()
        self.changes.world_changed()

    def user_changed(self) -> None:
        """The user's own settings or credentials changed."""
        self.registries.forget()
        self.world_changed()

    def republish(self, keys: Iterable[str]) -> None:
        """There is more, or less, to say of these documents, though nothing about them changed."""
        self.changes.announce()
        for key in keys:
            self._publisher.again(key)
        self._refresh(types.WORKSPACE_DIAGNOSTIC_REFRESH)

    def tell_offline(self, offline: bool, *, in_log: bool) -> None:
        """One line of status: no registry can be reached, or one can again."""
        if self.client.server_status:
            health, words = ("warning", _OFFLINE) if offline else ("ok", "")
            self._server.protocol.notify(_STATUS, {"health": health, "quiescent": True, "message": words})
        elif in_log:
            words = _OFFLINE if offline else "registries answer again"
            self._server.window_log_message(types.LogMessageParams(types.MessageType.Info, f"lazyoci: {words}"))

    def log_later(self, message: str) -> None:
        """Log something in the client, from any thread."""
        params = types.LogMessageParams(types.MessageType.Warning, redact(message))
        self.background.on_main_loop(lambda: self._server.window_log_message(params))

    def _home(self) -> Path | None:
        return next(iter(self.folders()), None)

    def _warn(self, message: str) -> None:
        """Tell the user of something that is not about a place in a document."""
        self._server.window_show_message(types.ShowMessageParams(types.MessageType.Warning, f"lazyoci: {message}"))

    def _configured(self, before: Configuration) -> None:
        self.registries.configured(before)
        self.world_changed()

    def _checked(self, snapshot: Snapshot) -> None:
        self.other_files.took(snapshot)
        self.registries.checked(snapshot)

    def _diagnostics(self, snapshot: Snapshot) -> list[types.Diagnostic]:
        from lazyoci_lsp.features.findings import diagnostics  # brings in the core: the server is ready before

        return diagnostics(self.view(), snapshot)

    def _settled(self) -> None:
        """The world changed, and is quiet again."""
        self._publisher.all_again()
        self._refresh(
            types.WORKSPACE_DIAGNOSTIC_REFRESH, types.WORKSPACE_INLAY_HINT_REFRESH, types.WORKSPACE_CODE_LENS_REFRESH
        )
        self.other_files.look()

    def _refresh(self, *methods: str) -> None:
        """Have the client ask again for what it shows, where it can be told to."""
        for method in methods:
            if method in self.client.refreshes:
                self._server.protocol.send_request(method)

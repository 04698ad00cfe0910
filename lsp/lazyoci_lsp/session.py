"""One client's connection: the parts that serve it, and which of them hears of what.

Made when the client has said who it is; its state belongs to the main loop.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from lsprotocol import types
from pygls.lsp.server import LanguageServer

from lazyoci_lsp.registries.service import Registries
from lazyoci_lsp.registries.surroundings import Surroundings
from lazyoci_lsp.state.changes import Changes
from lazyoci_lsp.state.checker import Checker
from lazyoci_lsp.state.client import Client
from lazyoci_lsp.state.conditions import Conditions
from lazyoci_lsp.state.configuration import Configuration
from lazyoci_lsp.state.current_configuration import CurrentConfiguration
from lazyoci_lsp.state.editor import Editor
from lazyoci_lsp.state.other_files import OtherFiles
from lazyoci_lsp.state.projects import Projects
from lazyoci_lsp.state.publisher import Publisher
from lazyoci_lsp.state.watching import Watcher
from lazyoci_lsp.state.workspace import WorkspaceFiles
from lazyoci_lsp.state.world import CachedGit
from lazyoci_lsp.text import uris
from lazyoci_lsp.text.convert import Converter
from lazyoci_lsp.text.documents import Documents
from lazyoci_lsp.view import CommandContext, View
from lazyoci_lsp.workers import Background

if TYPE_CHECKING:
    from lazyoci_lsp.rpc.encoded import Raw
    from lazyoci_lsp.rpc.protocol import Protocol
    from lazyoci_lsp.state.snapshot import Snapshot


class Session:
    """Puts the parts together. Handlers see it as a `View` only."""

    def __init__(self, server: LanguageServer, params: types.InitializeParams) -> None:
        self._server = server
        self.client = Client(params.capabilities, params.client_info.name if params.client_info else "")
        self.converter = Converter(str(server.workspace.position_encoding or "utf-16"))
        self.documents = Documents(self.converter)
        self.background = Background()
        self.editor = Editor(server, self.client, self.background)
        self.changes = Changes(self._settled)
        self.current = CurrentConfiguration(on_problem=self.editor.warn, on_change=self._configured)
        self.checker = Checker(self.documents.lazy_by_key, self.conditions, self._checked)
        self.workspace = WorkspaceFiles(
            self.folders,
            self.changes,
            self.background,
            conditions=self.conditions,
            tell=self.editor.tell_checked,
            warn=self.editor.warn,
        )
        self.other_files = OtherFiles(
            self.documents,
            self.workspace,
            self.background,
            conditions=self.conditions,
            on_change=self.changes.world_changed,
        )
        self.projects = Projects(self.background, lambda: self.current.value.trusted)
        self.publisher = Publisher(
            self.documents,
            self.checker,
            self.background,
            diagnostics=self._diagnostics,
            send=self.editor.publish,
            pulls=self.client.pulls,
        )
        self.watcher = Watcher(
            self.documents,
            self.background,
            seen=self.checker.seen,
            environ=lambda: self.current.value.environ(),
            listener=self,
        )
        self.registries = Registries(
            Surroundings(
                self.background,
                self.checker,
                self.current,
                self.editor,
                republish=self.republish,
                remember_user=self.watcher.remember_user,
            )
        )
        self._git = CachedGit()
        self.current.take(params.initialization_options)

    def _encode(self, value: Any) -> Any:
        return cast("Protocol", self._server.protocol).encoded(value)

    def view(self) -> View:
        """The session as a request that comes now sees it."""
        return View(
            client=self.client,
            converter=self.converter,
            encode=self._encode,
            configuration=self.current.value,
            texts=self.documents.now(),
            folders=self.folders(),
            background=self.background,
            checker=self.checker,
            changes=self.changes,
            workspace=self.workspace,
            other_files=self.other_files,
            registries=self.registries,
            projects=self.projects,
        )

    def command_context(self) -> CommandContext:
        """The same for a command."""
        return CommandContext(
            view=self.view(),
            conditions=self.conditions(),
            server=self._server,
            set_preview_tag=self.current.set_preview_tag,
            set_scenario=self.current.set_scenario,
            set_preview_env=self.current.set_preview_env,
            log_later=self.editor.log_later,
        )

    def folders(self) -> tuple[Path, ...]:
        """The workspace folders that are open now."""
        found = (uris.to_path(folder.uri) for folder in self._server.workspace.folders.values())
        return tuple(path for path in found if path is not None)

    def home(self) -> Path | None:
        """Where a document without a file counts as lying: the first workspace folder."""
        return next(iter(self.folders()), None)

    def conditions(self) -> Conditions:
        """What a check that begins now depends on."""
        overlay = {
            str(text.path): text.source.text for text in self.documents if text.path is not None and not text.is_lazy
        }
        others = self.other_files.known()
        return Conditions(self.current.value, self._git, overlay, self.home(), self.changes.generation, others)

    # what happens

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
            self.publisher.again(key)
        self.editor.refresh(types.WORKSPACE_DIAGNOSTIC_REFRESH)

    def _configured(self, before: Configuration) -> None:
        self.registries.configured(before)
        self.editor.tell_previewed(self.current.previewed)
        self.world_changed()

    def _checked(self, snapshot: Snapshot) -> None:
        self.editor.tell_problem(snapshot.text.key, snapshot.problem)
        self.other_files.took(snapshot)
        self.registries.checked(snapshot)
        directory = snapshot.text.directory(self.home())
        if directory is not None:
            self.projects.look(directory)

    def _diagnostics(self, snapshot: Snapshot) -> Raw:
        from lazyoci_lsp.features.findings import encoded  # brings in the core: the server is ready before

        return encoded(self.view(), snapshot)

    def _settled(self) -> None:
        """The world changed, and is quiet again."""
        self.publisher.all_again()
        self.editor.refresh(
            types.WORKSPACE_DIAGNOSTIC_REFRESH, types.WORKSPACE_INLAY_HINT_REFRESH, types.WORKSPACE_CODE_LENS_REFRESH
        )
        self.other_files.look()

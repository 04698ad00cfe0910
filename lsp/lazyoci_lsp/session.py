"""Everything one client's connection holds: documents, settings, snapshots; and what happens when any of it changes."""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import Callable, Coroutine, Iterable, Mapping
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from lsprotocol import types
from pygls.lsp.server import LanguageServer
from pygls.protocol import default_converter

from lazyoci import __version__
from lazyoci.diagnostic import Source
from lazyoci_lsp.registries.service import Registries
from lazyoci_lsp.rpc import client_process
from lazyoci_lsp.rpc.protocol import Protocol
from lazyoci_lsp.rpc.redaction import redact
from lazyoci_lsp.state import configuration
from lazyoci_lsp.state.checker import Checker
from lazyoci_lsp.state.client import Client
from lazyoci_lsp.state.conditions import Conditions
from lazyoci_lsp.state.other_files import Neighbours
from lazyoci_lsp.state.publisher import Publisher
from lazyoci_lsp.state.watching import Watcher, registrations
from lazyoci_lsp.state.workspace import WorkspaceFiles
from lazyoci_lsp.state.world import CachedGit
from lazyoci_lsp.text import uris
from lazyoci_lsp.text.convert import Converter
from lazyoci_lsp.text.documents import Documents, Text
from lazyoci_lsp.text.offset_map import Shift
from lazyoci_lsp.workers import Pool

if TYPE_CHECKING:
    from lazyoci.plan import Plan
    from lazyoci_lsp.state.snapshot import Snapshot

T = TypeVar("T")


class Shown(NamedTuple):
    """A snapshot with its plan, and how its places become those of `source`, the text as it is now."""

    source: Source
    snapshot: Snapshot
    plan: Plan
    shift: Shift


log = logging.getLogger(__name__)
_SETTLE = 0.05  # seconds in which changes of the world count as one: a branch switch touches many files


class Session(LanguageServer):
    """The server of one client. Its state belongs to the main loop."""

    protocol: Protocol

    def __init__(self) -> None:
        super().__init__("lazyoci", __version__, protocol_cls=Protocol, converter_factory=default_converter)
        self.converter = Converter()
        self.documents = Documents(self.converter)
        self.configuration = self._configured = configuration.Configuration()
        self.client = Client(types.ClientCapabilities())
        self.git = CachedGit()
        self.checker = Checker(self._current, self.conditions, self._checked)
        self._worker = Pool(2, "worker")
        self._commands = Pool(2, "command")
        self.publisher = Publisher(self)
        self.registries = Registries(self)
        self.workspace_files = WorkspaceFiles(self)
        self.neighbours = Neighbours(self)
        self.watcher = Watcher(self)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._tag: str | None = None  # of lazyoci.setPreviewTag, before that of the settings
        self._generation = 0
        self._settling: asyncio.TimerHandle | None = None
        self._changes: list[asyncio.Future[None]] = []
        self._tasks: set[asyncio.Task[Any]] = set()

    # what changes

    def begin(self, params: types.InitializeParams) -> None:
        """The client said who it is."""
        self._loop = asyncio.get_running_loop()
        self.client = Client(params.capabilities, params.client_info.name if params.client_info else "")
        self.converter = Converter(str(self.workspace.position_encoding or "utf-16"))
        self.documents = Documents(self.converter)
        self.configure(params.initialization_options)
        process = params.process_id or 0
        # looked at before the answer, since a client may end right after it; not seen: as from within a container
        if process > 0 and client_process.is_alive(process):
            self.spawn(client_process.watch(process))

    async def ready(self) -> None:
        """The client is ready for requests of ours: what it shall watch, and what the user has set."""
        wanted = registrations() if self.client.watches else []
        if self.client.registers_configuration:
            options = {"section": configuration.SECTION}
            wanted.append(types.Registration("lazyoci-settings", types.WORKSPACE_DID_CHANGE_CONFIGURATION, options))
        if wanted:
            self.spawn(self.client_register_capability_async(types.RegistrationParams(wanted)))
        self.spawn(self.watcher.run())
        self.neighbours.look()
        await self.ask_configuration()

    async def ask_configuration(self, told: object = None) -> None:
        """Take the settings that the client has; those it `told`, where it cannot be asked."""
        if self.client.configures:
            items = [types.ConfigurationItem(section=configuration.SECTION)]
            found = await self.workspace_configuration_async(types.ConfigurationParams(items))
            value = found[0] if found else None
        else:
            value = told.get(configuration.SECTION, told) if isinstance(told, dict) else None
        if isinstance(value, dict) and value:
            self.configure(value)

    def configure(self, value: object) -> None:
        """Take the user's settings."""
        found, problems = configuration.read(value, self.configuration)
        for problem in problems:
            self.warn(problem)
        self._configured = found
        self._take(found)

    def set_preview_tag(self, tag: str | None) -> None:
        """Take a tag for previews, before that of the settings; None for theirs again."""
        self._tag = tag
        self._take(self._configured)

    def _take(self, found: configuration.Configuration) -> None:
        if self._tag is not None:
            found = replace(found, preview_tag=self._tag)
        if found != self.configuration:
            before, self.configuration = self.configuration, found
            self.registries.configured(before)
            self.world_changed()

    def opened(self, params: types.DidOpenTextDocumentParams) -> None:
        """A document was opened."""
        text = self.documents.open(params.text_document)
        if text.is_lazy:
            self.watcher.begin(text)
            self._announce()
            self.publisher.now(text.key)
            self.registries.settled(text)
        else:
            self.world_changed()

    def changed(self, params: types.DidChangeTextDocumentParams) -> None:
        """A document was edited."""
        text = self.documents.change(params.text_document, params.content_changes)
        if text is None:
            log.warning("an edit of a document that is not open")
        elif text.is_lazy:
            self._announce()
            self.checker.overtake(text.key)
            self.publisher.later(text.key)
        else:
            self.world_changed()

    def saved(self, uri: str) -> None:
        """A document was saved: the work tree may now be dirty, or clean again."""
        self.world_changed(git=True)
        text = self.documents.lazy(uri)
        if text is not None:
            self.registries.settled(text)

    def closed(self, params: types.DidCloseTextDocumentParams) -> None:
        """A document was closed."""
        text = self.documents.close(params.text_document.uri)
        if text is None:
            return
        if text.is_lazy:
            self._announce()
            self.checker.forget(text.key)
            self.registries.closed(text.key)
            self.publisher.clear(text)
            self.neighbours.look()
        else:
            self.world_changed()

    def world_changed(self, *, git: bool = False) -> None:
        """Something outside of the documents changed: all that was checked is out of date."""
        if git:
            self.git.forget()
        self._generation += 1
        if self._settling is None:
            self._settling = asyncio.get_running_loop().call_later(_SETTLE, self._settled)

    def user_changed(self) -> None:
        """The user's own settings or credentials changed."""
        self.registries.forget()
        self.world_changed()

    def _settled(self) -> None:
        self._settling = None
        self._announce()
        self.publisher.all_again()
        self.refresh()
        self.neighbours.look()

    def republish(self, keys: Iterable[str]) -> None:
        """There is more, or less, to say of these documents, though nothing about them changed."""
        self._announce()
        for key in keys:
            self.publisher.again(key)
        if self.client.pulls and self.client.refreshes_diagnostics:
            self.protocol.send_request(types.WORKSPACE_DIAGNOSTIC_REFRESH)

    def next_change(self) -> asyncio.Future[None]:
        """A future that is done when a check would find something new."""
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._changes.append(future)
        return future

    def _announce(self) -> None:
        changes, self._changes = self._changes, []
        for future in changes:
            if not future.done():
                future.set_result(None)

    def refresh(self) -> None:
        """Have the client ask again for what it shows, where it can be told to."""
        for supported, method in (
            (self.client.pulls and self.client.refreshes_diagnostics, types.WORKSPACE_DIAGNOSTIC_REFRESH),
            (self.client.refreshes_inlay_hints, types.WORKSPACE_INLAY_HINT_REFRESH),
            (self.client.refreshes_code_lenses, types.WORKSPACE_CODE_LENS_REFRESH),
        ):
            if supported:
                self.protocol.send_request(method)

    # what is asked

    def conditions(self) -> Conditions:
        """What a check that begins now depends on."""
        overlay = {
            str(text.path): text.source.text for text in self.documents if text.path is not None and not text.is_lazy
        }
        homes = (uris.to_path(folder.uri) for folder in self.workspace.folders.values())
        home = next((path for path in homes if path is not None), None)
        return Conditions(self.configuration, self.git, overlay, home, self._generation, self.neighbours.known())

    async def snapshot(self, uri: str) -> Snapshot | None:
        """The snapshot of the newest version of an open `.lazy` file; None where there is none."""
        return await self.checker.fresh(uris.key(uri))

    async def shown(self, uri: str) -> Shown | None:
        """What to show in the newest version of an open `.lazy` file: of the last one that decoded, where it does not.

        So nothing that stands beside the text comes and goes with every letter that is typed.
        """
        newest = await self.snapshot(uri)
        if newest is None:
            return None
        good = newest if newest.resolved else self.checker.good(newest.text.key)
        if good is None or good.checked.plan is None:
            return None
        shift = Shift(good.text.source.text, newest.text.source.text)
        return Shown(newest.text.source, good, good.checked.plan, shift)

    async def in_command(self, work: Callable[[], T]) -> T:
        """Run what a command does, which may take minutes."""
        return await asyncio.wrap_future(self._commands.submit(work))

    def workspace_edit(self, changes: Mapping[str, tuple[int | None, list[types.TextEdit]]]) -> types.WorkspaceEdit:
        """Edits by URI, with the versions they are meant for where the client can check them."""
        if not self.client.changes_documents:
            return types.WorkspaceEdit(changes={uri: edits for uri, (_, edits) in changes.items()})
        return types.WorkspaceEdit(
            document_changes=[
                types.TextDocumentEdit(types.OptionalVersionedTextDocumentIdentifier(uri=uri, version=version), edits)
                for uri, (version, edits) in changes.items()
            ]
        )

    async def in_worker(self, work: Callable[[], T]) -> T:
        """Run something slow beside the main loop."""
        return await asyncio.wrap_future(self._worker.submit(work))

    def warn(self, message: str) -> None:
        """Tell the user of something that is not about a place in a document."""
        self.window_show_message(types.ShowMessageParams(types.MessageType.Warning, f"lazyoci: {message}"))

    def environ(self) -> dict[str, str]:
        """The server's environment with what the user set for previews."""
        return {**os.environ, **self.configuration.preview_env}

    def log_later(self, message: str) -> None:
        """Log something in the client, from any thread."""
        params = types.LogMessageParams(types.MessageType.Warning, redact(message))
        self.call_later(lambda: self.window_log_message(params))

    def call_later(self, what: Callable[[], None]) -> None:
        """Do something in the main loop, from any thread; nothing once the server has ended."""
        if self._loop is not None:
            with suppress(RuntimeError):
                self._loop.call_soon_threadsafe(what)

    def spawn(self, work: Coroutine[Any, Any, Any]) -> asyncio.Task[Any]:
        """Run a coroutine beside the messages; what it raises is logged."""
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._finished)
        return task

    def _finished(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("in the background", exc_info=error)

    def _current(self, key: str) -> Text | None:
        text = self.documents.by_key(key)
        return text if text is not None and text.is_lazy else None

    def _checked(self, snapshot: Snapshot) -> None:
        """A snapshot is there."""
        self.neighbours.took(snapshot)
        self.registries.checked(snapshot)

    def report_server_error(self, error: Exception, source: object) -> None:
        """See pygls: errors of notifications are logged, not shown; whoever made a request has its answer."""
        log.error("%s", error)

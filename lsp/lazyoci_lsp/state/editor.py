"""What the server tells and asks its client by itself, in the ways that this client can take."""

from __future__ import annotations

import asyncio
import json
import platform
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, cast
from uuid import uuid4

from lsprotocol import types
from pygls.lsp.server import LanguageServer

from lazyoci._version import __version__
from lazyoci_lsp.rpc.encoded import Raw
from lazyoci_lsp.rpc.redaction import redact
from lazyoci_lsp.state.client import Client
from lazyoci_lsp.state.configuration import SECTION
from lazyoci_lsp.state.watching import registrations
from lazyoci_lsp.workers import Background

if TYPE_CHECKING:
    from lazyoci_lsp.rpc.protocol import Protocol

_STATUS = "experimental/serverStatus"  # as rust-analyzer has it, for clients that say they can
_ANSWERS = "lazyoci/registryAnswers"
_OFFLINE = "no registry can be reached: it seems you are offline"


class Editor:
    """The client's side of a session. For the main loop, but for `log_later`."""

    def __init__(self, server: LanguageServer, client: Client, background: Background) -> None:
        self._server = server
        self._client = client
        self._background = background
        self._previewed = ""
        self._offline = False
        self._checking = ""  # the token of the progress that is shown
        self._telling = asyncio.Lock()
        self._problems: dict[str, str] = {}  # by document, as they were told

    def tell_started(self, folders: tuple[Path, ...]) -> None:
        """One line for the log: what runs here, by which Python, and for which workspace."""
        where = ", ".join(map(str, folders)) or "no folder"
        words = f"lazyoci {__version__}, Python {platform.python_version()} ({sys.executable}); workspace: {where}"
        self._server.window_log_message(types.LogMessageParams(types.MessageType.Info, redact(words)))

    def register(self) -> None:
        """Ask to hear of changes: of files, and of the settings."""
        wanted = registrations() if self._client.watches else []
        if self._client.registers_configuration:
            options = {"section": SECTION}
            wanted.append(types.Registration("lazyoci-settings", types.WORKSPACE_DID_CHANGE_CONFIGURATION, options))
        if wanted:
            self._background.spawn(self._server.client_register_capability_async(types.RegistrationParams(wanted)))

    async def configuration(self) -> Any:
        """The user's settings, as decoded JSON; None where there are none."""
        items = [types.ConfigurationItem(section=SECTION)]
        found = await self._server.workspace_configuration_async(types.ConfigurationParams(items))
        return found[0] if found else None

    def publish(self, uri: str, version: int | None, diagnostics: Raw) -> None:
        """Show these diagnostics in place of those that were shown."""
        of_version = "" if version is None else f'"version": {version}, '
        params = Raw(f'{{"uri": {json.dumps(uri)}, {of_version}"diagnostics": {diagnostics.text}}}')
        cast("Protocol", self._server.protocol).notify_raw(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS, params)

    def refresh(self, *methods: str) -> None:
        """Have the client ask again for what it shows, where it can be told to."""
        for method in methods:
            if method in self._client.refreshes:
                self._server.protocol.send_request(method)

    def warn(self, message: str) -> None:
        """Tell the user of something that is not about a place in a document."""
        self._server.window_show_message(types.ShowMessageParams(types.MessageType.Warning, f"lazyoci: {message}"))

    def tell_problem(self, key: str, problem: str) -> None:
        """Tell what keeps a document from being checked as its project wants; once, until it is another or none."""
        before = self._problems.pop(key, "")
        if problem and problem != before and problem not in self._problems.values():
            self.warn(problem)
        if problem:
            self._problems[key] = problem

    def log_later(self, message: str) -> None:
        """Write a warning into the client's log, from any thread."""
        params = types.LogMessageParams(types.MessageType.Warning, redact(message))
        self._background.on_main_loop(lambda: self._server.window_log_message(params))

    def tell_offline(self, offline: bool, *, in_log: bool) -> None:
        """One line of status: no registry can be reached, or one can again.

        `in_log`: clients that show no status have it in their log.
        """
        self._offline = offline
        self._tell_status(in_log and (_OFFLINE if offline else "registries answer again"))

    def tell_answers(self) -> None:
        """Registries answered, for clients that show it in a page of theirs."""
        if self._client.registry_answers:
            self._server.protocol.notify(_ANSWERS, {})

    def tell_previewed(self, words: str) -> None:
        """In the same line: which occasion hints and hovers are for; empty for here and now. Told if it is another."""
        if words != self._previewed:
            self._previewed = words
            self._tell_status(words or "previewed as it is here and now")

    def tell_checked(self, done: int, total: int) -> None:
        """How many of the workspace's files are checked, in clients that show progress."""
        if self._client.progress:
            self._background.spawn(self._checked(done, total))

    async def _checked(self, done: int, total: int) -> None:
        progress = self._server.work_done_progress
        async with self._telling:  # one after the other: the first waits until the client knows the token
            if not self._checking and done < total:
                self._checking = uuid4().hex
                await progress.create_async(self._checking)
                progress.begin(
                    self._checking, types.WorkDoneProgressBegin("lazyoci: checking the workspace", percentage=0)
                )
            elif self._checking and done < total:
                told = f"{done:,} of {total:,} files"
                report = types.WorkDoneProgressReport(message=told, percentage=100 * done // total)
                progress.report(self._checking, report)
            elif self._checking:
                progress.end(self._checking, types.WorkDoneProgressEnd())
                progress.tokens.pop(self._checking, None)
                self._checking = ""

    def _tell_status(self, in_log: str | Literal[False]) -> None:
        if self._client.server_status:
            health = "warning" if self._offline else "ok"
            words = "; ".join(one for one in (_OFFLINE if self._offline else "", self._previewed) if one)
            self._server.protocol.notify(_STATUS, {"health": health, "quiescent": True, "message": words})
        elif in_log:
            self._server.window_log_message(types.LogMessageParams(types.MessageType.Info, f"lazyoci: {in_log}"))

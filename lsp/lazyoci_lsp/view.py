"""The server as one request sees it: what is open and set when the request comes, and how to learn more of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lsprotocol import types
from pygls.lsp.server import LanguageServer

from lazyoci_lsp.registries.service import Registries
from lazyoci_lsp.state.changes import Changes
from lazyoci_lsp.state.checker import Checker
from lazyoci_lsp.state.client import Client
from lazyoci_lsp.state.conditions import Conditions
from lazyoci_lsp.state.configuration import Configuration
from lazyoci_lsp.state.other_files import OtherFiles
from lazyoci_lsp.state.projects import Projects
from lazyoci_lsp.state.workspace import WorkspaceFiles
from lazyoci_lsp.text import uris
from lazyoci_lsp.text.convert import Converter
from lazyoci_lsp.text.documents import Text
from lazyoci_lsp.workers import Background

if TYPE_CHECKING:
    from lazyoci.yaml.nodes import Document
    from lazyoci_lsp.state.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class View:
    """What a handler gets. Its values never change while the handler waits, and no handler changes them.

    A handler begins with `text`, where the text alone answers, or with `nodes` or `snapshot`, which wait
    for the check of the newest version and give frozen values.
    """

    client: Client
    converter: Converter
    encode: Callable[[Any], Any]  # a value of lsprotocol as values of JSON
    configuration: Configuration
    texts: Mapping[str, Text]  # all open documents, by `Text.key`
    folders: tuple[Path, ...]  # of the workspace
    # what works, or knows more than was known when the request came
    background: Background
    checker: Checker
    changes: Changes
    workspace: WorkspaceFiles
    other_files: OtherFiles
    registries: Registries
    projects: Projects

    @property
    def home(self) -> Path | None:
        """Where a document without a file counts as lying: the first workspace folder."""
        return self.folders[0] if self.folders else None

    def opened(self, uri: str) -> Text | None:
        """The open document of that URI, be it a `.lazy` file or another."""
        return self.texts.get(uris.key(uri))

    def text(self, uri: str) -> Text | None:
        """The open `.lazy` file of that URI; None where there is none."""
        found = self.opened(uri)
        return found if found is not None and found.is_lazy else None

    async def nodes(self, uri: str) -> tuple[Text, Document | None] | None:
        """The newest version of an open `.lazy` file and its YAML; where that is broken, as far as it goes."""
        return await self.checker.document(uris.key(uri))

    async def nodes_of(self, text: Text) -> Document | None:
        """The YAML of a text that is open; None where it cannot be read, or was edited meanwhile: then ask again."""
        found = await self.nodes(text.uri)
        return found[1] if found is not None and found[0].source is text.source else None

    async def snapshot(self, uri: str) -> Snapshot | None:
        """All that the check found in the newest version of an open `.lazy` file; None where there is none."""
        return await self.checker.fresh(uris.key(uri))

    def is_newest(self, text: Text) -> bool:
        """Whether a document was not edited, nor closed, since."""
        return self.checker.is_newest(text)

    def edit(self, changes: Mapping[str, tuple[int | None, list[types.TextEdit]]]) -> types.WorkspaceEdit:
        """Edits by URI, with the versions they are meant for where the client can check them."""
        if not self.client.changes_documents:
            return types.WorkspaceEdit(changes={uri: edits for uri, (_, edits) in changes.items()})
        return types.WorkspaceEdit(
            document_changes=[
                types.TextDocumentEdit(types.OptionalVersionedTextDocumentIdentifier(uri=uri, version=version), edits)
                for uri, (version, edits) in changes.items()
            ]
        )


@dataclass(frozen=True, slots=True)
class CommandContext:
    """What a command gets: a view, and what a command may do besides answering."""

    view: View
    conditions: Conditions
    server: LanguageServer  # for questions, messages and progress in the client
    set_preview_tag: Callable[[str | None], None]
    set_scenario: Callable[[str], None]
    set_preview_env: Callable[[str, str], None]
    log_later: Callable[[str], None]  # from any thread

"""What the client tells without waiting for an answer: one function a notification."""

from __future__ import annotations

import logging

from lsprotocol import types

from lazyoci_lsp.session import Session
from lazyoci_lsp.state.configuration import SECTION
from lazyoci_lsp.text import uris

log = logging.getLogger(__name__)


async def initialized(session: Session, params: types.InitializedParams) -> None:
    """The client is ready for requests of ours: what it shall watch, and what the user has set."""
    session.editor.tell_started(session.folders())
    session.editor.register()
    session.background.spawn(session.watcher.run())
    session.other_files.look()
    await _configure(session, None)


async def did_change_configuration(session: Session, params: types.DidChangeConfigurationParams) -> None:
    """The user changed the settings."""
    await _configure(session, params.settings)


async def _configure(session: Session, told: object) -> None:
    """Take the settings that the client has; those it `told`, where it cannot be asked."""
    if session.client.configures:
        value = await session.editor.configuration()
    else:
        value = told.get(SECTION, told) if isinstance(told, dict) else None
    if isinstance(value, dict) and value:
        session.current.take(value)


def did_open(session: Session, params: types.DidOpenTextDocumentParams) -> None:
    """A document was opened."""
    text = session.documents.open(params.text_document)
    if not text.is_lazy:
        session.world_changed()
        return
    directory = text.directory(session.home())
    if directory is not None:
        session.watcher.begin(directory)
    session.changes.announce()
    session.publisher.now(text.key)
    session.registries.settled(text)


def did_change(session: Session, params: types.DidChangeTextDocumentParams) -> None:
    """A document was edited."""
    text = session.documents.change(params.text_document, params.content_changes)
    if text is None:
        log.warning("an edit of a document that is not open")
    elif text.is_lazy:
        session.changes.announce()
        session.checker.overtake(text.key)
        session.publisher.later(text.key)
    else:
        session.world_changed()


def did_save(session: Session, params: types.DidSaveTextDocumentParams) -> None:
    """A document was saved: the work tree may now be dirty, or clean again."""
    session.world_changed(git=True)
    text = session.documents.lazy(params.text_document.uri)
    if text is not None:
        session.registries.settled(text, saved=True)


def did_close(session: Session, params: types.DidCloseTextDocumentParams) -> None:
    """A document was closed."""
    text = session.documents.close(params.text_document.uri)
    if text is None:
        return
    if text.is_lazy:
        session.changes.announce()
        session.checker.forget(text.key)
        session.registries.closed(text.key)
        session.publisher.clear(text)
        session.other_files.look()
    else:
        session.world_changed()


def did_change_watched_files(session: Session, params: types.DidChangeWatchedFilesParams) -> None:
    """Files came, went or changed on the disk; what is open counts as it is in the editor."""
    paths = [path for path in (uris.to_path(event.uri) for event in params.changes) if path is not None]
    others = [path for path in paths if session.documents.get(uris.from_path(path)) is None]
    if any(path.name.endswith(".lazy") for path in others):
        session.workspace.forget()
    if others:
        session.world_changed(git=any(".git" in path.parts for path in others))


def did_change_workspace_folders(session: Session, params: types.DidChangeWorkspaceFoldersParams) -> None:
    """Workspace folders came or went."""
    session.workspace.forget()
    session.world_changed()

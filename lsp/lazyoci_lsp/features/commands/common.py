"""What commands share: finding their document, checking it as `lazyoci build` does, telling the outcome."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lsprotocol import types
from pygls.exceptions import JsonRpcInvalidParams

from lazyoci.check import Checked, Run, for_build
from lazyoci.diagnostic import Source
from lazyoci.frozen import replace
from lazyoci.world import Face, World
from lazyoci_lsp.state import shown_files, world
from lazyoci_lsp.text import uris
from lazyoci_lsp.text.documents import Text
from lazyoci_lsp.view import CommandContext

if TYPE_CHECKING:
    from lazyoci.registry.client import Client


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a command answers: whether all went well, and the text that the command line would print."""

    ok: bool
    text: str

    def to_json(self) -> dict[str, Any]:
        """The same for the client."""
        return {"ok": self.ok, "text": self.text}


def document(context: CommandContext, arguments: tuple[Any, ...]) -> Text:
    """The document that the first argument names, else the only one that is open; raises JsonRpcInvalidParams."""
    if arguments and isinstance(arguments[0], str):
        found = context.view.text(arguments[0])
        if found is not None:
            return found
        raise JsonRpcInvalidParams(f"{arguments[0]} is not an open .lazy file")
    opened = [text for text in context.view.texts.values() if text.is_lazy]
    if len(opened) == 1:
        return opened[0]
    raise JsonRpcInvalidParams("give the URI of an open .lazy file")


def artifact(arguments: tuple[Any, ...]) -> tuple[str, ...]:
    """The artifact that the second argument names, as `--artifact` takes it; empty for all."""
    found = arguments[1] if len(arguments) > 1 else None
    return (str(found),) if isinstance(found, int | str) and not isinstance(found, bool) and str(found) else ()


def refuse_untrusted(context: CommandContext, what: str) -> None:
    """Raise unless the workspace is trusted."""
    if not context.view.configuration.trusted:
        raise JsonRpcInvalidParams(f"the workspace is not trusted, so {what}")


def build_world(context: CommandContext) -> World:
    """The World of a build with what the user set for previews; raises JsonRpcInvalidParams where that is wrong."""
    conditions = context.conditions
    files = world.Overlay(conditions.overlay)
    made, problem = world.make(conditions.configuration, files, conditions.git, Face.BUILD)
    if problem:
        raise JsonRpcInvalidParams(problem)
    return made


def checked_for_build(text: Text, judged_in: World) -> Checked:
    """The file as `lazyoci build` checks it."""
    return Run(judged_in, for_build()).check(text.source.text, text.path)


def named(context: CommandContext, checked: Checked) -> Checked:
    """The same with its path relative to its workspace folder, which is shorter to show."""
    path = checked.source.path
    for folder in context.view.folders:
        if path is not None and path.is_relative_to(folder):
            return replace(checked, source=Source(checked.source.text, path.relative_to(folder)))
    return checked


def errors(checked: Checked) -> str:
    """The errors of a check as the command line shows them."""
    from lazyoci.report.style import Style
    from lazyoci.report.text import finding

    found = [one for one in checked.diagnostics if checked.fails(one)]
    return "\n".join(finding(one, checked.source, Style()) for one in found)


def connected(context: CommandContext, cancelled: threading.Event) -> Client:
    """A client for registries, with the user's settings and credentials; raises LazyociError where they are wrong."""
    from lazyoci import settings
    from lazyoci.registry.connect import connect

    environ = context.view.configuration.environ()
    return connect(settings.load(environ), on_warning=context.log_later, environ=environ, cancelled=cancelled)


async def tell(context: CommandContext, what: str, outcome: Outcome) -> None:
    """The outcome in one message, all of it in the log, and in a file that is shown or at least named."""
    kind = types.MessageType.Info if outcome.ok else types.MessageType.Error
    context.server.window_log_message(types.LogMessageParams(kind, outcome.text))
    lines = [line.strip() for line in outcome.text.splitlines() if line.strip()]
    failed = next((line for line in lines if line.startswith("FAIL")), lines[0] if lines else "")
    words = f"{what}: done" if outcome.ok else f"{what} failed: {failed}"
    path = await show(context, f"{what.partition(' ')[0]}.txt", what, outcome.text)
    place = f"; all of it is in {path}" if path is not None else ""
    context.server.window_show_message(types.ShowMessageParams(kind, f"lazyoci: {words}{place}"))


async def show(context: CommandContext, name: str, about: str, text: str) -> Path | None:
    """Show a text as a file, in clients that can show one; returns where it is.

    Visual Studio Code's extension shows what it asks for in its own ways, so there it is None. `name` and `about` are
    those of `shown_files.put`.
    """
    view = context.view
    if view.client.vscode:
        return None
    environ = view.configuration.environ()
    path = await view.background.run(lambda: shown_files.put(environ, name, about, text))
    if path is not None and view.client.shows_documents:
        shown = types.ShowDocumentParams(uris.from_path(path), take_focus=False)
        view.background.spawn(context.server.window_show_document_async(shown))
    return path

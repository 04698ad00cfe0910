"""`lazyoci.preview`, `lazyoci.dryRun`, `lazyoci.setPreviewTag`: what would be pushed, without any network."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

from lsprotocol import types
from pygls.exceptions import JsonRpcInvalidParams

from lazyoci.check import Checked
from lazyoci.check.scenarios import STANDARD, rows
from lazyoci.check.text import follows_occasions
from lazyoci.errors import LazyociError, UsageError
from lazyoci_lsp.features.commands import common
from lazyoci_lsp.features.commands.common import Outcome
from lazyoci_lsp.state import scenario
from lazyoci_lsp.view import CommandContext

if TYPE_CHECKING:
    from lazyoci.registry.client import Client
    from lazyoci.world import World
    from lazyoci_lsp.text.documents import Text


async def preview(context: CommandContext, *arguments: Any) -> dict[str, Any]:
    """The virtual document: the tree of `lazyoci preview`, and below it what `lazyoci build --dry-run` prints."""
    text = common.document(context, arguments)
    world = common.build_world(context)
    chosen = context.view.configuration.scenario

    def work() -> Outcome:
        from lazyoci.report import preview as report
        from lazyoci.report import scenarios as table
        from lazyoci.report.style import Style

        try:
            checked = common.checked_for_build(text, world)
            if chosen:
                return _on_occasion(context, checked, chosen)
            tree = report.tree(common.named(context, checked), Style())
            if checked.config is not None and follows_occasions(checked.config):
                tree += "\n" + table.text(rows(checked, STANDARD), STANDARD, Style())
        except LazyociError:
            tree = ""  # what is wrong with the settings is told by the dry run
        told = dry_run_outcome(context, text, world, ())
        return Outcome(told.ok, "\n".join(part for part in (tree, told.text) if part))

    outcome = await context.view.background.run(work)
    path = await common.show(context, "preview.txt", text.uri, outcome.text)
    if path is not None and not context.view.client.shows_documents:
        words = f"lazyoci: the preview is in {path}"
        context.server.window_show_message(types.ShowMessageParams(types.MessageType.Info, words))
    return outcome.to_json()


def _on_occasion(context: CommandContext, checked: Checked, name: str) -> Outcome:
    """The tree of the scenario that is previewed, and the table of all."""
    from lazyoci.report import preview as report
    from lazyoci.report import scenarios as table
    from lazyoci.report.style import Style

    there = scenario.judged(checked, scenario.named(name), None)
    told = table.text(rows(checked, STANDARD), STANDARD, Style())
    tree = report.tree(common.named(context, there), Style())
    return Outcome(there.plan is not None, f"Previewed as {name}\n\n{tree}\n{told}")


async def dry_run(context: CommandContext, *arguments: Any) -> dict[str, Any]:
    """`lazyoci build --dry-run` of the text as it is in the editor, or of one artifact of it."""
    text = common.document(context, arguments)
    world = common.build_world(context)

    outcome = await context.view.background.run(
        lambda: dry_run_outcome(context, text, world, common.artifact(arguments))
    )
    await common.tell(context, "dry run", outcome)
    return outcome.to_json()


def dry_run_outcome(context: CommandContext, text: Text, world: World, artifacts: tuple[str, ...]) -> Outcome:
    """What `lazyoci build --dry-run` prints: the errors of the check, and below them what would become of each."""
    from lazyoci import publish
    from lazyoci.progress import Silent
    from lazyoci.report import build as report
    from lazyoci.report.style import Style

    try:
        checked = common.named(context, common.checked_for_build(text, world))
        options = publish.Options(artifacts=artifacts, dry_run=True)
        results = publish.publish([checked], options, _no_client, Silent(), threading.Event())
    except LazyociError as error:
        return Outcome(False, f"lazyoci: {error.message}\n")
    told = report.text(results, Style(), dry_run=True)
    found = common.errors(publish.about(checked, artifacts))
    return Outcome(not any(one.failed for one in results), "\n".join(part for part in (found, told) if part))


def _no_client() -> Client:
    raise AssertionError("a dry run without --check asks no registry")


async def set_preview_tag(context: CommandContext, *arguments: Any) -> None:
    """Take a tag or a scenario for hints, hovers and previews, until the server ends; without one, ask for it.

    An empty tag, or null, means here and now again, with the tag of the settings.
    """
    if not arguments:
        return await _ask(context)
    chosen = arguments[0] if len(arguments) == 1 else 0
    if isinstance(chosen, dict) and isinstance(chosen.get("scenario"), str) and len(chosen) == 1:
        return _preview_as(context, chosen["scenario"])
    if not isinstance(chosen, str | None):
        raise JsonRpcInvalidParams('give one tag, as for --tag, or {"scenario": NAME}')
    context.set_preview_tag(chosen or None)
    return None


async def _ask(context: CommandContext) -> None:
    """Have the user choose, in any client that can ask a question."""
    names = [one.name for one in STANDARD]
    question = types.ShowMessageRequestParams(
        types.MessageType.Info, "lazyoci: preview as …", actions=[types.MessageActionItem(name) for name in names]
    )
    answer = await context.server.window_show_message_request_async(question)
    if answer is not None and answer.title in names:
        _preview_as(context, answer.title)


def _preview_as(context: CommandContext, name: str) -> None:
    try:
        scenario.named(name)
    except UsageError as error:
        raise JsonRpcInvalidParams(f"{error.message}; {error.hint}") from None
    context.set_scenario("" if name == scenario.HERE else name)


async def scenarios(context: CommandContext, *_arguments: Any) -> list[dict[str, Any]]:
    """The scenarios to choose from, and which one is previewed."""
    chosen = context.view.configuration.scenario
    names = dict.fromkeys([*[one.name for one in STANDARD], *([chosen] if chosen else [])])
    return [{"name": name, "chosen": name == (chosen or scenario.HERE)} for name in names]

"""`lazyoci.preview`, `lazyoci.dryRun`, `lazyoci.setPreviewTag`: what would be pushed, without any network."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

from pygls.exceptions import JsonRpcInvalidParams

from lazyoci.errors import LazyociError
from lazyoci_lsp.features.commands import common
from lazyoci_lsp.features.commands.common import Outcome
from lazyoci_lsp.view import CommandContext

if TYPE_CHECKING:
    from lazyoci.registry.client import Client
    from lazyoci.world import World
    from lazyoci_lsp.text.documents import Text


async def preview(context: CommandContext, *arguments: Any) -> dict[str, Any]:
    """The virtual document: the tree of `lazyoci preview`, and below it what `lazyoci build --dry-run` prints."""
    text = common.document(context, arguments)
    world = common.build_world(context)

    def work() -> Outcome:
        from lazyoci.report import preview as report
        from lazyoci.report.style import Style

        try:
            tree = report.tree(common.named(context, common.checked_for_build(text, world)), Style())
        except LazyociError:
            tree = ""  # what is wrong with the settings is told by the dry run
        told = dry_run_outcome(context, text, world, ())
        return Outcome(told.ok, "\n".join(part for part in (tree, told.text) if part))

    return (await context.view.background.run(work)).to_json()


async def dry_run(context: CommandContext, *arguments: Any) -> dict[str, Any]:
    """`lazyoci build --dry-run` of the text as it is in the editor, or of one artifact of it."""
    text = common.document(context, arguments)
    world = common.build_world(context)

    outcome = await context.view.background.run(
        lambda: dry_run_outcome(context, text, world, common.artifact(arguments))
    )
    common.tell(context, "dry run", outcome)
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
    """Take a tag for hints, hovers and previews, until the server ends; empty means the settings' own again."""
    if len(arguments) != 1 or not isinstance(arguments[0], str | None):
        raise JsonRpcInvalidParams("give one tag, as for --tag")
    context.set_preview_tag(arguments[0] or None)

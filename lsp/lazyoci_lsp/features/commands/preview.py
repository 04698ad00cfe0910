"""`lazyoci.preview`, `lazyoci.dryRun`, `lazyoci.setPreviewTag`: what would be pushed, without any network."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

from pygls.exceptions import JsonRpcInvalidParams

from lazyoci.errors import LazyociError
from lazyoci_lsp.features.commands import common
from lazyoci_lsp.features.commands.common import Outcome

if TYPE_CHECKING:
    from lazyoci.registry.client import Client
    from lazyoci.world import World
    from lazyoci_lsp.session import Session
    from lazyoci_lsp.text.documents import Text


async def preview(ls: Session, *arguments: Any) -> dict[str, Any]:
    """The virtual document: the tree of `lazyoci preview`, and below it what `lazyoci build --dry-run` prints."""
    text = common.document(ls, arguments)
    world = common.build_world(ls)

    def work() -> Outcome:
        from lazyoci.report import preview as report
        from lazyoci.report.style import Style

        try:
            tree = report.tree(common.named(ls, common.checked_for_build(text, world)), Style())
        except LazyociError:
            tree = ""  # what is wrong with the settings is told by the dry run
        told = dry_run_outcome(ls, text, world, ())
        return Outcome(told.ok, "\n".join(part for part in (tree, told.text) if part))

    return (await ls.in_worker(work)).to_json()


async def dry_run(ls: Session, *arguments: Any) -> dict[str, Any]:
    """`lazyoci build --dry-run` of the text as it is in the editor, or of one artifact of it."""
    text = common.document(ls, arguments)
    world = common.build_world(ls)

    outcome = await ls.in_worker(lambda: dry_run_outcome(ls, text, world, common.artifact(arguments)))
    common.tell(ls, "dry run", outcome)
    return outcome.to_json()


def dry_run_outcome(ls: Session, text: Text, world: World, artifacts: tuple[str, ...]) -> Outcome:
    """What `lazyoci build --dry-run` prints: the errors of the check, and below them what would become of each."""
    from lazyoci import publish
    from lazyoci.progress import Silent
    from lazyoci.report import build as report
    from lazyoci.report.style import Style

    try:
        checked = common.named(ls, common.checked_for_build(text, world))
        options = publish.Options(artifacts=artifacts, dry_run=True)
        results = publish.publish([checked], options, _no_client, Silent(), threading.Event())
    except LazyociError as error:
        return Outcome(False, f"lazyoci: {error.message}\n")
    told = report.text(results, Style(), dry_run=True)
    found = common.errors(publish.about(checked, artifacts))
    return Outcome(not any(one.failed for one in results), "\n".join(part for part in (found, told) if part))


def _no_client() -> Client:
    raise AssertionError("a dry run without --check asks no registry")


async def set_preview_tag(ls: Session, *arguments: Any) -> None:
    """Take a tag for hints, hovers and previews, until the server ends; empty means the settings' own again."""
    if len(arguments) != 1 or not isinstance(arguments[0], str | None):
        raise JsonRpcInvalidParams("give one tag, as for --tag")
    ls.set_preview_tag(arguments[0] or None)

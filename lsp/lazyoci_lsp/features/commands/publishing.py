"""`lazyoci.build` and `lazyoci.push`: what the command line does, with progress in the editor, and stopped there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lsprotocol import types
from pygls.exceptions import JsonRpcInvalidParams

from lazyoci import reader
from lazyoci.errors import LazyociError
from lazyoci.plan import PlannedArtifact
from lazyoci.world import World
from lazyoci_lsp.features.commands import common
from lazyoci_lsp.features.commands.common import Outcome
from lazyoci_lsp.features.commands.preview import dry_run_outcome
from lazyoci_lsp.features.commands.progress import Progress, Telling
from lazyoci_lsp.text.documents import Text
from lazyoci_lsp.view import CommandContext

if TYPE_CHECKING:
    from lazyoci.registry.client import Client

_PUSH, _CANCEL = "Push", "Cancel"
_MOST = 5  # artifacts, and references of one, that a question names


async def build(context: CommandContext, *arguments: Any) -> dict[str, Any]:
    """Build the file, or one artifact of it, and push nothing."""
    return await _run(context, arguments, push=False)


async def push(context: CommandContext, *arguments: Any) -> dict[str, Any]:
    """Build and push, after the user has confirmed: a lens is clicked too easily."""
    return await _run(context, arguments, push=True)


async def pushes(context: CommandContext, *arguments: Any) -> dict[str, Any]:
    """What a push would push, for a client that asks its user itself: the artifacts, each with its references.

    Where a push would be refused, `ok` is false, and `text` says why.
    """
    text = common.document(context, arguments)
    artifacts, world = common.artifact(arguments), common.build_world(context)
    planned = await context.view.background.run(lambda: dry_run_outcome(context, text, world, artifacts))
    chosen = await _chosen(context, text, artifacts)
    listed = [{"name": one.artifact.label, "type": one.artifact.type, "references": _references(one)} for one in chosen]
    return planned.to_json() | {"artifacts": listed}


async def _run(context: CommandContext, arguments: tuple[Any, ...], *, push: bool) -> dict[str, Any]:
    text = common.document(context, arguments)
    word = "push" if push else "build"
    common.refuse_untrusted(context, f"nothing is {'pushed' if push else 'built'} there")
    _refuse_unsaved(text)
    artifacts = common.artifact(arguments)
    world = common.build_world(context)
    if push:
        planned = await context.view.background.run(lambda: dry_run_outcome(context, text, world, artifacts))
        if not planned.ok:  # what would be refused is not offered
            await common.tell(context, word, planned)
            return planned.to_json()
        if not await _confirmed(context, text, artifacts):
            return Outcome(False, "Nothing was pushed.\n").to_json()
    name = ", ".join(artifacts) or (text.path.parent.name if text.path is not None else "")
    async with Progress(context, f"lazyoci {word} {name}") as progress:
        outcome = await context.view.background.run_long(
            lambda: _publish(context, text, world, artifacts, progress, push=push)
        )
    if push:
        context.view.registries.forget(text.key)
    await common.tell(context, word, outcome)
    return outcome.to_json()


def _refuse_unsaved(text: Text) -> None:
    """Refuse a text that is not saved: a build reads the file."""
    try:
        data = reader.read(text.path, reader.LAZY) if text.path is not None else b""
    except OSError:
        data = b""
    if data.decode("utf-8", "replace") != text.source.text:
        raise JsonRpcInvalidParams("save the file first: what is built is what lies on the disk")


async def _confirmed(context: CommandContext, text: Text, artifacts: tuple[str, ...]) -> bool:
    chosen = await _chosen(context, text, artifacts)
    told = "; ".join(f"{one.artifact.label}: {_listed(one)}" for one in chosen[:_MOST])
    more = f"; and {len(chosen) - _MOST} more artifacts" if len(chosen) > _MOST else ""
    answer = await context.server.window_show_message_request_async(
        types.ShowMessageRequestParams(
            types.MessageType.Warning,
            f"lazyoci: build and push? {told}{more}",
            # the first is what many clients have selected
            actions=[types.MessageActionItem(_CANCEL), types.MessageActionItem(_PUSH)],
        )
    )
    return answer is not None and answer.title == _PUSH


async def _chosen(context: CommandContext, text: Text, artifacts: tuple[str, ...]) -> list[PlannedArtifact]:
    """The artifacts that a command is about, here and now."""
    snapshot = await context.view.snapshot(text.uri)
    plan = snapshot.here.plan if snapshot is not None else None
    return [one for one in plan.artifacts if not artifacts or str(one.artifact.index) in artifacts] if plan else []


def _references(artifact: PlannedArtifact) -> list[str]:
    return list(dict.fromkeys(reference.text for reference in artifact.references))


def _listed(artifact: PlannedArtifact) -> str:
    """The references of an artifact, as far as there is room for them."""
    names = _references(artifact)
    return ", ".join(names[:_MOST]) + (f" and {len(names) - _MOST} more" if len(names) > _MOST else "")


def _publish(
    context: CommandContext, text: Text, world: World, artifacts: tuple[str, ...], progress: Progress, *, push: bool
) -> Outcome:
    """The whole of it, in a thread of its own."""
    from lazyoci import publish
    from lazyoci.report import build as report
    from lazyoci.report.style import Style

    def connect() -> Client:
        return common.connected(context, progress.cancelled)

    try:
        checked = common.checked_for_build(text, world)
        epoch = publish.source_date_epoch(world.environ)
        options = publish.Options(artifacts=artifacts, push=push, epoch=epoch)
        results = publish.publish([checked], options, connect, Telling(progress), progress.cancelled)
    except LazyociError as error:
        return Outcome(False, f"lazyoci: {error.message}\n{error.hint}\n")
    told = report.text(results, Style(), seen_output=False)
    if progress.cancelled.is_set():
        told += "Interrupted: what is not shown as pushed or moved was not published.\n"
    failed = progress.cancelled.is_set() or any(one.failed for one in results)
    return Outcome(
        not failed, "\n".join(part for part in (common.errors(publish.about(checked, artifacts)), told) if part)
    )

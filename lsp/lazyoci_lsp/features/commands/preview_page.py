"""`lazyoci.previewPage`: the page of `lazyoci preview -o html` in its parts, for a client with a page of its own.

What is known of registries stands in it; nothing is asked for its sake.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from lazyoci.check import Checked
from lazyoci.check.scenarios import STANDARD, Row, rows
from lazyoci.check.text import follows_occasions
from lazyoci.errors import LazyociError
from lazyoci.oci.reference import Reference
from lazyoci_lsp.features import registry_states
from lazyoci_lsp.features.commands import common
from lazyoci_lsp.features.registry_states import State
from lazyoci_lsp.registries.observations import observed
from lazyoci_lsp.state import scenario
from lazyoci_lsp.view import CommandContext

if TYPE_CHECKING:
    from lazyoci.publish import ArtifactResult
    from lazyoci.report.preview_html import RegistryState
    from lazyoci.world import World
    from lazyoci_lsp.state.snapshot import Snapshot
    from lazyoci_lsp.text.documents import Text


@dataclass(frozen=True, slots=True)
class _Judged:
    """What the page shows but for the registries."""

    checked: Checked
    failed: tuple[ArtifactResult, ...]
    rows: tuple[Row, ...]


async def preview_page(context: CommandContext, *arguments: Any) -> dict[str, Any]:
    """Answers `{"ok", "style", "main"}`: a style sheet, and what is in `<main>`, in which all texts are escaped."""
    text = common.document(context, arguments)
    world = common.build_world(context)
    chosen = context.view.configuration.scenario
    snapshot = await context.view.snapshot(text.uri)
    background = context.view.background
    try:
        judged = await background.run(lambda: _judged(text, world, chosen))
    except LazyociError as error:
        sentence = error.sentence
        return await background.run(lambda: _refused(sentence))
    states = {} if snapshot is None else _states(context, snapshot, judged.checked)
    return await background.run(lambda: _page(context, judged, chosen, states))


def _judged(text: Text, world: World, chosen: str) -> _Judged:
    from lazyoci.publish import Options, about, refused

    checked = common.checked_for_build(text, world)
    if chosen:
        there = scenario.judged(checked, scenario.named(chosen), None)
        return _Judged(there, (), rows(checked, STANDARD))
    failed = tuple(refused(checked, Options()))
    told = about(checked, ())
    wanted = checked.config is not None and follows_occasions(checked.config)
    return _Judged(told, failed, rows(told, STANDARD) if wanted else ())


def _states(context: CommandContext, snapshot: Snapshot, checked: Checked) -> dict[tuple[int, Reference], State]:
    found: dict[tuple[int, Reference], State] = {}
    for artifact in checked.plan.artifacts if checked.plan is not None else ():
        index = artifact.artifact.index
        for target in artifact.targets:
            for one in target.references:
                state = registry_states.state(context.view, snapshot, index, target, one, ask=False)
                if state is not None and one.reference is not None:
                    found[index, one.reference] = state
    return found


def _page(
    context: CommandContext, judged: _Judged, chosen: str, states: Mapping[tuple[int, Reference], State]
) -> dict[str, Any]:
    from lazyoci.report import preview_html

    shown = {key: _shown(state) for key, state in states.items()}
    texts = {state.text for state in shown.values()}
    # where all registries have the same to say, such as that they are not asked, it is said once
    note = (
        f"Registries: {texts.pop()}" if len(texts) == 1 and all(one.answer is None for one in states.values()) else ""
    )
    scenarios = STANDARD if judged.rows else ()
    more = preview_html.Shown(judged.rows, scenarios, judged.failed, chosen, None if note else shown, note)
    ok = judged.checked.plan is not None and not judged.failed
    return {
        "ok": ok,
        "style": preview_html.style(),
        "main": preview_html.main(common.named(context, judged.checked), more),
    }


def _shown(state: State) -> RegistryState:
    from lazyoci.report.preview_html import RegistryState

    words = {"absent": "new", "exists": {None: "exists", True: "unchanged", False: "moves"}[state.same]}
    when = "" if state.answer is None else observed(state.answer)
    return RegistryState(words.get(state.word, state.word), f"{state.word}: {', '.join(map(str, state.details))}{when}")


def _refused(sentence: str) -> dict[str, Any]:
    """The page where the settings are wrong, so that nothing can be judged."""
    from lazyoci.report import preview_html

    return {"ok": False, "style": preview_html.style(), "main": preview_html.refusal(sentence)}

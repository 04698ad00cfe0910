"""What hover says of a registry: what it has under a reference, how old that is, and why it is not known."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from lazyoci_lsp.features.markdown import code, escape
from lazyoci_lsp.features.registry_states import Detail, State, source_state, state
from lazyoci_lsp.view import View

if TYPE_CHECKING:
    from lazyoci.online import Answer
    from lazyoci.plan import PlannedArtifact, PlannedReference, PlannedTarget
    from lazyoci_lsp.state.snapshot import Snapshot


def lines(
    view: View, snapshot: Snapshot, artifact: int, target: PlannedTarget, reference: PlannedReference | None
) -> list[str]:
    """What is known of a reference, or of a target that has none yet; empty where nothing could be asked."""
    return _lines(state(view, snapshot, artifact, target, reference))


def of_source(view: View, snapshot: Snapshot, artifact: PlannedArtifact) -> list[str]:
    """What is known of what a copy is made from, and whether each reference has the same."""
    source = source_state(view, snapshot, artifact)
    digest = "" if source is None or source.answer is None else source.answer.digest
    found = _lines(source)
    for target in artifact.targets if digest else ():
        for one in target.references:
            there = state(view, snapshot, artifact.artifact.index, target, one)
            if there is not None and there.answer is not None:
                found.append(f"\n{code(one.text)}: {_compared(there, digest)}")
    return found


def _compared(there: State, digest: str) -> str:
    if there.word != "exists" or there.answer is None:
        return escape(there.word)
    return "has it" if there.answer.digest == digest else "has another"


def _lines(found: State | None) -> list[str]:
    if found is None:
        return []
    when = "" if found.answer is None else f" ({observed(found.answer, time.time())})"
    return [_word(found) + ", ".join(_detail(one) for one in found.details) + when]


def observed(answer: Answer, now: float) -> str:
    """How old an answer is, and to whom it was given."""
    return f"checked {age(now - answer.asked)} ago{'' if answer.as_push else ', anonymously'}"


def age(seconds: float) -> str:
    """A time span as people say it."""
    seconds = max(0, round(seconds))
    if seconds < 60:
        return f"{seconds} s"
    return f"{seconds // 60} min" if seconds < 3600 else f"{seconds // 3600} h {seconds % 3600 // 60} min"


def _word(found: State) -> str:
    return f"*{found.word}*: " if found.word == "not checked" else f"**{found.word}**: "


def _detail(one: Detail) -> str:
    return " ".join(part for part in (escape(one.text), code(one.code) if one.code else "") if part)

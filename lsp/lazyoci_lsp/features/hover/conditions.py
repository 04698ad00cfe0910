"""Hover on a condition: what its words mean, and whether it holds now, and why."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from lazyoci.resolve import condition as rendered
from lazyoci.when import Rendered, Verdict, judge, term
from lazyoci_lsp.features import format_schema, occasions
from lazyoci_lsp.features.hover import keys
from lazyoci_lsp.features.hover.spot import Said, Spot
from lazyoci_lsp.features.markdown import code, escape
from lazyoci_lsp.view import View

if TYPE_CHECKING:
    from lazyoci.config.model import Artifact, Condition, Text
    from lazyoci.plan import PlannedArtifact
    from lazyoci_lsp.features.hover.spot import InSnapshot


def at(view: View, spot: Spot) -> Said | None:
    """What to say of a `when`, or of a word of it."""
    here = spot.place
    word = spot.written(here.word)
    is_key = here.kind == "key" and word == "when" and format_schema.is_condition((*here.path, word))
    if not is_key and not (here.kind in ("value", "item") and format_schema.is_condition(here.path)):
        return None
    said = keys.documented((*here.path, word)) if is_key else _meaning(word)
    verdict = None if spot.checked is None else _verdict(spot.checked)
    parts = [part for part in (_shown(verdict) if verdict is not None else "", said) if part]
    return Said(here.word, "\n\n".join(parts)) if parts and word else None


def _meaning(word: str) -> str:
    """What one text of a condition means."""
    parsed = term(word)
    if parsed is None:
        return ""
    meaning = occasions.GLOBS[parsed.word] if parsed.glob else occasions.WORDS[parsed.word]
    return f"{code(parsed.text)}: {'not: ' if parsed.negated else ''}{escape(meaning)}\n"


def _shown(verdict: Verdict) -> str:
    if verdict.holds:
        return "**holds now**" + (f": {escape(verdict.reason)}" if verdict.reason else "")
    word = "**not now**" if verdict.holds is False else "**not known**"
    told = "; ".join(escape(text) for text in (verdict.reason, verdict.remedy) if text)
    return f"{word}: {told}" if told else word


def _verdict(checked: InSnapshot) -> Verdict | None:
    """Whether the whole condition around the place holds; None where there is none, or nobody can tell."""
    for planned in checked.artifacts:
        if not planned.artifact.node.start <= checked.offset <= planned.artifact.node.end:
            continue
        for key, condition in _conditions(planned.artifact):
            if key <= checked.offset <= condition.node.end:
                return _judged(planned, condition)
    return None


def _conditions(artifact: Artifact) -> Iterator[tuple[int, Condition]]:
    """Every condition of an artifact, with the place of its key."""
    places = [(artifact.node, artifact.when)]
    for target in artifact.targets:
        places.append((target.node, target.when))
        places += [(tag.node, tag.when) for tag in target.tags if tag.node is not None]
    for mapping, condition in places:
        key = mapping.key("when")
        if key is not None and condition is not None:
            yield key.start, condition


def _judged(planned: PlannedArtifact, condition: Condition) -> Verdict | None:
    facts = planned.resolved.values.base.facts
    if facts is None:
        return None
    known = {id(one.source.node): one for one in planned.resolved.conditions}

    def render(text: Text) -> Rendered:
        found = known.get(id(text.node))
        return Rendered(None) if found is None else rendered(found)

    verdict = judge(condition, facts, render)
    return Verdict(True, f"this run is for {facts.run}") if verdict.holds else verdict

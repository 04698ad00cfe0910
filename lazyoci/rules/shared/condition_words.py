"""Conditions of other programs, as variables (`.IsRelease`) or as expressions: which word of `when` says the same."""

from __future__ import annotations

import re

from lazyoci.config.model import Tag, Text
from lazyoci.diagnostic import Edit, Fix, Span
from lazyoci.resolve import Resolution, ResolvedArtifact
from lazyoci.rules.base import Finding
from lazyoci.rules.shared import meant
from lazyoci.yaml.nodes import Scalar
from lazyoci.yaml.quotes import is_plain, quoted

_ALONE = {  # names that are conditions without `Is` in front, too
    **dict.fromkeys(("release", "stable", "published"), "release"),
    "nightly": "schedule",
    "scheduled": "schedule",
    "snapshot": "not release",
    "ci": "not local",
}
_NAMES = _ALONE | {
    **dict.fromkeys(("prerelease", "rc", "beta", "alpha"), "prerelease"),
    **dict.fromkeys(("tag", "tagged", "tagpush", "gittag"), "tag"),
    **dict.fromkeys(("branch", "branchpush", "push"), "branch"),
    **dict.fromkeys(
        ("main", "master", "trunk", "default", "defaultbranch", "mainbranch", "masterbranch"), "default-branch"
    ),
    **dict.fromkeys(("pr", "mr", "pullrequest", "mergerequest"), "pull-request"),
    **dict.fromkeys(("schedule", "cron"), "schedule"),
    **dict.fromkeys(("manual", "dispatch", "workflowdispatch"), "manual"),
    "local": "local",
}
_EVENTS = frozenset(("event", "eventname", "eventtype", "trigger", "occasion", "githubeventname", "cipipelinesource"))
# a whole text that is nothing but such a variable, or something beside it
_ONLY = re.compile(r"\s*\{\{-?\s*(?P<not>not\s+)?\.?\w+\s*-?\}\}\s*")
_IF = re.compile(r"\s*\{\{-?\s*if\s+(?P<not>not\s+)?\.?\w+\s*-?\}\}\s*(?P<then>[^\s{}]+)\s*\{\{-?\s*end\s*-?\}\}\s*")


def write_condition(node: Scalar, instead: str) -> Fix | None:
    """The fix that writes a condition, as YAML, in place of a text; a word keeps the text's quotes."""
    if not instead or node.tag or node.style in ("|", ">"):
        return None
    inner = 1 if node.style and instead[0] not in "[{" else 0
    return Fix(f'replace with "{instead}"', (Edit(Span(node.start + inner, node.end - inner), instead),))


def expression(artifact: ResolvedArtifact, resolution: Resolution) -> Finding | None:
    """The finding for a condition that is an expression of a CI service in `${{ }}`; None for any other text."""
    if resolution not in artifact.conditions or not resolution.source.value.lstrip().startswith("$"):
        return None
    from lazyoci.when.misspelt import foreign  # only where something is wrong

    found = foreign(resolution.source.value)
    if found is None:
        return None
    node = resolution.source.node
    return meant.finding(node, found.message, None, write_condition(node, found.instead), found.certain)


def variable(artifact: ResolvedArtifact, resolution: Resolution, name: str, span: Span) -> Finding | None:
    """The finding for a variable or function that is a condition elsewhere, as `.IsRelease`; None for others."""
    folded = re.sub(r"[^a-z]", "", name.casefold())
    bare = re.sub(r"^(?:is|on|for)", "", folded)
    word = _ALONE.get(folded, "") if bare == folded else _NAMES.get(bare, "")
    node = resolution.source.node
    if folded in _EVENTS:
        message = (
            "what a run is for is no variable but a condition, as when: release; see: lazyoci explain unknown-occasion"
        )
        return Finding(node, message, span)
    if not word:
        return None
    fact = f"{resolution.source.value[span.start : span.end]} is not a template variable"
    if any(resolution is one for one in artifact.conditions):
        whole = _ONLY.fullmatch(resolution.source.value)
        word = _negated(word) if whole is not None and whole["not"] else word
        fix = write_condition(node, word) if whole is not None else None
        return Finding(node, f"{fact}; write when: {word}", span, fix=fix)
    tag = _tag(artifact, resolution.source)
    if tag is None:
        return Finding(node, f"{fact}; conditions are for artifacts, targets and tags: when: {word}", span)
    found = _IF.fullmatch(resolution.source.value)
    if found is None:
        return Finding(node, f"{fact}; write a tag with a condition, as {{tag: latest, when: {word}}}", span)
    word = _negated(word) if found["not"] else word
    then = found["then"] if is_plain(found["then"], flow=True) else quoted(found["then"])
    item = f"{{tag: {then}, when: {word}}}"
    plain = tag.node is None and not (node.tag or node.anchor)
    fix = Fix(f"write {item}", (Edit(node.span, item),)) if plain else None
    return Finding(node, f"{fact}; write {item}", span, fix=fix)


def _negated(word: str) -> str:
    return word.removeprefix("not ") if word.startswith("not ") else f"not {word}"


def _tag(artifact: ResolvedArtifact, text: Text) -> Tag | None:
    """The tag whose text this is; None for any other text."""
    return next((tag for target in artifact.artifact.targets for tag in target.tags if tag.text is text), None)

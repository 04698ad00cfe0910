"""The tags of docker/metadata-action and those of its rules in a .lazy file, on thirty events of GitHub."""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Callable, Collection, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from lazyoci.check.text import check_text
from lazyoci.diagnostic import Source
from lazyoci.frozen import replace
from lazyoci.oci.reference import ReferenceError, check_tag
from lazyoci.rules import Selection
from lazyoci.template.to_tag import tagify
from lazyoci.world import Face, GitState, World
from tests.metadata_action import NoTranslation, file_of
from tests.pages import Block, blocks
from tests.worlds import world

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "how-to" / "from-metadata-action.md"
LINES = (ROOT / "tests" / "vectors" / "tag-rules.jsonl").read_text("utf-8").splitlines()
EVENTS: dict[str, Any] = {one["event"]: one for one in map(json.loads, LINES) if "event" in one}
RULES: list[Any] = [one for one in map(json.loads, LINES) if "rule" in one]
SHA = "90dd6032fac8bda1b6c4436a2e65de27961ed071"


def at(event: Mapping[str, str]) -> World:
    """The World of a run of GitHub Actions for an event."""
    repository = {} if "without repository" in event["event"] else {"repository": {"default_branch": "main"}}
    payload: dict[str, Any] = dict(repository)
    if event["name"].startswith("pull_request"):
        payload |= {"number": 7, "pull_request": {"number": 7, "head": {"ref": "topic"}, "base": {"ref": "main"}}}
    environ = {
        "CI": "true",
        "GITHUB_ACTIONS": "true",
        "GITHUB_EVENT_NAME": event["name"],
        "GITHUB_REF": event["ref"],
        "GITHUB_SHA": SHA,
        "GITHUB_EVENT_PATH": "/event.json",
    }
    git = GitState(sha=SHA[:7], sha_long=SHA)
    made = world({"/event.json": json.dumps(payload)}, git=git, environ=environ, face=Face.BUILD)
    return replace(made, clock=lambda: datetime(2026, 8, 1, 3, tzinfo=UTC))


def tags(text: str, event: Mapping[str, str]) -> tuple[set[str], list[str]]:
    """What a file publishes on an event, and its errors."""
    if not text:
        return set(), []
    checked = check_text(Source(text, Path("/repo/.lazy")), at(event), Selection())
    assert checked.plan is not None, checked.diagnostics
    found = {
        one.reference.tag
        for artifact in checked.plan.artifacts
        for target in artifact.targets
        for one in target.references
        if one.reference is not None
    }
    return found, [f"{one.code}: {one.message}" for one in checked.diagnostics if checked.fails(one)]


# (rule, the events) where this file cannot say what they publish, or does not mean to
OTHER_LINES = ("tag api-v1.2.3", "tag api/v1.2.3", "tag @scope/name@1.2.3", "tag 1.2.3rc2", "tag 1.2.3.post1")
UNMATCHED = (
    "tag v1.4.2",
    "tag v1.5.0-rc.1",
    "tag v2.0.0+build.5",
    "tag v0.1.2",
    "tag 1.4.2",
    "workflow_dispatch tag v1.4.2",
    "release published v1.4.2",
)
PYTHON = ("tag v1.4", "tag 1.2.3rc2", "tag 1.2.3.post1")
DIFFERENT: dict[str, tuple[str, ...]] = {
    # an artifact has one line of versions
    r"type=semver,pattern={{version}},match=v(\d+.\d+.\d+)$": ("tag api-v1.2.3", "tag api/v1.2.3"),
    r"type=match,pattern=\d.\d.\d": OTHER_LINES,
    r"type=match,pattern=\d+": (*OTHER_LINES, "tag nightly-2026", "tag v1.4"),
    # there the whole tag is taken where the expression does not match, and here a tag of another line gives nothing
    "type=semver,pattern={{version}},match=^api-v(.*)$": UNMATCHED,
    # a version is a semantic one
    "type=pep440,pattern={{major}}.{{minor}}": PYTHON,
    "type=pep440,pattern=v{{major}}": PYTHON,
    # GitHub tells in the event file alone which branch a tag was pushed from, and not always
    "type=raw,value={{base_ref}}": ("tag v1.4.2",),
    "type=raw,value=stable-{{base_ref}},enable=true": ("tag v1.4.2",),
    # no pull request is a run of the default branch, also where GitHub starts it there
    "README: latest for main branch": ("pull_request_target 7",),
    # a mistake in quoting, of which nobody means the outcome
    "comma in a value (quoted once)": ("tag v1.4.2", "branch main (default)", "pr 7"),
}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule["rule"])
def test_the_same_tags(rule: Mapping[str, Any]) -> None:
    """What was recorded, but for prereleases, and for names that no registry takes."""
    try:
        text = file_of(rule["tags"], rule["flavor"])
    except NoTranslation:
        return  # test_what_is_covered counts these
    different = {event for event in rule["recorded"] if not same(rule, text, event)}
    assert different == set(DIFFERENT.get(rule["rule"], ()))


def same(rule: Mapping[str, Any], text: str, event: str) -> bool:
    """Whether the file's tags on an event are those recorded, but for what the page names."""
    recorded = rule["recorded"][event]
    ours, errors = tags(text, EVENTS[event])
    wanted = {spelt(one) for one in recorded if is_tag(one)}
    instead = {tagify(spelt(one)) for one in recorded if not is_tag(one)}  # what no registry takes has other names here
    assert not errors or instead, errors
    return wanted - of_releases(rule, event, wanted) <= ours <= wanted | instead


def of_releases(rule: Mapping[str, Any], event: str, recorded: Collection[str]) -> set[str]:
    """Tags that they give to a prerelease, too, where they are the release's here."""
    if "-rc." not in event:
        return set()
    whole = any(word in one for one in rule["tags"] for word in ("version}}", "raw}}", "event=tag"))
    return {one for one in recorded if "latest" in one or not (whole or rule["tags"] == [""])}


def spelt(tag: str) -> str:
    """A tag of theirs without the hyphens that stand for what no tag holds, at the ends of a branch or tag."""
    return tag.replace("n-code-", "n-code").replace("--leading", "-leading").replace("--scope", "-scope")


def is_tag(text: str) -> bool:
    """Whether a registry takes a text as a tag."""
    try:
        return bool(check_tag(text))
    except ReferenceError:
        return False


def _has(word: str) -> Callable[[Mapping[str, Any]], bool]:
    return lambda rule: any(word in one for one in rule["tags"])


FAMILIES: dict[str, Callable[[Mapping[str, Any]], bool]] = {
    "`type=semver`": _has("type=semver"),
    "`type=pep440`": _has("type=pep440"),
    "`type=match`, `match=`": lambda rule: _has("type=match")(rule) or _has("match=")(rule),
    "`type=ref,event=branch`": _has("event=branch"),
    "`type=ref,event=tag`": _has("event=tag"),
    "`type=ref,event=pr`": _has("event=pr"),
    "`type=edge`": _has("type=edge"),
    "`type=sha`": _has("type=sha"),
    "`type=schedule`": _has("type=schedule"),
    "`type=raw`": _has("type=raw"),
    "`enable=`": _has("enable="),
    "`flavor`": lambda rule: bool(rule["flavor"]),
    "`prefix=`": lambda rule: any("prefix=" in one for one in (*rule["tags"], *rule["flavor"])),
    "`suffix=`": lambda rule: any("suffix=" in one for one in (*rule["tags"], *rule["flavor"])),
}


def covered(family: Callable[[Mapping[str, Any]], bool]) -> tuple[int, int]:
    """How many cases of a family there are, and in how many of them a file publishes the same."""
    cases = good = 0
    for rule in filter(family, RULES):
        events = {event for event, recorded in rule["recorded"].items() if recorded is not None}
        cases += len(events)
        try:
            file_of(rule["tags"], rule["flavor"])
        except NoTranslation:
            continue
        good += len(events - set(DIFFERENT.get(rule["rule"], ())))
    return cases, good


def test_what_is_covered() -> None:
    """The table of the page is true, and of every family most can be said."""
    page = PAGE.read_text("utf-8")
    for name, family in FAMILIES.items():
        cases, good = covered(family)
        assert f"| {name} | {cases} | {good} |" in page
        assert good >= cases / 2


@pytest.mark.parametrize("rules", ["type=ref", "type=match,pattern=v(.*),group=2"])
def test_what_has_no_translation(rules: str) -> None:
    with pytest.raises(NoTranslation):
        file_of([rules])


def examples() -> Iterator[tuple[Block, Block]]:
    """Each block of rules on the page with the block of a .lazy file below it."""
    found = blocks(PAGE)
    for rules, translated in itertools.pairwise(found):
        if re.match(r"(flavor|tags): \|", rules.text):
            yield rules, translated


@pytest.mark.parametrize(("rules", "translated"), list(examples()), ids=lambda block: f"line-{block.line}")
def test_the_examples_of_the_page(rules: Block, translated: Block) -> None:
    """What the page writes publishes the same, on every event, as what the rules are translated to."""
    given = yaml.safe_load(rules.text)
    expected = file_of(given["tags"].splitlines(), given.get("flavor", "").splitlines())
    shown = yaml.safe_load(translated.text)
    artifact = {"type": "docker", "name": "app", "image": "app", **shown} if isinstance(shown, dict) else shown[0]
    text = yaml.safe_dump({"version": 1, "artifacts": [artifact]})
    for event in EVENTS.values():
        ours, errors = tags(text, event)
        assert ours == tags(expected, event)[0], event
        assert "130" in event["event"] or not [one for one in errors if not one.startswith("missing-")], event


def test_the_page_has_examples() -> None:
    assert len(list(examples())) > 15

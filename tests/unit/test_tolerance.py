"""What is wrong in one artifact costs that artifact only: the findings in all others stay, and none follow from it."""

from __future__ import annotations

import pytest

from lazyoci.check import Checked, check
from lazyoci.diagnostic import Severity
from lazyoci.frozen import replace
from lazyoci.publish import Options
from lazyoci.publish.collect import collect
from lazyoci.rules import Selection
from lazyoci.world import Face
from tests.worlds import described

GOOD = """\
  - type: docker
    name: first
    image: nginx:1.29
    targets: [{registry: ghcr.io/acme/first, tags: ["{{ .Versoin }}", "{{ .Version }}"]}]
"""
LAST = """\
  - type: docker
    name: last
    image: nginx:1.29
    targets: [{registry: ghcr.io/acme/last, tags: ["1.0", "bad tag"]}]
"""
BROKEN = """\
  - type: docker
    name: {name}
    image: nginx:1.29
{more}"""
TARGETS = '    targets: [{registry: ghcr.io/acme/last, tags: ["1.0"]}]\n'
# each with the code of its own mistake; the names and references of the artifact are those of the last one
MISTAKES = {
    "unknown-key": f"    labells: {{}}\n{TARGETS}",
    "missing-key": "",
    "wrong-type": '    targets: [{registry: ghcr.io/acme/last, tags: "1.0"}]\n',
    "unquoted-template": "    targets: [{registry: ghcr.io/acme/last, tags: [{{ .Tag }}]}]\n",
    "duplicate-key": f"    name: again\n{TARGETS}",
    "unknown-type": TARGETS,
    "empty-list": "    targets: []\n",
}


def codes(text: str) -> list[str]:
    """What a person is told without asking for more."""
    found = check(text, None, described({}), selection=Selection()).diagnostics
    return [one.code for one in found if one.severity > Severity.INFORMATION]


def checked(code: str) -> Checked:
    broken = BROKEN.format(name="last", more=MISTAKES[code])
    if code == "unknown-type":
        broken = broken.replace("type: docker", "type: elephant")
    text = f"version: 1\nartifacts:\n{GOOD}{broken}{LAST}"
    return check(text, None, described({}), selection=Selection())


@pytest.mark.parametrize("code", MISTAKES)
def test_the_others_are_judged(code: str) -> None:
    found = [one.code for one in checked(code).diagnostics if one.severity > Severity.INFORMATION]
    assert sorted(found) == sorted([code, "unknown-variable", "invalid-tag"])


@pytest.mark.parametrize("code", MISTAKES)
def test_all_that_can_be_read_is_shown(code: str) -> None:
    known = checked(code).known
    assert known is not None
    assert [one.artifact.label for one in known.plan.artifacts] == ["first", *_middle(code), "last"]
    assert [one.artifact.index for one in known.plan.artifacts] == [0, 1, 2]
    assert [one.text for one in known.plan.artifacts[-1].references] == [
        "ghcr.io/acme/last:1.0",
        "ghcr.io/acme/last:bad tag",
    ]


def _middle(code: str) -> list[str]:
    return ["again" if code == "duplicate-key" else "last"]


@pytest.mark.parametrize("code", MISTAKES)
def test_nothing_of_it_is_built(code: str) -> None:
    one = checked(code)
    assert one.config is None and one.resolved is None and one.plan is None
    (job,) = collect([one], Options())
    assert job.planned is None
    assert code in {finding.code for finding in job.result.findings}


def test_tag_has_an_effect_where_an_artifact_that_cannot_be_read_may_name_it() -> None:
    text = f"version: 1\nartifacts:\n{LAST}{BROKEN.format(name='x', more='    labells: 1')}"
    world = replace(described({"face": "build"}), tag="v1.0.0")
    assert world.face is Face.BUILD
    assert "unused-tag" not in {one.code for one in check(text, None, world, selection=Selection()).diagnostics}


def test_a_comment_for_a_rule_that_could_not_be_asked_is_not_called_useless() -> None:
    right = GOOD.replace(".Versoin", ".VersionFull")
    named = right.replace("name: first", "name: last  # lazyoci: ignore[duplicate-name]")
    other = LAST.replace(', "bad tag"', "")
    assert codes(f"version: 1\nartifacts:\n{other}{named}") == []
    broken = other.replace("name: last\n", "name: last\n    x: 1\n")
    assert codes(f"version: 1\nartifacts:\n{broken}{named}") == ["unknown-key"]


# what is no YAML, in the middle of three artifacts, with the kind of finding
BROKEN_YAML = {
    "a quote that is never closed": '    name: "last\n',
    "a bracket that is never closed": "    platforms: [linux/amd64,\n",
    "a key without its colon": "    platf\n",
    "a line at the wrong column": "   labels: {}\n",
    "a line at the margin": "x\n",
    "a tab": "\tlabels: {}\n",
    "a template left open": "    metadata: {{ .Tag\n",
    "a dash among keys": "    - x\n",
}


@pytest.mark.parametrize("what", BROKEN_YAML)
def test_an_artifact_that_is_no_yaml_costs_no_other(what: str) -> None:
    text = f"version: 1\nartifacts:\n{GOOD}{BROKEN.format(name='middle', more=BROKEN_YAML[what])}{TARGETS}{LAST}"
    found = check(text, None, described({}), selection=Selection())
    told = codes(text)
    assert told[0] == "unknown-variable"
    assert told[-1] == "invalid-tag"
    assert len(told) == 3
    assert found.known is not None
    assert [(one.artifact.index, one.artifact.label) for one in found.known.plan.artifacts] == [
        (0, "first"),
        (2, "last"),
    ]
    assert found.config is None
    assert found.plan is None


@pytest.mark.parametrize("front", ["versio 1\n", 'version: "1\n', "version: 1\nx-a: [\n"])
def test_a_broken_line_above_the_artifacts_costs_none_of_them(front: str) -> None:
    assert codes(f"{front}artifacts:\n{GOOD}{LAST}")[1:] == ["unknown-variable", "invalid-tag"]


def test_a_broken_line_below_the_artifacts_costs_none_of_them() -> None:
    assert codes(f"artifacts:\n{GOOD}{LAST}version: [1\n") == ["unknown-variable", "invalid-tag", "yaml-syntax"]


def test_an_alias_of_what_cannot_be_read_is_no_finding() -> None:
    anchored = GOOD.replace("name: first", 'name: first\n    annotations: &a {x: y}\n    when: "')
    aliased = LAST.replace("name: last", "name: last\n    annotations: *a")
    third = LAST.replace("name: last", "name: third").replace("acme/last", "acme/third")
    assert codes(f"version: 1\nartifacts:\n{anchored}{aliased}{third}") == ["yaml-syntax", "invalid-tag"]


def test_the_last_artifact_may_be_cut_short_by_a_line_at_the_margin() -> None:
    """So nothing is said of its keys: the line belongs to it."""
    text = "version: 1\nartifacts:\n  - type: hel\nm    chartPath: charts/api\n    targets: []\n"
    assert codes(text) == ["yaml-syntax"]

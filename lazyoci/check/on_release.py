"""Finds what would certainly fail on the next release, while there is still time to fix it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lazyoci import rules
from lazyoci.check.scenario_world import Scenario, tag_of, world
from lazyoci.diagnostic import Diagnostic, Severity, Span
from lazyoci.frozen import replace
from lazyoci.plan import dormant, plan
from lazyoci.resolve import resolve
from lazyoci.rules import Selection, Subject

CODE, UNTAGGED = "fails-on-release", "untagged-occasion"
# variables without a value on any release, unlike those from the environment or git
_NEVER_THERE = frozenset({"PullRequest", "BaseBranch", "Name"})
_OF_THE_RUN = ("unresolved-occasion", "tag-of-another-commit", "missing-", "secret-file", "invalid-chart")


def on_release(subject: Subject, selection: Selection, told: list[Diagnostic]) -> Iterator[Diagnostic]:
    """One finding per error of the next release that is not in `told` already, and per artifact that it leaves out."""
    known = {(one.code, one.span) for one in told if one.severity is Severity.ERROR}
    scenario = Scenario("release", (), True)
    severity = selection.severity(rules.BY_CODE[CODE], subject.world.face)
    slight = selection.severity(rules.BY_CODE[UNTAGGED], subject.world.face)
    seen: set[tuple[str, object]] = set()
    for tag, indexes in _lines(subject, scenario).items():
        then = _then(subject, scenario, tag)
        asleep = dormant(then.plan)
        artifacts = [one for one in then.resolved.artifacts if one.artifact.index in indexes]
        for artifact in artifacts:
            undecided = any(tag.undecided for target in artifact.targets for tag in target.tags)
            if not artifact.due and not undecided:
                node = artifact.artifact.node.items[0][0]
                message = (
                    f"no tag of {artifact.artifact.label} is due on a release; if one should be, add "
                    '{tag: "{{ .VersionFull }}", when: release}'
                )
                yield Diagnostic(UNTAGGED, slight, message, node.span)
        spans = [one.artifact.node.span for one in artifacts]
        certain = _never_there(then)
        for one in rules.run(then, Selection(severities=selection.severities, ignore=selection.ignore)):
            key = one.code, one.span
            if one.severity is not Severity.ERROR or key in known or key in seen:
                continue
            if not _is_within(one, spans) or _is_within(one, asleep):
                continue
            if not one.code.startswith(_OF_THE_RUN) and (one.code != "unresolved-variable" or _is_within(one, certain)):
                seen.add(key)
                yield Diagnostic(CODE, severity, f"on the release {tag}: {one.message} [{one.code}]", one.span)


def _lines(subject: Subject, scenario: Scenario) -> dict[str, set[int]]:
    """The indexes of the artifacts by the tag of their next release."""
    found: dict[str, set[int]] = {}
    for artifact in subject.resolved.artifacts:
        tag = tag_of(scenario, artifact.values.base, subject.resolved.values)
        found.setdefault(tag, set()).add(artifact.artifact.index)
    return found


def _then(subject: Subject, scenario: Scenario, tag: str) -> Subject:
    """The same file, checked as on its release."""
    there = world(subject.world, scenario, tag)
    resolved = resolve(subject.config, subject.directory, there)
    return replace(subject, resolved=resolved, plan=plan(resolved), world=there, elsewhere=None, _memo={})


def _never_there(then: Subject) -> list[Span]:
    """The texts for which a value is missing that is missing on every release."""
    return [
        text.source.node.span
        for artifact in then.resolved.artifacts
        for text in artifact.resolutions
        if any(value.name in _NEVER_THERE for value in text.unknown)
    ]


def _is_within(one: Diagnostic, spans: Sequence[Span]) -> bool:
    return any(start <= one.span.start < end for start, end in spans)

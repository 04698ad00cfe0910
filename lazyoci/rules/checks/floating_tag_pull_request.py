"""A run for a pull request would move a tag that everybody pulls.

People who ask for no particular version get `latest`, `stable`, `main` or `master`. A pull request is not merged yet,
and perhaps nobody has reviewed it before it is built. A tag is not reported if it has a condition (`when`) or `moves`,
if the registry's text has a variable, or if the registry is on the same machine. Only `build` and `preview` report
this. With `--allow-unresolved`, as in the dry run of a pull request, it is a warning.

Who opens a pull request chooses the name of its source branch, which is `.GitBranch`: a fork's branch may be called
`main`, `latest` or `v1.4.0`. So a tag made of `.GitBranch` is reported where it is one of these, the default
branch, the branch to merge into or a version, and so is a condition such as `{{ eq .GitBranch "main" }}` that holds by
that name.

Fails in a run for a pull request:

```yaml
tags: ["{{ .GitSHA }}", latest]
```

Mended:

```yaml
tags: ["{{ .GitSHA }}", {tag: latest, when: not pull-request}]
```
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from lazyoci import semver
from lazyoci.plan import PlannedArtifact, PlannedTarget
from lazyoci.resolve import Resolution
from lazyoci.rules.base import Finding, Subject
from lazyoci.rules.shared.wording import quoted
from lazyoci.template import tagify
from lazyoci.when.evaluate import texts
from lazyoci.world.events import PULL_REQUEST

if TYPE_CHECKING:
    from lazyoci.config.model import Condition, Text

_EVERYBODYS = frozenset({"latest", "stable", "main", "master"})
_BRANCH = re.compile(r"\.GitBranch\b")
_EQUAL = re.compile(r'\{\{-?\s*eq\s+\.GitBranch\s+"([^"{}]+)"\s*-?\}\}')
_OF_THIS_MACHINE = ("localhost", "127.", "[::1]")


def check(subject: Subject) -> Iterator[Finding]:
    """One finding per tag, and one per condition."""
    due = [one.tag for artifact in subject.plan.artifacts for one in artifact.references]
    conditions = [one for artifact in subject.resolved.artifacts for one in artifact.conditions]
    if not any(map(_names_branch, (*due, *conditions))) and not any(one.text in _EVERYBODYS for one in due):
        return  # what the run is for need not be known
    run = _pull_request(subject)
    if not run:
        return
    for artifact in subject.plan.artifacts:
        for target in artifact.targets:
            if _is_everybodys(target):
                is_conditional = artifact.artifact.when is not None or target.resolved.target.when is not None
                yield from _of_words(target, run, is_conditional=is_conditional)
                yield from _of_branch(subject, target, run)
        yield from _of_conditions(subject, artifact, run)


def _of_words(target: PlannedTarget, run: str, *, is_conditional: bool) -> Iterator[Finding]:
    """Tags that are written out."""
    if is_conditional:
        return  # whoever wrote a condition has thought of the different kinds of runs
    due = [one.tag for one in target.resolved.tags if one.due]
    for tag, one in zip(due, target.references, strict=True):
        if one.tag.text not in _EVERYBODYS or one.tag.used or tag.when is not None or one.moves:
            continue
        message = (
            f"tag {quoted(one.tag.text)} would move to {run}, which is not merged; "
            f"write {{tag: {one.tag.text}, when: not pull-request}}, "
            f"or {{tag: {one.tag.text}, moves: always}} if that is meant"
        )
        yield Finding(one.tag.source.node, message)


def _of_branch(subject: Subject, target: PlannedTarget, run: str) -> Iterator[Finding]:
    """Tags that are what they are by the name of the source branch."""
    for one in target.references:
        text = one.tag.text
        names = [value.name for value in one.tag.used]
        if one.moves or "GitBranch" not in names or "PullRequest" in names or not one.tag.certain:
            continue
        if text in {tagify(name) for name in _others(subject)} or semver.parse(text) is not None:
            message = (
                f"tag {quoted(text)} would move to {run}, whose source branch is named so; "
                'write when: branch for it, and "pr-{{ .PullRequest }}" for pull requests'
            )
            yield Finding(one.tag.source.node, message)


def _of_conditions(subject: Subject, artifact: PlannedArtifact, run: str) -> Iterator[Finding]:
    """Conditions that hold by the name of the source branch alone."""
    branch = subject.resolved.values.get("GitBranch").text
    if branch not in _others(subject):
        return
    told: set[int] = set()
    for target in artifact.targets:
        tags = [one.tag for one in target.resolved.tags if one.due]
        if not tags or not _is_everybodys(target):
            continue
        for condition in (artifact.artifact.when, target.resolved.target.when, *[tag.when for tag in tags]):
            found = None if condition is None else _by_name(condition)
            if found is not None and found.node.start not in told:
                told.add(found.node.start)
                equal = _EQUAL.fullmatch(found.value.strip())
                instead = f"{{all: [not pull-request, {found.value!r}]}}" if equal is None else f"branch:{equal[1]}"
                fact = f"this holds for {run}, as its source branch is named {quoted(branch)}, too"
                yield Finding(found.node, f"{fact}; write when: {instead}")


def _by_name(condition: Condition) -> Text | None:
    """The template with `.GitBranch` in a condition that says nothing of pull requests; None without one."""
    found = list(texts(condition))
    if any("PullRequest" in one.value or "pull-request" in one.value for one in found):
        return None
    return next((one for one in found if one.is_template and _BRANCH.search(one.value)), None)


def _others(subject: Subject) -> set[str]:
    """The names of branches and tags that are not the pull request's."""
    occasion = subject.resolved.values.occasion
    assert occasion is not None
    return {*_EVERYBODYS, occasion.base, occasion.default_branch[0]} - {""}


def _names_branch(one: Resolution) -> bool:
    return one.source.is_template and _BRANCH.search(one.source.value) is not None


def _is_everybodys(target: PlannedTarget) -> bool:
    """Whether the repository is the same in every run, and not on this machine."""
    repository = target.repository
    return (
        repository is not None
        and not target.resolved.registry.used
        and not repository.host.startswith(_OF_THIS_MACHINE)
    )


def _pull_request(subject: Subject) -> str:
    """The pull request that the run is for, as messages say it; empty for other runs."""
    occasion = subject.resolved.values.occasion
    if occasion is None or (occasion.told is None and not occasion.stated.event):
        return ""  # git is not asked, as it does not know pull requests
    return occasion.shown if occasion.event.kind == PULL_REQUEST else ""

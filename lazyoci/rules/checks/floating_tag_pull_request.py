"""A run for a pull request would move a tag that everybody pulls.

People who ask for no particular version get `latest`, `stable`, `main` or `master`. A pull request is not merged yet,
and perhaps nobody has reviewed it before it is built. A tag is not reported if it has a condition (`when`) or `moves`,
if the registry's text has a variable, or if the registry is on the same machine. Only `build` and `preview` report
this. With `--allow-unresolved`, as in the dry run of a pull request, it is a warning.

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

from collections.abc import Iterator

from lazyoci.plan import PlannedTarget
from lazyoci.rules.base import Finding, Subject
from lazyoci.rules.shared.wording import quoted
from lazyoci.world.events import PULL_REQUEST

_EVERYBODYS = frozenset({"latest", "stable", "main", "master"})
_OF_THIS_MACHINE = ("localhost", "127.", "[::1]")


def check(subject: Subject) -> Iterator[Finding]:
    """One finding per tag."""
    for artifact in subject.plan.artifacts:
        for target in artifact.targets:
            if artifact.artifact.when is not None or target.resolved.target.when is not None:
                continue  # whoever wrote a condition has thought of the different kinds of runs
            due = [one.tag for one in target.resolved.tags if one.due]
            tags = [
                reference
                for tag, reference in zip(due, target.references, strict=True)
                if reference.tag.text in _EVERYBODYS and not reference.tag.used and tag.when is None
            ]
            if not tags or not _is_everybodys(target):
                continue
            run = _pull_request(subject)
            if not run:
                return
            for one in tags:
                if one.moves:
                    continue
                message = (
                    f"tag {quoted(one.tag.text)} would move to {run}, which is not merged; "
                    f"write {{tag: {one.tag.text}, when: not pull-request}}, "
                    f"or {{tag: {one.tag.text}, moves: always}} if that is meant"
                )
                yield Finding(one.tag.source.node, message)


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

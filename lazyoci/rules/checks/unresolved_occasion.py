"""A condition (`when`) depends on a fact about the run that is not known.

Without the fact it is not known whether the tag should be published, so `build` stops: its message names the fact, and
how to state it. A fact that makes no difference is not needed: in a release, `[release, default-branch]` is true
whatever the default branch is. In the editor and in the hook this is only information, as the run that publishes may
know the fact.

Fails in `build` where neither CI nor git tells the default branch:

```yaml
tags: [{tag: edge, when: default-branch}]
```

Mended by stating it, with `--occasion default-branch` or `defaultBranch: main` in `.lazyoci.yaml`, or by naming it:

```yaml
tags: [{tag: edge, when: "branch:main"}]
```
"""

from __future__ import annotations

from collections.abc import Iterator

from lazyoci.rules.base import Finding, Subject


def check(subject: Subject) -> Iterator[Finding]:
    """One finding per tag; one for a run that was stated to be for something else than the version that was given."""
    yield from _two_runs(subject)
    for artifact in subject.resolved.artifacts:
        for target in artifact.targets:
            for tag in target.tags:
                if tag.undecided and tag.reason:
                    remedy = f"; {tag.remedy}" if tag.remedy else ""
                    yield Finding(
                        tag.tag.text.node, f"{tag.reason}, so it is not known whether this tag is due{remedy}"
                    )


def _two_runs(subject: Subject) -> Iterator[Finding]:
    """`--tag api-v1.2.3 --occasion pull-request=7`, found where the file says that the tag is a version."""
    world = subject.world
    if not world.stated.event:
        return
    tag = (world.tag, "--tag") if world.tag else (world.environ.get("LAZYOCI_TAG", ""), "LAZYOCI_TAG")
    for given, source in (tag, (world.environ.get("LAZYOCI_VERSION", ""), "LAZYOCI_VERSION")):
        if not given or given == world.stated.tag:
            continue
        for artifact in subject.resolved.artifacts:
            line = artifact.values.version.line
            origin = artifact.artifact.version_from
            if line is not None and origin is not None and line.version(given) is not None:
                fact = f"{source} {given} means a run for that version, and {world.stated.source} means another"
                yield Finding(origin.node, f"{fact}, so it is not known what is due; give one of them")
                return

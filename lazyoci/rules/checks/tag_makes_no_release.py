"""`--tag` is not a version, so there is no release, and what a branch has would be published in its place.

`when: release` holds where `--tag` is a version: three numbers, as in `v1.4.0`. With `1.4`, `V1.4.0` or `release-1.4.0`
the run is one for the branch that is checked out, and `build --tag 1.4` would move `edge`, although a release was
meant. An artifact with `versionFrom` has its own git tags, such as `api-v*`, and only these are its releases.

Nothing is reported if a template of what is published has `.Tag`, if `--tag` is the name of the branch or tag that the
run is for, or if nothing is due: such a run fails anyway. Only `build` and `preview` report this, and only for `--tag`.
With `--allow-unresolved` it is a warning.

Fails with `--tag 1.4`:

```yaml
tags:
  - {tag: "{{ .VersionFull }}", when: release}
  - {tag: edge, when: branch}
```

Mended by `--tag v1.4.0`, by leaving `--tag` out if `edge` is meant, or where the tag need not be a version:

```yaml
tags:
  - {tag: "{{ .VersionFull }}", when: release}
  - {tag: "{{ .Tag }}", when: branch}
```
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lazyoci import semver
from lazyoci.resolve import ResolvedArtifact
from lazyoci.rules.base import Finding, Subject
from lazyoci.rules.shared.given_tag import follows, has_tag, lines_of, meant
from lazyoci.rules.shared.wording import quoted


def check(subject: Subject) -> Iterator[Finding]:
    """At most one finding, at the first tag that would be published."""
    if not subject.complete:
        return  # an artifact that cannot be read may depend on it
    found = no_release(subject.world.tag, subject.resolved.artifacts)
    if found is not None:
        yield found


def no_release(given: str, artifacts: Sequence[ResolvedArtifact]) -> Finding | None:
    """The finding that `given`, which is `--tag`, makes no release of these artifacts, but publishes other tags."""
    if not given or any(_is_version(one, given) or _has_tag(one) or _is_ref(one, given) for one in artifacts):
        return None
    tags = [tag for one in artifacts for target in one.targets for tag in target.tags]
    due = [tag.text for tag in tags if tag.due]
    if not due or len(due) == len(tags) or any(map(follows, due)):
        return None  # all of it is due whatever --tag is, or other rules tell that the version is not from it
    patterns = [line.pattern for line in lines_of(artifacts) if line is not None]
    is_all = None not in lines_of(artifacts)
    kind = f"not one of {' or '.join(patterns)}" if is_all else "not a semantic version"
    message = (
        f"--tag {quoted(given)} is {kind}, so it makes no release, and {quoted(due[0].text)} would be published; "
        f"give --tag {meant(given, artifacts)}, or leave --tag out"
    )
    return Finding(due[0].source.node, message)


def _is_version(artifact: ResolvedArtifact, given: str) -> bool:
    """Whether `given` is a version: of the repository, or for any artifact of the file, chosen for this run or not."""
    lines = artifact.values.base.lines
    return semver.parse(given) is not None or (lines is not None and lines.own_have(given))


def _has_tag(artifact: ResolvedArtifact) -> bool:
    """Whether `.Tag` is in a template of what is published now, or of a condition."""
    return any(map(has_tag, [*artifact.resolutions, *artifact.conditions]))


def _is_ref(artifact: ResolvedArtifact, given: str) -> bool:
    """Whether `given` names the branch or tag that the run is for: CI files have one name for either at hand."""
    occasion = artifact.values.base.occasion
    if occasion is None:
        return False
    told = "" if occasion.told is None else occasion.told.tag
    return given in (occasion.branch, occasion.event.tag, occasion.stated.tag, told)

"""`--tag` is given, but nothing in the file depends on it.

Then the tag that you gave is not published: the file has its tags as literal text, or takes them from elsewhere, such
as from the version in Chart.yaml, or every artifact has its own git tags (`versionFrom`), and the tag is not one of
these. A tag that is no version, such as `v1.2`, makes no release, so it counts for a template with `.Tag` alone. Only
`build` and `preview` report this, and only for `--tag`, because environment
variables are often set for other programs too. If a run has several files, it is enough if one of them depends on
`--tag`.

Fails with `--tag v2.0.0`:

```yaml
tags: [v1.0.0]
```

Mended:

```yaml
tags: ["v{{ .VersionFull }}"]
```
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lazyoci import semver
from lazyoci.config.model import Artifact
from lazyoci.resolve import ResolvedArtifact
from lazyoci.rules.base import Finding, Subject
from lazyoci.rules.checks.tag_makes_no_release import no_release
from lazyoci.rules.shared.given_tag import follows, has_tag, lines_of, meant
from lazyoci.rules.shared.wording import quoted


def check(subject: Subject) -> Iterator[Finding]:
    """At most one finding, at the first tag of the file."""
    if not subject.complete:
        return  # an artifact that cannot be read may depend on it
    found = unused(subject.world.tag, subject.resolved.artifacts)
    if found is not None:
        yield found


def unused(given: str, artifacts: Sequence[ResolvedArtifact]) -> Finding | None:
    """The finding that `given`, which is `--tag`, changes nothing of these artifacts; None if it does."""
    if not given or any(_depends(one, given) for one in artifacts) or no_release(given, artifacts) is not None:
        return None
    first = next((tag.text for one in artifacts for target in one.targets for tag in target.tags), None)
    if first is None:
        return None
    message = f"--tag {quoted(given)} changes nothing here"
    line = next((line for line in lines_of(artifacts) if line is not None), None)
    version = semver.parse(given)
    chart = next((value for value in first.used if value.name == "ChartVersion" and value.text), None)
    near = None if version is not None else semver.near(given)
    if line is not None:
        patterns = " or ".join([line.pattern for line in lines_of(artifacts) if line is not None])
        message += f", as it is not one of {patterns}; give --tag {meant(given, artifacts)}"
    elif near is not None and any(_depends(one, near.raw) for one in artifacts):
        message += f", as it is not a semantic version and so makes no release; give --tag {meant(given, artifacts)}"
    elif chart is not None and version is not None:
        if chart.text == version.full:
            return None
        fact = f"tag {quoted(first.text)} is from {chart.source}"
        message += f": {fact}; write version: {version.full} there"
    else:
        write = "{{ .Tag }}" if version is None else "{{ .VersionFull }}"
        message += f", as no template names it; write {write} as a tag"
    return Finding(first.source.node, f"{message}, or leave --tag out")


def _depends(artifact: ResolvedArtifact, given: str) -> bool:
    """Whether `--tag` may decide which tags of an artifact are published, or what they are."""
    origin = artifact.values.base.origin
    if origin is not None:
        return any(map(has_tag, artifact.texts)) or origin.parse(given) is not None
    if semver.parse(given) is None:  # then it changes no occasion; what is due and names a version is told elsewhere
        return any(map(has_tag, artifact.texts)) or any(map(follows, artifact.resolutions))
    return _is_conditional(artifact.artifact) or any(map(follows, artifact.texts))


def _is_conditional(artifact: Artifact) -> bool:
    """Whether `--tag` may decide which tags of an artifact are published."""
    return artifact.when is not None or any(
        target.when is not None or any(tag.when is not None for tag in target.tags) for target in artifact.targets
    )

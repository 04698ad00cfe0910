"""`--tag` is given, but nothing in the file depends on it.

Then the tag that you gave is not published: the file has its tags as literal text, or takes them from elsewhere, such
as from the version in Chart.yaml. Only `build` and `preview` report this, and only for `--tag`, because environment
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

import re
from collections.abc import Iterator

from lazyoci import semver
from lazyoci.config.model import Artifact
from lazyoci.resolve import Resolution
from lazyoci.rules.base import Finding, Subject
from lazyoci.rules.shared.wording import quoted

_FOLLOW = re.compile(r"\.(?:Git)?(?:Tag|Version)", re.IGNORECASE)


def check(subject: Subject) -> Iterator[Finding]:
    """At most one finding, at the first tag of the file."""
    given = subject.world.tag
    if not given:
        return
    first: Resolution | None = None
    for artifact in subject.resolved.artifacts:
        if _is_conditional(artifact.artifact) or any(map(_follows, artifact.texts)):
            return
        first = first or next((tag.text for target in artifact.targets for tag in target.tags), None)
    if first is None:
        return
    chart = next((value for value in first.used if value.name == "ChartVersion" and value.text), None)
    version = semver.parse(given)
    if chart is not None and version is not None and chart.text == version.full:
        return
    if chart is not None and version is not None:
        fact = f"tag {quoted(first.text)} is from {chart.source}"
        message = f"--tag {quoted(given)} changes nothing here: {fact}; write version: {version.full} there"
    else:
        write = "{{ .Tag }}" if version is None else "{{ .VersionFull }}"
        message = f"--tag {quoted(given)} changes nothing here, as no template names it; write {write} as a tag"
    yield Finding(first.source.node, f"{message}, or leave --tag out")


def _follows(one: Resolution) -> bool:
    """Whether a text uses the tag in any branch of its template, or tries to in a template with an error."""
    return one.error is not None or (one.source.is_template and _FOLLOW.search(one.source.value) is not None)


def _is_conditional(artifact: Artifact) -> bool:
    """Whether `--tag` may decide which tags of an artifact are published, or is compared with its `versionFrom`."""
    if artifact.when is not None or artifact.version_from is not None:
        return True
    return any(
        target.when is not None or any(tag.when is not None for tag in target.tags) for target in artifact.targets
    )

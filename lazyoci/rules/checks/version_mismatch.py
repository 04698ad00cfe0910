"""The run is for one version, but the file of `versionFrom` contains another.

`versionFrom: {file: …}` takes the version from a file. If the run is for a git tag, or `--tag` gives a version, the two
must agree. If they differ, usually nobody updated the file before tagging, and the new release would get an old
version.

Fails with `--tag v1.5.0`, where VERSION holds 1.4.0:

```yaml
type: docker
image: nginx
versionFrom: {file: VERSION}
```

Mended by raising the version in the file, and tagging that commit; or where the file has another line of versions than
the repository's tags, by naming its own:

```yaml
type: docker
image: nginx
versionFrom: {file: VERSION, tag: "proxy-v*"}
```
"""

from __future__ import annotations

from collections.abc import Iterator

from lazyoci.rules.base import Finding, Subject
from lazyoci.rules.shared.wording import quoted


def check(subject: Subject) -> Iterator[Finding]:
    """One finding per artifact."""
    for artifact in subject.resolved.artifacts:
        given, values = artifact.artifact.version_from, artifact.values.base
        if given is None or given.file is None or values.origin is None or values.origin.file is None:
            continue
        found, occasion = values.origin.file.version, values.occasion
        if found is None or occasion is None or not occasion.event.tag:
            continue
        from lazyoci import semver  # few artifacts say where their version comes from

        tag = occasion.event.tag
        released = values.origin.parse(tag) or semver.parse(tag)
        if released is not None and released.full != found.full:
            remedy = f"write {released.full} there and tag that commit, or release {found.full}"
            fact = f"{given.file.value} has the version {found.full}, and this run is for {quoted(tag)}"
            yield Finding(given.file.node, f"{fact}; {remedy}")

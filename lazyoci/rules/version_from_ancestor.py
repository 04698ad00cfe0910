"""The version comes from a git tag that is not on HEAD: an earlier commit was released under it.

Without LAZYOCI_VERSION and without a semantic `--tag`, the version is that of the nearest git tag. Commits after the
tag are something else, and pushing them as `1.4.2` would overwrite the release of that name. Tags that also hold the
commit or the time, such as `{{ .Version }}-{{ .GitSHA }}`, overwrite nothing and are not reported.

Fails some commits after the tag v1.4.2:

```yaml
tags: ["{{ .Version }}"]
```

Mended for such builds, or by tagging HEAD, by `--tag` or by LAZYOCI_VERSION:

```yaml
tags: ["{{ .Version }}-{{ .GitSHA }}"]
```
"""

from __future__ import annotations

from collections.abc import Iterator

from lazyoci.rules.base import Finding, Subject
from lazyoci.rules.words import first_span

_TELLING_APART = frozenset({"GitSHA", "GitSHALong", "Timestamp"})


def check(subject: Subject) -> Iterator[Finding]:
    """At most one finding: at the first text that names the version without telling its commit."""
    for artifact in subject.resolved.artifacts:
        for resolution in artifact.resolutions:
            names = [value.name for value in resolution.used if value.text is not None]
            name = next((name for name in names if name.startswith("Version")), None)
            if name is None or not _TELLING_APART.isdisjoint(names):
                continue
            version = subject.resolved.values.version
            git = subject.resolved.values.git if version.from_git else None
            if git is None or not git.distance:
                return
            commits = f"{git.distance} commit{'s' * (git.distance != 1)}"
            message = (
                f"the version is that of git tag {git.tag}, {commits} before HEAD; "
                "tag HEAD, or give --tag or LAZYOCI_VERSION"
            )
            yield Finding(resolution.source.node, message, first_span(resolution, name))
            return

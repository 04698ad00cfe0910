"""A tag names a commit, but the work tree has changes that are not committed.

What is built then is not what the commit holds, and nobody can build it again from the tag. Only `build` and `preview`
look, as whoever edits has changes that are not committed; a tag that says so itself, by `.GitDirty`, is not reported.
Of tags that name a version from git, `version-from-dirty-tree` tells.

Fails while there are uncommitted changes:

```yaml
tags: ["{{ .GitSHA }}"]
```

Mended, where such builds are wanted (else commit first):

```yaml
tags: ["{{ .GitSHA }}{{ if .GitDirty }}-dirty{{ end }}"]
```
"""

from __future__ import annotations

from collections.abc import Iterator

from lazyoci.rules.base import Finding, Subject
from lazyoci.rules.shared.wording import first_span

_COMMIT = frozenset({"GitSHA", "GitSHALong"})


def check(subject: Subject) -> Iterator[Finding]:
    """At most one finding: at the first text that names the commit."""
    values = subject.resolved.values
    for artifact in subject.resolved.artifacts:
        for resolution in artifact.resolutions:
            names = [value.name for value in resolution.used if value.text is not None]
            name = next((name for name in names if name in _COMMIT), None)
            if name is None or "GitDirty" in names:
                continue
            if values.git.dirty:
                message = f".{name} names a commit, but the work tree has uncommitted changes; commit them first"
                yield Finding(resolution.source.node, message, first_span(resolution, name))
            return

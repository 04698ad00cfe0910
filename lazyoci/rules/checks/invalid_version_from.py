"""`versionFrom` does not lead to a version: its pattern matches no git tag, or its file holds none.

`tag` is the name of the artifact's git tags with one star where the version stands, as in `api-v*`. `file` is a
Chart.yaml, pyproject.toml, package.json, Cargo.toml or VERSION with a version written out. What a build computes, as a
`dynamic` version of Python, is known only to that build: use `tag` then.

Fails:

```yaml
type: docker
image: nginx
versionFrom: {tag: api-v}
```

Mended:

```yaml
type: docker
image: nginx
versionFrom: {tag: "api-v*"}
```
"""

from __future__ import annotations

from collections.abc import Iterator

from lazyoci.rules.base import Finding, Subject
from lazyoci.rules.shared.paths import is_absent, kind


def check(subject: Subject) -> Iterator[Finding]:
    """One finding per pattern, and per file."""
    for artifact in subject.resolved.artifacts:
        given = artifact.artifact.version_from
        if given is None:
            continue
        from lazyoci.world.version_line import problem  # few artifacts say where their version comes from

        if given.tag is not None and (wrong := problem(given.tag.value)):
            yield Finding(given.tag.node, wrong)
        origin = artifact.values.base.origin
        if given.file is None or origin is None or origin.file is None or not origin.file.problem:
            continue
        if kind(subject, given.file.value) or is_absent(subject, given.file.value):  # else a build makes it
            yield Finding(given.file.node, origin.file.problem)

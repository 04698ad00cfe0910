"""`versionFrom` gives no version: its pattern matches no git tag, or its file has no version in it.

`tag` is a pattern for the artifact's git tags, with one star in place of the version, such as `api-v*`. `file` is a
Chart.yaml, pyproject.toml, package.json, Cargo.toml or VERSION file that contains the version as text. lazyoci cannot
know a version that a build computes, such as a `dynamic` version of a Python project: use `tag` for that.

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
from lazyoci.rules.shared.bounds import Bounds
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
        if Bounds.of(subject).escape(given.file.value) is not None:
            continue  # path-escapes reports it, and nothing of the file may be shown
        if kind(subject, given.file.value) or is_absent(subject, given.file.value):  # otherwise a build creates it
            yield Finding(given.file.node, origin.file.problem)

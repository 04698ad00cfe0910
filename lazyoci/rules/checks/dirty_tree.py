"""A tag names a commit or a version, but the work tree has changes that are not committed.

The build then contains something that no commit contains, and nobody can build it again from the tag. A tag with a
chart's version is reported if files of the chart itself have changed. Only `build` and `preview` report this, because
it is normal to have uncommitted changes while editing. A tag that already shows it, by `.GitDirty`, is not reported. If
git has a tag for the version, `version-from-dirty-tree` reports it instead. Files that git does not track do not count
as changes, as builds create such files.

lazyoci asks git with the filters of `.gitattributes` switched off, so that git runs no program that the repository
chooses. Files of Git LFS are compared with the pointers that git stores. Without its filter, a file with any other
filter looks changed to git; for such a file the message only says that it is not known whether it has changed.

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

import os
from collections.abc import Callable, Iterator

from lazyoci.config.model import HelmArtifact
from lazyoci.plan import PlannedArtifact
from lazyoci.rules.base import Finding, Subject
from lazyoci.rules.shared import versions
from lazyoci.rules.shared.wording import first_span, quoted

_COMMIT = frozenset({"GitSHA", "GitSHALong"})
_OF_GIT = _COMMIT | {"Version", "VersionFull", "VersionRaw", "GitTag", "Tag"}


def check(subject: Subject) -> Iterator[Finding]:
    """At most one finding for the commit, at the first text that names it; one for each tag that names a version."""
    yield from _of_commit(subject)
    yield from _of_unknown(subject)
    for tag, name, standing in versions.given_versions(subject):
        if subject.resolved.values.git.dirty and not standing.by_ci and not standing.on_head:
            message = (
                f"tag {quoted(tag.text)} names a version, but the work tree has uncommitted changes, which no commit "
                "holds; commit them first"
            )
            yield Finding(tag.source.node, message, first_span(tag, name))
    for artifact in subject.plan.artifacts:
        yield from _of_chart(subject, artifact)


def _of_commit(subject: Subject) -> Iterator[Finding]:
    for artifact in subject.resolved.artifacts:
        for resolution in artifact.resolutions:
            names = [value.name for value in resolution.used if value.text is not None]
            name = next((name for name in names if name in _COMMIT), None)
            if name is None or "GitDirty" in names:
                continue
            if subject.resolved.values.git.dirty:
                message = f".{name} names a commit, but the work tree has uncommitted changes; commit them first"
                yield Finding(resolution.source.node, message, first_span(resolution, name))
            return


def _of_unknown(subject: Subject) -> Iterator[Finding]:
    """At most one finding, at the first tag that names a commit or a version."""
    git = subject.resolved.values.git
    if git.dirty or not git.unknown:
        return
    for artifact in subject.plan.artifacts:
        for reference in artifact.references:
            tag = reference.tag
            names = [value.name for value in tag.used if value.text is not None and value.name in _OF_GIT]
            if names:
                more = f" and {len(git.unknown) - 1} more" if len(git.unknown) > 1 else ""
                message = (
                    f".{names[0]} is that of a commit, but whether {quoted(git.unknown[0])}{more} has changed since is "
                    "not known, as filters of git are not run; commit it first if git status lists it"
                )
                yield Finding(tag.source.node, message, first_span(tag, names[0]))
                return


def _of_chart(subject: Subject, artifact: PlannedArtifact) -> Iterator[Finding]:
    """Findings for tags with a chart's version, if files of the chart have uncommitted changes."""
    helm = artifact.artifact
    tags = [one.tag for one in artifact.references if isinstance(helm, HelmArtifact) and versions.names_chart(one.tag)]
    if not tags or not isinstance(helm, HelmArtifact):
        return
    git = subject.resolved.values.git
    real: Callable[[str], str] = getattr(subject.world.files, "real", os.path.abspath)
    chart = real(subject.place(helm.chart_path.value))
    places = [os.path.join(git.root, *one.split("/")) for one in git.changed]  # noqa: PTH118  # as text
    changed = next((one for one in places if one == chart or one.startswith(chart.rstrip(os.sep) + os.sep)), "")
    if not changed:
        return
    named = os.path.relpath(changed, real(str(subject.directory))).replace(os.sep, "/")
    for tag in tags:
        message = (
            f"tag {quoted(tag.text)} is the chart's version, but {named} has uncommitted changes; commit them, under "
            "the chart's next version if this one is published"
        )
        yield Finding(tag.source.node, message, first_span(tag, "ChartVersion"))

"""A file that is not in git is published together with files that are, under a tag that names a version or a commit.

A note, a download or the output of a test may lie where a glob, a directory or a chart includes it. Everyone else who
builds that version then gets a different artifact. A file is reported if git neither tracks nor ignores it, and tracks
other files beside it. A directory without any tracked file is taken for the output of a build, and so is a file whose
full path is written. Only `build` and `preview` report this.

Fails where git has `docs/guide.md`, and `docs/draft.md` is not added:

```yaml
files: [{path: "docs/*", mediaType: text/markdown}]
targets: [{registry: ghcr.io/acme/docs, tags: ["{{ .VersionFull }}"]}]
```

Mended by `git add` and a commit, by moving the file away, or by naming what is meant:

```yaml
files: [{path: docs/guide.md, mediaType: text/markdown}]
targets: [{registry: ghcr.io/acme/docs, tags: ["{{ .VersionFull }}"]}]
```
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator

from lazyoci.config.model import FilesArtifact, HelmArtifact, Text
from lazyoci.plan import PlannedArtifact
from lazyoci.rules.base import Finding, Subject
from lazyoci.rules.shared.charts import chart_at
from lazyoci.rules.shared.paths import kind
from lazyoci.rules.shared.published_secrets import published_files
from lazyoci.rules.shared.wording import quoted

_OF_A_COMMIT = frozenset(
    ("Version", "VersionFull", "VersionRaw", "GitTag", "Tag", "ChartVersion", "GitSHA", "GitSHALong")
)


def check(subject: Subject) -> Iterator[Finding]:
    """One finding per path, at the first file."""
    for artifact in subject.plan.artifacts:
        of_a_commit = any(
            value.name in _OF_A_COMMIT and value.text
            for reference in artifact.references
            for value in reference.tag.used
        )
        if not of_a_commit:
            continue
        strays = subject.once("strays", lambda: _strays(subject))
        if not strays:
            return
        for path, names in _published(subject, artifact):
            found = [name for name in names if any(_is_in(name, stray, path.value) for stray in strays)]
            if found:
                more = f" and {len(found) - 1} more" if len(found) > 1 else ""
                message = (
                    f"{quoted(path.value)} publishes {quoted(found[0])}{more}, which no commit holds; commit it, "
                    "move it away, or name what is meant"
                )
                yield Finding(path.node, message)


def _strays(subject: Subject) -> list[str]:
    """The paths that git neither tracks nor ignores, relative to the directory of the `.lazy` file."""
    git = subject.resolved.values.git
    if not git.untracked:
        return []
    real: Callable[[str], str] = getattr(subject.world.files, "real", os.path.abspath)
    base = real(str(subject.directory))
    places = [os.path.join(git.root, *one.split("/")) for one in git.untracked]  # noqa: PTH118  # as text
    return [
        os.path.relpath(place, base).replace(os.sep, "/") + "/" * one.endswith("/")
        for one, place in zip(git.untracked, places, strict=True)
    ]


def _published(subject: Subject, artifact: PlannedArtifact) -> Iterator[tuple[Text, list[str]]]:
    """The paths that publish whatever lies there (globs, directories and charts), each with its files."""
    declared = artifact.artifact
    if isinstance(declared, FilesArtifact):
        for file in declared.files:
            if kind(subject, file.path.value) != "file":
                yield file.path, [os.path.normpath(name) for name in published_files(subject, file.path.value)]
    elif isinstance(declared, HelmArtifact):
        tree = chart_at(subject, declared).tree
        front = declared.chart_path.value
        if tree is not None and kind(subject, front) == "dir":
            yield declared.chart_path, [os.path.normpath(f"{front}/{file.name}") for file in tree.files]


def _is_in(name: str, stray: str, path: str) -> bool:
    """Whether a published file is untracked, or lies in an untracked directory below `path`."""
    if not stray.endswith("/"):
        return name == stray
    return name.startswith(stray) and not f"{os.path.normpath(path)}/".startswith(stray)

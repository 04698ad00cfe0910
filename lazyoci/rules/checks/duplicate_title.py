"""Two files of a generic artifact would have the same title.

A layer's title (`org.opencontainers.image.title`) is the file name that it gets when it is unpacked. If two layers have
the same title, one file overwrites the other. Different paths can give the same title: `./a.json` and `a.json`; a glob
and a file that it matches; or two files outside the directory of the `.lazy` file, even if one glob matches both, as
only their names are kept.

Fails:

```yaml
files:
  - {path: config.json, mediaType: application/json}
  - {path: ./config.json, mediaType: application/json}
```

Mended:

```yaml
files:
  - {path: config.json, mediaType: application/json}
```
"""

from __future__ import annotations

from collections.abc import Iterator

from lazyoci.config.model import File, FilesArtifact
from lazyoci.rules.base import Finding, Subject
from lazyoci.rules.shared.paths import matches
from lazyoci.rules.shared.shared_nodes import repeated
from lazyoci.rules.shared.wording import quoted
from lazyoci.world.glob import is_magic
from lazyoci.world.title import problem, title


def check(subject: Subject) -> Iterator[Finding]:
    """One finding per path, at its first title that an earlier path has already."""
    for artifact in subject.config.artifacts:
        if not isinstance(artifact, FilesArtifact):
            continue
        seen: dict[str, tuple[File, str]] = {}
        for file in artifact.files:
            for match, name in _titles(subject, file.path.value):
                first, other = seen.setdefault(name, (file, match))
                if first is not file:
                    yield _finding(subject, file, first, name)
                    break
                if match != other:
                    yield _within(file, name, other, match)
                    break


def _titles(subject: Subject, path: str) -> Iterator[tuple[str, str]]:
    """The files that a path matches, each with its title; a file that a build will create has its path's."""
    found = matches(subject, path)
    for match in found or (() if is_magic(path) else (path,)):
        name = title(match)
        if not problem(name):  # invalid-title reports that
            yield match, name


def _within(file: File, name: str, first: str, second: str) -> Finding:
    """Findings where one glob matches two files with the same title, outside of the directory of the `.lazy` file."""
    return Finding(
        file.path.node,
        f"{quoted(file.path.value)} matches {quoted(first)} and {quoted(second)}, which would both be titled "
        f"{quoted(name)}; name the one that is meant",
    )


def _finding(subject: Subject, file: File, first: File, name: str) -> Finding:
    node, there = file.path.node, first.path.node
    here = repeated(subject, file.node) if file.node is first.node else node
    what = "repeats" if is_magic(file.path.value) is False else f"matches {quoted(name)}, the title of"
    message = f"title {quoted(name)} repeats line {subject.line(there)}; titles are unique within an artifact"
    if what != "repeats":
        message = f"{quoted(file.path.value)} {what} line {subject.line(there)}; leave one of them out"
    return Finding(here, message, related=((there, "the first of that title"),))

"""Two files of a generic artifact would have one title.

A layer's title (`org.opencontainers.image.title`) is the name under which it is unpacked: of two with one title, one
overwrites the other. Different paths may give one title, as `./a.json` and `a.json` do, a glob and a file it matches,
or two files outside the directory, of which only the names are kept, be they matched by one glob.

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
    """One finding per path, at its first title that an earlier path has."""
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
    """What a path means, with the title of each; of a file that a build will make, that of its path."""
    found = matches(subject, path)
    for match in found or (() if is_magic(path) else (path,)):
        name = title(match)
        if not problem(name):  # invalid-title says that
            yield match, name


def _within(file: File, name: str, first: str, second: str) -> Finding:
    """Of files outside the directory, or reached through one, the glob alone may find two of one title."""
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

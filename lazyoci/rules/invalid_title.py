"""A path gives its file no title under which others could pull it.

A file's title is its path below the directory of the `.lazy` file. The directory itself has none, and a name with a
backslash, or one that is not Unicode, cannot be written everywhere. Name a file or a directory below, or a glob such as
`*`, which takes each file for itself.

Fails:

```yaml
files:
  - {path: ., mediaType: application/vnd.acme.site.v1.tar+gzip}
```

Mended:

```yaml
files:
  - {path: services, mediaType: application/vnd.acme.site.v1.tar+gzip}
```
"""

from __future__ import annotations

from collections.abc import Iterator

from lazyoci.config.model import FilesArtifact
from lazyoci.rules.base import Finding, Subject
from lazyoci.rules.paths import matches
from lazyoci.rules.words import quoted
from lazyoci.world.title import problem, title


def check(subject: Subject) -> Iterator[Finding]:
    """One finding per path, at its first title that is none."""
    for artifact in subject.config.artifacts:
        if not isinstance(artifact, FilesArtifact):
            continue
        for file in artifact.files:
            path = file.path.value
            for match in matches(subject, path) or ():
                why = problem(title(match))
                if why:
                    yield Finding(file.path.node, _message(path, match, why))
                    break


def _message(path: str, match: str, why: str) -> str:
    if match != path:
        return f"{quoted(path)} matches {quoted(match)}, which gives no title: {why}; rename it, or leave it out"
    if not title(match) or title(match) == "..":
        return f'{quoted(path)} gives no title; name what is in it, or match its files by "{_inside(path)}"'
    return f"{quoted(path)} gives no title: {why}; rename it"


def _inside(path: str) -> str:
    """The glob of what lies in a directory."""
    return "*" if path in ("", ".", "./") else f"{path.rstrip('/')}/*"

"""A path gives its file no title under which others could pull it.

A file's title is its path below the directory of the `.lazy` file. The directory itself has none. A name with a
backslash, a control character (a tab too), a line separator or a mark that turns the direction of text, or one that is
not Unicode, cannot be written everywhere, or shows as something else; this holds for the files in a directory too. Name
a file or a directory below, or a glob such as `*`, which takes each file for itself.

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
from lazyoci.oci.names import unfit
from lazyoci.rules.base import Finding, Subject
from lazyoci.rules.paths import kind, listing, matches
from lazyoci.rules.words import quoted
from lazyoci.world.title import problem, title

_MOST_DIRECTORIES = 500  # looked into for one path; the build looks into all
_DEEPEST = 50  # directories below each other: links may lead in a circle


def check(subject: Subject) -> Iterator[Finding]:
    """One finding per path, at its first title that is none, or the first name in its directory."""
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
                name = _unfit_name(subject, match) if kind(subject, match) == "dir" else ""
                if name:
                    message = (
                        f"{quoted(match)} holds {quoted(name)}, which nobody could unpack: it {_why(name)}; rename it"
                    )
                    yield Finding(file.path.node, message)
                    break


def _why(path: str) -> str:
    return unfit(path.rpartition("/")[2])


def _unfit_name(subject: Subject, directory: str) -> str:
    """The first path in a directory that is packed whole whose name could not be unpacked; "" where none is seen."""
    waiting = [directory.rstrip("/")]
    for _ in range(_MOST_DIRECTORIES):
        if not waiting:
            break
        here = waiting.pop(0)
        for name in listing(subject, here):
            path = f"{here}/{name}"
            if unfit(name):
                return path
            if path.count("/") < _DEEPEST and kind(subject, path) == "dir":
                waiting.append(path)
    return ""


def _message(path: str, match: str, why: str) -> str:
    if match != path:
        return f"{quoted(path)} matches {quoted(match)}, which gives no title: {why}; rename it, or leave it out"
    if not title(match) or title(match) == "..":
        return f'{quoted(path)} gives no title; name what is in it, or match its files by "{_inside(path)}"'
    return f"{quoted(path)} gives no title: {why}; rename it"


def _inside(path: str) -> str:
    """The glob of what lies in a directory."""
    return "*" if path in ("", ".", "./") else f"{path.rstrip('/')}/*"

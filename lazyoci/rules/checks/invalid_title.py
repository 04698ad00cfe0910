"""A file cannot have a title under which others can pull it.

A file's title is its path below the directory of the `.lazy` file, so that directory itself has no title. Some names do
not work on every system, or look like other names: those with a backslash, a control character (such as a tab), a line
separator or a character that changes the direction of text, and those that are not Unicode. This also applies to the
files in a directory. A named pipe or a device in a directory could not be unpacked, nor a link that leads out of it.
Name a file or a directory below, or use a glob such as `*`, which publishes each file separately.

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

from collections.abc import Callable, Iterator

from lazyoci.config.model import FilesArtifact
from lazyoci.oci.names import link_flaw, unfit
from lazyoci.rules.base import Finding, Subject
from lazyoci.rules.shared.paths import kind, listing, matches
from lazyoci.rules.shared.wording import quoted
from lazyoci.world.title import problem, title

_MOST_DIRECTORIES = 500  # directories examined for one path; the build examines all of them
_DEEPEST = 50  # depth of directories: links may lead in a circle


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
                inside = _unfit(subject, match.rstrip("/")) if kind(subject, match) == "dir" else ""
                if inside:
                    yield Finding(file.path.node, f"{quoted(match)} holds {inside}")
                    break


def _unfit(subject: Subject, directory: str) -> str:
    """The first entry of a packed directory that could not be unpacked; empty if there is none."""
    link: Callable[[str], str] = getattr(subject.world.files, "link", _none)
    waiting = [directory]
    for _ in range(_MOST_DIRECTORIES):
        if not waiting:
            break
        here = waiting.pop(0)
        for name in listing(subject, here):
            path = f"{here}/{name}"
            why = unfit(name)
            if why:
                return f"{quoted(path)}, which nobody could unpack: it {why}; rename it"
            target = link(subject.place(path))
            if target:
                why = link_flaw(path[len(directory) + 1 :].split("/"), target, 0, _directories(subject, directory))
                if why:
                    return f"{quoted(path)}, a link that {why} ({quoted(target)}); replace it by what it means"
                continue
            what = kind(subject, path)
            if what == "dir" and path.count("/") < _DEEPEST:
                waiting.append(path)
            odd = "" if what else _odd(subject, path)
            if odd:
                return f"{quoted(path)}, which {odd}; remove it, or move it away"
    return ""


def _directories(subject: Subject, root: str) -> Callable[[tuple[str, ...]], bool]:
    """Whether a path in a directory is a directory itself, and not reached through a link."""
    link: Callable[[str], str] = getattr(subject.world.files, "link", _none)

    def is_directory(parts: tuple[str, ...]) -> bool:
        above = ["/".join((root, *parts[:length])) for length in range(1, len(parts) + 1)]
        return all(kind(subject, one) == "dir" and not link(subject.place(one)) for one in above)

    return is_directory


def _odd(subject: Subject, path: str) -> str:
    odd: Callable[[str], str] = getattr(subject.world.files, "odd", _none)
    return odd(subject.place(path))


def _none(_path: str) -> str:
    return ""


def _message(path: str, match: str, why: str) -> str:
    if match != path:
        what = f"{quoted(path)} matches {quoted(match)}, a name that not every system can unpack"
        return f"{what}: {why}; rename it, or leave it out"
    if not title(match) or title(match) == "..":
        where = "the directory of the .lazy file" if title(match) == "" else "a directory above the .lazy file"
        return f'{quoted(path)} is {where}; name what is in it, or match its files by "{_inside(path)}"'
    return f"{quoted(path)} is a name that not every system can unpack: {why}; rename it"


def _inside(path: str) -> str:
    """The glob that matches everything in a directory."""
    return "*" if path in ("", ".", "./") else f"{path.rstrip('/')}/*"

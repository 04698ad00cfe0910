"""Files with secrets among those that an artifact would publish, found once for two rules."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from lazyoci.config.model import FilesArtifact, HelmArtifact
from lazyoci.frozen import frozen
from lazyoci.rules.base import Subject
from lazyoci.rules.shared.charts import chart_at
from lazyoci.rules.shared.paths import kind, listing, matches
from lazyoci.rules.shared.wording import listed, quoted
from lazyoci.yaml.nodes import Node

if TYPE_CHECKING:
    from lazyoci.values.helm.loader import ChartTree

_MOST_NAMES = 20_000  # files listed for one path
_MOST_READ = 500  # files read for one path; beyond that, only files with a suspicious name
_MOST_SHOWN, _LONGEST = 3, 70  # of the others, in a message: names, and characters of them
_DEEPEST = 50  # depth of directories


@frozen
class Exposed:
    """Files with secrets that one path publishes: the first one, what it is, and the names of the others.

    `what` is empty if only the file's name suggests a secret. `named` means that the path names the file itself.
    """

    node: Node
    path: str
    first: str
    what: str
    others: tuple[str, ...] = ()
    named: bool = False
    in_chart: bool = False


def exposed(subject: Subject) -> list[Exposed]:
    """For each path, at most one entry for the certain secrets and one for the likely ones."""
    return subject.once("exposed", lambda: list(_exposed(subject)))


def _exposed(subject: Subject) -> Iterator[Exposed]:
    for artifact in subject.config.artifacts:
        if isinstance(artifact, FilesArtifact):
            for file in artifact.files:
                path = file.path.value
                named = kind(subject, path) == "file"
                found = list(_secrets(subject, path))
                sure = _together(one for one in found if one[1])
                maybe = [one for one in found if not one[1]]
                if sure:
                    yield Exposed(file.path.node, path, *sure[0], _names(sure[1:]), named)
                elif maybe and not named:  # whoever writes a file's full path knows its name
                    yield Exposed(file.path.node, path, *maybe[0], _names(maybe[1:]))
        elif isinstance(artifact, HelmArtifact):
            path = artifact.chart_path.value
            tree = chart_at(subject, artifact).tree
            found = [] if tree is None else _together(one for one in _in_chart(tree, path.rstrip("/")) if one[1])
            if found:
                yield Exposed(artifact.chart_path.node, path, *found[0], _names(found[1:]), in_chart=True)


def _names(found: Iterable[tuple[str, str]]) -> tuple[str, ...]:
    return tuple([name for name, _ in found])


def others_like_it(names: Sequence[str]) -> str:
    """The part of a message about further files: the names of up to three, and how many more there are."""
    shown: list[str] = []
    for name in names[:_MOST_SHOWN]:
        if shown and sum(map(len, shown)) + len(name) > _LONGEST:
            break
        shown.append(quoted(name))
    more = [f"{len(names) - len(shown)} more"] if len(names) > len(shown) else []
    return f"; also {listed([*shown, *more])}" if names else ""


def _secrets(subject: Subject, path: str) -> Iterator[tuple[str, str]]:
    """The secret files of one path, each with what it certainly is, or "" if only its name suggests a secret."""
    from lazyoci.values.secret_files import HEAD, certain, likely, tells  # imported only if files are published

    read = 0
    for name in published_files(subject, path):
        head = None
        if read < _MOST_READ or tells(name):
            read += 1
            head = head_of(subject, name, HEAD)
        what = certain(name, head)
        if what or likely(name, head):
            yield name, what


def _together(found: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """`found`, with one entry for all files of a `.git` directory: the directory itself, which should be left out."""
    known: dict[str, str] = {}
    for name, what in found:
        front, _, _ = name.partition("/.git/")
        known.setdefault(name if front == name else f"{front}/.git", what)
    return list(known.items())


def published_files(subject: Subject, path: str) -> Iterator[str]:
    """Every file that a path publishes, including those in directories. Links there are skipped: they stay links."""
    link: Callable[[str], str] = getattr(subject.world.files, "link", lambda _path: "")
    left = _MOST_NAMES
    for match in matches(subject, path) or ():
        if kind(subject, match) == "file":
            yield match
        waiting = [match.rstrip("/")] if kind(subject, match) == "dir" else []
        while waiting and left > 0:
            here = waiting.pop()
            for name in listing(subject, here):
                left -= 1
                inside = f"{here}/{name}"
                if link(subject.place(inside)):
                    continue
                what = kind(subject, inside)
                if what == "file":
                    yield inside
                elif what == "dir" and inside.count("/") < _DEEPEST:
                    waiting.append(inside)


def head_of(subject: Subject, path: str, count: int) -> bytes | None:
    """The first `count` bytes of a file; None if it cannot be read."""
    files = subject.world.files
    head: Callable[[str, int], bytes] = getattr(files, "head", lambda path, count: files.read(path)[:count])
    try:
        return head(subject.place(path), count)
    except (OSError, ValueError):
        return None


def _in_chart(tree: ChartTree, front: str) -> Iterator[tuple[str, str]]:
    """Like `_secrets`, for the files of a chart and of the charts in it."""
    from lazyoci.values.secret_files import HEAD, certain, is_settings, tells

    for file in tree.files:
        if not (tells(file.name) or is_settings(file.name)):
            continue
        try:
            yield f"{front}/{file.name}", certain(file.name, file.data[:HEAD])
        except OSError:  # the build reports it
            continue
    for one in tree.charts:
        yield from _in_chart(one, f"{front}/charts/{one.chart.name}")

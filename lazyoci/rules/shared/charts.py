"""The chart of a helm artifact, loaded once and as Helm loads it, or why it cannot be."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING

from lazyoci.config.model import HelmArtifact
from lazyoci.frozen import frozen
from lazyoci.rules.base import Subject
from lazyoci.rules.shared.paths import Remembered, kind

if TYPE_CHECKING:
    from lazyoci.values.helm.chart import Chart
    from lazyoci.values.helm.files import ChartFile
    from lazyoci.values.helm.loader import ChartTree


@frozen
class Found:
    """The chart at a `chartPath`. Without a `tree`, `problem` says why; it is empty if that is not known."""

    place: str  # path of Chart.yaml, relative to the `.lazy` file
    tree: ChartTree | None = None
    problem: str = ""
    missing: bool = False

    @property
    def chart(self) -> Chart | None:
        """The chart's own metadata."""
        return None if self.tree is None else self.tree.chart


def chart_at(subject: Subject, artifact: HelmArtifact) -> Found:
    """Load a chart from a directory or a package, but only what decides whether Helm accepts it."""
    path = artifact.chart_path.value
    return subject.once(("chart", path), lambda: _find(subject, path))


def _find(subject: Subject, path: str) -> Found:
    front = path.rstrip("/")
    place = f"{front}/Chart.yaml"
    here = kind(subject, path)
    if here == "file":
        if not path.endswith((".tgz", ".tar.gz")):
            return Found(place, missing=True, problem="is a file; name the chart's directory")
        return _loaded(place, f"{path}: ", lambda: _packed(subject, path))
    if kind(subject, place) != "file":
        return Found(place, missing=True)
    return _loaded(place, f"{front}/", lambda: _listed(subject, front))


def _packed(subject: Subject, path: str) -> list[ChartFile]:
    from io import BytesIO

    from lazyoci.values.helm.files import read_package  # imported only if there are charts

    return read_package(BytesIO(subject.world.files.read(subject.place(path))))


def _listed(subject: Subject, front: str) -> list[ChartFile]:
    from lazyoci.values.helm.files import ChartFile, list_directory

    files = subject.world.files
    return [
        ChartFile(name, partial(files.read, at))
        for at, name in list_directory(Remembered(subject), subject.place(front), real=getattr(files, "real", None))
    ]


def _loaded(place: str, front: str, files: Callable[[], list[ChartFile]]) -> Found:
    from lazyoci.values.helm.chart_yaml import ChartError
    from lazyoci.values.helm.loader import assemble

    try:
        return Found(place, assemble(files()))
    except ChartError as error:
        return Found(place, problem=f"{front}{error.told}" + (f"; {error.hint}" if error.hint else ""))
    except OSError as error:
        what = front.rstrip("/: ") if error.filename is None else str(error.filename)
        return Found(place, problem=f"{what} cannot be read: {error.strerror or error}")


@frozen
class Reading:
    """A text in Chart.yaml that Helm reads as a number or boolean: its key, and whether its value changes by that."""

    key: str
    changed: bool
    message: str


def unquoted(subject: Subject) -> Iterator[tuple[HelmArtifact, Reading]]:
    """Each chart with the texts in its Chart.yaml that have no quotes and that Helm reads as numbers or booleans."""
    for artifact in subject.config.artifacts:
        if isinstance(artifact, HelmArtifact):
            for one in _readings(chart_at(subject, artifact)):
                yield artifact, one


def _readings(found: Found) -> Iterator[Reading]:
    for one in () if found.chart is None else found.chart.unquoted:
        key, written, text = one.key.rpartition(".")[2], one.plain.written, one.plain.text
        key = "" if one.key.endswith("]") else f"{key}: "
        what = "boolean" if isinstance(one.plain.value, bool) else "number"
        where = found.place if one.line is None else f"{found.place}:{one.line + 1}"
        reads = f"Helm reads {text}" if text != written else "as such 1.10 would be 1.1"
        keep = text if one.key == "version" and not _is_version(written) else written
        message = f'{where}: {one.key}: {written} is a {what}, and {reads}; write {key}"{keep}"'
        yield Reading(one.key, text != written, message)


def _is_version(text: str) -> bool:
    from lazyoci.values.helm.check import is_version

    return is_version(text)

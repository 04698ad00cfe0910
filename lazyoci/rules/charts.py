"""The chart of a helm artifact, read once, or why there is none."""

from __future__ import annotations

from lazyoci.config.model import HelmArtifact
from lazyoci.errors import LazyociError
from lazyoci.frozen import frozen
from lazyoci.rules.base import Subject
from lazyoci.rules.paths import kind, read
from lazyoci.values.chart import Chart, ChartError, read_chart


@frozen
class Found:
    """What is at a `chartPath`. Without a chart, `problem` says why, or is empty where that is not known."""

    place: str  # of Chart.yaml, relative to the `.lazy` file
    chart: Chart | None = None
    problem: str = ""
    missing: bool = False


def chart_at(subject: Subject, artifact: HelmArtifact) -> Found:
    """Look at a chart's directory. A packaged chart is a file; the builder looks into it, nobody does here."""
    path = artifact.chart_path.value
    return subject.once(("chart", path), lambda: _find(subject, path))


def _find(subject: Subject, path: str) -> Found:
    place = f"{path.rstrip('/')}/Chart.yaml"
    if kind(subject, path) == "file":
        packed = path.endswith((".tgz", ".tar.gz"))
        return Found(place, missing=not packed, problem="" if packed else "is a file; name the chart's directory")
    if kind(subject, place) != "file":
        return Found(place, missing=True)
    data = read(subject, place)
    if data is None:
        return Found(place)
    try:
        return Found(place, read_chart(data))
    except LazyociError as error:
        line = error.line if isinstance(error, ChartError) else None
        where = place if line is None else f"{place}:{line + 1}"
        return Found(place, problem=f"{where}: {error.message}" + (f"; {error.hint}" if error.hint else ""))

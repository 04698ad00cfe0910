"""The chart of a helm artifact, read once, or why there is none."""

from __future__ import annotations

from lazyoci.config.model import HelmArtifact
from lazyoci.frozen import frozen
from lazyoci.rules.base import Subject
from lazyoci.rules.paths import kind
from lazyoci.values.chart import Chart, ChartError


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
    try:
        return Found(place, subject.resolved.values.chart(path))
    except ChartError as error:
        where = place if error.line is None else f"{place}:{error.line + 1}"
        return Found(place, problem=f"{where}: {error.message}" + (f"; {error.hint}" if error.hint else ""))
    except OSError:
        pass  # the places looked at next say why
    if kind(subject, path) == "file":
        packed = path.endswith((".tgz", ".tar.gz"))
        return Found(place, missing=not packed, problem="" if packed else "is a file; name the chart's directory")
    return Found(place, missing=kind(subject, place) != "file")

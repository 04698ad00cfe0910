"""The variable ChartVersion: the `version` of the Chart.yaml of a helm artifact, or why there is none."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from lazyoci.errors import LazyociError
from lazyoci.values.chart import read_chart
from lazyoci.values.variables import Value

if TYPE_CHECKING:
    from lazyoci.world import Files


def chart_version(files: Files, directory: Path, chart_path: str) -> Value:
    """Read the chart at `chart_path`, relative to `directory` as everything in a `.lazy` file."""
    place = Path(chart_path) / "Chart.yaml"
    try:
        chart = read_chart(files.read(directory / place))
    except OSError as error:
        return Value("ChartVersion", None, f"{place.as_posix()} cannot be read: {error.strerror or error}")
    except LazyociError as error:
        return Value("ChartVersion", None, f"{place.as_posix()}: {error.message}")
    line = f":{chart.version_line}" if chart.version_line else ""
    return Value("ChartVersion", chart.version, f"{place.as_posix()}{line}")

"""The variable ChartVersion: the `version` of the Chart.yaml of a helm artifact, or why there is none."""

from __future__ import annotations

from pathlib import PurePath

from lazyoci.values.helm.chart_yaml import ChartError
from lazyoci.values.value import Value
from lazyoci.values.variables import Values


def chart_version(values: Values, chart_path: str) -> Value:
    """The version of the chart at `chart_path`, which is relative to the `.lazy` file."""
    place = (PurePath(chart_path) / "Chart.yaml").as_posix()
    try:
        chart = values.chart(chart_path)
    except OSError as error:
        return Value("ChartVersion", None, f"{place} cannot be read: {error.strerror or error}")
    except ChartError as error:
        return Value("ChartVersion", None, f"{place}: {error.message}")
    line = f":{chart.version_line}" if chart.version_line else ""
    return Value("ChartVersion", chart.version, f"{place}{line}")

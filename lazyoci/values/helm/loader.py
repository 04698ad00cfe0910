"""Loads a chart as Helm does: sorts its files, reads and checks them, and loads its subcharts (helm load.go)."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable
from datetime import datetime

from lazyoci.frozen import frozen
from lazyoci.values.helm.chart import Chart
from lazyoci.values.helm.chart_yaml import ChartError, Fields, load_tree, not_json
from lazyoci.values.helm.files import MAX_DEPTH, ChartFile, read_package
from lazyoci.values.helm.read_chart import read_chart, read_dependencies
from lazyoci.values.helm.scalars import Plain

SCHEMA = "values.schema.json"
_NO_CHART = "every chart needs one; what is no chart needs a leading _ in charts/, or a line in .helmignore"
_LOCKS = ("Chart.lock", "requirements.lock")  # the second counts where both are there
_TIME = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})", re.ASCII)


@frozen
class ChartTree:
    """A chart that was read: its metadata, its own files in the order of Helm's package, and its subcharts."""

    chart: Chart
    files: tuple[ChartFile, ...]
    charts: tuple[ChartTree, ...]

    @property
    def missing(self) -> tuple[str, ...]:
        """The dependencies that are not among its subcharts, each once, in the order of Chart.yaml."""
        there = {one.chart.name for one in self.charts}
        return tuple(dict.fromkeys(one.name for one in self.chart.dependencies if one.name not in there))


def assemble(files: Iterable[ChartFile], place: str = "", depth: int = 0) -> ChartTree:
    """Sort the files of a chart into its own and those of its subcharts, which are read in the same way.

    Raises ChartError if Helm would not load or package it; `place`, such as `charts/x/`, prefixes the file's name.
    Raises OSError for a file that cannot be read.
    """
    if depth > MAX_DEPTH:
        raise ChartError(f"charts are nested more than {MAX_DEPTH} deep", place=place)
    own: dict[str, ChartFile] = {}
    carried: dict[str, list[ChartFile]] = {}
    for file in files:
        top, slash, rest = file.name.partition("/")
        if top != "charts" or not slash or file.name.endswith(".prov"):
            own[file.name] = file
        elif not rest.startswith(("_", ".")):
            carried.setdefault(rest.partition("/")[0], []).append(ChartFile(rest, file.load))
    try:
        chart = _judged(own)
    except ChartError as error:
        error.place = place + error.place
        raise
    charts = tuple([_carried(key, carried[key], place, depth) for key in sorted(carried)])
    return ChartTree(chart, tuple(_ordered(own, chart)), charts)


def _judged(own: dict[str, ChartFile]) -> Chart:
    """The metadata of a chart, after everything that Helm checks has been checked."""
    if "Chart.yaml" not in own:
        raise ChartError("Chart.yaml file is missing", hint=_NO_CHART)
    requirements = own.get("requirements.yaml")
    # Helm reports a file that it cannot read before an error within one that it can
    for name in _LOCKS:
        if name in own:
            _check_lock(own[name].data, name)
    if "values.yaml" in own:
        _check_values(own["values.yaml"].data)
    chart = read_chart(own["Chart.yaml"].data, None if requirements is None else requirements.data)
    if SCHEMA in own:
        _check_schema(own[SCHEMA].data)
    return chart


def _check_lock(data: bytes, name: str) -> None:
    read_dependencies(data, name)
    tree = load_tree(data, name)
    lines = tree.lines if isinstance(tree, Fields) else {}
    generated = tree.get("generated") if isinstance(tree, Fields) else None
    if generated is None:
        return
    try:
        right = isinstance(generated, str) and _TIME.fullmatch(generated) is not None
        datetime.fromisoformat(generated[:19] if right else "")
    except ValueError:
        hint = f"write the file anew: helm dependency update, or remove {name}"
        raise ChartError("generated is not a time", line=lines.get("generated"), hint=hint, place=name) from None


def _check_values(data: bytes) -> None:
    name = "values.yaml"
    tree = load_tree(data, name)
    if tree is not None and not isinstance(tree, Fields):
        kind = "array" if isinstance(tree, list) else "string" if isinstance(tree, str) else "number"
        if isinstance(tree, Plain) and isinstance(tree.value, bool):
            kind = "bool"
        said = f"cannot unmarshal {kind} into Go value of type map[string]interface {{}}"
        message = f"not a mapping of keys to values (Helm: {said})"
        raise ChartError(message, line=0, hint="write key: value lines", place=name)
    unsupported = not_json(tree)
    if unsupported:
        raise ChartError(f"json: unsupported value: {unsupported}", hint="put it in quotes", place=name)


def _check_schema(data: bytes) -> None:
    import json  # only where there is a schema

    def refuse(word: str) -> None:
        raise ValueError(f"{word} is not JSON")

    hint = "correct it, or remove the file"
    try:
        json.loads(data.decode("utf-8", "replace"), parse_constant=refuse, parse_int=str, parse_float=str)
    except json.JSONDecodeError as error:
        raise ChartError(f"Invalid JSON in {SCHEMA}", line=error.lineno - 1, hint=hint, place=SCHEMA) from None
    except (ValueError, RecursionError) as error:
        reason = ": nested too deep" if isinstance(error, RecursionError) else f": {error}"
        raise ChartError(f"Invalid JSON in {SCHEMA}{reason}", hint=hint, place=SCHEMA) from None


def _carried(key: str, items: list[ChartFile], place: str, depth: int) -> ChartTree:
    inside = f"{place}charts/{key}"
    if key.endswith(".tgz") and items[0].name == key:
        try:
            files = read_package(io.BytesIO(items[0].data))
        except ChartError as error:
            error.place = inside
            raise
        return assemble(files, f"{inside}: ", depth + 1)
    inner = (ChartFile(item.name.partition("/")[2], item.load) for item in items if "/" in item.name)
    return assemble(inner, f"{inside}/", depth + 1)


def _ordered(own: dict[str, ChartFile], chart: Chart) -> Iterable[ChartFile]:
    """Chart.yaml, Chart.lock, values.yaml, values.schema.json, templates, then the rest, each as it was walked.

    Charts of apiVersion v2 have Chart.lock, which Helm writes from an old requirements.lock too; those of v1 have both
    files of requirements.
    """
    old = chart.api_version == "v1"
    yield own["Chart.yaml"]
    lock = next((own[name] for name in reversed(_LOCKS) if name in own), None)
    if lock is not None and chart.api_version == "v2":
        yield ChartFile("Chart.lock", lock.load)
    yield from [own[name] for name in ("values.yaml", SCHEMA) if name in own]
    done = {"Chart.yaml", "Chart.lock", "values.yaml", SCHEMA} | (set() if old else {"requirements.yaml", _LOCKS[1]})
    rest = [file for name, file in own.items() if name not in done]
    yield from [file for file in rest if file.name.startswith("templates/")]
    yield from [file for file in rest if not file.name.startswith("templates/")]

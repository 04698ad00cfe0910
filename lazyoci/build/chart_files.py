"""The files of a Helm chart, from a directory or a package, and the order in which Helm packs them (helm save.go)."""

from __future__ import annotations

import io
import re
import tarfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from lazyoci import reader
from lazyoci.build.helmignore import FILE as IGNORE_FILE
from lazyoci.build.helmignore import HelmIgnore
from lazyoci.errors import BuildError, LayoutError
from lazyoci.frozen import replace
from lazyoci.layout.archive import Member
from lazyoci.layout.compression import gunzip
from lazyoci.values.chart import Chart, ChartError, read_chart, read_dependencies
from lazyoci.values.chart_yaml import MAX_BYTES

MAX_CHART = 100 << 20  # bytes of all files of a chart; more is refused by Helm when it loads the package
_MAX_FILES = 20_000
_MAX_DEPTH = 32
_BOM = b"\xef\xbb\xbf"
_FIRST = ("Chart.yaml", "Chart.lock", "values.yaml", "values.schema.json")


@dataclass(frozen=True, slots=True)
class ChartFile:
    """A file of a chart: its path inside, with forward slashes, and what it holds, without a byte order mark."""

    name: str
    data: bytes


@dataclass(frozen=True, slots=True)
class ChartTree:
    """A chart that was read: its metadata, its own files in order, and the charts it carries."""

    chart: Chart
    files: tuple[ChartFile, ...]
    charts: tuple[ChartTree, ...]


def read_directory(directory: Path) -> list[ChartFile]:
    """The files of the chart at `directory` as Helm walks them: links followed, `.helmignore` obeyed.

    Raises BuildError for devices, links that run in circles, and files or charts larger than Helm would load.
    """
    ignore = directory / IGNORE_FILE
    try:
        rules = HelmIgnore(reader.read(ignore).decode("utf-8")) if ignore.is_file() else HelmIgnore()
    except UnicodeDecodeError:
        raise BuildError(f"{ignore} is not UTF-8 text") from None
    except BuildError as error:
        raise BuildError(f"{directory}: {error.message}", hint=error.hint) from None
    found: list[ChartFile] = []
    room = MAX_CHART
    for path, name in _walk(directory, "", rules, (directory.resolve(),)):
        size = path.stat().st_size
        room -= size
        if size > MAX_BYTES:
            raise BuildError(
                f"{path} has {size} bytes; Helm loads no file of a chart above {MAX_BYTES}",
                hint=f"leave it out in {IGNORE_FILE}",
            )
        if room < 0 or len(found) >= _MAX_FILES:
            raise BuildError(
                f"{directory} holds more than Helm loads: {MAX_CHART} bytes, {_MAX_FILES} files",
                hint=f"leave out what does not belong in {IGNORE_FILE}",
            )
        found.append(ChartFile(name, reader.read(path, MAX_BYTES).removeprefix(_BOM)))
    return found


def _walk(directory: Path, prefix: str, rules: HelmIgnore, above: tuple[Path, ...]) -> Iterator[tuple[Path, str]]:
    for path in sorted(directory.iterdir(), key=lambda item: item.name):
        name = prefix + path.name
        is_directory = path.is_dir()
        if rules.ignores(name, directory=is_directory):
            continue
        if is_directory:
            real = path.resolve()
            if real in above or len(above) > _MAX_DEPTH:
                raise BuildError(f"{path} leads back to a directory above it", hint="remove the link")
            yield from _walk(path, name + "/", rules, (*above, real))
        elif path.is_file():
            yield path, name
        elif path.is_symlink():
            raise BuildError(f"{path} is a link to nothing", hint="remove it, or ignore it in " + IGNORE_FILE)
        else:
            raise BuildError(f"{path} is not a regular file", hint="remove it, or ignore it in " + IGNORE_FILE)


def read_package(stream: BinaryIO, what: str) -> list[ChartFile]:
    """The files of a packaged chart (`.tgz`), without their first directory. `what` names it in messages.

    Raises BuildError for what Helm would refuse: paths that lead out, too many bytes, what is no archive at all.
    """
    found: list[ChartFile] = []
    room = MAX_CHART
    hint = "expected a .tgz made by helm package"
    try:
        unzipped = gunzip(stream, what, 2 * MAX_CHART)  # twice, as headers and padding count too
        with tarfile.open(fileobj=unzipped, mode="r|") as archive:
            for entry in archive:
                if entry.isdir():
                    continue
                if not entry.isreg():
                    raise BuildError(f"{what} holds {entry.name!r}, which is not a regular file")
                room -= entry.size
                if entry.size > MAX_BYTES or room < 0 or len(found) >= _MAX_FILES:
                    raise BuildError(f"{what} holds more than Helm loads: {entry.name!r}")
                content = archive.extractfile(entry)
                data = content.read() if content is not None else b""
                found.append(ChartFile(_inner_name(entry.name, what), data.removeprefix(_BOM)))
    except (tarfile.TarError, ValueError, OverflowError, RecursionError) as error:
        raise BuildError(f"{what} is not a chart package: {error}", hint=hint) from None
    except LayoutError as error:
        raise BuildError(error.message, hint=hint) from None
    return found


def _inner_name(name: str, what: str) -> str:
    parts = name.replace("\\", "/").split("/")[1:]
    inner = [part for part in parts if part not in ("", ".")]
    if not inner or ".." in parts or name.startswith("/") or re.match("[A-Za-z]:", inner[0]):
        raise BuildError(f"{what} holds {name!r}, which lies outside the chart")
    return "/".join(inner)


def assemble(files: Iterable[ChartFile], what: str, depth: int = 0) -> ChartTree:
    """Sort the files of a chart into its own and those of the charts it carries, which are read in turn.

    Raises BuildError when it, or one of those, has no Chart.yaml that Helm would load.
    """
    if depth > _MAX_DEPTH:
        raise BuildError(f"{what}: charts are nested more than {_MAX_DEPTH} deep")
    own: dict[str, ChartFile] = {}
    carried: dict[str, list[ChartFile]] = {}
    for file in files:
        top, slash, rest = file.name.partition("/")
        if top != "charts" or not slash or file.name.endswith(".prov"):
            own[file.name] = file
        elif not rest.startswith(("_", ".")):
            carried.setdefault(rest.partition("/")[0], []).append(ChartFile(rest, file.data))
    chart = _metadata(own, what)
    charts = tuple(_carried(key, items, f"{what}: charts/{key}", depth) for key, items in sorted(carried.items()))
    return ChartTree(chart, _ordered(own, chart), charts)


def _metadata(own: dict[str, ChartFile], what: str) -> Chart:
    if "Chart.yaml" not in own:
        raise BuildError(
            f"{what}: Chart.yaml is missing", hint="every chart needs one; files beside charts need a leading _"
        )
    try:
        return read_chart(own["Chart.yaml"].data)
    except ChartError as error:
        line = "" if error.line is None else f":{error.line + 1}"
        raise BuildError(f"{what}: Chart.yaml{line}: {error.message}", hint=error.hint) from None


def _carried(key: str, items: list[ChartFile], what: str, depth: int) -> ChartTree:
    if key.endswith(".tgz") and items[0].name == key:
        return assemble(read_package(io.BytesIO(items[0].data), what), what, depth + 1)
    inner = (ChartFile(item.name.partition("/")[2], item.data) for item in items if "/" in item.name)
    return assemble(inner, what, depth + 1)


def _ordered(own: dict[str, ChartFile], chart: Chart) -> tuple[ChartFile, ...]:
    """Chart.yaml, Chart.lock, values.yaml, values.schema.json, templates, then the rest, each as it was walked."""
    first = [own[name] for name in _FIRST if name in own and (name != "Chart.lock" or chart.api_version != "v1")]
    rest = [file for name, file in own.items() if name not in _FIRST]
    templates = [file for file in rest if file.name.startswith("templates/")]
    return (*first, *templates, *(file for file in rest if not file.name.startswith("templates/")))


def members(tree: ChartTree) -> Iterator[Member]:
    """The entries of the package: files only, each chart beneath its own name, whatever its directory is called."""
    yield from _members(tree, tree.chart.name)


def _members(tree: ChartTree, base: str) -> Iterator[Member]:
    for file in tree.files:
        yield Member(f"{base}/{file.name}", data=file.data)
    taken: set[str] = set()
    for carried in tree.charts:
        name = carried.chart.name
        if name in taken:  # one chart twice, under aliases: one name would mix the two
            name = f"{name}-{carried.chart.version}"
        taken.add(name)
        yield from _members(carried, f"{base}/charts/{name}")


def metadata(tree: ChartTree) -> Chart:
    """The chart's metadata with the dependencies of requirements.yaml, where charts of apiVersion v1 list them."""
    for file in tree.files:
        if file.name == "requirements.yaml":
            try:
                return replace(tree.chart, dependencies=read_dependencies(file.data))
            except ChartError as error:
                raise BuildError(f"{tree.chart.name}: requirements.yaml: {error.message}", hint=error.hint) from None
    return tree.chart

"""Finds what can be published from a directory: images by their Dockerfiles, charts by their Chart.yaml."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial
from pathlib import Path, PurePosixPath

from lazyoci import reader
from lazyoci.values.helm.chart import Chart
from lazyoci.values.helm.chart_yaml import ChartError
from lazyoci.values.helm.files import ChartFile, list_directory
from lazyoci.values.helm.loader import assemble
from lazyoci.world import Disk

# directories of others' code, or of build output: never searched
_VENDORED = frozenset({"node_modules", "bower_components", "vendor", "third_party", "venv", "__pycache__", "target"})
# directories with these names hold nothing to publish
_NOT_PUBLISHED = frozenset(
    {"ci", "debug", "dev", "develop", "development", "e2e", "example", "examples", "fixture", "fixtures", "local"}
    | {"sample", "samples", "test", "testdata", "testing", "tests"}
)
# endings of files that are no Dockerfiles themselves: templates, backups, documents
_ENDINGS = (
    "adoc bak bz2 cmake diff dockerignore el gz html in j2 json lock log lua md old orig patch png rej rst save "
    "snap svg swp tar template tmpl toml tpl txt vim xz yaml yml zip zst"
)
_NOT_DOCKERFILES = frozenset(_ENDINGS.split())
# variants that say what the image is used for, and not what it is
_WHOLE = frozenset({"default", "final", "main", "prod", "production", "release"})
# directory names that do not say what is built there
_NAMELESS = frozenset({"build", "container", "containers", "deploy", "docker", "dockerfiles", "images", "package"})
_DOCKERFILE = re.compile(
    r"(?:docker|container)file(?:[.-](?P<after>.+))?|(?P<before>.+)\.(?:docker|container)file", re.I
)


@dataclass(frozen=True, slots=True)
class FoundImage:
    """A Dockerfile to build. Paths are relative to the surveyed directory; `name` is empty for the project itself."""

    dockerfile: PurePosixPath
    context: PurePosixPath
    name: str


@dataclass(frozen=True, slots=True)
class FoundChart:
    """A chart that Helm accepts, by its directory."""

    path: PurePosixPath
    name: str
    version: str


@dataclass(frozen=True, slots=True)
class Survey:
    """Everything that was found, sorted by path. `passed_over` has a line for each file that was not used, and why."""

    images: tuple[FoundImage, ...]
    charts: tuple[FoundChart, ...]
    passed_over: tuple[str, ...]


def is_wanted(name: str) -> bool:
    """Whether the survey needs a file of this name: a Dockerfile, a Chart.yaml or a `.lazy` file."""
    return name in ("Chart.yaml", ".lazy") or _variant(name) is not None


def is_skipped(name: str) -> bool:
    """Whether a directory of this name is not searched: a hidden one, or one with others' code."""
    return name.startswith(".") or name in _VENDORED


def survey(directory: Path, files: Iterable[Path]) -> Survey:
    """The images and charts of `files`, all files below `directory` for which `is_wanted` is true."""
    images, charts, passed_over = [], [], []
    real = directory.resolve()
    inside = sorted(path for path in files if path.resolve().is_relative_to(real))
    taken = {path.parent for path in inside if path.name == ".lazy" and path.parent != directory}
    chart_homes = {path.parent for path in inside if path.name == "Chart.yaml"}
    for path in inside:
        place = PurePosixPath(path.relative_to(directory).as_posix())
        parents = [parent for parent in path.parents if parent.is_relative_to(directory)]
        if path.name == ".lazy" or not str(place).isprintable():
            continue
        if not taken.isdisjoint(parents):
            passed_over.append(f"{place}: a .lazy file of its own is nearer")
        elif any(parent.name == "charts" and parent.parent in chart_homes for parent in parents):
            continue  # a dependency, which is packed with the chart that needs it
        elif word := next((part for part in _words(place) if part in _NOT_PUBLISHED), ""):
            passed_over.append(f'{place}: "{word}" does not sound like something to publish')
        elif path.name == "Chart.yaml":
            try:
                chart = _load_chart(path.parent)
            except ChartError as error:
                passed_over.append(f"{place.parent / error.told}")
            except OSError as error:
                passed_over.append(f"{place}: {error.strerror or error}")
            else:
                charts.append(FoundChart(place.parent, chart.name, chart.version))
        elif not _is_dockerfile(path):
            passed_over.append(f"{place}: it has no FROM line, as every Dockerfile has")
        else:
            plain = path.with_name("Dockerfile") in inside or path.with_name("Containerfile") in inside
            images.append(FoundImage(place, _context(directory, place), _name(place, alone=not plain)))
    return Survey(tuple(images), tuple(charts), tuple(passed_over))


def _load_chart(directory: Path) -> Chart:
    """A chart that can be published: Helm loads it and keeps its version as written. Raises ChartError, OSError."""
    files = Disk()
    listed = list_directory(files, str(directory), metadata_only=True, real=os.path.realpath)
    chart = assemble([ChartFile(name, partial(files.read, at)) for at, name in listed]).chart
    for one in chart.unquoted:
        if one.key == "version":
            message = f"version {one.plain.written} is a number to Helm, {one.plain.text}"
            raise ChartError(message, line=one.line, place="Chart.yaml")
    return chart


def _variant(name: str) -> str | None:
    """The NAME of Dockerfile.NAME or NAME.Dockerfile, empty for a plain one; None for another file."""
    match = _DOCKERFILE.fullmatch(name)
    if match is None:
        return None
    found = match["after"] or match["before"] or ""
    return None if found.lower().rpartition(".")[2] in _NOT_DOCKERFILES else found


def _words(place: PurePosixPath) -> list[str]:
    """The directories of a file, and the variant of a Dockerfile, in lower case."""
    return [part.lower() for part in (*place.parts[:-1], _variant(place.name) or "") if part]


def _is_dockerfile(path: Path) -> bool:
    """Whether a file begins with a stage (FROM), or names its own BuildKit frontend."""
    try:
        head = reader.read(path).decode("utf-8", "replace")
    except OSError:
        return False
    return re.search(r"(?im)^[ \t]*FROM[ \t]+\S|\A(?:#.*\n)*#[ \t]*syntax[ \t]*=", head) is not None


def _name(place: PurePosixPath, *, alone: bool) -> str:
    """The name for the image of a Dockerfile: from its variant, else from its directory.

    If it is `alone` in its directory, a variant such as `prod` is not used as the name.
    """
    named = [part for part in place.parts[:-1] if part.lower() not in _NAMELESS]
    variant = _variant(place.name) or ""
    if alone and variant.lower() in _WHOLE:
        variant = ""
    return variant or (named[-1] if named else "")


def _context(directory: Path, place: PurePosixPath) -> PurePosixPath:
    """The context that a Dockerfile expects: its own directory, or the searched one if its COPY lines need that."""
    own = place.parent
    while own.name.lower() in _NAMELESS:
        own = own.parent
    if own == PurePosixPath():
        return own
    try:
        sources = list(_sources(reader.read(directory / place).decode("utf-8", "replace")))
    except OSError:
        return own
    here, above = (sum((directory / base / one).exists() for one in sources) for base in (own, PurePosixPath()))
    return PurePosixPath() if above > here else own


def _sources(dockerfile: str) -> Iterable[str]:
    """The literal paths that COPY and ADD take from the context."""
    for match in re.finditer(r"(?im)^[ \t]*(?:COPY|ADD)[ \t]+(.+)$", re.sub(r"\\[ \t]*\r?\n", " ", dockerfile)):
        text = re.sub(r"^(?:--\S+\s+)*", "", match[1])
        if "--from=" in match[1]:
            continue  # another stage's
        try:
            words = json.loads(text) if text.startswith("[") else text.split()
        except ValueError:
            continue
        for word in words[:-1]:
            literal = isinstance(word, str) and not re.search(r"[$*?<\[\\]|://", word)
            if literal and ".." not in PurePosixPath(word).parts and word.strip("./"):
                yield word.lstrip("/")

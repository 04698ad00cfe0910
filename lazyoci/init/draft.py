"""Makes the text of a `.lazy` file from a survey, by the template `lazy.j2`."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import jinja2

from lazyoci.init.offers import OUTPUTS, Offer
from lazyoci.init.remote import Home
from lazyoci.init.survey import FoundChart, FoundImage, Survey
from lazyoci.oci.repository_part import repository_part
from lazyoci.yaml.quotes import scalar


@dataclass(frozen=True, slots=True)
class Draft:
    """One artifact to be written. `source` is a Dockerfile, a chart's directory or a path; paths as in the file."""

    type: str
    name: str
    repository: str
    source: str
    context: str = ""  # empty if the default is right
    version: str = ""  # of a chart
    files: tuple[tuple[str, str], ...] = ()  # of an artifact: path and media type
    built: bool = False  # whether a build made them


def drafts(found: Survey, home: Home) -> list[Draft]:
    """The artifacts to write: each with a name and a repository of its own."""
    base = home.repository or "{{ .Registry }}"
    names = _names([one.name or home.project for one in found.images], [one.dockerfile for one in found.images])
    made = [_image(one, name, base, home, alone=len(names) == 1) for one, name in zip(found.images, names, strict=True)]
    taken = Counter(one.name for one in found.charts)
    charts = _names(
        [one.name if one.name not in names else f"{one.name}-chart" for one in found.charts],
        [one.path / "Chart.yaml" for one in found.charts],
    )
    for chart, name in zip(found.charts, charts, strict=True):
        group = "charts" if taken[chart.name] == 1 else repository_part("-".join(chart.path.parts)) or "charts"
        made.append(_chart(chart, name, f"{base}/{group}"))
    return made


def files(found: Offer, home: Home) -> Draft:
    """The artifact for a directory with neither a Dockerfile nor a chart: its files, or an example to fill in."""
    base = home.repository or f"{{{{ .Registry }}}}/{home.project}"
    if not found.paths:
        return Draft("docker", home.project, base, f"{home.project}:latest")
    typed = tuple((path, _media_type(path)) for path in found.paths)
    source = found.paths[0] + (f" and {len(found.paths) - 1} more" if len(found.paths) > 1 else "")
    return Draft("artifact", f"{home.project}-files", f"{base}/files", source, files=typed, built=found.built)


_MEDIA_TYPES = {
    "csv": "text/csv", "css": "text/css", "html": "text/html", "js": "text/javascript", "json": "application/json",
    "md": "text/markdown", "pdf": "application/pdf", "svg": "image/svg+xml", "txt": "text/plain",
    "wasm": "application/wasm", "yaml": "application/yaml", "yml": "application/yaml", "zip": "application/zip",
    "gz": "application/gzip", "tgz": "application/gzip", "xml": "application/xml",
}  # fmt: skip


def _media_type(path: str) -> str:
    """The registered media type for a file name's ending; a directory becomes one archive."""
    if path in OUTPUTS:
        return "application/vnd.oci.image.layer.v1.tar+gzip"
    name = path.rpartition("/")[2]
    return _MEDIA_TYPES.get(name.lower().rpartition(".")[2], "application/octet-stream")


def text(made: list[Draft], home: Home, schema: str = "") -> str:
    """The file, in the canonical layout of `lazyoci format`.

    `schema` is the path of a copy of the schema, relative to the file, as no public address serves the schema.
    """
    environment = jinja2.Environment(
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        # the usual marks are those of Go templates, which the text contains
        variable_start_string="<<",
        variable_end_string=">>",
        autoescape=False,  # YAML: every value goes through `scalar`
    )
    environment.filters["scalar"] = scalar
    written = environment.from_string(Path(__file__).with_name("lazy.j2").read_text(encoding="utf-8"))
    return written.render(drafts=made, home=home, schema=schema)


def _image(found: FoundImage, name: str, base: str, home: Home, *, alone: bool) -> Draft:
    whole = bool(home.repository) and (alone or name == home.project)
    context = "" if found.context == PurePosixPath() else str(found.context)
    if context.startswith("-"):
        context = f"./{context}"  # otherwise the builder would read it as an option
    return Draft("image", name, base if whole else f"{base}/{name}", str(found.dockerfile), context)


def _chart(found: FoundChart, name: str, group: str) -> Draft:
    return Draft("helm", name, f"{group}/{repository_part(found.name) or name}", str(found.path), version=found.version)


def _names(wanted: list[str], places: list[PurePosixPath]) -> list[str]:
    """The wanted names with only allowed characters. Equal names become the whole path, and then get a number."""
    cleaned = [repository_part(name) or "app" for name in wanted]
    common = Counter(cleaned)
    made: list[str] = []
    for name, place in zip(cleaned, places, strict=True):
        whole = repository_part("-".join(place.parent.parts)) if common[name] > 1 else ""
        unique, number = whole or name, 1
        while unique in made:
            number += 1
            unique = f"{whole or name}-{number}"
        made.append(unique)
    return made

"""Hover on what names files: a chart, a Dockerfile, a build argument, a stage, a file with its size."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePath
from typing import TYPE_CHECKING

from lazyoci.config.model import FilesArtifact, HelmArtifact, ImageArtifact
from lazyoci.values.dockerfile import DEFAULT_DOCKERFILE, Dockerfile, read_dockerfile
from lazyoci.values.helm.chart_yaml import ChartError
from lazyoci.yaml.nodes import Mapping, Node, Scalar
from lazyoci_lsp.features.hover.spot import Said, Spot
from lazyoci_lsp.features.markdown import code, escape, render
from lazyoci_lsp.view import View

if TYPE_CHECKING:
    from lazyoci.check import Checked
    from lazyoci.plan import PlannedArtifact
    from lazyoci.values import Values


def at(view: View, spot: Spot) -> Said | None:
    """What to say of the file that is named at a place."""
    if spot.checked is None:
        return None
    found = _at(spot.checked.snapshot.checked, spot.checked.artifacts, spot.checked.offset)
    return spot.checked.said(*found) if found is not None else None


def _at(checked: Checked, artifacts: Sequence[PlannedArtifact], offset: int) -> tuple[Node, str] | None:
    """The node at an offset, and what to say of it."""
    for planned in artifacts:
        if planned.artifact.node.start <= offset <= planned.artifact.node.end:
            found = _of(checked, planned, offset)
            if found is not None:
                return found
    return None


def _of(checked: Checked, planned: PlannedArtifact, offset: int) -> tuple[Node, str] | None:
    artifact = planned.artifact
    if artifact.version_from is not None:
        for text in (artifact.version_from.file, artifact.version_from.tag):
            if text is not None and _on(text.node, offset):
                return text.node, _version(planned)
    if isinstance(artifact, HelmArtifact):
        node: Node = artifact.chart_path.node
        return (node, chart(planned.resolved.values.base, artifact.chart_path.value)) if _on(node, offset) else None
    if isinstance(artifact, ImageArtifact):
        return _of_image(checked, artifact, offset)
    if isinstance(artifact, FilesArtifact):
        for file in artifact.files:
            if _on(file.path.node, offset):
                return file.path.node, _file(checked, file.path.value)
    return None


def _on(node: Node | None, offset: int) -> bool:
    return node is not None and node.start <= offset <= node.end


def _of_image(checked: Checked, artifact: ImageArtifact, offset: int) -> tuple[Node, str] | None:
    name = artifact.dockerfile.value if artifact.dockerfile is not None else DEFAULT_DOCKERFILE
    if artifact.dockerfile is not None and _on(artifact.dockerfile.node, offset):
        return artifact.dockerfile.node, dockerfile(checked, name, [one.value for one in artifact.platforms])
    if artifact.target is not None and _on(artifact.target.node, offset):
        found = read(checked, name)
        for stage in found.stages if found is not None else ():
            if stage.name == artifact.target.value.lower():
                return (
                    artifact.target.node,
                    f"{code(stage.name)} is {code(f'FROM {stage.base}')}, {escape(name)}:{stage.line + 1}\n",
                )
    arguments = artifact.node.get("buildArgs")
    for key, _ in arguments.items if isinstance(arguments, Mapping) else ():
        if isinstance(key, Scalar) and _on(key, offset):
            return key, _argument(checked, name, key.value)
    return None


def _version(planned: PlannedArtifact) -> str:
    """The version that an artifact has from where it says."""
    found = planned.resolved.values.get("VersionFull")
    if found.shown is None:
        return f"No version: {escape(found.source)}\n"
    return f"The version is {code(found.shown)} ({escape(found.source)})\n"


def read(checked: Checked, name: str) -> Dockerfile | None:
    """A Dockerfile by its path in the `.lazy` file; None where it cannot be read."""
    try:
        return read_dockerfile(checked.world.files.read(checked.directory / name))
    except (OSError, ValueError):
        return None


def dockerfile(checked: Checked, name: str, platforms: list[str]) -> str:
    """Its stages, with their platforms, and its arguments."""
    found = read(checked, name)
    if found is None:
        return f"{code(name)} cannot be read.\n"
    arguments = list(dict.fromkeys(one.name for one in found.arguments))
    return render("dockerfile.md", file=name, stages=found.stages, arguments=arguments, platforms=platforms)


def _argument(checked: Checked, name: str, argument: str) -> str:
    found = read(checked, name)
    for one in found.arguments if found is not None else ():
        if one.name == argument:
            default = f", default {code(one.default)}" if one.default else ""
            return f"{code(f'ARG {argument}')}{default}, {escape(name)}:{one.line + 1}\n"
    return f"{code(argument)}: no such `ARG` in {escape(name)}.\n"


def chart(values: Values, path: str) -> str:
    """Name, version, description and dependencies of a chart."""
    place = (PurePath(path) / "Chart.yaml").as_posix()
    try:
        found = values.chart(path)
    except OSError as error:
        return render("chart.md", error=f"{place} cannot be read: {error.strerror or error}")
    except ChartError as error:
        return render("chart.md", error=f"{place}: {error.message}")
    return render("chart.md", error="", chart=found, dependencies=found.dependencies)


def _file(checked: Checked, path: str) -> str:
    from lazyoci.report.units import bytes_text

    files, place = checked.world.files, checked.directory / path
    kind = files.kind(place)
    if kind == "dir":
        return f"{code(path)}: a directory; it becomes one layer, a `tar+gzip`.\n"
    if kind == "file":
        return f"{code(path)}: {bytes_text(place.stat().st_size)}\n"
    return ""

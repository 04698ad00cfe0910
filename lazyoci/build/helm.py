"""Builds a Helm chart without Helm, as `helm package` and `helm push` would publish it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from lazyoci import reader
from lazyoci.build.chart_config import annotations_of, config_json, go_json
from lazyoci.build.context import Context, finish
from lazyoci.config.model import HelmArtifact
from lazyoci.errors import BuildError
from lazyoci.layout.region import Region
from lazyoci.layout.store import Built, Staged
from lazyoci.oci.descriptor import Descriptor
from lazyoci.oci.mediatype import HELM_CHART, HELM_CONFIG, HELM_PROVENANCE
from lazyoci.values.helm.chart_yaml import MAX_BYTES, ChartError
from lazyoci.values.helm.files import ChartFile, held, list_directory, read_package
from lazyoci.values.helm.loader import ChartTree, assemble
from lazyoci.world import Disk

if TYPE_CHECKING:
    from lazyoci.layout.archive import Member

_PROVENANCE_LIMIT = 1 << 20


def build_helm(artifact: HelmArtifact, context: Context) -> Built:
    """Build the chart at `chartPath`: a directory is packed, a package is taken unchanged."""
    path = context.directory / artifact.chart_path.value
    staged = Staged()
    if path.is_dir():
        tree = read_directory(path)
        package = _packed(tree, staged, context)
        provenance = _own_provenance(tree, path, package, context)
    elif path.is_file():
        tree = _read_package(path)
        package = staged.add_file(HELM_CHART, path, context.progress)
        beside = path.with_name(path.name + ".prov")
        provenance = _read_provenance(beside) if beside.is_file() else None
    else:
        raise _absent(artifact, path)
    layers = [package]
    if provenance is not None:
        layers.append(staged.add_bytes(HELM_PROVENANCE, provenance))
    chart = tree.chart
    found = {**annotations_of(chart, context.created()), **context.annotations}
    manifest = {
        "schemaVersion": 2,
        "config": staged.add_bytes(HELM_CONFIG, config_json(chart)).to_json(),
        "layers": [layer.to_json() for layer in sorted(layers, key=lambda layer: layer.digest)],
        "annotations": dict(sorted(found.items())),
    }
    return finish(staged, manifest, artifact.label, dump=go_json)


def look_at_chart(artifact: HelmArtifact, context: Context) -> None:
    """Raise BuildError for what Helm would refuse."""
    path = context.directory / artifact.chart_path.value
    if path.is_dir():
        context.refuse_own_output(artifact.label, path)
        read_directory(path)
    elif path.is_file():
        _read_package(path)
    else:
        raise _absent(artifact, path)


def _absent(artifact: HelmArtifact, path: Path) -> BuildError:
    return BuildError(
        f"{artifact.label}: there is no chart at {path}",
        hint="correct chartPath, which is relative to the .lazy file: a chart's directory or its .tgz",
    )


def read_directory(directory: Path) -> ChartTree:
    """The chart at `directory` as Helm loads it, with all files in memory, so that exactly what was checked is packed.

    Raises BuildError for what Helm would refuse.
    """
    found: list[ChartFile] = []
    try:
        for place, name in list_directory(Disk(), str(directory), real=os.path.realpath):
            found.append(held(name, reader.read(place, MAX_BYTES)))
        return assemble(found)
    except ChartError as error:
        raise BuildError(f"{directory}/{error.told}", hint=error.hint) from None


def _read_package(path: Path) -> ChartTree:
    try:
        with path.open("rb") as stream:
            return assemble(read_package(stream))
    except ChartError as error:
        raise BuildError(f"{path}: {error.told}", hint=error.hint) from None


def members(tree: ChartTree) -> Iterator[Member]:
    """The entries of the package: only files, each chart below its own name, whatever its directory is called."""
    yield from _members(tree, tree.chart.name)


def _members(tree: ChartTree, base: str) -> Iterator[Member]:
    from lazyoci.layout.archive import Member  # here and below, as a dry run packs nothing

    for file in tree.files:
        yield Member(f"{base}/{file.name}", data=file.data)
    taken: set[str] = set()
    for carried in tree.charts:
        name = carried.chart.name
        if name in taken:  # one chart twice, under aliases: in one directory the two would mix
            name = f"{name}-{carried.chart.version}"
        taken.add(name)
        yield from _members(carried, f"{base}/charts/{name}")


def _packed(tree: ChartTree, staged: Staged, context: Context) -> Descriptor:
    from lazyoci.layout.archive import pack

    archive = context.scratch_file(".tgz")
    with archive.open("xb") as out:
        # padded, as in earlier versions, so that a chart that is packed again keeps its digest
        packed = pack(members(tree), out, epoch=context.epoch or 0, padded=True, progress=context.progress)
    return staged.adopt(Descriptor(HELM_CHART, packed.digest, packed.size), Region.whole(archive))


def _own_provenance(tree: ChartTree, path: Path, package: Descriptor, context: Context) -> bytes | None:
    """The provenance file beside a chart's directory, if it signs exactly the package that was just made.

    One that signs other bytes would make `helm pull --verify` fail, which is worse than none.
    """
    beside = path.resolve().parent / f"{tree.chart.name}-{tree.chart.version}.tgz.prov"
    if not beside.is_file():
        return None
    provenance = _read_provenance(beside)
    if package.digest.encode("ascii") in provenance:
        return provenance
    context.on_output(
        f"note: {beside} signs another package than the one built from {path}, so it was left out; "
        f"to publish a signed package, name the .tgz as chartPath"
    )
    return None


def _read_provenance(path: Path) -> bytes:
    with path.open("rb") as stream:
        data = stream.read(_PROVENANCE_LIMIT + 1)
    if len(data) > _PROVENANCE_LIMIT:
        raise BuildError(f"{path} has more than {_PROVENANCE_LIMIT} bytes; that is no provenance file")
    return data

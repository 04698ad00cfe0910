"""textDocument/documentLink: the files that are named, and the web pages of repositories."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from lsprotocol import types

from lazyoci.config.model import Artifact, DockerArtifact, FilesArtifact, HelmArtifact, ImageArtifact, Text
from lazyoci.diagnostic import Span
from lazyoci.oci.reference import ReferenceError, parse_repository
from lazyoci.registry.web_page import page
from lazyoci_lsp.features import linked_files
from lazyoci_lsp.view import View

if TYPE_CHECKING:
    from lazyoci.check import Checked
    from lazyoci.plan import PlannedArtifact


async def document_link(view: View, params: types.DocumentLinkParams) -> list[types.DocumentLink] | None:
    """The links of every artifact; of one that cannot be read, as it was when it last could."""
    snapshot = await view.snapshot(params.text_document.uri)
    if snapshot is None:
        return None
    found: dict[int, types.DocumentLink] = {}  # an alias shares a node
    for shown in snapshot.shown:
        for text, target, tip in _links(view, snapshot.checked, shown.planned):
            span = shown.to_new(text.node.span)
            if span is None:
                continue
            inner = Span(span.start + 1, span.end - 1) if text.node.style else span
            where = view.converter.range(snapshot.text.source, inner)
            found.setdefault(
                span.start,
                types.DocumentLink(where, target=target, tooltip=tip if view.client.link_tooltips else None),
            )
    return list(found.values())


def _links(view: View, checked: Checked, planned: PlannedArtifact) -> Iterator[tuple[Text, str, str]]:
    """Each text of an artifact that leads somewhere, where, and what is said of it."""
    artifact = planned.artifact
    for text, path in _paths(artifact, checked.directory):
        if checked.world.files.kind(path) == "file":
            yield text, linked_files.uri(view, path.absolute()), f"Open {path.name}"
    if isinstance(artifact, DockerArtifact):
        yield from _page(artifact.image, artifact.image.value.partition("@")[0])
    for target in planned.targets:
        if target.repository is not None:
            address = page(target.repository)
            if address is not None:
                yield target.resolved.registry.source, address, f"{target.repository} on the web"


def _paths(artifact: Artifact, directory: Path) -> Iterator[tuple[Text, Path]]:
    if artifact.version_from is not None and artifact.version_from.file is not None:
        yield artifact.version_from.file, directory / artifact.version_from.file.value
    if isinstance(artifact, HelmArtifact):
        yield artifact.chart_path, directory / artifact.chart_path.value / "Chart.yaml"
    elif isinstance(artifact, ImageArtifact) and artifact.dockerfile is not None:
        yield artifact.dockerfile, directory / artifact.dockerfile.value
    elif isinstance(artifact, FilesArtifact):
        for file in artifact.files:
            yield file.path, directory / file.path.value


def _page(text: Text, name: str) -> Iterator[tuple[Text, str, str]]:
    head, slash, last = name.rpartition("/")
    try:
        repository = parse_repository(head + slash + last.partition(":")[0])
    except ReferenceError:
        return
    address = page(repository)
    if address is not None:
        yield text, address, f"{repository} on the web"

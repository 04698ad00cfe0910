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


async def document_link(view: View, params: types.DocumentLinkParams) -> list[types.DocumentLink] | None:
    """The links of the newest version; while that does not decode, those of the last one that did."""
    good = await view.last_good(params.text_document.uri)
    if good is None:
        return None
    found: dict[int, types.DocumentLink] = {}  # an alias shares a node
    for text, target, tip in _links(view, good.snapshot.checked):
        span = good.offsets.to_new(text.node.span)
        if span is None:
            continue
        where = view.converter.range(good.source, Span(span.start + 1, span.end - 1) if text.node.style else span)
        found.setdefault(
            text.node.start,
            types.DocumentLink(where, target=target, tooltip=tip if view.client.link_tooltips else None),
        )
    return list(found.values())


def _links(view: View, checked: Checked) -> Iterator[tuple[Text, str, str]]:
    """Each text that leads somewhere, where, and what is said of it."""
    for artifact in checked.config.artifacts if checked.config is not None else ():
        for text, path in _paths(artifact, checked.directory):
            if checked.world.files.kind(path) == "file":
                yield text, linked_files.uri(view, path.absolute()), f"Open {path.name}"
        if isinstance(artifact, DockerArtifact):
            yield from _page(artifact.image, artifact.image.value.partition("@")[0])
    for planned in checked.plan.artifacts if checked.plan is not None else ():
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

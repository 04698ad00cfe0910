"""textDocument/definition: a chart's Chart.yaml, a variable's source, an ARG, a stage, a file, an anchor."""

from __future__ import annotations

from pathlib import Path

from lsprotocol import types

from lazyoci.diagnostic import Source
from lazyoci.values.dockerfile import DEFAULT_DOCKERFILE, read_dockerfile
from lazyoci.values.helm.chart_yaml import ChartError
from lazyoci.values.helm.read_chart import read_chart
from lazyoci.values.variables import is_variable
from lazyoci.yaml.nodes import Mapping
from lazyoci_lsp.features import linked_files, occurrences, variable_sources
from lazyoci_lsp.text import templates, tree
from lazyoci_lsp.text.documents import Text
from lazyoci_lsp.text.place import ARTIFACT, ITEM, Place, place, plain
from lazyoci_lsp.view import View


async def definition(view: View, params: types.DefinitionParams) -> types.Location | None:
    """Where what is at the place is defined."""
    text = view.text(params.text_document.uri)
    if text is None:
        return None
    offset = view.converter.offset(text.source, params.position)
    here = place(text.source, offset)
    found = _by_text(view, text, offset, here)
    if found is None:
        found = await _of_variable(view, text, offset, here)
    return found if found is not None else await occurrences.anchor(view, text, offset)


async def _of_variable(view: View, text: Text, offset: int, here: Place) -> types.Location | None:
    """Where the value of the variable at the offset is from."""
    name, directory = _variable(text.source, offset), text.directory(view.home)
    snapshot = await view.snapshot(text.uri) if name and directory is not None else None
    if snapshot is None or directory is None or not (is_variable(name)):
        return None
    if name == "Name":
        return await _name(view, text, here)
    value = snapshot.values_of(here.artifact).get(name)
    file = await _version_file(view, text, here)
    return await variable_sources.source_of(view, snapshot, name, value, directory, file)


async def _name(view: View, text: Text, here: Place) -> types.Location | None:
    """The name of the artifact around."""
    wanted = plain(here.artifact.get("name", ""))
    for artifact in tree.artifacts(await view.nodes_of(text)):
        node = artifact.get("name")
        if node is not None and tree.text(text.source.text, node) == wanted:
            return types.Location(text.uri, view.converter.range(text.source, node.span))
    return None


async def _version_file(view: View, text: Text, here: Place) -> str:
    """The file of the artifact's `versionFrom`; empty where there is none."""
    wanted = plain(here.artifact.get("name", ""))
    for artifact in tree.artifacts(await view.nodes_of(text)):
        origin = artifact.get("versionFrom")
        if isinstance(origin, Mapping) and tree.text(text.source.text, artifact.get("name")) == wanted:
            return tree.text(text.source.text, origin.get("file"))
    return ""


def _by_text(view: View, text: Text, offset: int, here: Place) -> types.Location | None:
    directory = text.directory(view.home)
    if directory is None or here.path[:2] != ARTIFACT:
        return None
    name = _variable(text.source, offset)
    if name == "ChartVersion" and here.artifact.get("chartPath"):
        return _chart(view, directory / plain(here.artifact["chartPath"]), version=True)
    word = text.source.text[here.word.start : here.word.end]
    inner = here.path[2:]
    if not word or "\0" in word or (here.kind != "value" and inner != ("buildArgs",)):
        return None
    if inner == ("chartPath",):
        return _chart(view, directory / word, version=False)
    if inner in (("dockerfile",), ("files", ITEM, "path"), ("versionFrom", "file")):
        path = directory / word
        return linked_files.line_location(view, path, 0) if path.is_file() else None
    dockerfile = directory / (plain(here.artifact.get("dockerfile", "")) or DEFAULT_DOCKERFILE)
    if inner == ("buildArgs",) or inner[:1] == ("buildArgs",):
        return _line(view, dockerfile, argument=word if here.kind == "key" else inner[-1])
    if inner == ("target",):
        return _line(view, dockerfile, stage=word.lower())
    return None


def _variable(source: Source, offset: int) -> str:
    """The name of the template variable at the offset."""
    token = templates.word_at(source, offset)
    if token is None or token.kind != "variable":
        return ""
    return source.text[token.span.start : token.span.end].lstrip(".")


def _chart(view: View, directory: Path, *, version: bool) -> types.Location | None:
    path = directory / "Chart.yaml"
    source = linked_files.read(view, path)
    if source is None:
        return None
    line = 0
    if version:
        try:
            line = max(0, read_chart(source.text.encode()).version_line - 1)
        except ChartError:
            line = 0  # the beginning of the file is near enough to what is wrong with it
    return linked_files.line_location(view, path, line)


def _line(view: View, path: Path, *, argument: str = "", stage: str = "") -> types.Location | None:
    """The ARG or FROM line of a Dockerfile."""
    source = linked_files.read(view, path)
    if source is None:
        return None
    found = read_dockerfile(source.text.encode())
    lines = [one.line for one in found.arguments if argument and one.name == argument]
    lines += [one.line for one in found.stages if stage and one.name == stage]
    return linked_files.line_location(view, path, lines[0]) if lines else None

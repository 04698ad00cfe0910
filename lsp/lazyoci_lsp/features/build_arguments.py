"""A build argument in all its places: the `ARG` lines of its Dockerfile, and the artifacts that give it a value."""

from __future__ import annotations

from pathlib import Path

from lsprotocol import types

from lazyoci.diagnostic import Span
from lazyoci.values.dockerfile import DEFAULT_DOCKERFILE, read_dockerfile
from lazyoci.yaml.nodes import Document, Mapping
from lazyoci_lsp.features import linked_files
from lazyoci_lsp.text import tree
from lazyoci_lsp.text.documents import Text
from lazyoci_lsp.text.place import ARTIFACT, place, plain
from lazyoci_lsp.view import View


def at(view: View, text: Text, offset: int) -> tuple[str, Path] | None:
    """The name of the build argument whose key is at an offset, and the Dockerfile that it is meant for."""
    here = place(text.source, offset)
    directory = text.directory(view.home)
    name = text.source.text[here.word.start : here.word.end]
    if here.kind != "key" or here.path != (*ARTIFACT, "buildArgs") or directory is None or not name or "\0" in name:
        return None
    return name, directory / (plain(here.artifact.get("dockerfile", "")) or DEFAULT_DOCKERFILE)


def declarations(view: View, name: str, dockerfile: Path) -> list[types.Location]:
    """The `ARG` lines: one in each stage that uses it."""
    source = linked_files.read(view, dockerfile)
    if source is None:
        return []
    lines = [one.line for one in read_dockerfile(source.text.encode()).arguments if one.name == name]
    return [linked_files.line_location(view, dockerfile, line) for line in lines]


def given(view: View, text: Text, document: Document | None, name: str, dockerfile: Path) -> list[Span]:
    """The keys of that name, of every artifact that is built by that Dockerfile."""
    directory = text.directory(view.home)
    found: list[Span] = []
    for artifact in tree.artifacts(document):
        arguments = artifact.get("buildArgs")
        key = arguments.key(name) if isinstance(arguments, Mapping) else None
        written = tree.text(text.source.text, artifact.get("dockerfile")) or DEFAULT_DOCKERFILE
        if key is not None and directory is not None and directory / written == dockerfile:
            found.append(key.span)
    return list(dict.fromkeys(found))  # artifacts may share a mapping by an alias

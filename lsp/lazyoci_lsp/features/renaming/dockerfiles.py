"""A build argument or a stage: in its Dockerfile, and in every `.lazy` file of the workspace that builds by it."""

from __future__ import annotations

import os.path
import re
from collections.abc import Callable, Iterator
from pathlib import Path

from lsprotocol import types

from lazyoci import reader
from lazyoci.config.read import read
from lazyoci.diagnostic import Source, Span
from lazyoci.values.dockerfile import DEFAULT_DOCKERFILE, is_predefined, read_dockerfile
from lazyoci.yaml.nodes import Document, Mapping, Node, Scalar
from lazyoci_lsp.features import linked_files
from lazyoci_lsp.features.renaming.named import Edits, Named, RefusedRename
from lazyoci_lsp.text import dockerfile_names, tree, uris
from lazyoci_lsp.text.documents import Text, on_disk
from lazyoci_lsp.view import View

_ARGUMENT = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_STAGE = re.compile(r"[a-z][a-z0-9_.-]*")  # https://docs.docker.com/reference/dockerfile/#from

_Spans = Callable[[Source, str], list[Span]]
_Nodes = Callable[[Mapping], Iterator[Scalar]]  # of an artifact: what may hold such a name


def at(view: View, text: Text, document: Document, offset: int) -> Named | None:
    """The key of a build argument, or the value of `target`, at an offset."""
    directory = text.directory(view.home)
    for artifact in tree.artifacts(document) if directory is not None else ():
        for nodes, kind in ((_arguments, "argument"), (_targets, "stage")):
            for node in nodes(artifact):
                if node.start <= offset <= node.end and node.value and directory is not None:
                    return _named(view, text, node, _dockerfile(text.source, directory, artifact), kind)
    return None


def _named(view: View, text: Text, node: Scalar, dockerfile: str, kind: str) -> Named:
    async def rename(new: str) -> Edits:
        if kind == "argument":
            return await _renamed(view, text, dockerfile, node.value, _argument(new), _arguments, _argument_spans)
        return await _renamed(view, text, dockerfile, node.value, _stage(node.value, new), _targets, _stage_spans)

    return Named(node.value, _inner(node), rename)


def _argument(new: str) -> str:
    if not _ARGUMENT.fullmatch(new) or is_predefined(new):
        raise RefusedRename(f"{new!r} cannot name a build argument: use letters, digits and _, and no name of BuildKit")
    return new


def _stage(old: str, new: str) -> str:
    if old.isdigit():
        raise RefusedRename(f"{old} counts the stages; write the name of the stage to rename that")
    if not _STAGE.fullmatch(new):
        raise RefusedRename(f"{new!r} cannot name a stage: use small letters, digits, - and _, a letter first")
    return new


def _argument_spans(source: Source, name: str) -> list[Span]:
    if dockerfile_names.sets_variable(source, name):
        raise RefusedRename(
            f"{source.name} also sets {name} by ENV, which is another variable; rename one of them first"
        )
    return dockerfile_names.argument(source, name)


def _stage_spans(source: Source, name: str) -> list[Span]:
    return dockerfile_names.stage(source, name)


async def _renamed(view: View, text: Text, dockerfile: str, old: str, new: str, nodes: _Nodes, spans: _Spans) -> Edits:
    path = Path(dockerfile)
    roots = view.folders or (text.directory(view.home),)
    if not any(root is not None and path.is_relative_to(os.path.normpath(root)) for root in roots):
        raise RefusedRename(f"{path} is outside of the workspace; rename it there and here by hand")
    source = linked_files.read(view, path)
    if source is None:
        raise RefusedRename(f"{path} cannot be read, so nothing is renamed")
    found = read_dockerfile(source.text.encode())
    if found.has_argument(new) or any(stage.name == new for stage in found.stages):
        raise RefusedRename(f"{path.name} has {new} already; choose another name")
    edits: dict[str, tuple[int | None, list[types.TextEdit]]] = {}
    opened = view.opened(uris.from_path(path))
    places = spans(source, old)
    if places:
        version = opened.version if opened is not None else None
        edits[linked_files.uri(view, path)] = version, _edits(view, source, places, new)
    for one, document in [(text, await view.nodes_of(text)), *await _others(view, text)]:
        given = _given(one, document, view.home, dockerfile, nodes)
        if nodes is _arguments and new in given.values():
            raise RefusedRename(f"{one.source.name} has {new} already; choose another name")
        here = [span for span, name in given.items() if name == old or (nodes is _targets and _alike(name, old))]
        if here:
            version = one.version if view.opened(one.uri) is not None else None
            edits[one.uri] = version, _edits(view, one.source, here, new)
    return edits


def _edits(view: View, source: Source, spans: list[Span], new: str) -> list[types.TextEdit]:
    return [types.TextEdit(view.converter.range(source, span), new) for span in spans]


async def _others(view: View, text: Text) -> list[tuple[Text, Document | None]]:
    """The other `.lazy` files of the workspace, as they are in the editor or on the disk."""
    found: list[tuple[Text, Document | None]] = []
    for path in await view.workspace.paths():
        opened = view.opened(uris.from_path(path))
        one = opened or await view.background.run(lambda path=path: _read(path))  # type: ignore[misc]
        if one is not None and one.key != text.key:
            document = await view.background.run(lambda one=one: read(one.source)[0])  # type: ignore[misc]
            found.append((one, document))
    return found


def _read(path: Path) -> Text | None:
    try:
        return on_disk(path, reader.read(path, reader.LAZY).decode("utf-8"))
    except (OSError, ValueError):
        return None  # its own check says what is wrong with it


def _given(text: Text, document: Document | None, home: Path | None, dockerfile: str, nodes: _Nodes) -> dict[Span, str]:
    """The names that a file writes by their places, of every artifact that is built by that Dockerfile."""
    directory = text.directory(home)
    found: dict[Span, str] = {}  # artifacts may share a node by an alias
    for artifact in tree.artifacts(document) if directory is not None else ():
        if directory is not None and _dockerfile(text.source, directory, artifact) == dockerfile:
            found |= {_inner(node): node.value for node in nodes(artifact)}
    return found


def _alike(one: str, other: str) -> bool:
    """Whether two names are of one stage: they have no case."""
    return one.lower() == other.lower()


def _dockerfile(source: Source, directory: Path, artifact: Mapping) -> str:
    written = tree.text(source.text, artifact.get("dockerfile")) or DEFAULT_DOCKERFILE
    return os.path.normpath(directory / written)


def _arguments(artifact: Mapping) -> Iterator[Scalar]:
    found = artifact.get("buildArgs")
    if isinstance(found, Mapping):
        yield from [key for key, _ in found.fields().values()]


def _targets(artifact: Mapping) -> Iterator[Scalar]:
    found: Node | None = artifact.get("target")
    if isinstance(found, Scalar):
        yield found


def _inner(node: Scalar) -> Span:
    """A name without its quotes."""
    inner = 1 if node.style in ("'", '"') else 0
    return Span(node.start + inner, node.end - inner)

"""workspace/willRenameFiles: paths in `.lazy` files follow the files and directories that they name.

Also where a `.lazy` file itself is moved: its paths are relative to where it lies.
"""

from __future__ import annotations

import os.path
from collections.abc import Iterator
from pathlib import Path

from lsprotocol import types

from lazyoci.config.load import load
from lazyoci.config.model import Artifact, Config, ImageArtifact
from lazyoci.diagnostic import Edit, Fix, Source, Span
from lazyoci.rules.shared.fixes import write
from lazyoci.rules.shared.paths import written_in
from lazyoci.values.dockerfile import DEFAULT_DOCKERFILE
from lazyoci.values.image_inputs import is_remote
from lazyoci.world.glob import is_magic
from lazyoci.yaml.edits import with_newlines_of
from lazyoci.yaml.quotes import scalar
from lazyoci.yaml.tree_edits import add_entry
from lazyoci_lsp.text import uris
from lazyoci_lsp.text.documents import Text, on_disk
from lazyoci_lsp.view import View

_Moves = list[tuple[str, str]]  # from where, to where


async def will_rename_files(view: View, params: types.RenameFilesParams) -> types.WorkspaceEdit | None:
    """The edits, to be made before the files are moved; None where no file names them."""
    pairs = [(uris.to_path(one.old_uri), uris.to_path(one.new_uri)) for one in params.files]
    moves = [
        (os.path.normpath(old), os.path.normpath(new)) for old, new in pairs if old is not None and new is not None
    ]
    edits: dict[str, tuple[int | None, list[types.TextEdit]]] = {}
    for path in await view.workspace.paths():
        opened = view.opened(uris.from_path(path))
        read = await _read(view, path, opened) if moves else None
        found = _edits(*read, moves) if read is not None else []
        if read is not None and found:
            text = read[0]
            changes = [types.TextEdit(view.converter.range(text.source, one.span), one.text) for one in found]
            edits[text.uri] = text.version if opened is not None else None, changes
    return view.edit(edits) if edits else None


async def _read(view: View, path: Path, opened: Text | None) -> tuple[Text, Config] | None:
    """A file as it is in the editor or on the disk, decoded; None where it does not decode."""
    if opened is not None:
        snapshot = await view.snapshot(opened.uri)
        config = snapshot.checked.config if snapshot is not None else None
        return (snapshot.text, config) if snapshot is not None and config is not None else None
    there = await view.workspace.nodes(path)
    decoded = None if there is None else await view.background.run(lambda: load(there[0]).config)
    return None if there is None or decoded is None else (on_disk(path, there[0].text), decoded)


def _edits(text: Text, config: Config, moves: _Moves) -> list[Edit]:
    path, source = text.path, text.source
    if path is None:
        return []
    before, after = os.path.normpath(path.parent), os.path.dirname(_moved(os.path.normpath(path), moves))  # noqa: PTH120
    fixes = [*_written(source, config, before, after, moves), *_defaults(source, config, before, after, moves)]
    found: dict[Span, dict[str, None]] = {}  # artifacts may share a node by an alias; two keys may begin at one place
    for fix in fixes:
        for edit in fix.edits:
            found.setdefault(edit.span, {})[with_newlines_of(source.text, edit).text] = None
    return [Edit(span, "".join(found[span])) for span in sorted(found)]


def _written(source: Source, config: Config, before: str, after: str, moves: _Moves) -> Iterator[Fix]:
    """New texts for the paths that are written."""
    for text in written_in(config):
        value = text.value
        if not value or is_remote(value) or os.path.isabs(value) or "\\" in value:  # noqa: PTH117
            continue
        fixed, magic = _parted(value)
        told = _told(fixed, before, after, moves)
        if told is not None:
            new = "/".join(part for part in (told, magic) if part and part != ".") or "."
            front = "./" if value.startswith("./") and not new.startswith("../") else ""
            fix = write(source, text.node, front + new + "/" * (value.endswith("/") and not magic))
            if fix is not None:
                yield fix


def _defaults(source: Source, config: Config, before: str, after: str, moves: _Moves) -> Iterator[Fix]:
    """Keys for what an image has by default, where the default would no longer be what it was."""
    for artifact in config.artifacts:
        if not isinstance(artifact, ImageArtifact) or (
            artifact.context is not None and is_remote(artifact.context.value)
        ):
            continue
        keys = {"context": ("." if artifact.context is None else ""), "dockerfile": ""}
        if artifact.dockerfile is None and os.path.isfile(f"{before}/{DEFAULT_DOCKERFILE}"):  # noqa: PTH113
            keys["dockerfile"] = DEFAULT_DOCKERFILE
        for key, default in keys.items():
            told = _told(default, before, after, moves) if default else None
            fix = _added(source, artifact, f"{key}: {scalar(told)}") if told is not None else None
            if fix is not None:
                yield fix


def _added(source: Source, artifact: Artifact, entry: str) -> Fix | None:
    return add_entry(source, artifact.node, entry, below="type")


def _parted(path: str) -> tuple[str, str]:
    """A path up to where it is a glob, and the rest."""
    parts = path.split("/")
    fixed = next((number for number, part in enumerate(parts) if is_magic(part)), len(parts))
    return "/".join(parts[:fixed]) or ".", "/".join(parts[fixed:])


def _told(path: str, before: str, after: str, moves: _Moves) -> str | None:
    """How to write a path after the moves; None if it stays right as it is."""
    place = os.path.normpath(f"{before}/{path}")
    new = os.path.relpath(_moved(place, moves), after).replace(os.sep, "/")
    return None if new == os.path.normpath(path).replace(os.sep, "/") else new


def _moved(place: str, moves: _Moves) -> str:
    """Where a file or directory is after the moves."""
    for old, new in moves:
        if place == old:
            return new
        if place.startswith(old + os.sep):
            return new + place[len(old) :]
    return place

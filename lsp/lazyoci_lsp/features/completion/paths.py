"""Files, directories, charts, Dockerfiles and their stages, relative to the `.lazy` file."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from lsprotocol import types

from lazyoci.diagnostic import Span
from lazyoci_lsp.features import linked_files
from lazyoci_lsp.features.completion.request import Request
from lazyoci_lsp.text.place import plain

if TYPE_CHECKING:
    from lazyoci.values.dockerfile import Dockerfile

_MOST = 1_000  # entries of a directory that are looked at
_MOST_BELOW = 200  # charts or Dockerfiles that are proposed
_HIDDEN = (".git", "node_modules", "__pycache__")


def dockerfile(request: Request) -> Dockerfile | None:
    """The Dockerfile of the artifact around the place; an unsaved one counts as it is in the editor."""
    if request.directory is None:
        return None
    from lazyoci.values.dockerfile import DEFAULT_DOCKERFILE, read_dockerfile

    path = request.directory / (plain(request.place.artifact.get("dockerfile", "")) or DEFAULT_DOCKERFILE)
    source = linked_files.read(request.view, path)
    return read_dockerfile(source.text.encode()) if source is not None else None


def stages(request: Request) -> Iterator[types.CompletionItem]:
    """The names of the Dockerfile's stages."""
    found = dockerfile(request)
    for stage in found.stages if found is not None else ():
        if stage.name:
            detail = f"FROM {stage.base}, line {stage.line + 1}"
            yield request.item(stage.name, types.CompletionItemKind.Reference, detail=detail)


def paths(request: Request, key: str) -> Iterator[types.CompletionItem]:
    """What lies below the directory that is written so far; a directory that is chosen may be entered at once.

    Charts, and Dockerfiles, are found however deep they lie.
    """
    if request.directory is None or "{{" in request.prefix:
        return
    base, _, _ = request.prefix.rpartition("/")
    if base.startswith(("/", "~")) or "\\" in base or "\0" in base:
        return
    span = Span(request.place.word.start + (len(base) + 1 if base else 0), request.place.word.end)
    for entry in _entries(request.directory / base):
        folder = entry.is_dir()
        if key in ("context", "chartPath") and not folder:
            continue
        name = entry.name + ("/" if folder and key != "chartPath" else "")
        if _fits(request, base, name):
            detail, sort = _about(entry, key, folder)
            yield request.item(
                name,
                types.CompletionItemKind.Folder if folder else types.CompletionItemKind.File,
                insert=request.quoted(name),
                span=span,
                detail=detail,
                sort=f"{sort}{2 if entry.name.startswith('.') else 1}{entry.name}",
                retrigger=folder and sort != "0",
            )
    for path in _deep(request, key, f"{base}/" if base else ""):
        if _fits(request, base, path):
            yield request.item(
                path,
                types.CompletionItemKind.Folder if key == "chartPath" else types.CompletionItemKind.File,
                insert=request.quoted(path),
                span=span,
                detail="chart" if key == "chartPath" else "Dockerfile",
                sort=f"05{path.count('/'):02}{path}",
            )


def _deep(request: Request, key: str, base: str) -> Iterator[str]:
    """Charts or Dockerfiles below a directory, but not those in it."""
    project = request.project
    found = project.charts if key == "chartPath" else project.dockerfiles if key == "dockerfile" else ()
    for path in found[:_MOST_BELOW]:
        if path.startswith(base) and "/" in path[len(base) :]:
            yield path[len(base) :]


def _fits(request: Request, base: str, name: str) -> bool:
    """Whether a name can be written behind a directory: quotes would have to begin before that."""
    return not base or bool(request.place.quote) or request.quoted(f"{base}/{name}") == f"{base}/{name}"


def _about(entry: os.DirEntry[str], key: str, folder: bool) -> tuple[str, str]:
    """What to say of an entry, and its rank: what the key asks for comes first."""
    if key == "chartPath" and folder:
        return ("chart", "0") if Path(entry.path, "Chart.yaml").is_file() else ("", "1")
    if key == "dockerfile" and not folder:
        name = entry.name.lower()
        return ("", "0") if "dockerfile" in name or name == "containerfile" else ("", "2")
    return "", "1" if folder else "0"


def _entries(directory: Path) -> Iterator[os.DirEntry[str]]:
    try:
        with os.scandir(directory) as found:
            for number, entry in enumerate(found):
                if number >= _MOST:
                    return
                if entry.name not in _HIDDEN:
                    yield entry
    except OSError:
        return

"""Artifacts, contexts and charts for tests, without a `.lazy` file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, cast

from lazyoci.build import Built, Context
from lazyoci.config.model import Attestations, DockerArtifact, File, FilesArtifact, HelmArtifact, ImageArtifact, Text

_NO_NODE = cast(Any, None)  # builders look at values, never at nodes


def text(value: str) -> Text:
    return Text(value, _NO_NODE)


def _common(name: str) -> dict[str, Any]:
    return {"index": 0, "name": text(name), "targets": (), "annotations": {}, "node": _NO_NODE}


def files(*entries: tuple[str, str], media_type: str = "") -> FilesArtifact:
    items = tuple(File(text(path), text(kind), _NO_NODE) for path, kind in entries)
    return FilesArtifact(**_common("files"), media_type=text(media_type) if media_type else None, files=items)


def helm(path: str) -> HelmArtifact:
    return HelmArtifact(**_common("chart"), chart_path=text(path))


def docker(image: str, *platforms: str) -> DockerArtifact:
    return DockerArtifact(**_common("docker"), image=text(image), platforms=tuple(map(text, platforms)))


def image(**fields: Any) -> ImageArtifact:
    values: dict[str, Any] = {"build_args": {}, "labels": {}}
    for key, value in fields.items():
        if isinstance(value, Attestations):
            values[key] = value
        elif isinstance(value, dict):
            values[key] = {name: text(item) for name, item in value.items()}
        elif isinstance(value, list | tuple):
            values[key] = tuple(map(text, value))
        else:
            values[key] = text(value)
    return ImageArtifact(**_common("image"), **values)


def context(directory: Path, **fields: Any) -> Context:
    scratch = directory.parent / (directory.name + ".scratch")
    scratch.mkdir(exist_ok=True)
    return Context(directory=directory, scratch=scratch, **fields)


def manifest_of(built: Built) -> dict[str, Any]:
    return cast(dict[str, Any], json.loads(built.store.read(built.root)))


def chart(directory: Path, contents: dict[str, str | bytes]) -> Path:
    for name, content in contents.items():
        path = directory / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return directory


MINIMAL = "apiVersion: v2\nname: api\nversion: 0.1.0\n"

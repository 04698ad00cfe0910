"""Recognises what was pasted from a file of another program: all of it, or an entry in an artifact.

One finding says whose it is, and what has its place here; it replaces one finding per key.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from lazyoci.config import keys
from lazyoci.diagnostic import Edit, Fix, Source
from lazyoci.yaml.excerpt import excerpt
from lazyoci.yaml.nodes import Mapping, Node, Scalar

_IMAGE = "an artifact of type image"
_COMPOSE = ("a Compose file", f"each service with build is {_IMAGE}, with build as context")
_GORELEASER = ("a GoReleaser file", f"each entry of dockers is {_IMAGE}")
_BAKE = ("a bake file", f"each target is {_IMAGE}, with its tags under targets")
_WORKFLOW = ("a workflow", "the workflow stays as it is, and lazyoci build is a step in it")
_GITLAB = ("a pipeline of GitLab", "the pipeline stays as it is, and lazyoci build is a line of a script in it")
_KUBERNETES = ("a Kubernetes manifest", "to publish it as a file, write an artifact of type artifact with files")
_CHART = ("a Chart.yaml", "write an artifact of type helm, with the chart's directory as chartPath")
_SKAFFOLD = ("a Skaffold file", f"each artifact of build is {_IMAGE}")
_HELMFILE = ("a helmfile", "an artifact of type helm publishes a chart")
_DOCKERFILE = ("a Dockerfile", f"write {_IMAGE}, with its path as dockerfile")
_ROOTS = {  # by a key that is only there
    "services": _COMPOSE,
    **dict.fromkeys(("dockers", "dockers_v2", "docker_manifests", "project_name", "goreleaser", "builds"), _GORELEASER),
    **dict.fromkeys(("target", "group"), _BAKE),
    **dict.fromkeys(("jobs", "runs"), _WORKFLOW),
    **dict.fromkeys(("stages", "before_script"), _GITLAB),
    **dict.fromkeys(("helmfiles", "releases"), _HELMFILE),
}
_TEXTS = (
    (re.compile(r"(?:#.*\s+)*(?:FROM|ARG)\s+\S+", re.IGNORECASE), _DOCKERFILE),
    (re.compile(r"""(?:group|target|variable|function)\s+["'][^"']+["']\s*\{"""), _BAKE),
)
_ENTRIES = {  # keys of an entry in another program's list, which an artifact cannot have
    "services": "of a Compose file; write one artifact of type image for each service, with its build as context",
    "image_templates": "of GoReleaser; write targets, each with registry and tags",
    "build_flag_templates": "of GoReleaser; write buildArgs, labels and platforms",
    "uses": "of a workflow; write type, and the action's inputs as keys: context, dockerfile, platforms, buildArgs",
    "spec": "of a Kubernetes manifest; name that file under files, in an artifact of type artifact",
}
_BESIDE = frozenset(  # what stands beside these
    ("with", "if", "id", "apiVersion", "kind", "metadata", "status", "goos", "goarch", "ids", "use", "skip_push")
) | frozenset(_ENTRIES)
_OF_BUILD = {"args": "buildArgs", "cache_from": "cacheFrom", "cache_to": "cacheTo", "additional_contexts": "contexts"}


class Pasted(NamedTuple):
    """The finding at `node`: its message and fix, and the unknown and the missing keys that need no other finding."""

    node: Node
    message: str
    fix: Fix | None
    unknown: tuple[str, ...]
    missing: tuple[str, ...] = ("version", "artifacts")
    wrong: tuple[str, ...] = ()  # keys whose values need no finding


def file(root: Mapping) -> Pasted | None:
    """The finding for a whole file of another program; None if it is a .lazy file, or nobody's."""
    fields = root.fields()
    if "artifacts" in fields:
        return None
    name = next((name for name in fields if name in _ROOTS), "")
    kind = _ROOTS.get(name)
    if "apiVersion" in fields:
        name = "apiVersion"
        value = fields[name][1]
        kind = _KUBERNETES if "kind" in fields else _CHART if "name" in fields or "version" in fields else None
        if isinstance(value, Scalar) and value.value.startswith("skaffold/"):
            kind = _SKAFFOLD
    if kind is None:
        return None
    what, remedy = kind
    message = f'"{name}" is of {what}; a .lazy file has version: 1 and artifacts: {remedy}'
    unknown = tuple(one for one in fields if one not in keys.ROOT)
    return Pasted(fields[name][0], message, None, unknown, wrong=("version",))


def text(content: str) -> str:
    """Whose file a text is, as part of a message, and what to do; empty if it is nobody's."""
    for pattern, (what, remedy) in _TEXTS:
        if pattern.match(content):
            return f"this is {what}; a .lazy file has version: 1 and artifacts: {remedy}"
    return ""


def entries(source: Source, artifact: Mapping) -> Iterator[Pasted]:
    """The finding for an artifact that holds the keys of another program's entry; none for any other."""
    fields = artifact.fields()
    type_ = artifact.get("type")
    unless = tuple(name for name in ("type", "targets") if name not in fields)
    name = next((name for name in fields if name in _ENTRIES), "")
    if name:
        unknown = tuple(one for one in fields if one in _BESIDE)
        wrong = ("metadata",) if "kind" in fields else ()
        yield Pasted(fields[name][0], f'"{name}" is {_ENTRIES[name]}', None, unknown, unless, wrong)
    elif "build" in fields and "context" not in fields and (type_ is None or _says(type_, "image")):
        yield _build(source, artifact, unless)


def _build(source: Source, artifact: Mapping, unless: tuple[str, ...]) -> Pasted:
    """`build` of a Compose file: a context, or a mapping with it."""
    fields = artifact.fields()
    key, value = fields["build"]
    unknown = ("build",)
    first = "" if "type" in fields else "type: image and "
    if isinstance(value, Mapping):
        inner = [f"{name}: {node.value}" for name, (_, node) in value.fields().items() if isinstance(node, Scalar)]
        inner += [_OF_BUILD[name] for name, (_, node) in value.fields().items() if name in _OF_BUILD]
        write = excerpt(", ".join(inner)) if inner else "context"
        message = f'"build" is of a Compose file; its keys stand in the artifact itself here: write {first}{write}'
        return Pasted(key, message + _where_to(fields), None, unknown, unless)
    shown = excerpt(value.value) if isinstance(value, Scalar) and value.value else "DIRECTORY"
    message = f'"build" is of a Compose file; write {first}context: {shown}'
    own = any(key is one for one, _ in artifact.items)
    fix: Fix | None = None
    if own and not (key.style or key.tag) and isinstance(value, Scalar) and value.value and "image" not in fields:
        start = source.position(key.start)
        more = "" if "type" in fields or artifact.flow else f"type: image\n{' ' * start.column}"
        if more or "type" in fields:
            fix = Fix(f"write {first}context", (Edit(key.span, f"{more}context"),))
    return Pasted(key, message + _where_to(fields), fix, unknown, unless)


def _where_to(fields: dict[str, tuple[Scalar, Node]]) -> str:
    return "; image becomes registry and tags of a target" if "image" in fields else ""


def _says(node: Node, text: str) -> bool:
    return isinstance(node, Scalar) and node.value == text

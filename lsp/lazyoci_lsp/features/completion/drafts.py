"""The artifacts that the project could publish and the file lacks, each complete, as `lazyoci init` writes it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from lazyoci_lsp.features.completion import likely
from lazyoci_lsp.features.completion.request import Request
from lazyoci_lsp.text.place import plain

if TYPE_CHECKING:
    from lazyoci.init.draft import Draft

_NAMED = re.compile(r"^[ \t]*(?:-[ \t]+)*(?:chartPath|dockerfile|path):[ \t]+(\S.*?)[ \t]*(?:[ \t]#.*)?$", re.MULTILINE)
_IMAGE = re.compile(r"\btype:[ \t]*[\"']?image\b")
_DOCKERFILE = re.compile(r"\bdockerfile:[ \t]*\S")
_WHAT = {"image": "an image", "helm": "a chart", "artifact": "files", "docker": "an image that Docker has"}


def proposed(request: Request) -> Iterator[tuple[str, str, Any]]:
    """Label, detail and body of each; where no file is yet, first one file with all of them."""
    made = list(_missing(request))
    if request.place.path == ():
        if not request.place.siblings and made:
            count = f"{len(made)} artifacts" if len(made) > 1 else "1 artifact"
            labels = ", ".join(one.source for one in made[:3]) + (", …" if len(made) > 3 else "")
            artifacts = [body(request, one) for one in made]
            yield f"lazyoci: {count} of this project", labels, {"version": 1, "artifacts": artifacts}
        return
    for one in made:
        yield f"{one.type} {one.source}", _WHAT[one.type], body(request, one)


def _missing(request: Request) -> Iterator[Draft]:
    files = request.files
    found = (*request.project.drafts, *([files] if files is not None else ()))
    text = request.text.source.text
    named = {plain(match[1]).removeprefix("./").rstrip("/") for match in _NAMED.finditer(text)}
    unnamed = len(_IMAGE.findall(text)) > len(_DOCKERFILE.findall(text))
    for one in found:
        sources = {path for path, _ in one.files} or {one.source}
        taken = one.type == "image" and one.source == "Dockerfile" and unnamed
        if not taken and named.isdisjoint(sources):
            yield one


def body(request: Request, draft: Draft) -> Any:
    """An artifact as YAML."""
    made: dict[str, Any] = {"type": draft.type, "name": draft.name}
    if draft.type == "image":
        made |= {"dockerfile": draft.source} if draft.source != "Dockerfile" else {}
        made |= {"context": draft.context} if draft.context else {}
    elif draft.type == "helm":
        made["chartPath"] = draft.source
    elif draft.type == "docker":
        made["image"] = draft.source
    else:
        made["mediaType"] = "application/vnd.example.files.v1"
        made["files"] = [{"path": path, "mediaType": kind} for path, kind in draft.files]
    target = {"registry": likely.moved(request, draft.repository), "tags": likely.tags(draft.type, draft.version)}
    return {**made, "targets": [target]}

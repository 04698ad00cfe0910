"""What the value of a key likely is: from the project, the file and the schema, in this order."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from lazyoci.config.media_types import media_type
from lazyoci.diagnostic import Source
from lazyoci.oci.repository_part import repository_part
from lazyoci_lsp.features import format_schema
from lazyoci_lsp.features.completion import git_names, snippets
from lazyoci_lsp.features.completion.request import Request
from lazyoci_lsp.features.completion.snippets import Below, Slot
from lazyoci_lsp.state.user_registries import user_registries
from lazyoci_lsp.text.place import ARTIFACT, ITEM, plain

_REGISTRY = re.compile(r"^[ \t]*(?:-[ \t]+)*registry:[ \t]+(\S.*?)[ \t]*(?:[ \t]#.*)?$", re.MULTILINE)
_NAME = re.compile(r"^[ \t]*(?:-[ \t]+)*name:[ \t]+(\S.*?)[ \t]*(?:[ \t]#.*)?$", re.MULTILINE)
WELL_KNOWN = {
    "ghcr.io": "GitHub Packages",
    "docker.io": "Docker Hub",
    "quay.io": "Quay",
    "registry.gitlab.com": "GitLab",
}
_UNKNOWN = "{{ .Registry }}"


@lru_cache(maxsize=4)  # asked for several times for one answer
def registries(source: Source) -> tuple[tuple[int, int, str], ...]:
    """The repositories that a text names: where each begins and ends, and what it is without quotes."""
    return tuple((found.start(1), found.end(1), plain(found[1])) for found in _REGISTRY.finditer(source.text))


def tags(type: str, version: str = "") -> list[Any]:
    """The tags that most artifacts of a type want."""
    if type == "helm":
        return ['{{ .ChartVersion | replace "+" "_" }}' if "+" in version else "{{ .ChartVersion }}"]
    return ["{{ .VersionFull }}", {"tag": "latest", "when": "release", "moves": "forward"}]


def base(request: Request) -> str:
    """Below which repository the file's artifacts go: where the first that is written goes, else the git remote's."""
    home, offset = request.project.repository, request.offset
    for start, end, written in registries(request.text.source):
        if "/" not in written or start <= offset <= end:
            continue
        return home if home and written.startswith(home) else written.rpartition("/")[0].removesuffix("/charts")
    return home or _UNKNOWN


def moved(request: Request, repository: str) -> str:
    """A repository that was found by the git remote, below where the file's artifacts go."""
    home, to = request.project.repository or _UNKNOWN, base(request)
    if to == home or not repository.startswith(home):
        return repository
    return f"{to}{repository.removeprefix(home)}" if repository != home else f"{to}/{request.project.name}"


def repository(request: Request, artifact: dict[str, str]) -> str:
    """Where an artifact goes, by its keys as they are written."""
    found = _repository(request, artifact)
    taken = {written for start, end, written in registries(request.text.source) if not start <= request.offset <= end}
    if found not in taken:
        return found
    host, _, path = found.partition("/")
    configuration = request.view.configuration
    known = [one for one, _ in user_registries(configuration.environ(), trusted=configuration.trusted)]
    others = [f"{other}/{path}" for other in dict.fromkeys((*known, *WELL_KNOWN)) if other != host]
    return next((other for other in others if other not in taken), found)


def _repository(request: Request, artifact: dict[str, str]) -> str:
    to, project = base(request), request.project
    type, name = plain(artifact.get("type", "")), repository_part(plain(artifact.get("name", "")))
    if type == "helm":
        chart = repository_part(plain(artifact.get("chartPath", "")).rstrip("/").rpartition("/")[2])
        return f"{to}/charts/{chart or name or 'app'}"
    if to == project.repository and name in ("", project.name):
        return to
    return f"{to}/{name or project.name or 'app'}"


def value(request: Request, key: str, node: format_schema.Schema, items: format_schema.Schema | None) -> Any:
    """The body of a key's value, with slots."""
    known = _of_project(request, key)
    if known is not None:
        return known
    if "enum" in node:
        words = tuple(str(word) for word in node["enum"])
        return Slot(1, words[0], words) if len(words) > 1 else node["enum"][0]
    kinds = format_schema.kinds(node)
    if kinds == {"boolean"}:
        return Slot(1, "true", ("true", "false"))
    alone = "string" in kinds  # then a list or a mapping is the rarer way to write it
    if format_schema.is_list(node) and not alone:
        whole = (
            items.get("defaultSnippets") if items is not None and "string" not in format_schema.kinds(items) else None
        )
        return [filled(request, snippets.body(whole[0]["body"]))] if whole else [Slot(1)]
    if format_schema.is_mapping(node) and not alone:
        return Below()
    default = node.get("default")
    return Slot(1, default if isinstance(default, str) else "")


def _of_project(request: Request, key: str) -> Any:
    place = request.place
    path = (*place.path, key)
    inner = path[2:] if path[:2] == ARTIFACT else path
    artifact = _artifact(request)
    if key == "when":
        return Slot(1, "release")
    if key == "all":
        return [Slot(1, "branch")]
    if inner == ("versionFrom",):
        return {"tag": Slot(1, _line(request))}
    if inner == ("versionFrom", "tag"):
        return Slot(1, _line(request))
    if inner == ("targets", ITEM, "registry"):
        return Slot(1, repository(request, artifact)) if _knows(request) else Slot(1)
    if inner == ("files",):
        return _files(request)
    if inner == ("targets", ITEM, "tags"):
        return tags(plain(artifact.get("type", "")))
    if inner == ("files", ITEM, "mediaType"):
        return Slot(1, media_type(plain(place.siblings["path"]))) if place.siblings.get("path") else Slot(1)
    if inner == ("chartPath",):
        return _one_of(request.project.charts)
    if inner == ("dockerfile",):
        others = tuple(one for one in request.project.dockerfiles if one != "Dockerfile")
        return _one_of(others) if others else None
    if inner == ("name",) and (named := name(request)):
        return Slot(1, named)
    return None


def annotation(request: Request, name: str) -> Slot | str:
    """The value of an annotation of image-spec, by its name without the prefix of all of them."""
    if name == "revision":
        return "{{ .GitSHALong }}"
    if name == "version":
        return "{{ .ChartVersion }}" if plain(_artifact(request).get("type", "")) == "helm" else "{{ .VersionFull }}"
    known = {"source": request.project.web, "url": request.project.web, "title": request.project.name}
    return Slot(1, known.get(name, ""))


def _knows(request: Request) -> bool:
    return base(request) != _UNKNOWN or ("Registry" in request.values and request.values["Registry"].shown is not None)


def _one_of(found: tuple[str, ...]) -> Slot:
    """A slot for the only one of several that there is; the list proposes them where there are more."""
    return Slot(1, found[0]) if len(found) == 1 else Slot(1)


def _line(request: Request) -> str:
    """The first line of versions of the repository that is not the usual one."""
    snapshot = request.view.checker.latest(request.text.key)
    lines = git_names.lines(snapshot.variables.git) if snapshot is not None else {}
    return next((line for line in lines if line not in ("v*", "*")), "v*")


def _files(request: Request) -> list[dict[str, str]] | None:
    """What `lazyoci init` would publish as files."""
    found = request.files
    return [{"path": path, "mediaType": kind} for path, kind in found.files] if found is not None else None


def _artifact(request: Request) -> dict[str, str]:
    """The keys of the artifact around, as they are written."""
    place = request.place
    return dict(place.siblings if place.path == ARTIFACT else place.artifact)


def name(request: Request) -> str:
    """What the artifact around could be called, after its chart or the project; empty if nothing is known."""
    chart = plain(_artifact(request).get("chartPath", "")).rstrip("/").rpartition("/")[2]
    known = chart or request.project.name
    return _fresh(known, _NAME, request) if known else ""


def _fresh(name: str, pattern: re.Pattern[str], request: Request) -> str:
    """A name that the file has nowhere else."""
    found = [
        one for one in pattern.finditer(request.text.source.text) if not one.start(1) <= request.offset <= one.end(1)
    ]
    taken = {plain(one[1]) for one in found}
    number, fresh = 1, name
    while fresh in taken:
        number += 1
        fresh = f"{name}-{number}"
    return fresh


def filled(request: Request, body: Any) -> Any:
    """A body of the schema, its slots with what the project and the file have in place of examples."""
    if not isinstance(body, dict):
        return body
    made = dict(body)
    project = request.project
    place = request.place
    artifact = _artifact(request) if place.path[:2] == ARTIFACT else {}
    if isinstance(made.get("chartPath"), Slot) and project.charts:
        made["chartPath"] = Slot(made["chartPath"].number, project.charts[0])
    if isinstance(made.get("name"), Slot):
        of_chart = made["chartPath"].default if isinstance(made.get("chartPath"), Slot) else ""
        named = of_chart.rpartition("/")[2] or project.name or made["name"].default
        made["name"] = Slot(made["name"].number, _fresh(named, _NAME, request))
    if isinstance(made.get("registry"), Slot):
        made["registry"] = Slot(made["registry"].number, repository(request, artifact))
        if plain(artifact.get("type", "")) == "helm":
            made["tags"] = tags("helm")
    if isinstance(made.get("path"), Slot) and (found := _files(request)) is not None:
        made["path"] = Slot(made["path"].number, found[0]["path"])
        made["mediaType"] = Slot(made["mediaType"].number, found[0]["mediaType"])
    if isinstance(made.get("org.opencontainers.image.source"), Slot):
        made["org.opencontainers.image.source"] = annotation(request, "source")
    if isinstance(made.get("files"), list):
        made["files"] = _files(request) or made["files"]
    if isinstance(made.get("targets"), list):
        around = {
            key: one.default if isinstance(one, Slot) else one
            for key, one in made.items()
            if isinstance(one, Slot | str)
        }
        made["targets"] = [_target(request, target, around) for target in made["targets"]]
    if isinstance(made.get("artifacts"), list):
        made["artifacts"] = [filled(request, one) for one in made["artifacts"]]
    return made


def _target(request: Request, target: Any, artifact: dict[str, str]) -> Any:
    slot = target.get("registry")
    return (
        {**target, "registry": Slot(slot.number, repository(request, artifact))} if isinstance(slot, Slot) else target
    )

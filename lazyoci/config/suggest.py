"""Suggestions ("did you mean …?") for mistyped keys and types. Used only for invalid files."""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple

_LIKELY, _CERTAIN, _LEAD = 0.6, 0.8, 0.1
_KNOWN = {  # names in other programs, in lower case without dashes and underscores
    "apiversion": "version",
    "args": "buildArgs",
    "buildarg": "buildArgs",
    "arch": "platforms",
    "architecture": "platforms",
    "architectures": "platforms",
    "artifact": "artifacts",
    "images": "artifacts",
    "packages": "artifacts",
    "destinations": "targets",
    "pushto": "targets",
    "buildcontexts": "contexts",
    "additionalcontexts": "contexts",
    "attest": "attestations",
    "kind": "type",
    "repo": "registry",
    "repository": "registry",
    "stage": "target",
    "cachefrom": "cacheFrom",
}
_BY_HOME = {  # the same for names that mean different keys in different places: by level, or type of artifact
    "helm": dict.fromkeys(("chart", "path", "dir", "directory", "chartdir", "chartdirectory"), "chartPath"),
    "image": dict.fromkeys(("file", "dockerfilepath", "containerfile"), "dockerfile")
    | dict.fromkeys(("build", "path", "dir", "directory", "src", "source", "contextpath"), "context"),
    "docker": dict.fromkeys(("src", "source", "from", "ref", "reference", "container", "repository"), "image"),
    "copy": dict.fromkeys(("src", "source", "image", "ref", "reference", "repository"), "from"),
    "artifact": dict.fromkeys(("file", "paths", "contents", "layers"), "files")
    | dict.fromkeys(("artifacttype", "contenttype"), "mediaType"),
    "targets": dict.fromkeys(("image", "ref", "reference", "url", "host", "path", "name"), "registry")
    | dict.fromkeys(("version", "versions"), "tags"),
    "tags": dict.fromkeys(("name", "value", "version", "template", "tags"), "tag")
    | dict.fromkeys(("if", "on", "only", "enable", "condition", "event"), "when"),
    "versionFrom": dict.fromkeys(("prefix", "tagprefix", "pattern", "match", "glob", "line", "git", "gittag"), "tag")
    | dict.fromkeys(("path", "src", "source", "filename", "from"), "file"),
    "files": dict.fromkeys(("src", "source", "file", "filename", "name", "from", "filepath"), "path")
    | dict.fromkeys(("type", "contenttype", "mimetype", "mime", "media", "format"), "mediaType"),
}
_TYPES = (
    dict.fromkeys(("chart", "helmchart", "charts"), "helm")
    | dict.fromkeys(("generic", "file", "files", "blob", "oci", "config", "oras", "raw"), "artifact")
    | dict.fromkeys(("promote", "promotion", "retag", "mirror", "cp"), "copy")
    | dict.fromkeys(("container", "dockerfile", "containerfile", "ociimage", "build", "dockerimage"), "image")
)


class Suggestion(NamedTuple):
    """A word that was probably meant. `certain`: it may be written without asking."""

    word: str
    certain: bool


def suggest(word: str, candidates: Collection[str], home: str = "") -> Suggestion | None:
    """The candidate that `word` most likely means; certain if very much alike.

    `home` is where a key is: a type of artifact, `targets` or `files`. For a type it is `type`.
    """
    wanted = _folded(word)
    for candidate in candidates:
        if _folded(candidate) == wanted:
            return Suggestion(candidate, True)
    known = (_TYPES if home == "type" else _BY_HOME.get(home, {})).get(wanted, "")
    if known in candidates:
        return Suggestion(known, home in ("helm", "files"))
    scored = sorted(((_alike(wanted, _folded(one)), one) for one in candidates), reverse=True)
    known = _KNOWN.get(wanted, "")
    if known in candidates and (not scored or scored[0][1] == known or scored[0][0] < _CERTAIN):
        return Suggestion(known, wanted in _SAME)
    if scored and scored[0][0] >= _LIKELY:
        lead = scored[0][0] - (scored[1][0] if len(scored) > 1 else 0)
        return Suggestion(scored[0][1], scored[0][0] >= _CERTAIN and lead >= _LEAD)
    return None


_SAME = frozenset(("artifact", "repository", "repo", "buildarg"))  # nothing else could be meant


def synonyms(home: str, word: str) -> tuple[str, ...]:
    """The keys that `word` may mean at `home`, where there is no such key; none if the word is not known."""
    meant = _BY_HOME.get(home, {}).get(_folded(word))
    return () if meant is None else (meant,)


def _folded(word: str) -> str:
    return word.strip().replace("-", "").replace("_", "").casefold()


def _alike(one: str, other: str) -> float:
    from difflib import SequenceMatcher  # only where something is wrong

    matcher = SequenceMatcher(None, one, other)
    # cheap upper bounds first, because a file may have thousands of unknown keys
    if matcher.real_quick_ratio() < _LIKELY or matcher.quick_ratio() < _LIKELY:
        return 0.0
    return matcher.ratio()

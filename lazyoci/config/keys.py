"""The keys of the format: where each belongs and what it holds. `schema/lazy.schema.json` has the full description."""

from __future__ import annotations

from collections.abc import Container

ROOT = frozenset(("version", "artifacts"))
TARGET = frozenset(("registry", "tags", "when", "moves"))
TAG = frozenset(("tag", "when", "moves"))
MOVES = ("always", "never", "forward")  # what moves may be
METADATA = ("auto",)  # what metadata may be
VERSION_FROM = frozenset(("tag", "file"))
CONDITION = frozenset(("all",))  # the key of a condition that is a mapping
DEEPEST = 10  # levels of nested conditions; deeper ones are unreadable
FILE = frozenset(("path", "mediaType"))
ATTESTATIONS = frozenset(("provenance", "sbom"))
PROVENANCE = ("min", "max")  # what provenance may be

COMMON = frozenset(("type", "name", "targets", "annotations", "when", "versionFrom", "metadata"))
OF_TYPE: dict[str, frozenset[str]] = {
    "image": frozenset((
        "dockerfile", "context", "platforms", "buildArgs",
        "target", "labels", "secrets", "cacheFrom", "cacheTo", "builder",
        "attestations", "contexts", "ssh",
    )),
    "helm": frozenset(("chartPath",)),
    "artifact": frozenset(("mediaType", "files")),
    "docker": frozenset(("image", "platforms")),
    "copy": frozenset(("from", "platforms", "referrers")),
}  # fmt: skip
WITH_COMMON = {name: COMMON | own for name, own in OF_TYPE.items()}
ARTIFACT = COMMON.union(*OF_TYPE.values())

LISTS = frozenset(("platforms", "secrets", "cacheFrom", "cacheTo", "ssh"))  # of texts
MAPS = frozenset(("annotations", "buildArgs", "labels", "contexts"))  # from text to text
EXTENSION = "x-"  # prefix of keys that users may define themselves


REQUIRED = {
    "helm": "chartPath",
    "artifact": "files",
    "docker": "image",
    "copy": "from",
}  # the key that each type requires
SHARED = OF_TYPE["image"] & OF_TYPE["docker"]


def lacks_its_key(type_: str, fields: Container[str]) -> bool:
    """Whether an artifact lacks the key that its type requires; then the type itself may be wrong."""
    return type_ in REQUIRED and REQUIRED[type_] not in fields


def owner(key: str) -> str:
    """The type of artifact that `key` belongs to; "" for common and unknown keys."""
    return next((name for name, keys in OF_TYPE.items() if key in keys), "")

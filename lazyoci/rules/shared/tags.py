"""What rules and registries' findings ask of a tag as it is written."""

from __future__ import annotations

from lazyoci.config.model import Text
from lazyoci.resolve import Resolution

_WORDS = frozenset({"latest", "stable", "edge", "nightly", "canary", "main", "master", "dev", "develop", "next"})
_VARIABLES = ("VersionMajor", "VersionMajorMinor", "GitBranch")
_FLOATING = _WORDS | {f"{v}{{{{.{name}}}}}" for name in _VARIABLES for v in ("", "v")}


def is_floating(tag: Text) -> bool:
    """Whether a tag, as written, is one that moves from release to release."""
    return tag.value.replace(" ", "") in _FLOATING


def is_fixed(tag: Resolution) -> bool:
    """Whether no run can change what the tag is, as long as the files are the same."""
    return tag.certain and all(value.name in ("ChartVersion", "Name") for value in tag.used)

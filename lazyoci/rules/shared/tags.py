"""Questions about a tag as written, for rules and for findings from registries."""

from __future__ import annotations

from lazyoci.config.model import Text
from lazyoci.resolve import Resolution

_WORDS = frozenset({"latest", "stable", "edge", "nightly", "canary", "main", "master", "dev", "develop", "next"})
_VARIABLES = ("VersionMajor", "VersionMajorMinor", "GitBranch")
_FLOATING = _WORDS | {f"{v}{{{{.{name}}}}}" for name in _VARIABLES for v in ("", "v")}


def is_floating(tag: Text) -> bool:
    """Whether a tag, as written, moves from release to release."""
    return tag.value.replace(" ", "") in _FLOATING


def is_fixed(tag: Resolution) -> bool:
    """Whether the tag is the same in every run while the files are unchanged."""
    return tag.certain and all(value.name in ("ChartVersion", "Name") for value in tag.used)

"""Checks a text that is about to be written with ruamel.yaml, which shares no code with our own reader.

`format` works on libyaml's tokens and compares libyaml's events. A mistake in both would go unnoticed. So a file is
written only if an independent reader finds the same content. It is slow, so it is not used for unchanged files.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

_LONGEST = 100_000  # code points, about 3,000 lines; more would take seconds


def disagrees(before: str, after: str) -> bool:
    """Whether ruamel.yaml reads `after` differently from `before`. False if it cannot read `before`."""
    from ruamel.yaml.error import MarkedYAMLError, YAMLError

    if len(before) > _LONGEST:
        return False
    try:
        meant = list(_events(before))
    except (MarkedYAMLError, YAMLError, ValueError, RecursionError):
        return False
    try:
        return meant != list(_events(after))
    except (MarkedYAMLError, YAMLError, ValueError, RecursionError):
        return True


def _events(text: str) -> Iterator[tuple[Any, ...]]:
    """The content of a text without its layout: kinds of nodes, texts, tags, anchors."""
    from ruamel.yaml import YAML

    for event in YAML(typ="safe", pure=True).parse(text):
        tag = getattr(event, "tag", None)
        yield type(event).__name__, getattr(event, "value", None), getattr(event, "anchor", None), str(tag or "")

"""A second opinion on a text that is about to be written: ruamel.yaml, which shares no code with our own reader.

`format` moves text by tokens of libyaml and compares libyaml's events. What both steps misread would pass, so a file is
written only if a reader written by others finds the same in it. It is slow, so unchanged files are not shown to it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

_LONGEST = 100_000  # code points, some 3,000 lines; more would take it seconds


def disagrees(before: str, after: str) -> bool:
    """Whether ruamel.yaml reads `after` otherwise than `before`; what it cannot read before, it cannot judge."""
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
    """What a text says, apart from how it is written: kinds of nodes, texts, tags, anchors."""
    from ruamel.yaml import YAML

    for event in YAML(typ="safe", pure=True).parse(text):
        tag = getattr(event, "tag", None)
        yield type(event).__name__, getattr(event, "value", None), getattr(event, "anchor", None), str(tag or "")

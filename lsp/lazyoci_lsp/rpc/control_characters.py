"""Removes control and bidirectional characters from what editors will show.

Messages hold texts for people and texts for documents. Edits, addresses and arguments of commands stay as they are; it
is the names of their places that tell the two apart.
"""

from __future__ import annotations

from typing import Any, TypeVar

from lazyoci import clean

T = TypeVar("T")
_OF_PEOPLE = frozenset({"message", "title", "detail", "documentation", "tooltip", "name", "containerName", "contents"})


def cleaned(message: T) -> T:
    """Clean the texts for people in a message of JSON values. The message itself is changed, and returned."""
    waiting: list[Any] = [message]
    while waiting:
        here = waiting.pop()
        if isinstance(here, dict):
            _clean(here)
            waiting += here.values()
        elif isinstance(here, list) and here and not isinstance(here[0], int):
            waiting += here
    return message


def _clean(here: dict[str, Any]) -> None:
    for key, value in here.items():
        # `value` is that of MarkupContent; the `label` of an inlay hint is shown, that of a completion may be inserted
        is_shown = key in _OF_PEOPLE or (key == "value" and "kind" in here) or (key == "label" and "position" in here)
        if is_shown and isinstance(value, str) and not clean.is_clean(value):
            here[key] = clean.lines(value)

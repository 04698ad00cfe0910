"""Items that use a value as key: `- a.json: application/json`, `- data: a.json`, `- ghcr.io/acme/api: v1`.

One finding per item, which shows how to write it, instead of one for each key that it lacks.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from lazyoci.config import keys
from lazyoci.config.media_types import media_type
from lazyoci.config.structure.conversions import flow_text
from lazyoci.config.suggest import suggest
from lazyoci.diagnostic import Edit, Fix, Source
from lazyoci.yaml.excerpt import excerpt
from lazyoci.yaml.nodes import Mapping, Node, Scalar, Sequence
from lazyoci.yaml.scalars import is_null

_MEDIA_TYPE = re.compile(r"(?:application|audio|font|image|model|text|video)/[\w.+-]+")


class NameAsKey(NamedTuple):
    """The finding about one item: at its only key."""

    number: int
    key: Scalar
    message: str
    fix: Fix | None


def names_as_keys(source: Source, listed: Sequence, level: str) -> Iterator[NameAsKey]:
    """Every such item of `files` or `targets`."""
    known = keys.FILE if level == "files" else keys.TARGET
    for number, item in enumerate(listed.items):
        if not isinstance(item, Mapping) or len(item.items) != 1 or item.fields().keys() & known:
            continue
        ((key, value),) = item.items
        if (
            not isinstance(key, Scalar)
            or key.value.startswith(keys.EXTENSION)
            or key.tag
            or not key.value.isprintable()
        ):
            continue
        found = _file(key, value) if level == "files" else _target(key, value)
        if found is None:
            continue
        what, text, sure = found
        simple = not item.anchor and "\n" not in source.text[item.start : item.end]
        fix = Fix(f"write {excerpt(text)}", (Edit(item.span, text),)) if sure and simple else None
        yield NameAsKey(number, key, f'unknown key "{excerpt(key.value)}"; {what}{text}', fix)


_Found = tuple[str, str, bool]  # what the text is, how to write the item, and whether that is certain


def _file(key: Scalar, value: Node) -> _Found | None:
    if isinstance(value, Mapping):
        inside = not value.fields().keys().isdisjoint(keys.FILE)
        return ("remove it, and write path and mediaType in its place", "", False) if inside else None
    if not isinstance(value, Scalar) or not value.value.isprintable() or len(value.value) > 200:
        return None
    path, type_ = value.value, media_type(value.value)
    sure = False
    if is_null(value):
        path, type_ = key.value, media_type(key.value)
    elif _MEDIA_TYPE.fullmatch(value.value) and suggest(key.value, ("mediaType",), "files") is None:
        path, type_, sure = key.value, value.value, True
    elif (guess := suggest(key.value, ("path", "mediaType"), "files")) is not None:
        if guess.word != "path":
            return None
        sure = guess.certain
    if "://" in path:
        return "files are taken from this disk: fetch it first, and write path and mediaType", "", False
    if not path:
        return None
    return "a file is written ", f"{{path: {flow_text(path)}, mediaType: {type_}}}", sure


def _target(key: Scalar, value: Node) -> _Found | None:
    if "/" not in key.value or "://" in key.value:
        return None
    items = value.items if isinstance(value, Sequence) else [value]
    tags = [one.value for one in items if isinstance(one, Scalar) and one.value and not is_null(one)]
    if len(tags) != len(items) or not all(tag.isprintable() and len(tag) <= 128 for tag in tags):
        return None
    text = f"{{registry: {flow_text(key.value)}, tags: [{', '.join(map(flow_text, tags))}]}}"
    return "a target is written ", text, True

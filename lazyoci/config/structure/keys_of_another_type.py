"""Artifacts whose keys belong to another type than the one they name, so that the type is probably wrong.

For example `type: docker` with `dockerfile`, meant to build with Docker. One finding, at the type, replaces one per
key.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from lazyoci.config import keys
from lazyoci.config.suggest import suggest
from lazyoci.diagnostic import Edit, Fix
from lazyoci.yaml.excerpt import excerpt
from lazyoci.yaml.nodes import Mapping, Node, Scalar

_DOES = {
    "image": "builds an image from a Dockerfile",
    "helm": "publishes a chart",
    "artifact": "publishes files",
    "docker": "pushes an image that Docker already has",
    "copy": "copies what lies in another repository",
}
# common other names for keys that only one type has
_CALLED = {
    "build": ("image", "context"),
    "file": ("image", "dockerfile"),
    "containerfile": ("image", "dockerfile"),
    "dockerfilepath": ("image", "dockerfile"),
    "args": ("image", "buildArgs"),
    "buildargs": ("image", "buildArgs"),
    "chart": ("helm", "chartPath"),
    "chartdir": ("helm", "chartPath"),
}


class Mistyped(NamedTuple):
    """The finding, at the type. `missing` is the key that the type requires, `unknown` the unknown keys it explains."""

    node: Node
    message: str
    fix: Fix | None
    missing: str
    unknown: tuple[str, ...]


def mistyped(artifact: Mapping) -> Iterator[Mistyped]:
    """The finding, if any. An artifact with a key of its own type is taken to be of that type."""
    type_ = artifact.get("type")
    fields = artifact.fields()
    if not isinstance(type_, Scalar) or not keys.lacks_its_key(type_.value, fields):
        return
    required = keys.REQUIRED[type_.value]
    if any(suggest(name, [required], type_.value) for name in fields if not keys.owner(name)):
        return  # the key is there, under another name
    meant = {name: found for name in fields if (found := _meant(name)) is not None}
    homes = [home for home, _ in meant.values()]
    if not homes or type_.value in homes:
        return
    home = max(homes, key=homes.count)
    first = next(name for name, found in meant.items() if found[0] == home)
    message = (
        f'type {type_.value} {_DOES[type_.value]}; "{excerpt(first)}" is for type {home}, which {_DOES[home]}: '
        f"write type: {home}"
    )
    renamed = [(name, word) for name, (_, word) in meant.items() if name != word]
    fix = None if set(homes) != {home} else _fix(artifact, type_, home, renamed)
    yield Mistyped(type_, message, fix, required, tuple(name for name, word in renamed))


def _meant(name: str) -> tuple[str, str] | None:
    """The only type that has this key, and the key's name there."""
    home = keys.owner(name)
    if home:
        return None if name in keys.SHARED else (home, name)
    return _CALLED.get(name.replace("-", "").replace("_", "").casefold())


def _fix(artifact: Mapping, type_: Scalar, home: str, renamed: list[tuple[str, str]]) -> Fix | None:
    """Write the type that is meant and rename its keys; None where more needs to be changed."""
    fields = artifact.fields()
    edits = [Edit(type_.span, home)]
    for name, word in renamed:
        key, value = fields[name]
        own = any(key is one for one, _ in artifact.items)
        right = isinstance(value, Mapping) if word in keys.MAPS else isinstance(value, Scalar) and value.value
        if word in fields or not own or key.tag or key.style or not right:
            return None
        edits.append(Edit(key.span, word))
    lacks = keys.REQUIRED.get(home)
    if type_.tag or type_.anchor or (lacks is not None and lacks not in {*fields, *[word for _, word in renamed]}):
        return None
    return Fix(f"write type: {home}", tuple(edits))

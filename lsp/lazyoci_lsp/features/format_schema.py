"""The words of the format, read from its JSON Schema: which keys are valid at a path, and what is said of each."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from lazyoci.config import keys, schema
from lazyoci_lsp.text.place import ARTIFACT, ITEM

Schema = Mapping[str, Any]


@lru_cache(maxsize=512)  # bounded, as paths come from whatever is typed
def at(path: tuple[str, ...]) -> Schema | None:
    """The schema of what is at `path`; None where the format has nothing."""
    node: Schema | None = schema.load()
    for part in path:
        if node is None:
            return None
        if part == ITEM:
            node = node.get("items")
        else:
            found = node.get("properties", {}).get(part)
            extra = node.get("additionalProperties")
            node = found if found is not None else extra if isinstance(extra, dict) else None
        node = None if node is None else _whole(node)
    return node


def _whole(node: Schema) -> Schema:
    """A schema with what it refers to: by `$ref` alone, or by one in `allOf`, beside which its own words count."""
    if "$ref" in node:
        found: Schema = schema.load()["definitions"][node["$ref"].rpartition("/")[2]]
        return found
    inherited = node.get("allOf", ())
    if len(inherited) == 1 and "$ref" in inherited[0]:
        return {**_whole(inherited[0]), **{key: value for key, value in node.items() if key != "allOf"}}
    return node


def properties(path: tuple[str, ...], type: str = "") -> dict[str, Schema]:
    """The keys that may stand in the mapping at `path`, in the order of the schema; `type` is the artifact's."""
    node = at(path)
    found: dict[str, Schema] = dict(node.get("properties", {})) if node is not None else {}
    if path == ARTIFACT and type in keys.OF_TYPE:
        allowed = keys.COMMON | keys.OF_TYPE[type]
        found = {key: value for key, value in found.items() if key in allowed}
    return found


def required(path: tuple[str, ...], type: str = "") -> frozenset[str]:
    """The keys that must stand in the mapping at `path`."""
    node = at(path)
    if node is None:
        return frozenset()
    found = set(node.get("required", ()))
    for condition in node.get("allOf", ()) if path == ARTIFACT else ():
        if condition["if"]["properties"]["type"]["const"] == type:
            found |= set(condition["then"].get("required", ()))
    return frozenset(found)


_TEMPLATE_MAPS = (("annotations",), ("buildArgs",), ("labels",))
_LISTED_TAG = ("targets", ITEM, "tags", ITEM)
_TAGS = (_LISTED_TAG, (*_LISTED_TAG, "tag"))
_TEMPLATES = (("targets", ITEM, "registry"), ("from",), *_TAGS)
_CONDITIONS = (("when",), ("targets", ITEM, "when"), (*_LISTED_TAG, "when"))


def kinds(node: Schema) -> frozenset[str]:
    """The JSON types that a value may have."""
    found = node.get("type", ())
    return frozenset((found,)) if isinstance(found, str) else frozenset(found)


def is_list(node: Schema) -> bool:
    """Whether the value is a list."""
    return "array" in kinds(node)


def is_mapping(node: Schema) -> bool:
    """Whether the value is a mapping."""
    return "object" in kinds(node)


def is_template(path: tuple[str, ...]) -> bool:
    """Whether the text at `path` may be a template.

    So are registries, tags, values of annotations, build arguments and labels, and conditions.
    """
    if path[:2] != ARTIFACT:
        return False
    inner = path[2:]
    return inner in _TEMPLATES or inner[:-1] in _TEMPLATE_MAPS or is_condition(path)


def is_tag(path: tuple[str, ...]) -> bool:
    """Whether the text at `path` is a tag, written alone or in a mapping that says when it is due."""
    return path[:2] == ARTIFACT and path[2:] in _TAGS


def is_condition(path: tuple[str, ...]) -> bool:
    """Whether the value at `path` is a condition: that of a `when`, or one of those that it is made from."""
    if path[:2] != ARTIFACT or path[-1:] == ("all",):
        return False
    inner = path[2:]
    while inner[-1:] in ((ITEM,), ("all",)):
        inner = inner[:-1]
    return inner in _CONDITIONS


def documentation(node: Schema, *, markdown: bool = True) -> str:
    """What the schema says of a key or value."""
    text: str = (node.get("markdownDescription") if markdown else None) or node.get("description", "")
    default = node.get("default")
    if default in (None, [], {}):
        return text
    shown = f"`{default}`" if markdown else str(default)
    return f"{text}\n\nDefault: {shown}"

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
        if node is not None and "$ref" in node:
            node = schema.load()["definitions"][node["$ref"].rpartition("/")[2]]
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
    """Whether the text at `path` is a template: registries, tags, values of annotations, build arguments and labels."""
    if path[:2] != ARTIFACT:
        return False
    inner = path[2:]
    return inner in (("targets", ITEM, "registry"), ("targets", ITEM, "tags", ITEM)) or inner[:-1] in _TEMPLATE_MAPS


def documentation(node: Schema, *, markdown: bool = True) -> str:
    """What the schema says of a key or value."""
    text: str = (node.get("markdownDescription") if markdown else None) or node.get("description", "")
    default = node.get("default")
    if default in (None, [], {}):
        return text
    shown = f"`{default}`" if markdown else str(default)
    return f"{text}\n\nDefault: {shown}"

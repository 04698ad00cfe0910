"""The page on machine output, from the JSON Schemas in schema/: every field, by its path."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

SCHEMAS = Path(__file__).resolve().parent.parent / "schema"
# file → commands; a schema of several commands has a definition for each
COMMANDS: Mapping[str, tuple[str, ...]] = {
    "build": (),
    "bundle": (),
    "diagnostics": (),
    "preview": (),
    "format": (),
    "explain": (),
    "pull": (),
    "browse": ("repos", "tags", "manifest", "search"),
    "registry": ("list", "add", "remove", "test", "login", "logout"),
    "config": ("get", "set", "unset", "list", "path"),
}
NAMES = {"diagnostics": "validate", "bundle": "build --bundle"}
Row = tuple[str, str, str]


def sections() -> Iterator[tuple[str, str, list[Row]]]:
    """The heading, what comes first, and the rows of each command."""
    for name, commands in COMMANDS.items():
        schema = json.loads((SCHEMAS / f"{name}.schema.json").read_text("utf-8"))
        reader = _Reader(schema.get("definitions", {}))
        command = NAMES.get(name, name)
        if not commands:
            about = f"{schema['description']} Schema: `schema/{name}.schema.json`."
            yield f"lazyoci {command}", about, reader.rows(schema)
        for one in commands:
            node = schema["definitions"][one]
            about = f"Schema: `schema/{name}.schema.json`, definition `{one}`."
            yield f"lazyoci {command} {one}", about, reader.rows(node)


class _Reader:
    """Flattens one schema. Optional fields end in `?`, items of lists are `[]`."""

    def __init__(self, definitions: Mapping[str, Any]) -> None:
        self._definitions = definitions

    def rows(self, node: Mapping[str, Any]) -> list[Row]:
        """All fields below a node; of a plain value itself."""
        return list(self._rows(node, "", ())) or [("(the value itself)", self._type(node), self._about(node))]

    def _rows(self, node: Mapping[str, Any], path: str, above: tuple[str, ...]) -> Iterator[Row]:
        for part in self._parts(node, above):
            for name, value in part.get("properties", {}).items():
                here = f"{path}.{name}" if path else name
                optional = "" if name in self._required(node, above) else "?"
                yield here + optional, self._type(value), self._about(value)
                yield from self._rows(value, here, (*above, value.get("$ref", "")))
            if isinstance(part.get("additionalProperties"), dict):
                yield from self._rows(part["additionalProperties"], f"{path}.*", above)
            if isinstance(part.get("items"), dict):
                yield from self._rows(part["items"], f"{path}[]", (*above, part["items"].get("$ref", "")))

    def _parts(self, node: Mapping[str, Any], above: tuple[str, ...]) -> Iterator[Mapping[str, Any]]:
        """The node itself, and what it is made of; a definition that holds itself is entered once."""
        if "$ref" in node:
            if above.count(node["$ref"]) < 2:
                yield from self._parts(self._definition(node["$ref"]), above)
            return
        yield node
        for word in ("allOf", "anyOf", "oneOf"):
            for inner in node.get(word, ()):
                yield from self._parts(inner, above)

    def _required(self, node: Mapping[str, Any], above: tuple[str, ...]) -> frozenset[str]:
        return frozenset(name for part in self._parts(node, above) for name in part.get("required", ()))

    def _definition(self, reference: str) -> Mapping[str, Any]:
        found: Mapping[str, Any] = self._definitions[reference.rpartition("/")[2]]
        return found

    def _about(self, node: Mapping[str, Any]) -> str:
        if "description" not in node and "$ref" in node:
            return self._about(self._definition(node["$ref"]))
        return str(node.get("description", ""))

    def _type(self, node: Mapping[str, Any]) -> str:
        if "$ref" in node:
            return self._type(self._definition(node["$ref"]))
        if "enum" in node:
            return ", ".join(f"`{json.dumps(one)}`" for one in node["enum"])
        if "const" in node:
            return f"`{json.dumps(node['const'])}`"
        for word in ("allOf", "anyOf", "oneOf"):
            if word in node:
                return " or ".join(dict.fromkeys(self._type(one) for one in node[word] if self._type(one)))
        kinds = node.get("type", "object" if "properties" in node else "")
        words = [kinds] if isinstance(kinds, str) else kinds
        if "array" in words and isinstance(node.get("items"), dict):
            return f"list of {self._type(node['items']) or 'values'}"
        return " or ".join(words)

"""The schemas of machine output, and whether an output is what its schema says."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema

SCHEMA = Path(__file__).parents[1] / "schema"


@cache
def schema(name: str) -> dict[str, Any]:
    """`schema/NAME.schema.json`."""
    found: dict[str, Any] = json.loads((SCHEMA / f"{name}.schema.json").read_text(encoding="utf-8"))
    return found


def conforms(value: Any, name: str) -> Any:
    """`value`, which must be what the schema says. `name` is `pull`, or `browse/tags` for one of several commands."""
    file, _, command = name.partition("/")
    whole = schema(file)
    wanted = {**whole, "anyOf": [{"$ref": f"#/definitions/{command}"}]} if command else whole
    jsonschema.Draft7Validator(wanted).validate(value)
    return value

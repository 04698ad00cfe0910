"""The schema's judgement of plain data. The only module that imports jsonschema, so only invalid files do."""

from __future__ import annotations

from typing import Any, NamedTuple

from jsonschema import Draft7Validator
from referencing import Registry

from lazyoci.config import schema
from lazyoci.config.structure.instance import Path


class Violation(NamedTuple):
    """What the schema holds against the value at `path`: which keyword, what that wants, and what the value is."""

    path: Path
    keyword: str
    wanted: Any
    value: Any


def violations(data: Any) -> list[Violation]:
    """All of them, without a look at the network: the schema refers to nothing but itself."""
    registry: Registry[Any] = Registry()
    errors = Draft7Validator(schema.load(), registry=registry).iter_errors(data)
    return [
        Violation(tuple(one.absolute_path), str(one.validator), one.validator_value, one.instance) for one in errors
    ]

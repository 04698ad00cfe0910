"""Checks plain data against the schema. The only module that imports jsonschema, so valid files do not need it."""

from __future__ import annotations

from typing import Any, NamedTuple

from jsonschema import Draft7Validator
from referencing import Registry

from lazyoci.config import schema
from lazyoci.config.structure.instance import Path


class Violation(NamedTuple):
    """One violation at `path`: the schema keyword, what the keyword requires, and the value."""

    path: Path
    keyword: str
    wanted: Any
    value: Any


def violations(data: Any) -> list[Violation]:
    """All violations of `data`. Needs no network: the schema has only references to itself."""
    registry: Registry[Any] = Registry()
    errors = Draft7Validator(schema.load(), registry=registry).iter_errors(data)
    return [
        Violation(tuple(one.absolute_path), str(one.validator), one.validator_value, one.instance) for one in errors
    ]

"""The JSON Schema (Draft-07) of `.lazy` files: its path and its content. Completions and hovers take their texts
from it."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

ID = "urn:lazyoci:schema:lazy"
_NAME = "lazy.schema.json"


def find() -> Path:
    """The path of the schema: within the package when installed, next to the package in a checkout."""
    package = Path(__file__).parent.parent
    installed = package / "schema" / _NAME
    return installed if installed.is_file() else package.parent / "schema" / _NAME


def text() -> str:
    """The schema as written."""
    return find().read_text(encoding="utf-8")


@cache
def load() -> dict[str, Any]:
    """The schema as data, read once; do not change it."""
    schema: dict[str, Any] = json.loads(text())
    return schema

"""No module stands outside the layers that import-linter holds."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_every_module_has_its_layer() -> None:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"][
        "contracts"
    ]
    layers = next(one["layers"] for one in contracts if one["id"] == "layers")
    named = {name.removeprefix("lazyoci.") for layer in layers for name in re.findall(r"lazyoci\.\w+", layer)}
    modules = {_name(path) for path in (ROOT / "lazyoci").iterdir()} - {"", "__init__"}
    assert modules == named


def _name(path: Path) -> str:
    if path.suffix == ".py":
        return path.stem
    return path.name if (path / "__init__.py").exists() else ""

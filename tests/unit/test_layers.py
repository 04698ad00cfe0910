"""Every module has its layer, and nothing imports itself, directly or around others."""

from __future__ import annotations

import re
import tomllib
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
_spec = spec_from_file_location("imports", ROOT / "tools" / "imports.py")
assert _spec is not None and _spec.loader is not None
imports = module_from_spec(_spec)
_spec.loader.exec_module(imports)


@pytest.fixture(scope="module")
def graph() -> Any:
    """Who imports whom: read once, and by nobody who only collects tests."""
    return imports.imports()


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


def test_no_modules_import_each_other_in_a_circle(graph: Any) -> None:
    """Imports within functions and for types alone count: whoever reads one module must not need the other for it."""
    assert len(graph) > 400
    assert imports.circles(graph) == []


@pytest.mark.parametrize("package", imports.packages(imports.modules()))
def test_no_rooms_of_a_package_import_each_other_in_a_circle(package: str, graph: Any) -> None:
    """Modules may lie in no circle, and their packages still: neither could be read, or moved, without the other."""
    rooms = imports.children(graph, package)
    print(f"{package}\n{imports.shown(rooms)}")
    assert imports.circles(rooms) == []


def test_every_import_counts(tmp_path: Path) -> None:
    file = tmp_path / "module.py"
    file.write_text(
        "import p.a\nfrom p import b\nfrom p.c import name\nif TYPE_CHECKING:\n    from p import d\n"
        "def f():\n    from p.e import g\nimport other\n"
    )
    known = dict.fromkeys(("p", "p.a", "p.b", "p.c", "p.d", "p.e", "p.f"), file)
    assert sorted(imports.imported(file, known)) == ["p.a", "p.b", "p.c", "p.d", "p.e"]


def test_a_circle_is_found() -> None:
    graph = {"a": frozenset("b"), "b": frozenset("c"), "c": frozenset("a"), "d": frozenset("a")}
    assert imports.circles(graph) == [["a", "b", "c"]]
    assert imports.circles({"p.x": frozenset({"p.y"}), "p.y": frozenset()}) == []

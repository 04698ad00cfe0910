"""Who imports whom, read from the source: every import counts, also one in a function or for types alone.

`python tools/imports.py` prints the graph of the rooms, and the circles, of which there are none.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = {"lazyoci": ROOT / "lazyoci", "lazyoci_lsp": ROOT / "lsp" / "lazyoci_lsp"}

Graph = Mapping[str, frozenset[str]]


@cache
def modules() -> Mapping[str, Path]:
    """Every module and package by its dotted name."""
    found = {}
    for top, directory in PACKAGES.items():
        for path in sorted(directory.rglob("*.py")):
            parts = [top, *path.relative_to(directory).with_suffix("").parts]
            found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


def imports() -> Graph:
    """The modules of ours that each module imports."""
    known = modules()
    return {name: frozenset(imported(path, known)) - {name} for name, path in known.items()}


def imported(path: Path, known: Mapping[str, Path]) -> Iterator[str]:
    """Those of the `known` modules that the file at `path` imports, wherever in it."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (one.name for one in node.names if one.name in known)
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{path}: a relative import"
            for one in node.names:
                inner = f"{node.module}.{one.name}"
                if inner in known:
                    yield inner
                elif node.module in known:
                    yield str(node.module)


def children(graph: Graph, package: str) -> Graph:
    """The graph between the parts of one package: its modules, its packages as wholes, and its own `__init__`."""
    inside = {name: _part(name, package) for name in graph if _part(name, package)}
    found: dict[str, set[str]] = {part: set() for part in inside.values()}
    for name, part in inside.items():
        found[part] |= {inside[one] for one in graph[name] if one in inside} - {part}
    return {part: frozenset(needed) for part, needed in found.items()}


def _part(name: str, package: str) -> str:
    """The part of `package` that holds a module; empty for a module elsewhere."""
    if name == package:
        return "__init__"
    return name.removeprefix(package + ".").partition(".")[0] if name.startswith(package + ".") else ""


def packages(graph: Iterable[str]) -> list[str]:
    """The names of packages, which are those that have something below them."""
    names = list(graph)
    above = {name.rpartition(".")[0] for name in names}
    return [name for name in names if name in above]


def circles(graph: Graph) -> list[list[str]]:
    """The sets of parts that import each other, directly or around others (Tarjan's algorithm)."""
    index: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: list[str] = []
    found: list[list[str]] = []

    def visit(name: str) -> None:
        index[name] = low[name] = len(index)
        stack.append(name)
        for other in graph[name]:
            if other not in index:
                visit(other)
                low[name] = min(low[name], low[other])
            elif other in stack:
                low[name] = min(low[name], index[other])
        if low[name] == index[name]:
            circle = stack[stack.index(name) :]
            del stack[stack.index(name) :]
            if len(circle) > 1:
                found.append(sorted(circle))

    for name in graph:
        if name not in index:
            visit(name)
    return sorted(found)


def shown(graph: Graph) -> str:
    """A graph as text: a line for each part, with what it imports."""
    width = max(map(len, graph), default=0)
    return "".join(f"{name:{width}} → {', '.join(sorted(graph[name])) or '-'}\n" for name in sorted(graph))


def reduced(graph: Graph) -> Graph:
    """The same without imports that another way through the graph implies: what a picture needs to show."""
    below: dict[str, frozenset[str]] = {}

    def reach(name: str) -> frozenset[str]:
        if name not in below:
            below[name] = frozenset(graph[name].union(*(reach(one) for one in graph[name])))
        return below[name]

    return {
        name: frozenset(one for one in needed if not any(one in reach(other) for other in needed if other != one))
        for name, needed in graph.items()
    }


def main(names: Iterable[str] = PACKAGES) -> int:
    """Print the graph of each package's rooms; the exit code tells whether there are circles."""
    graph = imports()
    for name in names:
        print(f"{name}\n{shown(children(graph, name))}")
    found = circles(graph) + [one for name in packages(graph) for one in circles(children(graph, name))]
    for one in found:
        print("circle:", *one)
    return int(bool(found))


if __name__ == "__main__":
    raise SystemExit(main())

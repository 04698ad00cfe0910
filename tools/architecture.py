"""`make docs`: docs/explanation/architecture.md, with a picture of the rooms, both made from the imports.

A room is a package of lazyoci, or a module that needs one. An arrow is drawn to what a room imports, unless other
arrows lead there already. Rooms lie in levels, each above all that it needs, so all arrows point down.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from html import escape
from itertools import pairwise
from pathlib import Path

import imports

Name = str
_WIDTH, _HEIGHT, _ROW, _GAP, _MARGIN = 112, 30, 62, 22, 20  # pixels
_BEND = 12  # the room that an arrow takes where it passes between two rooms
_SERVER = "lazyoci_lsp"
_STYLE = """
text { font: 14px ui-sans-serif, system-ui, sans-serif; text-anchor: middle; fill: #1f2328; }
.page { fill: #ffffff; } .room { fill: #e8edfb; stroke: #5b6fb8; } .module { fill: #f6f8fa; stroke: #8b949e; }
path { fill: none; stroke: #656d76; } marker path { fill: #656d76; stroke: none; }
@media (prefers-color-scheme: dark) {
text { fill: #e6edf3; } .page { fill: #0d1117; } .room { fill: #1d2745; stroke: #8ea2ee; }
.module { fill: #161b22; stroke: #656d76; } path { stroke: #8b949e; } marker path { fill: #8b949e; }
}
"""


def pages() -> dict[str, str]:
    """The page and its picture, by their names in docs/explanation."""
    graph = imports.imports()
    base, rooms = _rooms(graph)
    server = imports.children(graph, _SERVER)
    return {"architecture.md": _page(base, rooms, server), "architecture.svg": picture(rooms)}


def _rooms(graph: imports.Graph) -> tuple[list[Name], imports.Graph]:
    """The modules that need no room, and the rooms with what each needs."""
    parts = {name: needed for name, needed in imports.children(graph, "lazyoci").items() if name != "__init__"}
    alone = {name for name in parts if f"lazyoci.{name}" not in imports.packages(graph)}
    base: set[Name] = set()
    while more := {name for name in alone - base if parts[name] <= base}:
        base |= more
    rooms = {name: needed - base for name, needed in parts.items() if name not in base}
    used = {one.split(".")[1] for name in graph if name.startswith(_SERVER) for one in graph[name] if "lazyoci." in one}
    rooms[_SERVER] = frozenset(used & rooms.keys())
    return sorted(base), rooms


def _page(base: Sequence[Name], rooms: imports.Graph, server: imports.Graph) -> str:
    levels = _levels(rooms)
    above = sorted(rooms, key=lambda name: (-levels[name], name))
    inside = _levels(server)
    parts = sorted(server.keys() - {"__init__"}, key=lambda name: (-inside[name], name))
    faces = [f"| `{_path(f'{_SERVER}.{name}')}` | {_sentence(f'{_SERVER}.{name}')} |\n" for name in parts]
    rows = [f"| `{_path(name)}` | {_sentence(name)} |\n" for name in above]
    small = [f"| `{_path(name)}` | {_sentence(name)} |\n" for name in base]
    return (
        "<!-- Written by tools/architecture.py from the imports: `make docs` writes it anew. -->\n\n# Architecture\n\n"
        "One core and four thin faces: the command line, the language server, the tools for agents, and the hooks, "
        "which are commands. A file goes one way, from its text to a registry: text → nodes (`yaml`) → Config "
        "(`config`) → Resolved (`resolve`) → Plan (`plan`) → layout (`build`, `layout`) → registry (`transfer`). "
        "`check` is the one door for whoever asks whether a file is right.\n\n"
        "Each arrow leads from a room to one that it imports; what follows from other arrows is left out. None points "
        "up, and there is no circle: not among the rooms, not within one, not among modules. A test computes that "
        "from the imports, and this page is made of the same.\n\n"
        "![The rooms of lazyoci, each above those that it imports](architecture.svg)\n\n"
        "## Rooms\n\nFrom above to below, each in the words of its own first line.\n\n"
        f"| where | what it is |\n| --- | --- |\n{''.join(rows)}"
        "\n## Within the language server\n\nFrom above to below as well.\n\n"
        f"| where | what it is |\n| --- | --- |\n{''.join(faces)}"
        "\n## Below them all\n\nSmall modules that know no room and may be used by every one.\n\n"
        f"| where | what it is |\n| --- | --- |\n{''.join(small)}"
    )


def _file(name: Name) -> Path:
    return imports.modules()[name if name.startswith(_SERVER) else f"lazyoci.{name}"]


def _path(name: Name) -> str:
    path = _file(name).relative_to(imports.ROOT)
    return f"{path.parent}/" if path.name == "__init__.py" else str(path)


def _sentence(name: Name) -> str:
    """The first paragraph of a docstring, on one line of a table."""
    source = _file(name).read_text(encoding="utf-8")
    words = ast.get_docstring(ast.parse(source)) or ""
    return " ".join(words.partition("\n\n")[0].split()).replace("|", "\\|")


def _levels(rooms: imports.Graph) -> dict[Name, int]:
    """How many levels lie below each room."""
    found: dict[Name, int] = {}

    def level(name: Name) -> int:
        if name not in found:
            found[name] = 1 + max(map(level, sorted(rooms[name])), default=-1)
        return found[name]

    for name in sorted(rooms):
        level(name)
    return found


def picture(rooms: imports.Graph) -> str:
    """The rooms in levels, with an arrow to each that is needed: arrows bend round the rooms between."""
    levels = _levels(rooms)
    shown = imports.reduced(rooms)
    ways = [_way(name, other, levels) for name in sorted(shown) for other in sorted(shown[name])]
    rows: list[list[Name]] = [[] for _ in range(max(levels.values()) + 1)]
    for name in sorted(rooms):
        rows[levels[name]].append(name)
    for way in ways:
        for at, name in enumerate(way[1:-1], 1):
            rows[levels[way[0]] - at].append(name)
    near: dict[Name, list[Name]] = {}
    for way in ways:
        for one, other in pairwise(way):
            near.setdefault(one, []).append(other)
            near.setdefault(other, []).append(one)
    across = _across(rows, near, rooms)
    left = min(across[name] - _wide(name, rooms) / 2 for name in across) - _MARGIN
    right = max(across[name] + _wide(name, rooms) / 2 for name in across) + _MARGIN
    top = max(levels.values())
    down = {name: _MARGIN + (top - number) * _ROW for number, row in enumerate(rows) for name in row}
    arrows = [_arrow([(across[one], down[one]) for one in way]) for way in ways]
    boxes = [_box(name, across[name], down[name]) for name in sorted(rooms)]
    height = 2 * _MARGIN + top * _ROW + _HEIGHT
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{left:.0f} 0 {right - left:.0f} {height}" '
        f'width="{right - left:.0f}">\n<style>{_STYLE}</style>\n'
        '<defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto">'
        '<path d="M0 0 8 4 0 8z"/></marker></defs>\n'
        f'<rect class="page" x="{left:.0f}" width="100%" height="100%" rx="8"/>\n'
        f"{''.join(arrows)}{''.join(boxes)}</svg>\n"
    )


def _way(name: Name, other: Name, levels: Mapping[Name, int]) -> list[Name]:
    """Through which points an arrow goes, one for each level."""
    between = range(levels[name] - 1, levels[other], -1)
    return [name, *(f"{name}→{other}@{level}" for level in between), other]


def _wide(name: Name, rooms: imports.Graph) -> int:
    return _WIDTH if name in rooms else _BEND


def _across(rows: list[list[Name]], near: Mapping[Name, list[Name]], rooms: imports.Graph) -> dict[Name, float]:
    """Where everything lies from left to right: near what it is joined to, and apart from its neighbours."""
    place = {name: float(number) for row in rows for number, name in enumerate(row)}
    for sweep in range(40):
        for row in rows if sweep % 2 else reversed(rows):
            wish = {name: sum(place[one] for one in near[name]) / len(near[name]) for name in row if name in near}
            row.sort(key=lambda name: (wish.get(name, place[name]), name))
            if sweep < 10:
                place |= {name: float(number) - len(row) / 2 for number, name in enumerate(row)}
            else:
                place |= _apart(row, wish | {name: place[name] for name in row if name not in wish}, rooms)
        if sweep == 9:
            place = {name: at * (_WIDTH + _GAP) for name, at in place.items()}
    return place


def _apart(row: Sequence[Name], wish: Mapping[Name, float], rooms: imports.Graph) -> dict[Name, float]:
    """The wishes of a row in its order, moved apart as far as they overlap: half to the left, half to the right."""

    def space(one: Name, other: Name) -> float:
        return (_wide(one, rooms) + _wide(other, rooms)) / 2 + _GAP

    right = {row[0]: wish[row[0]]}
    for one, other in pairwise(row):
        right[other] = max(wish[other], right[one] + space(one, other))
    left = {row[-1]: wish[row[-1]]}
    for other, one in pairwise(reversed(row)):
        left[one] = min(wish[one], left[other] - space(one, other))
    return {name: (left[name] + right[name]) / 2 for name in row}


def _arrow(points: Sequence[tuple[float, float]]) -> str:
    """A curve from the lower edge of a room to the upper edge of another, straight past the rooms between."""
    (x, y), *others = points
    path = f"M{x:.0f} {y + _HEIGHT}"
    y += _HEIGHT
    for number, (to, row) in enumerate(others, 1):
        middle = (y + row) / 2
        path += f"C{x:.0f} {middle:.0f} {to:.0f} {middle:.0f} {to:.0f} {row}"
        if number < len(others):
            path += f"V{row + _HEIGHT}"
        x, y = to, row + _HEIGHT
    return f'<path d="{path}" marker-end="url(#tip)"/>\n'


def _box(name: Name, x: float, y: float) -> str:
    kind = "room" if _path(name).endswith("/") else "module"
    corner = f'x="{x - _WIDTH / 2:.0f}" y="{y}" width="{_WIDTH}" height="{_HEIGHT}"'
    return f'<rect class="{kind}" {corner} rx="6"/><text x="{x:.0f}" y="{y + 20}">{escape(name)}</text>\n'

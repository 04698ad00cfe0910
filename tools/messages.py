"""`make docs`: typical messages as a terminal of 80 columns shows them, for docs/explanation: a page and a picture.

Each is printed by the real program, in a directory that holds only the files of its case. The picture is one SVG for
light and dark: whoever looks at it brings the colours.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html import escape
from pathlib import Path

COLUMNS = 80
_CELL, _LINE, _MARGIN = 8.4, 18, 16  # pixels, of a font of 14
_SGR = re.compile(r"\x1b\[([0-9;]*)m")
_CLASSES = {"1": "b", "2": "d", "31": "red", "32": "green", "33": "yellow", "36": "cyan"}
_THEMES = {  # page, text, dimmed text, and the colours
    "light": ("#ffffff", "#1f2328", "#656d76", "#b3261e", "#1a7f37", "#8a5300", "#0b6e8a"),
    "dark": ("#0d1117", "#e6edf3", "#8b949e", "#ff7b72", "#56d364", "#e3b341", "#56d4dd"),
}


@dataclass(frozen=True, slots=True)
class Case:
    """One message. `files` are those of the directory, by name; `arguments` those of lazyoci."""

    title: str
    files: Mapping[str, str]
    arguments: str = "validate"


def _image(tags: str, registry: str = "ghcr.io/acme/api", extra: str = "") -> str:
    return (
        f"version: 1\nartifacts:\n  - type: image\n    name: api\n{extra}    targets:\n"
        f"      - registry: {registry}\n        tags: {tags}\n"
    )


_DOCKERFILE = {"Dockerfile": "FROM scratch\n"}
_CHART = "apiVersion: v2\nname: api\nversion: 0.3.0\n"
CASES = (
    Case("A misspelt variable", {".lazy": _image('["{{ .Versoin }}", latest]')} | _DOCKERFILE),
    Case("A template without quotes", {".lazy": _image("[{{ .Tag }}]")} | _DOCKERFILE),
    Case("A quote that is not closed", {".lazy": _image('["{{ .Tag }}, latest]')} | _DOCKERFILE),
    Case("A misspelt key", {".lazy": _image("[latest]", extra="    platfroms: [linux/amd64]\n")} | _DOCKERFILE),
    Case("Text where a list belongs", {".lazy": _image("latest")} | _DOCKERFILE),
    Case("A Dockerfile that is not there", {".lazy": _image("[v1]"), "services/api/Dockerfile": "FROM scratch\n"}),
    Case("A tag that no registry accepts", {".lazy": _image("[v1.0.0+build.5]")} | _DOCKERFILE),
    Case(
        "Two artifacts that write one reference",
        {
            ".lazy": _image('["{{ .Tag }}"]')
            + "  - type: docker\n    name: api-debug\n    image: api:debug\n    targets:\n"
            + '      - registry: ghcr.io/acme/api\n        tags: ["{{ .Tag }}"]\n'
        }
        | _DOCKERFILE,
        "validate --tag v1.4.2",
    ),
    Case(
        "A chart that Helm would not find",
        {
            ".lazy": "version: 1\nartifacts:\n  - type: helm\n    chartPath: charts/api\n    targets:\n"
            "      - registry: ghcr.io/acme/charts/api\n        tags: [v0.3.0]\n",
            "charts/api/Chart.yaml": _CHART,
        },
    ),
    Case("A build without the value of a template", {".lazy": _image('["{{ .Tag }}"]')} | _DOCKERFILE, "build"),
)


def shown(case: Case) -> str:
    """What the program prints for a case, stdout and stderr as they come, with escapes for colours."""
    environ = {key: value for key, value in os.environ.items() if not key.startswith(("LAZYOCI_", "NO_COLOR", "CI"))}
    environ |= {"FORCE_COLOR": "1", "COLUMNS": str(COLUMNS), "PYTHONIOENCODING": "utf-8"}
    with tempfile.TemporaryDirectory() as place:
        for name, content in case.files.items():
            path = Path(place, name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(content, encoding="utf-8")
        done = subprocess.run(
            [sys.executable, "-m", "lazyoci", *case.arguments.split()],
            cwd=place,
            env=environ,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
        )
    return done.stdout.rstrip("\n")


def pages() -> dict[str, str]:
    """The page, and the picture beside it, by their names."""
    screens = [(case, f"$ lazyoci {case.arguments}\n{shown(case)}") for case in CASES]
    text = "".join(f"\n## {case.title}\n\n```\n{_SGR.sub('', screen)}\n```\n" for case, screen in screens)
    head = (
        "# Messages\n\nEvery message says what is wrong, where, and what to do about it. These are ten typical ones, "
        f"as a terminal of {COLUMNS} columns shows them, on light and on dark:\n\n"
        "![The ten messages below, in colour](messages.svg)\n"
    )
    return {"messages.md": head + text, "messages.svg": picture("\n\n".join(screen for _, screen in screens))}


def picture(screen: str) -> str:
    """Terminal output as an SVG. A line wider than the terminal is wrapped, as a terminal would."""
    lines = list(_lines(screen))
    width, height = COLUMNS * _CELL + 2 * _MARGIN, len(lines) * _LINE + 2 * _MARGIN
    rows = "\n".join(
        f'<text x="{_MARGIN}" y="{_MARGIN + _LINE * number - 4}">{line}</text>'
        for number, line in enumerate(lines, 1)
        if line
    )
    light, dark = _style("light"), _style("dark")
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height:g}" width="{width:g}">\n<style>\n'
        "text { font: 14px ui-monospace, Menlo, Consolas, 'DejaVu Sans Mono', monospace; white-space: pre; }\n"
        f".b {{ font-weight: 700; }}\n{light}\n@media (prefers-color-scheme: dark) {{\n{dark}\n}}\n</style>\n"
        f'<rect class="page" width="100%" height="100%" rx="8"/>\n{rows}\n</svg>\n'
    )


def _style(theme: str) -> str:
    page, text, *others = _THEMES[theme]
    names = ("d", "red", "green", "yellow", "cyan")
    colours = "".join(f" .{name} {{ fill: {colour}; }}" for name, colour in zip(names, others, strict=True))
    return f".page {{ fill: {page}; }} text {{ fill: {text}; }}{colours}"


def _lines(screen: str) -> Iterator[str]:
    """Each line of the terminal as the inside of an SVG text, one tspan for each stretch of one look."""
    for line in screen.split("\n"):
        room, row, look = COLUMNS, "", ""
        parts = _SGR.split(line)
        for index, part in enumerate(parts):
            if index % 2:
                look = " ".join(_CLASSES[code] for code in part.split(";") if code in _CLASSES)
                continue
            while part:
                if not room:
                    yield row
                    room, row = COLUMNS, ""
                here, part = part[:room], part[room:]
                room -= len(here)
                row += f'<tspan class="{look}">{escape(here)}</tspan>' if look else escape(here)
        yield row

"""Our language server beside npm's yaml-language-server, and its start beside a bare pygls server: `make bench-lsp`.

All servers run at the same time, and are asked in turn, so that whatever else the machine does befalls each of them.
Times are on the clock, in milliseconds; `cpu` is the processor's time of the same answers, which other work changes
little. `--rounds N` changes how often each question is asked.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

from common import need
from corpus import document, write
from lsp_client import Server, Took
from measure import verdict

sys.path.insert(0, str(Path(__file__).parents[1]))
from tests.e2e.yaml_language_server import installed  # the tests have it too

ROOT = Path(__file__).parents[1]
OURS = (sys.executable, "-m", "lazyoci", "lsp")
BARE = (sys.executable, str(Path(__file__).with_name("lsp_bare.py")))
TYPING = 0.05  # seconds between two edits, as if somebody typed them
QUIET = 0.4  # seconds of silence after which diagnostics are all there
_VERSIONS = count(300_000)  # of edits that are not measured themselves
SETTLE = 1.5  # seconds after which a server counts as done with what it began


@dataclass(slots=True)
class Series:
    """What one server took for one kind of question."""

    took: list[Took] = field(default_factory=list)
    results: int = 0  # of the last answer: an empty one is quickly given

    def wall(self, share: float) -> float:
        """The time, in ms, that this share of the answers did not exceed."""
        return _quantile([one.wall for one in self.took], share)

    def cpu(self, share: float) -> float:
        """The same of the processor's time."""
        return _quantile([one.cpu for one in self.took], share)


def _quantile(values: Sequence[float], share: float) -> float:
    ordered = sorted(values)
    return 1000 * ordered[min(len(ordered) - 1, round(share * (len(ordered) - 1)))]


@dataclass(frozen=True, slots=True)
class Opened:
    """A server that has the document open."""

    server: Server
    uri: str
    lines: list[str]
    series: dict[str, Series]

    def note(self, name: str, took: Took, result: Any) -> None:
        """Keep what a question took."""
        one = self.series.setdefault(name, Series())
        one.took.append(took)
        items = result.get("items", result) if isinstance(result, dict) else result
        one.results = len(items) if items else 0


def peer() -> tuple[str, ...]:
    """The command of yaml-language-server, fetched by npm if it is not there yet."""
    node = need("node", "apt-get install nodejs npm")
    need("npm", "apt-get install npm")
    return (node, str(installed()), "--stdio")


def starts(directory: Path, rounds: int) -> dict[str, Series]:
    """From the start of a process to its first answer after `initialized`: ours and the bare one, in turn."""
    found = {"ours": Series(), "bare pygls": Series()}
    for number in range(rounds + 1):
        for name, command in (("ours", OURS), ("bare pygls", BARE)):
            server = Server(command, directory)
            try:
                server.initialize({"registry": {"checks": "off"}})
                at = {"textDocument": {"uri": (directory / "none").as_uri()}, "position": {"line": 0, "character": 0}}
                server.ask("textDocument/hover", at)
                if number:  # the first fills caches
                    found[name].took.append(Took(time.perf_counter() - server.begun, server.cpu()))
            finally:
                server.kill()
    return found


def answers(directory: Path, rounds: int, yaml: Sequence[str]) -> dict[str, dict[str, Series]]:
    """Both servers with the same document: what each took, by its name and the kind of question."""
    path = directory / ".lazy"
    shutil.copy(ROOT / "schema" / "lazy.schema.json", directory)  # the document's first line names it
    settings = {"yaml": {"validate": True, "hover": True, "completion": True}}
    with ExitStack() as running:
        off = {"registry": {"checks": "off"}}
        servers = {
            "ours": begin(running, OURS, path, "lazyoci", options=off),
            "yaml-ls": begin(running, yaml, path, "yaml", settings=settings),
        }
        ask_in_turn(servers, rounds, (hover, completion, typing, diagnostics, in_the_middle, outline, folding, actions))
        ask_in_turn({"ours": servers["ours"]}, rounds, (hints,))
        return {name: one.series for name, one in servers.items()}


def begin(
    running: ExitStack,
    command: Sequence[str],
    path: Path,
    language: str,
    *,
    options: dict[str, Any] | None = None,
    settings: dict[str, Any] | None = None,
) -> Opened:
    """A server, killed with `running`, with a document open and its first diagnostics published."""
    server = Server(command, path.parent, settings=settings or {})
    running.callback(server.kill)
    server.initialize(options or {})
    time.sleep(SETTLE)  # until it has its settings
    text = path.read_text(encoding="utf-8")
    cpu, begun = server.cpu(), time.perf_counter()
    uri = server.open(path, language, text)
    at, found = server.diagnostics(uri, 1)
    opened = Opened(server, uri, text.split("\n"), {})
    opened.note("open → diagnostics", Took(at - begun, server.cpu() - cpu), found)
    return opened


def ask_in_turn(servers: dict[str, Opened], rounds: int, works: Sequence[Callable[[Opened, int], None]]) -> None:
    """Ask each server each kind of question, so often; a different one goes first each time.

    A server still checks what was typed while the next one is asked, so the place in the order matters.
    """
    order = list(servers.values())
    for work in works:
        time.sleep(SETTLE)
        for number in range(rounds):
            first = number % len(order)
            for one in (*order[first:], *order[:first]):
                work(one, number)


def _places(opened: Opened, pattern: str) -> list[tuple[int, int]]:
    """The lines and columns at which a pattern ends."""
    found = ((number, re.search(pattern, line)) for number, line in enumerate(opened.lines))
    return [(number, match.end()) for number, match in found if match]


def _at(opened: Opened, line: int, column: int) -> dict[str, Any]:
    return {"textDocument": {"uri": opened.uri}, "position": {"line": line, "character": column}}


def _spread(found: list[tuple[int, int]], number: int) -> tuple[int, int]:
    return found[number * 37 % len(found)]


def hover(opened: Opened, number: int) -> None:
    """On a key."""
    line, column = _spread(_places(opened, "tags:"), number)
    opened.note("hover", *opened.server.ask("textDocument/hover", _at(opened, line, column - 2)))


def completion(opened: Opened, number: int) -> None:
    """Of a type."""
    line, column = _spread(_places(opened, "type: "), number)
    opened.note("completion", *opened.server.ask("textDocument/completion", _at(opened, line, column)))


def typing(opened: Opened, number: int) -> None:
    """A letter, and at once the question."""
    line, column = _spread(_places(opened, "type: "), number)
    opened.server.change(opened.uri, 2 * number + 2, [_edit(line, column, column, "x")])
    asked = opened.server.ask("textDocument/completion", _at(opened, line, column + 1))
    opened.note("completion after a key", *asked)
    opened.server.change(opened.uri, 2 * number + 3, [_edit(line, column, column + 1, "")])
    time.sleep(TYPING)


def diagnostics(opened: Opened, number: int) -> None:
    """An edit, and its diagnostics; whatever comes of the edit before has had its time."""
    opened.server.quiet(QUIET)
    line, column = len(opened.lines) - 1, 0
    version = 100_000 + number
    text, end = ("# bench", 0) if number % 2 == 0 else ("", 7)
    cpu, begun = opened.server.cpu(), time.perf_counter()
    opened.server.change(opened.uri, version, [_edit(line, column, end, text)])
    at, found = opened.server.diagnostics(opened.uri, version)
    opened.note("change → diagnostics", Took(at - begun, opened.server.cpu() - cpu), found)


def in_the_middle(opened: Opened, number: int) -> None:
    """A letter in a name somewhere, and the diagnostics; all below it moves."""
    opened.server.quiet(QUIET)
    line, column = _spread(_places(opened, r"name: svc-\d+"), number // 2)
    version = 200_000 + number
    text, end = ("x", column) if number % 2 == 0 else ("", column + 1)
    cpu, begun = opened.server.cpu(), time.perf_counter()
    opened.server.change(opened.uri, version, [_edit(line, column, end, text)])
    at, found = opened.server.diagnostics(opened.uri, version)
    opened.note("letter → diagnostics", Took(at - begun, opened.server.cpu() - cpu), found)


def _changed(opened: Opened, number: int) -> None:
    """Another version, of which a client asks everything anew; it is checked before the question is timed."""
    line, column = _spread(_places(opened, r"name: svc-\d+"), number // 2)
    text, end = ("x", column) if number % 2 == 0 else ("", column + 1)
    opened.server.change(opened.uri, next(_VERSIONS), [_edit(line, column, end, text)])
    opened.server.quiet(QUIET)


def outline(opened: Opened, number: int) -> None:
    """All symbols, after an edit."""
    _changed(opened, number)
    opened.note("documentSymbol", *opened.server.ask("textDocument/documentSymbol", _document(opened)))


def folding(opened: Opened, number: int) -> None:
    """All that folds, after an edit."""
    _changed(opened, number)
    opened.note("folding", *opened.server.ask("textDocument/foldingRange", _document(opened)))


def actions(opened: Opened, number: int) -> None:
    """What can be done at a tag, after an edit."""
    _changed(opened, number)
    line, column = _spread(_places(opened, "tags:"), number)
    at = {"line": line + 1, "character": column + 4}
    context = {"diagnostics": [], "triggerKind": 1}
    params = _document(opened) | {"range": {"start": at, "end": at}, "context": context}
    opened.note("codeAction", *opened.server.ask("textDocument/codeAction", params))


def hints(opened: Opened, number: int) -> None:
    """All inlay hints, after an edit."""
    _changed(opened, number)
    whole = {"start": {"line": 0, "character": 0}, "end": {"line": len(opened.lines), "character": 0}}
    opened.note("inlay hints", *opened.server.ask("textDocument/inlayHint", _document(opened) | {"range": whole}))


def _document(opened: Opened) -> dict[str, Any]:
    return {"textDocument": {"uri": opened.uri}}


def _edit(line: int, start: int, end: int, text: str) -> dict[str, Any]:
    return {
        "range": {"start": {"line": line, "character": start}, "end": {"line": line, "character": end}},
        "text": text,
    }


def _cells(one: Series) -> str:
    return f"{one.wall(0.5):7.1f} {one.wall(0.95):7.1f} {one.cpu(0.5):7.1f} {one.results:5}"


# ms that 95 of 100 answers may take, at 300 artifacts and at 1,000
GOALS = {"completion after a key": 60.0, "hover": 20.0, "change → diagnostics": 150.0}
GOALS_OF_MANY = {
    "completion after a key": 60.0,
    "hover": 6.5,
    "completion": 3.2,
    "change → diagnostics": 200.0,
    "letter → diagnostics": 200.0,
    "codeAction": 15.0,
    "documentSymbol": 26.0,
    "folding": 16.0,
    "inlay hints": 40.0,
}


def report(title: str, found: dict[str, dict[str, Series]], goals: dict[str, float]) -> None:
    """One table, with the load under which it was measured."""
    print(f"\n{title} (load {os.getloadavg()[0]:.1f}; clock p50, p95; processor p50; items of an answer)")
    print(f"{'':24} {'ours':>29}  {'yaml-language-server':>29}  ratio of p95, processor  goal")
    for name, ours in found["ours"].items():
        other = found["yaml-ls"].get(name)
        goal = goals.get(name)
        reached = f"≤ {goal:.0f} ms  {'ok' if ours.wall(0.95) <= goal else 'MISSED'}" if goal is not None else ""
        if other is None:  # it has none
            print(f"{name:24} {_cells(ours)}  {'–':>29}  {'':17}         {reached}")
            continue
        ratios = f"{ours.wall(0.95) / other.wall(0.95):8.2f} {ours.cpu(0.5) / max(other.cpu(0.5), 0.01):8.2f}"
        print(f"{name:24} {_cells(ours)}  {_cells(other)}  {ratios}         {reached}")
    sys.stdout.flush()


def report_starts(found: dict[str, Series]) -> None:
    """The start beside the bare server's: at most 1.3 times its time is wanted."""
    ours, bare = found["ours"], found["bare pygls"]
    ratios = [getattr(ours, kind)(share) / getattr(bare, kind)(share) for kind in ("wall", "cpu") for share in (0, 0.5)]
    print(f"start → ready (load {os.getloadavg()[0]:.1f}; ms on the clock: least, median; processor's: least, median)")
    for name, one in found.items():
        print(f"{name:24} {one.wall(0):9.0f} {one.wall(0.5):9.0f}   {one.cpu(0):9.0f} {one.cpu(0.5):9.0f}")
    reached = verdict(ratios[0], ratios[1], 1.3)
    print(f"{'ratio':24} {ratios[0]:9.2f} {ratios[1]:9.2f}   {ratios[2]:9.2f} {ratios[3]:9.2f}   ≤ 1.3  {reached}")
    sys.stdout.flush()


def main() -> int:
    """Measure, and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=40, help="questions of each kind (default: %(default)s)")
    parser.add_argument("--artifacts", type=int, nargs="*", default=[30, 300, 1000], help="sizes of the document")
    arguments = parser.parse_args()
    yaml = peer()
    with tempfile.TemporaryDirectory() as name:
        root = Path(name).resolve()
        report_starts(starts(root, max(3, arguments.rounds // 4)))
        for size in arguments.artifacts:
            path = write(root / str(size), document(size))
            lines = path.read_text(encoding="utf-8").count("\n")
            found = answers(path.parent, arguments.rounds, yaml)
            report(
                f"{size} artifacts, {lines:,} lines",
                found,
                GOALS_OF_MANY if size >= 1000 else GOALS if size >= 300 else {},
            )
    return 0


if __name__ == "__main__":
    raise SystemExit(main())

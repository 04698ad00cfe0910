"""Our language server while registries accept connections and never answer, beside itself with registry checks off.

Three servers run at the same time on the same document, and are asked in turn, as in `lsp.py`: one asks nobody, one
waits for the registries all the time, and one gives up after a moment and asks again, over and over. What is local
has to be answered as quickly by each of them: within 20 %.
"""

from __future__ import annotations

import argparse
import os
import re
import socket
import tempfile
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from corpus import document, write

from lsp import OURS, Opened, ask_in_turn, begin, completion, diagnostics, hover, typing

HOSTS = 12  # more than the server's workers for registries
GOAL = 1.2
_REGISTRY = re.compile(r'registry: "(?:\{\{ \.Registry \}\}|docker\.io)/')
OPTIONS = {
    "off": {"checks": "off"},
    "hanging": {"checks": "anonymous", "timeout": 3600},
    "asking again": {"checks": "anonymous", "timeout": 2, "retryAfter": 0.5},
}


@contextmanager
def silent(count: int) -> Iterator[list[str]]:
    """So many hosts on loopback that accept connections, keep them, and never answer."""
    listening = [socket.create_server(("127.0.0.1", 0), backlog=128) for _ in range(count)]
    kept: list[socket.socket] = []

    def accept(one: socket.socket) -> None:
        while True:
            try:
                kept.append(one.accept()[0])
            except OSError:
                return  # closed: the benchmark is over

    for one in listening:
        threading.Thread(target=accept, args=(one,), daemon=True).start()
    try:
        yield [f"127.0.0.1:{one.getsockname()[1]}" for one in listening]
    finally:
        for one in (*listening, *kept):
            one.close()


def on_a_tag(opened: Opened, number: int) -> None:
    """Hover on a reference, which tells of the registry."""
    places = [at for at, line in enumerate(opened.lines) if "registry: " in line]
    line = places[number * 37 % len(places)]
    at = {"textDocument": {"uri": opened.uri}, "position": {"line": line, "character": 22}}
    opened.note("hover on a registry", *opened.server.ask("textDocument/hover", at))


def measure(directory: Path, count: int, rounds: int) -> dict[str, Opened]:
    """All three with one document of so many artifacts."""
    with silent(HOSTS) as hosts, ExitStack() as running:
        numbers = iter(range(1 << 30))
        text = _REGISTRY.sub(lambda _: f'registry: "{hosts[next(numbers) % HOSTS]}/', document(count))
        write(directory, text)
        servers = {
            name: begin(running, OURS, directory / ".lazy", "lazyoci", options={"registry": chosen})
            for name, chosen in OPTIONS.items()
        }
        ask_in_turn(servers, rounds, (on_a_tag, hover, completion, typing, diagnostics))
        return servers


def report(title: str, servers: dict[str, Opened]) -> None:
    """One table."""
    print(f"\n{title} (load {os.getloadavg()[0]:.1f}; ms on the clock: p50, p95; ms of the processor: p50)")
    names = "".join(f"{name:>26}" for name in servers)
    print(f"{'':24}{names}   beside off, each: p50, p95, processor; goal ≤ {GOAL:g}")
    off = servers["off"].series
    for name in off:
        cells, ratios = "", []
        for server, opened in servers.items():
            one = opened.series[name]
            cells += f"{one.wall(0.5):10.2f} {one.wall(0.95):7.2f} {one.cpu(0.5):7.2f}"
            if server != "off":
                ratios += [one.wall(share) / off[name].wall(share) for share in (0.5, 0.95)]
                ratios.append(one.cpu(0.5) / max(off[name].cpu(0.5), 0.01))
        once = len(off[name].took) == 1
        reached = "(once)" if once else "ok" if max(ratios) <= GOAL else "MISSED"
        print(f"{name:24}{cells}   {' '.join(f'{one:5.2f}' for one in ratios)}  {reached}")


def main() -> int:
    """Measure, and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=100, help="questions of each kind (default: %(default)s)")
    parser.add_argument("--artifacts", type=int, nargs="*", default=[30, 300], help="sizes of the document")
    arguments = parser.parse_args()
    for count in arguments.artifacts:
        with tempfile.TemporaryDirectory() as name:
            found = measure(Path(name).resolve(), count, arguments.rounds)
            report(f"{count} artifacts, {HOSTS} registries that never answer", found)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())

"""Twenty targets on twenty slow registries beside the slowest of them alone: `make bench-targets`.

The registries are those of the tests, in a process of their own; each waits before every answer.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path
from random import Random

from common import Fresh, Row, in_turn, lazyoci, show

COUNT = 20
SLOWEST = 0.1  # seconds before every answer; the others wait a part of it


def serve(count: int) -> None:
    """Run the registries until stdin ends; the first line of stdout has their addresses, the slowest one first."""
    sys.path.insert(0, str(Path(__file__).parents[1]))
    from tests.registry.fake import Exchange, FakeRegistry

    def wait(seconds: float):  # type: ignore[no-untyped-def]  # the types are those of the tests
        def act(exchange: Exchange) -> None:
            time.sleep(seconds)
            exchange.send(exchange.serve())

        return act

    random = Random(1)
    with ExitStack() as stack:
        registries = [stack.enter_context(FakeRegistry()) for _ in range(count)]
        for number, registry in enumerate(registries):
            registry.script.on("*", "", wait(SLOWEST * (random.random() if number else 1)), nth=None)
        print(" ".join(registry.host for registry in registries), flush=True)
        sys.stdin.read()


def project(directory: Path, hosts: list[str], number: int) -> str:
    """A .lazy file for one run, whose repositories are new; its path."""
    targets = "".join(f"      - {{registry: '{host}/run-{number}', tags: [v1, latest]}}\n" for host in hosts)
    path = directory / f"{number}.lazy"
    path.write_text(
        "version: 1\nartifacts:\n  - type: artifact\n    name: bench\n    mediaType: application/vnd.example.bench\n"
        f"    files: [{{path: '*.bin', mediaType: application/octet-stream}}]\n    targets:\n{targets}",
        encoding="utf-8",
    )
    return str(path)


def main() -> int:
    """Push in turn, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5, help="pushes that count (default: %(default)s)")
    parser.add_argument("--serve", type=int, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.serve:
        serve(arguments.serve)
        return 0
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        root = Path(name)
        for number in range(5):
            (root / f"{number}.bin").write_bytes(Random(number).randbytes(100_000))
        servers = subprocess.Popen(
            [sys.executable, __file__, "--serve", str(COUNT)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        assert servers.stdout is not None
        hosts = servers.stdout.readline().split()
        try:
            runs = [
                Fresh(label, lambda n, some=some: lazyoci("build", project(root, some, n), "--quiet", "--insecure"))
                for label, some in ((f"{COUNT} targets", hosts), ("the slowest", hosts[:1]))
            ]
            in_turn(runs, root, arguments.rounds)
        finally:
            servers.communicate("")
        show([Row(f"{COUNT} targets, one artifact", runs[0], (runs[1],), 1.5)], runs)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())

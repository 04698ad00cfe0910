"""What the benchmarks of registries share: a registry, runs in turn that each get a fresh place, and one table."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from measure import Timed, Track, race, verdict

MIB = 1 << 20


class Fresh(Timed):
    """A command that is another one each time: `make` gets the number of the run, counted over all of them."""

    _runs = 0

    def __init__(self, name: str, make: Callable[[int], Sequence[str]]) -> None:
        super().__init__(name, ())
        self.make = make

    def run(self, directory: Path, environ: dict[str, str]) -> None:
        """Run once, somewhere new."""
        Fresh._runs += 1
        self.command = self.make(Fresh._runs)
        super().run(directory, environ)


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the table: the goal is that `ours` takes at most `goal` times what `peers` take together."""

    work: str
    ours: Timed
    peers: tuple[Timed, ...]
    goal: float | None = None

    def text(self) -> str:
        """The line."""
        least = self.ours.least / sum(peer.least for peer in self.peers)
        median = self.ours.median / sum(peer.median for peer in self.peers)
        mark = "" if self.goal is None else f"≤ {self.goal:<5.3g} {verdict(least, median, self.goal)}"
        beside = " + ".join(peer.name for peer in self.peers)
        return (
            f"{self.work:32} {self.ours.least:8.2f} {self.ours.median:8.2f}  {beside:22}"
            f" {sum(p.least for p in self.peers):8.2f} {sum(p.median for p in self.peers):8.2f}"
            f"  {least:6.2f} {median:6.2f}  {mark}"
        )


def show(rows: Sequence[Row], peaks: Sequence[Timed] = (), limit: float | None = None) -> None:
    """Print the table, and the peak memory of some; `limit` (MiB) is the goal for the first."""
    print(
        f"{'work':32} {'min s':>8} {'median':>8}  {'beside':22} {'min s':>8} {'median':>8}   ratio of min, median  goal"
    )
    for row in rows:
        print(row.text())
    measured = [one for one in peaks if one.peak]
    if measured:
        print("peak memory: " + ", ".join(f"{one.name} {one.peak / MIB:.0f} MiB" for one in measured), end="")
        print(f" (goal: ≤ {limit:g} MiB)" if limit is not None else "")
    print(flush=True)


def lazyoci(*arguments: str) -> list[str]:
    """The command line of our program."""
    return [sys.executable, "-m", "lazyoci", *arguments]


def need(program: str, how: str) -> str:
    """The path of a program; ends the benchmark with how to get it when it is not there."""
    found = shutil.which(program, path=str(Path(sys.executable).parent)) or shutil.which(program)
    if found is None:
        raise SystemExit(f"{program} is missing; {how}")
    return found


@contextmanager
def registry() -> Iterator[str]:
    """A docker-registry on loopback, its data thrown away at the end; its address."""
    program = need("docker-registry", "apt-get install docker-registry")
    with tempfile.TemporaryDirectory(prefix="bench-registry-") as name:
        root = Path(name)
        config = {
            "version": 0.1,
            "log": {"level": "info", "accesslog": {"disabled": True}},
            "storage": {
                "filesystem": {"rootdirectory": str(root / "data")},
                "cache": {"blobdescriptor": "inmemory"},
            },
            "http": {"addr": "127.0.0.1:0", "secret": "any"},
        }
        (root / "config.yml").write_text(json.dumps(config), encoding="utf-8")  # JSON is YAML
        with (root / "log").open("wb") as log:
            process = subprocess.Popen([program, "serve", str(root / "config.yml")], stdout=log, stderr=log)
            try:
                yield _address(process, root / "log")
            finally:
                process.terminate()
                process.wait()


class Registries:
    """Gives a new registry for each run, and stops the one before. Use it as a context manager.

    skopeo remembers which blobs it has seen at which host, and would mount them instead of pushing them.
    """

    def __init__(self) -> None:
        self._running = ExitStack()

    def __enter__(self) -> Registries:
        return self

    def __exit__(self, *_: object) -> None:
        self._running.close()

    def new(self) -> str:
        """The address of a new one."""
        self._running.close()
        return self._running.enter_context(registry())


def _address(process: subprocess.Popen[bytes], log: Path) -> str:
    while process.poll() is None:
        found = re.search(r"listening on ([\d.]+:\d+)", log.read_text("utf-8", "replace"))
        if found:
            return found[1]
        time.sleep(0.01)
    raise SystemExit(f"docker-registry ended:\n{log.read_text('utf-8', 'replace')}")


def in_turn(commands: Sequence[Timed], directory: Path, rounds: int) -> None:
    """See `measure.race`; Python's caches are kept beside `directory`, and emptied with it."""
    race(commands, directory, Track(directory / ".cache", rounds, cpu=False))

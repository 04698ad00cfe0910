"""Runs commands in turn, many times, and compares the shortest and the middle times: absolute ones mean little."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

BARE = (sys.executable, "-c", "pass")


@dataclass(slots=True)
class Timed:
    """One command and what its runs took. `codes` are the exit codes that mean it worked."""

    name: str
    command: Sequence[str]
    codes: tuple[int, ...] = (0,)
    cpu: bool = False  # count the processor's time instead of the wall clock's: for machines with other work
    seconds: list[float] = field(default_factory=list)
    peak: int = 0  # bytes; 0 where the system does not tell

    def run(self, directory: Path, environ: dict[str, str]) -> None:
        """Run once."""
        begun = time.perf_counter()
        process = subprocess.Popen(
            self.command, cwd=directory, env=environ, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
        )
        assert process.stderr is not None
        complaint = process.stderr.read()
        if hasattr(os, "wait4"):
            _, status, usage = os.wait4(process.pid, 0)
            code = process.returncode = os.waitstatus_to_exitcode(status)
            self.peak = max(self.peak, usage.ru_maxrss * (1 if sys.platform == "darwin" else 1024))
            spent = usage.ru_utime + usage.ru_stime
        else:
            code, spent = process.wait(), 0.0
        self.seconds.append(spent if self.cpu else time.perf_counter() - begun)
        process.stderr.close()
        if code not in self.codes:
            raise SystemExit(f"{self.name}: exit code {code}: {complaint.decode(errors='replace')}")

    @property
    def least(self) -> float:
        """The shortest run, in seconds."""
        return min(self.seconds)

    @property
    def median(self) -> float:
        """The middle run, in seconds."""
        return statistics.median(self.seconds)


def verdict(least: float, median: float, goal: float) -> str:
    """Whether the ratios of the shortest and of the middle times both reach a goal, or only one of them."""
    if max(least, median) <= goal:
        return "ok"
    if min(least, median) > goal:
        return "MISSED"
    return "MISSED by the median" if median > goal else "MISSED by the minimum"


@dataclass(frozen=True, slots=True)
class Track:
    """Where and how often commands race: `rounds` of the short ones, fewer of the long."""

    root: Path
    rounds: int
    cpu: bool

    @property
    def caches(self) -> Path:
        """Where Python keeps compiled modules, so that nothing is compiled while the clock runs."""
        return self.root / "caches"


def race(commands: Sequence[Timed], directory: Path, track: Track, divisor: int = 1) -> None:
    """Run all commands in turn, `track.rounds / divisor` times, after one run that fills caches and does not count."""
    environ = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
    environ |= {"PYTHONPYCACHEPREFIX": str(track.caches), "PYTHONHASHSEED": "0", "NO_COLOR": "1"}
    for one in commands:
        one.cpu = track.cpu
        one.run(directory, environ)
        one.seconds.clear()
    for _ in range(max(track.rounds // divisor, 1)):
        for one in commands:
            one.run(directory, environ)

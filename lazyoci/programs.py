"""Finds other programs, and runs those that only answer a question.

Programs are only looked for in absolute directories of PATH. The working directory and relative ones are skipped,
since a repository that was just cloned could have its own `git` there.
"""

from __future__ import annotations

import atexit
import contextlib
import os
import signal
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from stat import S_ISREG
from subprocess import DEVNULL, PIPE, Popen, TimeoutExpired
from typing import NamedTuple

from lazyoci.errors import Interrupted

_GRACE = 2.0  # seconds to wait until a killed program has ended
_LOOK = 0.2  # seconds between checks whether the run is cancelled


class ProgramOutput(NamedTuple):
    """The result of a program: its exit code, and what it wrote to stdout and stderr."""

    code: int
    out: str
    err: str


class TimedOut(Exception):
    """A program did not answer in time, and was killed with its children."""


def find(name: str, environ: Mapping[str, str] | None = None) -> str | None:
    """The absolute path of a program on PATH, None if there is none, or if `name` has a slash."""
    if not name or os.sep in name or (os.altsep and os.altsep in name):
        return None
    environ = os.environ if environ is None else environ
    endings = [""]
    if os.name == "nt":
        endings = [one for one in environ.get("PATHEXT", ".COM;.EXE;.BAT;.CMD").split(os.pathsep) if one]
        if any(name.lower().endswith(one.lower()) for one in endings):
            endings = [""]
    for directory in _directories(environ):
        for ending in endings:
            path = f"{directory}{os.sep}{name}{ending}"
            try:
                mode = os.stat(path).st_mode  # noqa: PTH116  # tried in every directory of PATH: quicker than Path
            except (OSError, ValueError):
                continue
            if S_ISREG(mode) and os.access(path, os.X_OK):
                return path
    return None


def environment(environ: Mapping[str, str] | None = None) -> dict[str, str]:
    """The environment for another program: ours, but without relative entries in PATH, which it would search too."""
    found = dict(os.environ if environ is None else environ)
    if "PATH" in found:
        found["PATH"] = os.pathsep.join(_directories(found))
    return found


def _directories(environ: Mapping[str, str]) -> list[str]:
    entries = environ.get("PATH", "").split(os.pathsep)
    return [entry.rstrip(os.sep) or os.sep for entry in entries if Path(entry).is_absolute()]


class Running:
    """A program that was asked something. It is in a process group of its own, so all of it can be ended."""

    def __init__(
        self, command: Sequence[str], *, cwd: Path | None = None, environ: Mapping[str, str], stdin: str | None = None
    ) -> None:
        """Start the program; raises OSError. `command` begins with an absolute path, and `stdin` is its input."""
        self._stdin = stdin
        self._process = Popen(
            command,
            cwd=cwd,
            env=dict(environ),
            stdin=DEVNULL if stdin is None else PIPE,
            stdout=PIPE,
            stderr=PIPE,
            encoding="utf-8",
            errors="replace",
            start_new_session=True,
        )
        if not _running:
            atexit.register(_end_all)
        _running.add(self)

    def answer(self, timeout: float) -> ProgramOutput:
        """Wait for its output; raises TimedOut. In every case, nothing of the program is left running."""
        process, cancelled = self._process, getattr(_local, "cancelled", None)
        until = time.monotonic() + timeout
        try:
            while True:
                left = until - time.monotonic()
                try:
                    out, err = process.communicate(self._stdin, left if cancelled is None else min(left, _LOOK))
                    return ProgramOutput(process.returncode, out, err)
                except TimeoutExpired:
                    if time.monotonic() >= until:
                        raise TimedOut from None
                if cancelled is not None and cancelled.is_set():
                    raise Interrupted("the build was interrupted")
        finally:
            self.end()

    def end(self) -> None:
        """Kill the program and its children, if they still run."""
        _running.discard(self)
        process = self._process
        if process.returncode is None:
            kill_group(process)
        for stream in (process.stdin, process.stdout, process.stderr):
            if stream is not None:  # without reading: a child outside of the group may keep the pipe open
                with contextlib.suppress(OSError):
                    stream.close()
        with contextlib.suppress(TimeoutExpired):
            process.wait(_GRACE)


_running: set[Running] = set()
_local = threading.local()


@contextmanager
def ending_with(cancelled: threading.Event) -> Iterator[None]:
    """Inside this context, programs that this thread asks are ended with Interrupted once `cancelled` is set."""
    _local.cancelled = cancelled
    try:
        yield
    finally:
        _local.cancelled = None


def kill_group(process: Popen[str]) -> None:
    """Kill a program that was started in a session of its own, and its children."""
    try:
        if hasattr(os, "killpg"):
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()
    except (ProcessLookupError, PermissionError):
        return  # it has ended already


def _end_all() -> None:
    """At exit: kill all programs that still run."""
    for one in list(_running):
        one.end()


def ask(
    command: Sequence[str],
    *,
    cwd: Path | None = None,
    environ: Mapping[str, str] | None = None,
    stdin: str | None = None,
    timeout: float,
) -> ProgramOutput:
    """Run `command`, whose first word is the name of a program; raises TimedOut, and OSError, also for what is not on
    PATH (FileNotFoundError).
    """
    program = find(command[0], environ)
    if program is None:
        raise FileNotFoundError(2, "not on PATH", command[0])
    return Running([program, *command[1:]], cwd=cwd, environ=environment(environ), stdin=stdin).answer(timeout)

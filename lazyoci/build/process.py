"""Runs the programs that build, streams their output, and stops them with all their children on interruption."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import subprocess
import threading
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import IO

from lazyoci import programs
from lazyoci.build.context import Context
from lazyoci.clean import UNSAFE
from lazyoci.errors import BuildError
from lazyoci.frozen import frozen

_KEPT = 400  # lines of output kept for the message of a failure
_LINE = 1 << 16  # characters of a line; a longer one is broken
_POLL = 0.2  # seconds between looks at whether the run is cancelled
_GRACE = 10.0  # seconds a program gets to clean up before it is killed
_CONTROL = re.compile(rf"\x1b\[[0-?]*[ -/]*[@-~]|(?!\t){UNSAFE}")
_USER_OF_URL = re.compile(r"://[^/@\s]+@")
_SHORT_NAME = "did not resolve to an alias"  # buildah and podman on `FROM alpine` without a registry to search
_ERROR = re.compile(r"(?i)(?:^|\b)error[: ]|^unknown (?:shorthand )?flag")


class ToolError(BuildError):
    """A program failed. `output` holds the last lines it printed, in case they were not shown."""

    def __init__(self, message: str, output: Sequence[str], *, hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.output = tuple(output)


@frozen
class ProgramResult:
    """The result of a program that was run for a short answer."""

    code: int
    out: str
    err: str

    @property
    def reason(self) -> str:
        """Its last line, for messages."""
        lines = [line for line in (self.err or self.out).splitlines() if line.strip()]
        return without_user(clean(lines[-1])).removeprefix("ERROR: ") if lines else f"exit status {self.code}"


def clean(line: str) -> str:
    """A line without colours and other control characters."""
    return _CONTROL.sub("", line)


def without_user(text: str) -> str:
    """The text without user names and passwords in addresses."""
    return _USER_OF_URL.sub("://***@", text)


def installed(program: str) -> bool:
    """Whether `program` is on the PATH."""
    return programs.find(program) is not None


def ask(command: Sequence[str], *, cwd: Path | None = None, timeout: float = 30) -> ProgramResult:
    """Run a short command and return its output. If it cannot run, or hangs, the result is a failure."""
    try:
        done = programs.ask(command, cwd=cwd, timeout=timeout)
    except programs.TimedOut:
        return ProgramResult(124, "", f"{command[0]} did not answer within {timeout:g} s")
    except OSError as error:
        if programs.find(command[0]) is None:
            return ProgramResult(127, "", f"{command[0]} is not installed")
        return ProgramResult(126, "", f"{command[0]} cannot be run: {error.strerror or error}")
    return ProgramResult(done.code, done.out, done.err)


def located(command: Sequence[str], what: str) -> list[str]:
    """The command with its program's absolute path; raises BuildError where PATH has none."""
    program = programs.find(command[0])
    if program is None:
        raise BuildError(f"{what}: {command[0]} is not installed", hint="install it, or put it on the PATH")
    return [program, *command[1:]]


def run(
    command: Sequence[str],
    context: Context,
    *,
    what: str,
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
    keep: Callable[[str], str | None] | None = None,
) -> None:
    """Run a command to its end, each line of its output told to the context; `env` is added to the environment.

    `keep` may change a line, or drop it by None. Raises ToolError, naming `what` failed, and Interrupted after
    the program and its children were stopped.
    """
    context.check_cancelled()
    try:
        process = subprocess.Popen(
            located(command, what),
            cwd=cwd or context.directory,
            env={**programs.environment(), **(env or {})},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            errors="replace",
            # a group of its own: Ctrl-C reaches us alone, and we stop the program and its children in order
            start_new_session=True,
        )
    except OSError as error:
        raise BuildError(f"{what}: {command[0]} cannot be run: {error.strerror or error}") from error
    kept: deque[str] = deque(maxlen=_KEPT)
    assert process.stdout is not None
    reader = threading.Thread(target=_read, args=(process.stdout, context, kept, keep), daemon=True)
    reader.start()
    try:
        while process.poll() is None:
            context.check_cancelled()
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(_POLL)
    finally:
        if process.poll() is None:
            _stop(process)
        reader.join(_GRACE)
    context.check_cancelled()
    if process.returncode:
        reason = _reason(kept, process.returncode)
        hint = "write the whole name, such as docker.io/library/alpine:3" if _SHORT_NAME in reason else ""
        raise ToolError(f"{what} failed: {reason}", kept, hint=hint)


def _read(stream: IO[str], context: Context, kept: deque[str], keep: Callable[[str], str | None] | None) -> None:
    with stream:
        while line := stream.readline(_LINE):
            text = clean(line.rstrip("\r\n"))
            shown = text if keep is None else keep(text)
            if shown is not None:
                kept.append(shown)
                context.on_output(shown)


def _reason(kept: Sequence[str], code: int) -> str:
    """The line with the reason: the last that reports an error or an unknown flag; otherwise the last line."""
    lines = [line.strip() for line in kept if line.strip()]
    errors = [line for line in lines if _ERROR.search(line)]
    last = (errors or lines or [""])[-1]
    if "exit status" in last or "exit code" in last:
        return last.removeprefix("ERROR: ").removeprefix("Error: ")
    return f"{last.removeprefix('ERROR: ')} (exit status {code})" if last else f"exit status {code}"


def _stop(process: subprocess.Popen[str]) -> None:
    """Interrupt a program and its children, and kill what remains after a while."""
    _signal(process, signal.SIGINT)
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(_GRACE)
    _signal(process, getattr(signal, "SIGKILL", signal.SIGTERM))
    process.wait(_GRACE)


def _signal(process: subprocess.Popen[str], number: int) -> None:
    try:
        if hasattr(os, "killpg"):
            os.killpg(process.pid, number)
        elif process.poll() is None:
            process.terminate()
    except (ProcessLookupError, PermissionError):
        return  # it and its children are gone

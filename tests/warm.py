"""Runs the program in processes that are forked from one which has imported all of it: a start takes a tenth.

Each run is a process of its own, with its own directory, environment, streams and signals, and sees nothing of the runs
before it. What a start itself does (imports, `-X` options, PYTHON* and LC_* variables, PYTHONHASHSEED) is not tried by
it: tests of these start Python. So does everything here where a system cannot fork or has no pidfd.
"""

from __future__ import annotations

import atexit
import json
import os
import selectors
import socket
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
LONGEST = 100_000  # bytes of one request; sockets take at least twice as many at once
# what the interpreter or the C library reads once, when it starts; the encoding of streams is the same in all tests
_AT_START = ("PYTHON", "LC_", "LANG", "LD_", "MALLOC_", "TZ")
_SAME = {"PYTHONIOENCODING": "utf-8"}


@dataclass(slots=True)
class Process:
    """A running one. `wait` may be called once, from any thread."""

    pid: int
    ends: socket.socket

    def wait(self) -> int:
        """Its exit code, once it has ended; negative for a signal."""
        with self.ends:
            return int(_line(self.ends))

    def send_signal(self, number: int) -> None:
        """Send it a signal; it must not have been waited for."""
        os.kill(self.pid, number)


def can_start(environ: Mapping[str, str]) -> bool:
    """Whether a forked process would be as a started one in this environment."""
    told = {key: value for key, value in environ.items() if key.startswith(_AT_START)}
    own = {key: value for key, value in os.environ.items() if key.startswith(_AT_START)}
    return hasattr(os, "pidfd_open") and told.items() - _SAME.items() == own.items() - _SAME.items()


def start(arguments: Sequence[str], cwd: Path, environ: Mapping[str, str], streams: Sequence[int]) -> Process:
    """Start `lazyoci` with three streams, which may be closed here afterwards."""
    request = json.dumps({"arguments": list(arguments), "cwd": str(cwd), "environ": dict(environ)}).encode()
    assert len(request) < LONGEST, "too long to be sent at once; start Python instead"
    mine, theirs = socket.socketpair()
    with theirs:
        socket.send_fds(_server(), [request], [*streams, theirs.fileno()])
    return Process(int(_line(mine)), mine)


def run(
    arguments: Sequence[str], cwd: Path, environ: Mapping[str, str], stdin: bytes | None = None
) -> subprocess.CompletedProcess[bytes]:
    """As `subprocess.run` with captured output; without `stdin` it reads what the test itself would."""
    if not can_start(environ) or sum(map(len, arguments)) > LONGEST // 10:
        return subprocess.run(
            [sys.executable, "-m", "lazyoci", *arguments], cwd=cwd, env=environ, input=stdin, capture_output=True
        )
    pipes = [os.pipe(), os.pipe(), os.pipe()]
    (reads, writes), (out, told), (err, complained) = pipes
    process = start(arguments, cwd, environ, [reads if stdin is not None else 0, told, complained])
    for end in (reads, told, complained):
        os.close(end)
    fed = threading.Thread(target=_feed, args=(writes, stdin or b""))
    fed.start()
    printed = _read([out, err])
    fed.join()
    return subprocess.CompletedProcess(list(arguments), process.wait(), *printed)


def _feed(stream: int, text: bytes) -> None:
    try:
        with open(stream, "wb") as pipe:
            pipe.write(text)
    except BrokenPipeError:  # it ended without reading all, as it may
        pass


def _read(streams: Sequence[int]) -> list[bytes]:
    found: dict[int, list[bytes]] = {stream: [] for stream in streams}
    with selectors.DefaultSelector() as selector:
        for stream in streams:
            selector.register(stream, selectors.EVENT_READ)
        while selector.get_map():
            for key, _ in selector.select():
                part = os.read(key.fd, 1 << 16)
                if part:
                    found[key.fd].append(part)
                else:
                    selector.unregister(key.fd)
                    os.close(key.fd)
    return [b"".join(parts) for parts in found.values()]


def _line(connection: socket.socket) -> bytes:
    found = b""
    while not found.endswith(b"\n"):
        part = connection.recv(1)
        assert part, "the process that forks has ended"
        found += part
    return found


# ---------------------------------------------------------------------- the process that forks
_started: dict[int, socket.socket] = {}  # by the process that started it: it serves no fork of that one


def _server() -> socket.socket:
    """The connection to the process that forks, which ends when this one does."""
    if os.getpid() not in _started:
        mine, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        command = [sys.executable, "-m", "tests.warm_server", str(theirs.fileno())]
        running = subprocess.Popen(command, cwd=ROOT, pass_fds=[theirs.fileno()], stdin=subprocess.DEVNULL)
        theirs.close()

        def stop() -> None:
            mine.close()
            running.wait()

        atexit.register(stop)
        _started[os.getpid()] = mine
    return _started[os.getpid()]

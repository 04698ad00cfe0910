"""Runs the program in processes that are forked from one which has imported all of it: a start takes a tenth.

Each run is a process of its own, with its own directory, environment, streams and signals, and sees nothing of the runs
before it. What a start itself does (imports, `-X` options, PYTHON* and LC_* variables, PYTHONHASHSEED) is not tried by
it: tests of these start Python. So does everything here where a system cannot fork or has no pidfd.

What programs of others call (a shell, a hook) is `program(…)`: tests/warm_client.py, which asks for such a run.
"""

from __future__ import annotations

import atexit
import marshal
import os
import secrets
import selectors
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
HERE = Path(__file__).parent
LONGEST = 100_000  # bytes of one request; sockets take at least twice as many at once
# what the interpreter or the C library reads once, when it starts
_AT_START = ("PYTHON", "LC_", "LANG", "LD_", "MALLOC_", "TZ")
_HONOURED = ("PYTHONIOENCODING", "PYTHONUTF8")  # by a forked one: of its streams; files are UTF-8 here in any case


@dataclass(slots=True)
class Process:
    """A running one. `wait` may be called once, from any thread."""

    pid: int
    ends: socket.socket

    def wait(self) -> int:
        """Its exit code, once it has ended; negative for a signal."""
        with self.ends:
            return int(self.ends.recv(64))  # the process that forks has ended if it says nothing

    def send_signal(self, number: int) -> None:
        """Send it a signal; it must not have been waited for."""
        os.kill(self.pid, number)


def can_start(environ: Mapping[str, str]) -> bool:
    """Whether a forked process would be as a started one in this environment."""
    return hasattr(os, "pidfd_open") and _read_at_start(environ) == _read_at_start(os.environ)


def _read_at_start(environ: Mapping[str, str]) -> dict[str, str]:
    return {key: value for key, value in environ.items() if key.startswith(_AT_START) and key not in _HONOURED}


def start(arguments: Sequence[str], cwd: Path, environ: Mapping[str, str], streams: Sequence[int]) -> Process:
    """Start `lazyoci` with three streams, which may be closed here afterwards."""
    request = marshal.dumps((list(arguments), str(cwd), dict(environ)))
    assert len(request) < LONGEST, "too long to be sent at once; start Python instead"
    asks = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    asks.connect(_address())
    socket.send_fds(asks, [request], streams)
    return Process(int(asks.recv(64)), asks)


def command() -> list[str]:
    """As `[sys.executable, "-m", "lazyoci"]`, for `subprocess`, with no open files but three. `kill` kills it too.

    It is dead when its output ends, which may be after what `subprocess` started has been waited for.
    """
    if os.getpid() not in _commands:
        directory = tempfile.TemporaryDirectory(prefix="lazyoci-warm-")
        atexit.register(directory.cleanup)
        _commands[os.getpid()] = program(Path(directory.name) / "lazyoci")
    return [str(_commands[os.getpid()])]


def program(place: Path) -> Path:
    """Make `place` a program that runs `lazyoci`: forked where that can be."""
    if can_start(os.environ):
        place.write_text(client(_address()), encoding="utf-8")
    else:
        place.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m lazyoci "$@"\n', encoding="utf-8")
    place.chmod(0o755)
    return place


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


def client(address: str) -> str:
    """What `program` writes, for the process that is asked there."""
    call = f"main({address!r}, {_read_at_start(os.environ)!r}, {_AT_START!r}, {_HONOURED!r}, {LONGEST})\n"
    return f"#!{sys.executable} -IS\n{(HERE / 'warm_client.py').read_text('utf-8')}\n\n{call}"


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


# ---------------------------------------------------------------------- the process that forks
_commands: dict[int, Path] = {}
_started: dict[int, str] = {}  # by the process that started it: it serves no fork of that one


def _address() -> str:
    """Where the process that forks is asked; it ends when this one does."""
    if os.getpid() not in _started:
        address = f"\0lazyoci-tests-{os.getpid()}-{secrets.token_hex(8)}"  # a name in no directory, and gone with it
        with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as listens:
            listens.bind(address)
            listens.listen(128)  # who asks before it has imported everything waits
            mine, theirs = socket.socketpair()
            with theirs:
                handed = [listens.fileno(), theirs.fileno()]
                command = [sys.executable, "-m", "tests.warm_server", *map(str, handed)]
                running = subprocess.Popen(command, cwd=ROOT, pass_fds=handed, stdin=subprocess.DEVNULL)

        def stop() -> None:
            mine.close()
            running.wait()

        atexit.register(stop)
        _started[os.getpid()] = address
    return _started[os.getpid()]

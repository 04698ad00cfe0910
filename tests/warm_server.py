"""The process that forks for `tests/warm.py`: it imports everything, and then starts `lazyoci` whenever it is asked."""

from __future__ import annotations

import atexit
import contextlib
import gc
import importlib
import marshal
import os
import pkgutil
import selectors
import signal
import socket
import sys
import threading
import time
import traceback
from dataclasses import dataclass

from tests.warm import LONGEST

_STREAMS = 3
Request = tuple[list[str], str, dict[str, str]]  # arguments, directory, environment


@dataclass(frozen=True, slots=True)
class Running:
    """A forked process, a descriptor that says when it has ended, and who asked for it."""

    process: int
    ends: int
    asker: socket.socket


def serve(listens: socket.socket, lives: socket.socket) -> Request | None:
    """Fork for each request. Returns the request in the forked process, and None when nobody will ask any more."""
    selector = selectors.DefaultSelector()
    selector.register(listens, selectors.EVENT_READ)
    selector.register(lives, selectors.EVENT_READ)
    while True:
        found = [key for key, _ in selector.select()]
        # who asked says nothing more, so this is its end; before a descriptor is closed, whose number may be given anew
        for key in found:
            if key.data is not None and key.fileobj is key.data.asker:
                selector.unregister(key.fileobj)
                os.kill(key.data.process, signal.SIGKILL)
        for key in found:
            if key.data is not None and key.fileobj is not key.data.asker:
                _ended(selector, key.data)
        if any(key.fileobj is lives for key in found):  # closed by who started this
            return None
        if any(key.fileobj is listens for key in found) and (request := _asked(selector, listens)) is not None:
            return request


def _asked(selector: selectors.BaseSelector, listens: socket.socket) -> Request | None:
    """Fork for one request, which is the result in the forked process."""
    asker, _ = listens.accept()
    request, streams, _, _ = socket.recv_fds(asker, LONGEST, _STREAMS)
    if not request:  # who asked has ended
        asker.close()
        return None
    process = os.fork()
    if process == 0:
        _become(selector, asker, streams)
        found: Request = marshal.loads(request)
        return found
    for stream in streams:
        os.close(stream)
    _tell(asker, process)
    running = Running(process, os.pidfd_open(process), asker)
    for watched in (running.ends, running.asker):
        selector.register(watched, selectors.EVENT_READ, running)
    return None


def _ended(selector: selectors.BaseSelector, running: Running) -> None:
    _, status = os.waitpid(running.process, 0)
    _tell(running.asker, os.waitstatus_to_exitcode(status))
    selector.unregister(running.ends)
    if running.asker in selector.get_map():
        selector.unregister(running.asker)
    os.close(running.ends)
    running.asker.close()


def _tell(asker: socket.socket, number: int) -> None:
    with contextlib.suppress(BrokenPipeError, ConnectionResetError):  # who asked does not wait
        asker.sendall(str(number).encode())


def _become(selector: selectors.BaseSelector, asker: socket.socket, streams: list[int]) -> None:
    """Take the streams, and have nothing else open than a started program has."""
    asker.close()
    for key in list(selector.get_map().values()):
        if isinstance(key.fileobj, int):
            os.close(key.fileobj)
        else:
            key.fileobj.close()  # type: ignore[union-attr]
    selector.close()
    for number, stream in enumerate(streams):
        os.dup2(stream, number)
    for stream in streams:
        os.close(stream)


def run(request: Request) -> int:
    """Run the program as `python -m lazyoci` does, and give its exit code."""
    arguments, cwd, environ = request
    os.chdir(cwd)
    os.environ.clear()
    os.environ.update(environ)
    time.tzset()
    program = importlib.import_module("lazyoci.__main__")
    sys.argv = [str(program.__file__), *arguments]
    encoding, _, errors = environ.get("PYTHONIOENCODING", "utf-8").partition(":")
    sys.stdin = sys.__stdin__ = open(0, encoding=encoding, errors=errors or None)  # type: ignore[misc]  # noqa: SIM115
    sys.stdout = sys.__stdout__ = open(1, "w", encoding=encoding, errors=errors or None)  # type: ignore[misc]  # noqa: SIM115
    sys.stderr = sys.__stderr__ = open(2, "w", encoding=encoding, errors="backslashreplace", buffering=1)  # type: ignore[misc]  # noqa: SIM115
    try:
        program.run()
    except SystemExit as stop:
        return int(stop.code or 0)
    except KeyboardInterrupt:
        traceback.print_exc()
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        signal.raise_signal(signal.SIGINT)
    except BaseException:  # noqa: BLE001  # as the interpreter does
        traceback.print_exc()
        return 1
    return 0


def end(code: int) -> None:
    """What the interpreter does at the end that anybody sees; taking a thousand modules apart is most of a start."""
    threading._shutdown()  # type: ignore[attr-defined]
    atexit._run_exitfuncs()
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except OSError:
        code = 120
    os._exit(code)


def _import_everything() -> None:
    for name in ("lazyoci", "lazyoci_lsp"):
        for module in pkgutil.walk_packages(importlib.import_module(name).__path__, f"{name}."):
            importlib.import_module(module.name)


def main() -> None:
    """Serve until the other end of the connection is closed."""
    listens, lives = (socket.socket(fileno=int(number)) for number in sys.argv[1:])
    _import_everything()
    gc.freeze()  # what is never collected is never copied
    with contextlib.suppress(KeyboardInterrupt):  # who asks was interrupted too
        request = serve(listens, lives)
        if request is not None:
            end(run(request))


if __name__ == "__main__":
    main()

"""The connections to one origin: those that are idle are used again, and some may be opened before they are needed."""

from __future__ import annotations

import select
import threading
from collections.abc import Callable

from lazyoci.registry.http.dial import Dial
from lazyoci.registry.http.wire import Wire

_IDLE = 30.0  # seconds after which a server may have closed it


class Pool:
    """Thread-safe."""

    def __init__(self, dial: Dial, clock: Callable[[], float]) -> None:
        self.dial = dial
        self._clock = clock
        self._changed = threading.Condition()
        self._idle: list[tuple[float, Wire]] = []
        self._opening = 0
        self._waiting = 0
        self._failures: list[BaseException] = []  # of connections that somebody waits for
        self._closed = False

    def take(self) -> Wire:
        """A connection for one request: idle, or whichever comes first of a new one and one that is given back.

        Raises TransportError.
        """
        with self._changed:
            self._waiting += 1
            try:
                while (wire := self._usable()) is None:
                    if self._failures:
                        raise self._failures.pop()
                    self._open_more(self._waiting)
                    self._changed.wait()
                return wire
            finally:
                self._waiting -= 1
                del self._failures[self._waiting :]

    def _usable(self) -> Wire | None:
        while self._idle:
            since, wire = self._idle.pop()
            if self._clock() - since < _IDLE and not _spoke(wire):
                return wire
            wire.close()
        return None

    def give(self, wire: Wire) -> None:
        """Keep a connection that another request may use."""
        with self._changed:
            if not self._closed:
                self._idle.append((self._clock(), wire))
                self._changed.notify()
                return
        wire.close()

    def open(self, count: int) -> None:
        """Open connections, so that as many requests find one. Returns at once."""
        with self._changed:
            if not self._closed:
                self._open_more(count - len(self._idle))

    def _open_more(self, count: int) -> None:
        """Have so many on their way."""
        while self._opening < count:
            self._opening += 1
            # a daemon, as nobody waits for a connection that turned out not to be needed
            threading.Thread(target=self._open, name="connection", daemon=True).start()

    def _open(self) -> None:
        wire: Wire | None = None
        failure: BaseException | None = None
        try:
            wire = self.dial.open()
        except BaseException as error:  # noqa: BLE001 - handed to whoever waits
            failure = error
        with self._changed:
            self._opening -= 1
            if failure is not None and self._waiting > len(self._failures):
                self._failures.append(failure)
            self._changed.notify()
        if wire is not None:
            self.give(wire)

    def close(self) -> None:
        """End all that are idle; those in use are ended when they are given back."""
        with self._changed:
            self._closed = True
            idle, self._idle = [wire for _, wire in self._idle], []
        for wire in idle:
            wire.close()


def _spoke(wire: Wire) -> bool:
    """Whether something came on an idle connection: that can only be its end."""
    if not wire.used:
        return False  # tickets of TLS may have come, which are no end
    if hasattr(select, "poll"):
        poll = select.poll()
        poll.register(wire.socket.fileno(), select.POLLIN)
        return bool(poll.poll(0))
    return bool(select.select([wire.socket.fileno()], [], [], 0)[0])  # Windows, where any number will do

"""The fault script: what goes wrong, by method, path pattern and how many times such a request was seen.

An action is a function of the `Exchange`; the ones here compose from its verbs, and a test may write its own.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from tests.registry.fake.wire import PIECE, Exchange, Reply, Request, error_reply

Action = Callable[[Exchange], None]


def answer(status: int, code: str = "", message: str = "", body: bytes | None = None, **headers: str) -> Action:
    """Read the request and answer with an error, leaving the registry as it was."""
    reply = error_reply(status, code or "UNKNOWN", message, **headers)
    if body is not None:
        reply = Reply(status, [(key.replace("_", "-"), value) for key, value in headers.items()], body)

    def act(exchange: Exchange) -> None:
        exchange.read_all()
        exchange.send(reply)

    return act


def answer_early(status: int, code: str, *, after: int = 0, drain: bool = True, **headers: str) -> Action:
    """Answer when only `after` bytes of the body have arrived, then close."""

    def act(exchange: Exchange) -> None:
        exchange.read(after)
        exchange.send(error_reply(status, code, **headers))
        if drain:
            exchange.drain()
        exchange.hang_up()

    return act


def reset(*, after: int = 0) -> Action:
    """Reset the connection after `after` bytes of the body."""

    def act(exchange: Exchange) -> None:
        exchange.read(after)
        exchange.reset()

    return act


def lose_reply() -> Action:
    """Do the work, then close without a word."""

    def act(exchange: Exchange) -> None:
        exchange.serve()
        exchange.hang_up()

    return act


def rewrite(change: Callable[[Reply], Reply]) -> Action:
    """Do the work, but change what is said about it."""

    def act(exchange: Exchange) -> None:
        exchange.send(change(exchange.serve()))

    return act


def header(name: str, value: str | None) -> Action:
    """Do the work, with one header of the reply set, or left out if None."""
    return rewrite(lambda reply: reply.without(name) if value is None else reply.replaced(name, value))


def truncate(keep: int) -> Action:
    """Promise the whole body, send the first `keep` bytes and close."""

    def act(exchange: Exchange) -> None:
        reply = exchange.serve()
        exchange.send(
            Reply(reply.status, reply.without("Content-Length").headers, reply.body[:keep]), length=len(reply.body)
        )

    return act


def hold(release: threading.Event, *, after: int | None = None, reached: threading.Event | None = None) -> Action:
    """Wait for `release` before replying; with `after`, stop reading the body there meanwhile."""

    def act(exchange: Exchange) -> None:
        if after is not None:
            exchange.request.body += exchange.read(after)
        if reached is not None:
            reached.set()
        release.wait(30)
        exchange.send(exchange.serve())

    return act


def first(do: Callable[[], object]) -> Action:
    """Do something to the world, then serve as usual."""

    def act(exchange: Exchange) -> None:
        do()
        exchange.send(exchange.serve())

    return act


def redirect(status: int, location: Callable[[Request], str] | str) -> Action:
    """Send the client elsewhere, without reading the body first (as a 307 to a storage would)."""

    def act(exchange: Exchange) -> None:
        where = location if isinstance(location, str) else location(exchange.request)
        exchange.read_all()
        exchange.send(Reply(status, [("Location", where)]))

    return act


@dataclass(slots=True)
class _Rule:
    method: str
    path: re.Pattern[str]
    nth: frozenset[int] | None
    action: Action
    where: Callable[[Request], bool]
    seen: int = 0
    hits: int = 0


@dataclass(slots=True)
class Script:
    """An ordered list of rules; the first that applies acts, but every matching rule counts the request."""

    _rules: list[_Rule] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def on(
        self,
        method: str,
        path: str,
        action: Action,
        *,
        nth: int | Iterable[int] | None = 1,
        where: Callable[[Request], bool] = lambda _: True,
    ) -> None:
        """Act on the `nth` request of `method` whose path and query match `path` somewhere (from 1; None is all)."""
        which = None if nth is None else frozenset((nth,) if isinstance(nth, int) else nth)
        with self._lock:
            self._rules.append(_Rule(method, re.compile(path), which, action, where))

    def take(self, request: Request) -> Action | None:
        """The action for this request, counting it."""
        found = None
        with self._lock:
            for rule in self._rules:
                if rule.method not in ("*", request.method) or not rule.path.search(request.target):
                    continue
                if not rule.where(request):
                    continue
                rule.seen += 1
                if found is None and (rule.nth is None or rule.seen in rule.nth):
                    rule.hits += 1
                    found = rule.action
        return found

    def clear(self) -> None:
        """Forget every rule."""
        with self._lock:
            self._rules.clear()

    @property
    def unused(self) -> list[str]:
        """Rules that never acted: a test that scripted them did not test them."""
        return [f"{rule.method} {rule.path.pattern}" for rule in self._rules if not rule.hits]


__all__ = [
    "PIECE",
    "Action",
    "Script",
    "answer",
    "answer_early",
    "first",
    "header",
    "hold",
    "lose_reply",
    "redirect",
    "reset",
    "rewrite",
    "truncate",
]

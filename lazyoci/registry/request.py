"""What passes between a repository and its host: a request, its reply, and "try the whole thing again"."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from lazyoci.registry import errors
from lazyoci.registry.auth import token
from lazyoci.registry.auth.authenticator import Ticket
from lazyoci.registry.auth.scope import Scopes
from lazyoci.registry.errors import Task
from lazyoci.registry.http import retry
from lazyoci.registry.http.body import Body
from lazyoci.registry.http.light_httpx import httpx
from lazyoci.registry.refusals import refusal


@dataclass(frozen=True, slots=True)
class Request:
    """A request: `url` is a path of the registry, or absolute; statuses not in `ok` raise."""

    method: str
    url: str
    task: Task
    scopes: Scopes = ()
    ok: frozenset[int] = frozenset({200})
    headers: Mapping[str, str] = field(default_factory=dict)
    body: Body | None = None
    limit: int = refusal.BODY_LIMIT  # bytes of the body that are read
    again: bool = True  # whether this very request may be repeated; else RetryLater is raised
    renew: bool = True  # whether a 401 has the token renewed
    plain: bool = False  # send as it is, without credentials of this host: the ping, token requests
    secret: bool = False  # what it holds is for this origin alone: a redirect to another is not followed
    margin: float = token.RENEW_EARLY
    exists: bool | None = None  # of a tag that is written: whether it was there before; None when nobody looked


@dataclass(frozen=True, slots=True)
class Reply:
    """A reply: `url` is the address that answered, for relative locations; `ticket` what it was asked with."""

    status: int
    headers: httpx.Headers
    body: bytes
    url: str
    ticket: Ticket


class RetryLater(Exception):
    """An `Request` that may not be repeated alone failed; a larger retry may help, else `failure` is what to raise."""

    def __init__(self, outcome: retry.Outcome, failure: errors.Failure) -> None:
        super().__init__(failure.message)
        self.outcome = outcome
        self.failure = failure

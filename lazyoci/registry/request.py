"""What passes between a repository and the session with its registry: a request, and its reply."""

from __future__ import annotations

from collections.abc import Mapping

from lazyoci.frozen import field, frozen
from lazyoci.registry import errors
from lazyoci.registry.auth import token
from lazyoci.registry.auth.authorization import Authorization
from lazyoci.registry.auth.scope import Scopes
from lazyoci.registry.errors import Task
from lazyoci.registry.http import retry
from lazyoci.registry.http.body import Body
from lazyoci.registry.http.light_httpx import httpx
from lazyoci.registry.refusals.error_body import BODY_LIMIT


@frozen
class Request:
    """A request: `url` is a path of the registry, or absolute; statuses not in `ok` raise."""

    method: str
    url: str
    task: Task
    scopes: Scopes = ()
    ok: frozenset[int] = frozenset({200})
    headers: Mapping[str, str] = field(default_factory=dict)
    body: Body | None = None
    limit: int = BODY_LIMIT  # bytes of the reply's body that are read
    repeatable: bool = True  # whether this very request may be sent again; else RetryLater is raised
    renew: bool = True  # whether after a 401 it is sent again with another token
    anonymous: bool = False  # sent without this registry's credentials, and before it is known what it wants
    secret: bool = False  # what it holds is for this origin alone: a redirect to another is not followed
    margin: float = token.RENEW_EARLY  # seconds that its token must be good for
    early: bool = False  # whether it may be asked along with the first request of all; it reads, and needs no body
    waits: bool = True  # whether it is sent only when the host takes one more; not while another waits for its reply
    exists: bool | None = None  # of a tag that is written: whether it was there before; None when nobody looked


@frozen
class Reply:
    """A reply: `url` is the address that answered, for relative locations; `shown` what it was asked with."""

    status: int
    headers: httpx.Headers
    body: bytes
    url: str
    shown: Authorization


class RetryLater(Exception):
    """A request that is not repeatable failed: the whole of which it is a part may be tried again.

    `outcome` says how it failed, for the retry policy; `failure` is what to raise when no more is tried.
    """

    def __init__(self, outcome: retry.Failed, failure: errors.Failure) -> None:
        super().__init__(failure.message)
        self.outcome = outcome
        self.failure = failure

"""What the authenticator is told, and what it answers: a registry's terms, a request's need, and what is shown."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from lazyoci.frozen import field, frozen
from lazyoci.registry import vendors
from lazyoci.registry.auth import token
from lazyoci.registry.auth.challenge import Challenge
from lazyoci.registry.auth.scope import Scopes
from lazyoci.registry.credentials.credential import Credential
from lazyoci.registry.errors import Task


@frozen
class TokenReply:
    """A token server's reply; header names in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


@frozen
class Terms:
    """What a registry wants of who asks, as its first reply says, and what may be shown to it."""

    challenge: Challenge | None = None  # None: nothing, or what cannot be given
    schemes: str = ""  # those of all its challenges, for messages
    withhold: str = ""  # why credentials must not be sent to it; empty where they may


@frozen
class Need:
    """What a request needs: `scopes`, for `margin` seconds more at least.

    `strict` raises where stored credentials are refused, which a request that reads otherwise goes on without. `also`
    are scopes that other requests of the run will need.
    """

    task: Task
    scopes: Scopes
    vendor: vendors.Vendor = vendors.GENERIC
    margin: float = token.RENEW_EARLY
    strict: bool = False
    also: Scopes = ()

    @property
    def path(self) -> str:
        """The repository."""
        return self.task.repository

    @property
    def writes(self) -> bool:
        """Whether more than reading is wanted."""
        return any(one.writes for one in self.scopes)


@frozen
class Authorization:
    """What a request shows: `header` is the value of its Authorization header, empty for none."""

    scheme: Literal["bearer", "basic", "none"] = "none"
    header: str = field(default="", secret=True)
    credential: Credential | None = None
    token: token.Token | None = field(default=None, secret=True)
    withheld: str = ""  # why the credentials that exist are not used

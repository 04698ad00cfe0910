"""Who may do what: open, Basic, or Bearer with a token endpoint (distribution-spec; Docker's token specification)."""

from __future__ import annotations

import base64
import json
import secrets
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol
from urllib.parse import parse_qs

from tests.registry.fake.wire import Reply, Request, error_reply, json_reply

ALL = frozenset({"pull", "push", "delete"})
NONE: frozenset[str] = frozenset()
Rights = Callable[[str, str], frozenset[str]]  # (user, or "" for nobody; repository) → actions


@dataclass(frozen=True, slots=True)
class Need:
    """What a request needs: actions on a repository."""

    repository: str
    actions: frozenset[str]


class Guard(Protocol):
    """Lets a request through (None) or answers it."""

    def check(self, request: Request, needs: list[Need]) -> Reply | None:
        """The refusal, if any."""
        ...

    def token(self, request: Request) -> Reply | None:
        """The answer to a request for a token, if this is one."""
        ...


class Open:
    """Everybody may do everything."""

    def check(self, request: Request, needs: list[Need]) -> Reply | None:
        """Let it through."""
        return None

    def token(self, request: Request) -> Reply | None:
        """There is no token endpoint."""
        return None


def _basic_user(request: Request, users: Mapping[str, str]) -> str | None:
    """The user of a Basic header: "" without one, None when the password is wrong."""
    scheme, _, value = request.header("Authorization").partition(" ")
    if scheme.lower() != "basic":
        return ""
    user, _, password = base64.b64decode(value).decode().partition(":")
    return user if users.get(user) == password else None


def everything(user: str, repository: str) -> frozenset[str]:
    """Users may do everything, nobody may pull."""
    return ALL if user else frozenset({"pull"})


@dataclass(slots=True)
class Basic:
    """A user and password on every request; the ping asks for them too."""

    users: Mapping[str, str]
    rights: Rights = lambda user, repository: ALL if user else NONE

    def check(self, request: Request, needs: list[Need]) -> Reply | None:
        """401 without good credentials, 403 without the right."""
        user = _basic_user(request, self.users)
        if not user:
            return error_reply(401, "UNAUTHORIZED", "authentication required", WWW_Authenticate='Basic realm="fake"')
        for need in needs:
            if not need.actions <= self.rights(user, need.repository):
                return error_reply(403, "DENIED", "requested access to the resource is denied")
        return None

    def token(self, request: Request) -> Reply | None:
        """There is no token endpoint."""
        return None


@dataclass(slots=True)
class _Token:
    grants: Mapping[str, frozenset[str]]
    expires: float


@dataclass(slots=True)
class Bearer:
    """Tokens from `/token` of this server, by GET with Basic, or by POST with a refresh token.

    `realm` is filled in by the registry. `clock` is what tokens expire by. `post` is the status of a registry whose
    token endpoint has no POST.
    """

    users: Mapping[str, str]
    rights: Rights = everything
    clock: Callable[[], float] = time.monotonic
    expires_in: int | None = 300
    lifetime: float = 300.0
    fields: tuple[str, ...] = ("token", "access_token")
    opaque: bool = False
    post: int = 200
    refresh_tokens: dict[str, str] = field(default_factory=dict)
    challenge: Callable[[str, str], list[str]] | None = None  # (realm, scope) → WWW-Authenticate values
    realm: str = ""
    reject_all: bool = False
    _tokens: dict[str, _Token] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def expire(self) -> None:
        """End the life of every token given so far."""
        with self._lock:
            self._tokens.clear()

    def check(self, request: Request, needs: list[Need]) -> Reply | None:
        """401 with a challenge unless a living token grants all that is needed."""
        scheme, _, value = request.header("Authorization").partition(" ")
        with self._lock:
            token = self._tokens.get(value) if scheme.lower() == "bearer" else None
        alive = token is not None and not self.reject_all and token.expires > self.clock()
        if alive and token and all(need.actions <= token.grants.get(need.repository, NONE) for need in needs):
            return None
        scope = " ".join(f"repository:{need.repository}:{_actions(need.actions)}" for need in needs)
        if self.challenge is not None:
            challenges = self.challenge(self.realm, scope)
        else:
            text = f'Bearer realm="{self.realm}",service="fake"'
            text += f',scope="{scope}"' if scope else ""
            text += ',error="insufficient_scope"' if alive else ""
            challenges = [text]
        reply = error_reply(401, "UNAUTHORIZED", "authentication required")
        reply.headers += [("WWW-Authenticate", value) for value in challenges]
        return reply

    def token(self, request: Request) -> Reply | None:
        """Give a token, by the Docker token specification ("Token Authentication", "OAuth2")."""
        if request.path != "/token":
            return None
        refresh = ""
        if request.method == "POST":
            if self.post != 200:
                return error_reply(self.post, "UNSUPPORTED")
            form = parse_qs(request.body.decode())
            user = self.refresh_tokens.get(form.get("refresh_token", [""])[0])
            refresh = form.get("refresh_token", [""])[0]
            scopes = form.get("scope", [""])[0].split()
            if not user:
                return json_reply(400, {"error": "invalid_grant"})
        else:
            user = _basic_user(request, self.users)
            if user is None:
                return error_reply(401, "UNAUTHORIZED", "incorrect username or password")
            scopes = [part for value in request.query.get("scope", []) for part in value.split()]
        return self._give(user, scopes, refresh)

    def _give(self, user: str, scopes: list[str], refresh: str) -> Reply:
        grants: dict[str, frozenset[str]] = {}
        for scope in scopes:
            kind, _, rest = scope.partition(":")
            name, _, actions = rest.rpartition(":")
            if kind == "repository":
                granted = frozenset(actions.split(",")) & self.rights(user, name)
                grants[name] = grants.get(name, NONE) | granted
        text = secrets.token_urlsafe(24) if self.opaque else _jwt(user, grants)
        with self._lock:
            self._tokens[text] = _Token(grants, self.clock() + self.lifetime)
        value: dict[str, object] = dict.fromkeys(self.fields, text)
        if self.expires_in is not None:
            value["expires_in"] = self.expires_in
        if refresh:
            value["refresh_token"] = refresh
        return json_reply(200, value)


def _actions(actions: frozenset[str]) -> str:
    return ",".join(name for name in ("pull", "push", "delete") if name in actions)


def _jwt(user: str, grants: Mapping[str, frozenset[str]]) -> str:
    """A token that can be read like distribution's, with a random signature."""
    access = [{"type": "repository", "name": name, "actions": sorted(given)} for name, given in grants.items()]
    parts = ({"alg": "none", "typ": "JWT"}, {"sub": user, "aud": "fake", "access": access})
    head, body = (base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode() for part in parts)
    return f"{head}.{body}.{secrets.token_urlsafe(16)}"

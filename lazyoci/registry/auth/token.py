"""Bearer tokens: the request for one, the reply, and what a token says that it grants.

Without I/O: the requests are sent by the session, for the authenticator.

https://distribution.github.io/distribution/spec/auth/token/, https://distribution.github.io/distribution/spec/auth/oauth/
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode, urlsplit, urlunsplit

from lazyoci.frozen import field, frozen
from lazyoci.registry import untrusted_numbers
from lazyoci.registry.auth.challenge import Challenge
from lazyoci.registry.auth.scope import Scopes
from lazyoci.registry.credentials.credential import Credential, is_text

REPLY_LIMIT = 128 << 10  # bytes of a token server's reply that are read
CLIENT_ID = "lazyoci"
LEAST_LIFE = 60.0  # seconds a token lasts where the server says less, or nothing (token specification, expires_in)
MOST_LIFE = 366 * 86400.0  # seconds; a longer life is taken for a mistake, and read as none
RENEW_EARLY = 10.0  # seconds before its end a token is renewed


@frozen
class Token:
    """A token, what was asked for with it, and until when it is used (Unix time)."""

    value: str = field(secret=True)
    scopes: Scopes
    credential: Credential | None
    expires: float
    lifetime: float = LEAST_LIFE

    def usable(self, now: float, *, margin: float = RENEW_EARLY) -> bool:
        """Whether it will be good for `margin` seconds more; for a quarter of its life, if that is less."""
        return now + min(margin, self.lifetime / 4 if margin > RENEW_EARLY else margin) < self.expires


@frozen
class TokenRequest:
    """What to send to the token server."""

    method: str
    url: str
    authorization: str = field(default="", secret=True)
    form: Mapping[str, str] | None = field(default=None, secret=True)


class TokenReplyError(ValueError):
    """A reply that holds no token."""


def basic(user: str, secret: str) -> str:
    """The value of an `Authorization: Basic` header (RFC 7617, UTF-8)."""
    return "Basic " + base64.b64encode(f"{user}:{secret}".encode()).decode("ascii")


def by_get(
    realm: str, challenge: Challenge, scopes: Scopes, credential: Credential | None, secret: str = ""
) -> TokenRequest:
    """The GET form: scopes one parameter each, the user's credentials as Basic."""
    parts = urlsplit(realm)
    query = ([("service", challenge.service)] if challenge.service else []) + [("scope", str(s)) for s in scopes]
    joined = "&".join(part for part in (parts.query, urlencode(query, safe=":/,")) if part)
    authorization = ""
    if secret:  # an identity token, where the server does not know the POST form
        authorization = basic(credential.username if credential and credential.username else "<token>", secret)
    elif credential is not None and (credential.username or credential.password):
        authorization = basic(credential.username, credential.password)
    return TokenRequest("GET", urlunsplit((parts.scheme, parts.netloc, parts.path, joined, "")), authorization)


def by_post(realm: str, challenge: Challenge, scopes: Scopes, refresh_token: str) -> TokenRequest:
    """The OAuth2 form, for identity tokens only: scopes in one field, separated by spaces."""
    form = {
        "grant_type": "refresh_token",
        "refresh_token": refresh_token,
        "service": challenge.service,
        "scope": " ".join(str(s) for s in scopes),
        "client_id": CLIENT_ID,
    }
    return TokenRequest("POST", realm, form=form)


def read_reply(body: bytes, scopes: Scopes, credential: Credential | None, now: float) -> tuple[Token, str]:
    """The token of a reply, and the refresh token it may hold; raises TokenReplyError."""
    if len(body) > REPLY_LIMIT:
        raise TokenReplyError(f"its reply is larger than {REPLY_LIMIT} bytes")
    try:
        document: Any = json.loads(body)
    except (ValueError, RecursionError):
        raise TokenReplyError("its reply is not JSON") from None
    if not isinstance(document, dict):
        raise TokenReplyError("its reply is not a JSON object")
    value = document.get("token") or document.get("access_token")
    if not isinstance(value, str) or not value.isascii() or not value.isprintable() or " " in value:
        raise TokenReplyError("its reply holds no token")
    lifetime = max(LEAST_LIFE, untrusted_numbers.seconds(document.get("expires_in"), most=MOST_LIFE) or 0.0)
    # by our own clock, not from issued_at: the clocks of servers differ
    token = Token(value, scopes, credential, now + lifetime, lifetime)
    refresh = document.get("refresh_token")
    return token, refresh if isinstance(refresh, str) and is_text(refresh) else ""


def granted(value: str, path: str) -> frozenset[str] | None:
    """The actions that a token grants on a repository, unverified; None when it cannot be read (opaque).

    A JWT's `access` claim lists them (https://distribution.github.io/distribution/spec/auth/jwt/). Where it lists other
    repositories only, nothing is concluded: some registries rename paths.
    """
    parts = value.split(".")
    if len(parts) != 3:
        return None
    try:
        claims: Any = json.loads(base64.urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4)))
    except (ValueError, binascii.Error, RecursionError):
        return None
    access = claims.get("access") if isinstance(claims, dict) else None
    if not isinstance(access, list):
        return None
    found: set[str] = set()
    matched = not access
    for entry in access:
        if isinstance(entry, dict) and entry.get("type") == "repository" and entry.get("name") == path:
            matched = True
            actions = entry.get("actions")
            found |= {action for action in actions if isinstance(action, str)} if isinstance(actions, list) else set()
    if not matched:
        return None
    if "*" in found:
        found |= {"pull", "push", "delete"}
    return frozenset(found)

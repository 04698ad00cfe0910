"""The token endpoint that a challenge names (`realm`): where it may be, and what is shown there."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlencode, urlsplit

from lazyoci.registry import errors, redact
from lazyoci.registry.address import sends_credentials_in_clear
from lazyoci.registry.auth import token
from lazyoci.registry.auth.authenticator import Answer
from lazyoci.registry.errors import Task
from lazyoci.registry.http import redirect, retry
from lazyoci.registry.http.body import Bytes
from lazyoci.registry.http.light_httpx import can_be_asked
from lazyoci.registry.request import Reply, Request
from lazyoci.registry.sent_secrets import SENT

_ANY = frozenset(range(200, 500)) - retry.STATUSES - redirect.STATUSES


class TokenEndpoint:
    """Sends the token requests of one registry. `exchange` sends an Request, with retries."""

    def __init__(self, registry: str, exchange: Callable[[Request], Reply], *, trusted: bool) -> None:
        self._registry = registry
        self._exchange = exchange
        self._trusted = trusted

    def address(self, base: str, realm: str, task: Task) -> str:
        """The checked address that `realm` means at a registry whose root is `base`; raises ProtocolError."""
        try:
            there = redirect.target(base + "/v2/", realm, registry=self._registry)
            if not can_be_asked(there):
                raise redirect.Unsafe("an address that cannot be read")
            return there
        except redirect.Unsafe as error:
            why = redact.clean(str(error))
        shown = redact.url(realm)
        message = f"{task.what} stopped: {self._registry} names {shown} as its token endpoint: {why}"
        hint = f"Whoever runs {self._registry} must correct the realm in its challenge (WWW-Authenticate)."
        if realm.lower().startswith("http:") and base.startswith("https:"):
            message = (
                f"{task.what} stopped: {self._registry} is spoken to by HTTPS, and its token endpoint {shown} would "
                "get the credentials by plain HTTP"
            )
            hint = (
                f"Whoever runs {self._registry} must give that endpoint an https address, "
                "the realm in the registry's challenge (WWW-Authenticate)."
            )
        raise errors.ProtocolError(message, task, hint=hint)

    def ask(self, request: token.TokenRequest, task: Task) -> Answer:
        """Send a request for a token; raises a Failure when there is no reply, or the credentials would leak."""
        secret = bool(request.authorization or request.form)
        netloc = urlsplit(request.url).netloc
        plain = request.url.startswith("http:")
        if secret and plain and not (self._trusted or sends_credentials_in_clear(netloc)):
            raise errors.Unauthorized(
                f"{task.what} failed: credentials are not sent to the token server {netloc} over plain HTTP",
                task,
                hint=f"Use TLS, or trust the registry: lazyoci registry add {self._registry} --insecure",
            )
        headers = {"Accept": "application/json"}
        if request.authorization:
            headers["Authorization"] = request.authorization
        body: Bytes | None = None
        if request.form is not None:
            SENT.add(request.form.get("refresh_token", ""))
            headers["Content-Type"] = "application/x-www-form-urlencoded"
            body = Bytes(urlencode(request.form).encode("ascii"))
        reply = self._exchange(
            Request(
                request.method, request.url, task,
                ok=_ANY, headers=headers, body=body, plain=True, secret=secret, limit=token.REPLY_LIMIT,
            )
        )  # fmt: skip
        return Answer(reply.status, reply.headers, reply.body)


def moved(request: Request, url: str, there: str, registry: str) -> errors.ProtocolError:
    """The failure of a token request with a secret that is redirected to another origin."""
    here = urlsplit(url).netloc
    return errors.ProtocolError(
        f"{request.task.what} stopped: the token endpoint {here} of {registry} redirects to {_origin(there)}, and "
        "credentials go to no other address than the one they are for",
        request.task,
        hint=f"Whoever runs {registry} must name the endpoint's own address in its challenge (WWW-Authenticate).",
    )


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return redact.clean(f"{parts.scheme}://{parts.netloc}", limit=300)

"""Token requests, as the authenticator makes them, on their way: what is shown to a token server, and where it goes."""

from __future__ import annotations

from urllib.parse import urlencode, urlsplit

from lazyoci.registry import errors, redact
from lazyoci.registry.address import sends_credentials_in_clear
from lazyoci.registry.auth import token
from lazyoci.registry.errors import Task
from lazyoci.registry.http import redirect, retry
from lazyoci.registry.http.body import Bytes
from lazyoci.registry.request import Request
from lazyoci.registry.sent_secrets import SENT

# all replies are for the authenticator to judge, but for those that mean to try again or to go elsewhere
_ANY = frozenset(range(200, 500)) - retry.STATUSES - redirect.STATUSES


def to_send(wanted: token.TokenRequest, registry: str, task: Task, *, trusted: bool) -> Request:
    """The request to send for a token; raises Unauthorized where credentials would go over plain HTTP.

    `trusted`: the user added the registry with `--insecure`, so that they may.
    """
    secret = bool(wanted.authorization or wanted.form)
    netloc = urlsplit(wanted.url).netloc
    plain = wanted.url.startswith("http:")
    if secret and plain and not (trusted or sends_credentials_in_clear(netloc)):
        raise errors.Unauthorized(
            f"{task.what} failed: credentials are not sent to the token server {netloc} over plain HTTP",
            task,
            hint=f"Use TLS, or trust the registry: lazyoci registry add {registry} --insecure",
        )
    headers = {"Accept": "application/json"}
    if wanted.authorization:
        headers["Authorization"] = wanted.authorization
    body: Bytes | None = None
    if wanted.form is not None:
        SENT.add(wanted.form.get("refresh_token", ""))
        headers["Content-Type"] = "application/x-www-form-urlencoded"
        body = Bytes(urlencode(wanted.form).encode("ascii"))
    return Request(
        wanted.method, wanted.url, task,
        ok=_ANY, headers=headers, body=body, anonymous=True, secret=secret, limit=token.REPLY_LIMIT,
    )  # fmt: skip


def redirected(request: Request, url: str, there: str, registry: str) -> errors.ProtocolError:
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

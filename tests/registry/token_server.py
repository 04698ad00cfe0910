"""A token server for docker-registry (`auth.token`): alice may do everything, bob may pull, nobody may pull.

GET with Basic, and POST with a refresh token, as in distribution's token specification. Tokens are signed with RS256;
the certificate goes along (`x5c`), and is the registry's `rootcertbundle`.
"""

from __future__ import annotations

import base64
import json
import threading
import time
import urllib.parse
import uuid
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any

import jwt
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from tests.certs import Certificate

ISSUER, SERVICE = "test-issuer", "test-registry"
USERS = {"alice": "s3cret", "bob": "s3cret"}
PULL_ONLY = {"bob", ""}
LIFETIME = 300  # seconds


class TokenServer:
    """Listens on a free loopback port while in its context; `asked` are the targets of the requests.

    `users` are names and their passwords; with `tls` it speaks HTTPS.
    """

    def __init__(
        self, certificate: Certificate, users: Mapping[str, str] = USERS, tls: Certificate | None = None
    ) -> None:
        self._users = users
        self._key = certificate.key.read_text("ascii")
        chain = x509.load_pem_x509_certificate(certificate.cert.read_bytes()).public_bytes(Encoding.DER)
        self._x5c = [base64.b64encode(chain).decode()]
        self.refresh: dict[str, str] = {}
        self.asked: list[str] = []
        server = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                server.asked.append(self.path)
                query = urllib.parse.parse_qs(urllib.parse.urlsplit(self.path).query)
                self._reply(server.get(query, self.headers.get("Authorization", "")))

            def do_POST(self) -> None:
                server.asked.append(self.path)
                length = int(self.headers.get("Content-Length", 0))
                self._reply(server.post(urllib.parse.parse_qs(self.rfile.read(length).decode())))

            def _reply(self, value: dict[str, Any] | None) -> None:
                body = json.dumps(value if value is not None else {"errors": [{"code": "UNAUTHORIZED"}]}).encode()
                self.send_response(200 if value is not None else 401)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        if tls is not None:
            self._server.socket = tls.server_context().wrap_socket(self._server.socket, server_side=True)
        self.realm = f"{'https' if tls else 'http'}://127.0.0.1:{self._server.server_address[1]}/token"

    def __enter__(self) -> TokenServer:
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._server.shutdown()
        self._server.server_close()

    def get(self, query: dict[str, list[str]], authorization: str) -> dict[str, Any] | None:
        """A token for the scopes asked, less what the user may not do; None for a wrong password."""
        user = ""
        if authorization.startswith("Basic "):
            user, _, password = base64.b64decode(authorization[6:]).decode().partition(":")
            if self._users.get(user) != password:
                return None
        scopes = [part for value in query.get("scope", []) for part in value.split()]
        token = self._mint(user, scopes)
        return {"token": token, "access_token": token, "expires_in": LIFETIME}

    def post(self, form: dict[str, list[str]]) -> dict[str, Any] | None:
        """The same for a refresh token."""
        user = self.refresh.get(form.get("refresh_token", [""])[0])
        if user is None:
            return None
        return {"access_token": self._mint(user, form.get("scope", [""])[0].split()), "expires_in": LIFETIME}

    def _mint(self, user: str, scopes: list[str]) -> str:
        access = []
        for scope in scopes:
            kind, _, rest = scope.partition(":")
            name, _, actions = rest.rpartition(":")
            given = [one for one in actions.split(",") if one == "pull" or user not in PULL_ONLY]
            access.append({"type": kind, "name": name, "actions": given})
        now = int(time.time())
        claims = {
            "iss": ISSUER, "sub": user, "aud": SERVICE, "exp": now + LIFETIME, "nbf": now - 10, "iat": now,
            "jti": uuid.uuid4().hex, "access": access,
        }  # fmt: skip
        return jwt.encode(claims, self._key, algorithm="RS256", headers={"x5c": self._x5c})

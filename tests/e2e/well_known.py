"""The registries that documents name, as real ones on loopback: ghcr.io with tokens, Docker Hub and ECR with passwords.

localhost:5050 speaks plain HTTP and asks for nothing, the others TLS. A proxy leads lazyoci to those. No proxy leads to
localhost: there, another port of as many digits stands for 5050, so that tests can run side by side, and beside a
registry that is there already.
"""

from __future__ import annotations

import random
import socket
import socketserver
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests import certs
from tests.hosts import Hosts
from tests.proxy import relay
from tests.registry.token_server import TokenServer
from tests.servers import RealRegistry, docker_registry

HUB = "docker.io"
ECR = "123456789.dkr.ecr.us-east-1.amazonaws.com"
USERS = {"username": "token", "USERNAME": "ghp-t0ken"}
AWS_PASSWORD = "ecr-p4ss"
# USERS and AWS, as `htpasswd -B` writes them
HTPASSWD = """\
username:$2y$05$abcdefghijklmnopqrstuuTYZ4IKoV/JIXC/uluHFMHMKgj.SMh9C
AWS:$2y$05$abcdefghijklmnopqrstuudc0cs3kTcoRcodE26ulkFLV9S3x.C8q
USERNAME:$2y$05$abcdefghijklmnopqrstuuIRMv4CnTMa2sjuV0po3q1GLpvNYrq0K
"""

LOCAL = "localhost:5050"  # as documents name it


@dataclass(frozen=True, slots=True)
class World:
    """The registries by the names of the documents, and the environment in which these names lead to them."""

    registries: dict[str, RealRegistry]
    environ: dict[str, str]
    local: str  # what LOCAL is called here; empty where it is not wanted

    def here(self, text: str) -> str:
        """What a document says, as it is to be run."""
        return text.replace(LOCAL, self.local) if self.local else text

    def as_written(self, text: str) -> str:
        """What was said here, as the document says it."""
        return text.replace(self.local, LOCAL) if self.local else text


@contextmanager
def start_world(place: Path, wanted: str = "", **more: str) -> Iterator[World]:
    """All of them, or those that a text names, new and empty, with their files in `place`, until the block ends.

    `more` are the URLs of other servers by their names.
    """
    place.mkdir(parents=True, exist_ok=True)
    signer = certs.make(place, "signer", use_rsa=True)
    (place / "htpasswd").write_text(HTPASSWD, "ascii", newline="\n")

    def says(host: str) -> dict[str, str]:
        return {"REGISTRY_HTTP_HOST": f"https://{host}", "REGISTRY_AUTH_HTPASSWD_PATH": str(place / "htpasswd")}

    with ExitStack() as stack:
        tokens = stack.enter_context(TokenServer(signer, USERS))
        ghcr = docker_registry(
            place / "ghcr",
            token=("https://auth.ghcr.io/token", signer),
            environment={"REGISTRY_HTTP_HOST": "https://ghcr.io"},
        )
        hub = docker_registry(place / "hub", basic=True, environment=says("registry-1.docker.io"))
        ecr = docker_registry(place / "ecr", basic=True, environment=says(ECR))
        local = docker_registry(place / "local")
        started = {"ghcr.io": ghcr, HUB: hub, ECR: ecr, LOCAL: local}
        registries = {host: stack.enter_context(one) for host, one in started.items() if not wanted or host in wanted}
        servers = {host: one.url for host, one in registries.items() if host != LOCAL} | more
        if HUB in servers:
            servers["registry-1.docker.io"] = servers.pop(HUB)
        servers["auth.ghcr.io"] = tokens.realm.removesuffix("/token")
        hosts = stack.enter_context(Hosts(place, servers))
        here = stack.enter_context(_four_digits(registries[LOCAL].host)) if LOCAL in registries else ""
        yield World(registries, hosts.environ, here)


@contextmanager
def _four_digits(host: str) -> Iterator[str]:
    """Another address of a server, whose port has four digits: what is laid out by its length stays as documented."""
    address, _, port = host.partition(":")

    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            with socket.create_connection((address, int(port))) as server:
                relay(self.request, server)

    def listen() -> socketserver.ThreadingTCPServer:
        for number in random.sample(range(5051, 10000), 1000):
            try:
                return socketserver.ThreadingTCPServer(("127.0.0.1", number), Handler)
            except OSError:
                continue
        raise AssertionError("no port is free")

    server = listen()
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"localhost:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()

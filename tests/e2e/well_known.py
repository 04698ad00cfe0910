"""The registries that documents name, as real ones on loopback: ghcr.io with tokens, Docker Hub and ECR with passwords.

localhost:5050 speaks plain HTTP and asks for nothing, the others TLS. LAZYOCI_TEST_ENDPOINTS leads lazyoci to them.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests import certs
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

Authority = tuple[certs.Certificate, certs.Certificate]


@dataclass(frozen=True, slots=True)
class World:
    """The registries by the names of the documents, and what maps the names to them."""

    registries: dict[str, RealRegistry]
    environ: dict[str, str]


def make_authority(directory: Path) -> Authority:
    """An authority, and the certificate of all servers."""
    ca = certs.make(directory, "ca", authority=True)
    return ca, certs.make(directory, "server", "127.0.0.1", issuer=ca)


@contextmanager
def start_world(place: Path, authority: Authority, wanted: str = "") -> Iterator[World]:
    """All of them, or those that a text names, new and empty, with their files in `place`, until the block ends."""
    place.mkdir(parents=True, exist_ok=True)
    ca, server = authority
    signer = certs.make(place, "signer", use_rsa=True)
    (place / "htpasswd").write_text(HTPASSWD, "ascii", newline="\n")

    def says(host: str) -> dict[str, str]:
        return {"REGISTRY_HTTP_HOST": f"https://{host}", "REGISTRY_AUTH_HTPASSWD_PATH": str(place / "htpasswd")}

    with ExitStack() as stack:
        tokens = stack.enter_context(TokenServer(signer, USERS))
        ghcr = docker_registry(
            place / "ghcr",
            tls=server,
            token=("https://auth.ghcr.io/token", signer),
            environment={"REGISTRY_HTTP_HOST": "https://ghcr.io"},
        )
        hub = docker_registry(place / "hub", tls=server, basic=True, environment=says("registry-1.docker.io"))
        ecr = docker_registry(place / "ecr", tls=server, basic=True, environment=says(ECR))
        local = docker_registry(place / "local")
        started = {"ghcr.io": ghcr, HUB: hub, ECR: ecr, "localhost:5050": local}
        registries = {host: stack.enter_context(one) for host, one in started.items() if not wanted or host in wanted}
        places = {host: one.url for host, one in registries.items()} | {"auth.ghcr.io": tokens.realm[: -len("/token")]}
        yield World(registries, mapped(places) | {"SSL_CERT_FILE": str(ca.cert)})


def mapped(places: dict[str, str]) -> dict[str, str]:
    """What makes lazyoci look for hosts elsewhere."""
    return {"LAZYOCI_TEST_ENDPOINTS": ",".join(f"{host}={url}" for host, url in places.items())}

"""The real docker-registry (distribution 2.8), started by a test and stopped by it: plain, Basic, Bearer, TLS."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.certs import Certificate

# alice and bob, both with the password "s3cret" (bcrypt, as `htpasswd -B` writes it)
HTPASSWD = """\
alice:$2y$05$0iNitqvfdQWVJfVNl2f0geGHMUZh6frDpeijlg7rHCBW7tFdcnizu
bob:$2y$05$pqKSgRnMy4gL.jM2w4go3eN.jwHou2c20/SSXP5Svjg/0yHbmPgYm
"""


def program(name: str) -> str:
    """The path of an external program; without it the test is skipped, but fails in CI."""
    found = shutil.which(name)
    if found is None:
        if os.environ.get("CI") == "true":
            pytest.fail(f"{name} is not installed, and CI must have it")
        pytest.skip(f"{name} is not installed")
    return found


@dataclass(frozen=True, slots=True)
class RealRegistry:
    """A running registry. `host` is `127.0.0.1:PORT`; `root` is where it keeps its files."""

    host: str
    url: str
    root: Path
    process: subprocess.Popen[bytes]
    log_file: Path

    def requests(self, method: str = "", path: str = "") -> list[str]:
        """The access log's `METHOD /path → status` lines of a method whose path matches a pattern somewhere."""
        text = self.log_file.read_text("utf-8", "replace")
        entries = re.findall(r'"([A-Z]+) (\S+) HTTP/1\.1" (\d+)', text)
        return [f"{m} {p} → {s}" for m, p, s in entries if method in ("", m) and re.search(path, p)]

    def tag(self, repository: str, tag: str) -> str:
        """The digest a tag points to, read from the registry's own files; "" if there is none."""
        link = self.root / "docker/registry/v2/repositories" / repository / "_manifests/tags" / tag / "current/link"
        return link.read_text("ascii").strip() if link.exists() else ""

    def blob(self, digest: str) -> bytes:
        """The bytes of a blob or manifest, read from the registry's own files."""
        algorithm, _, encoded = digest.partition(":")
        return (self.root / "docker/registry/v2/blobs" / algorithm / encoded[:2] / encoded / "data").read_bytes()


@contextmanager
def docker_registry(
    directory: Path,
    *,
    basic: bool = False,
    tls: Certificate | None = None,
    token: tuple[str, Certificate] | None = None,
    port: int = 0,
    environment: dict[str, str] | None = None,
) -> Iterator[RealRegistry]:
    """Run docker-registry with its files under `directory` until the block ends.

    `basic` lets alice and bob in (password `s3cret`). `token` is the realm of a `TokenServer` and its certificate.
    """
    executable = program("docker-registry")
    directory.mkdir(parents=True, exist_ok=True)
    http: dict[str, Any] = {"addr": f"127.0.0.1:{port}", "secret": "any"}
    if tls is not None:
        http["tls"] = {"certificate": str(tls.cert), "key": str(tls.key)}
    config: dict[str, Any] = {
        "version": 0.1,
        "log": {"level": "info", "accesslog": {"disabled": False}},
        "storage": {
            "filesystem": {"rootdirectory": str(directory / "data")},
            "delete": {"enabled": True},
            "cache": {"blobdescriptor": "inmemory"},
        },
        "http": http,
    }
    if basic:
        (directory / "htpasswd").write_text(HTPASSWD, "ascii", newline="\n")
        config["auth"] = {"htpasswd": {"realm": "test", "path": str(directory / "htpasswd")}}
    if token is not None:
        realm, certificate = token
        config["auth"] = {
            "token": {
                "realm": realm,
                "service": "test-registry",
                "issuer": "test-issuer",
                "rootcertbundle": str(certificate.cert),
            }
        }
    file, log, errors = directory / "config.yml", directory / "access.log", directory / "registry.log"
    file.write_text(json.dumps(config), "utf-8")  # JSON is YAML
    with log.open("wb") as stdout, errors.open("wb") as stderr:
        process = subprocess.Popen(
            [executable, "serve", str(file)], stdout=stdout, stderr=stderr, env={**os.environ, **(environment or {})}
        )
        try:
            address = _wait(process, errors)
            yield RealRegistry(address, f"{'https' if tls else 'http'}://{address}", directory / "data", process, log)
        finally:
            process.terminate()
            process.wait()


def _wait(process: subprocess.Popen[bytes], log: Path) -> str:
    """The address it listens on, once its log says so."""
    while True:
        found = re.search(r"listening on ([\d.]+:\d+)", log.read_text("utf-8", "replace"))
        if found:
            return found[1]
        if process.poll() is not None:
            pytest.fail(f"docker-registry ended at once:\n{log.read_text('utf-8', 'replace')}")
        time.sleep(0.005)

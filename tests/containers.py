"""Engines that build and keep images, each with a store of the test's own: dockerd, buildah, podman."""

from __future__ import annotations

import os
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.servers import program


@contextmanager
def dockerd() -> Iterator[str]:
    """Run Docker's daemon until the block ends; the address for DOCKER_HOST."""
    daemon = program("dockerd")
    program("docker")
    need_root("dockerd needs root")
    with tempfile.TemporaryDirectory(prefix="dk", ignore_cleanup_errors=True) as directory:  # a short socket path
        address = f"unix://{directory}/sock"
        command = [daemon, "--storage-driver", "vfs", "--iptables=false", "--ip6tables=false", "--ip-forward=false"]
        command += ["--ip-masq=false", "--bridge=none", "--data-root", f"{directory}/data"]
        command += ["--exec-root", f"{directory}/exec", "--pidfile", f"{directory}/pid", "-H", address]
        log = Path(directory) / "log"
        with log.open("wb") as out:
            process = subprocess.Popen(command, stdout=out, stderr=out)
        try:
            while not (Path(directory) / "sock").exists() or ask_docker(address, "version").returncode:
                assert process.poll() is None, log.read_text()
                time.sleep(0.1)
            yield address
        finally:
            process.terminate()
            process.wait()


def ask_docker(address: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """What docker answers at such an address."""
    return subprocess.run(["docker", "-H", address, *arguments], capture_output=True, text=True)


def libpod(directory: Path) -> dict[str, str]:
    """The environment in which buildah and podman keep all in `directory`, without overlay mounts, cgroups, systemd."""
    need_root("building without root needs user namespaces set up")
    (directory / "storage.conf").write_text(
        f'[storage]\ndriver = "vfs"\nrunroot = "{directory / "run"}"\ngraphroot = "{directory / "graph"}"\n'
    )
    (directory / "containers.conf").write_text('[engine]\ncgroup_manager = "cgroupfs"\nevents_logger = "file"\n')
    return {
        "CONTAINERS_STORAGE_CONF": str(directory / "storage.conf"),
        "CONTAINERS_CONF": str(directory / "containers.conf"),
        "BUILDAH_ISOLATION": "chroot",
    }


def need_root(why: str) -> None:
    """Skip the test for another user."""
    if not hasattr(os, "geteuid") or os.geteuid() != 0:
        pytest.skip(why)

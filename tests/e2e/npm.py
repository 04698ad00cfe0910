"""Packages of npm that tests need, fetched once and kept where git ignores them; none is installed for the user."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import tarfile
from collections.abc import Callable
from pathlib import Path

from tests.e2e.checkout import ROOT
from tests.servers import program


def unpacked(name: str, version: str) -> Path:
    """The directory of a package's files, without anything that it depends on; git ignores it."""

    def fetch(fresh: Path) -> None:
        npm = (program("npm"), "pack", "--silent", f"{name}@{version}")
        done = subprocess.run(npm, cwd=fresh, check=True, stdin=subprocess.DEVNULL, capture_output=True, text=True)
        with tarfile.open(fresh / done.stdout.strip()) as archive:
            archive.extractall(fresh)

    return _kept(f"{name.replace('/', '+')}-{version}", fetch) / "package"


def dependencies(directory: Path) -> Path:
    """The node_modules that `npm ci` makes for what `directory` locks."""
    files = [directory / name for name in ("package.json", "package-lock.json", ".npmrc")]
    digest = hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()

    def install(fresh: Path) -> None:
        for file in files:
            shutil.copy(file, fresh)
        done = subprocess.run(
            (program("npm"), "ci"), cwd=fresh, stdin=subprocess.DEVNULL, capture_output=True, text=True
        )
        assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"

    return _kept(f"node-{digest[:16]}", install) / "node_modules"


def _kept(name: str, make: Callable[[Path], None]) -> Path:
    """A directory of that name, which is made only once, and is there only when it is whole."""
    place = ROOT / ".cache" / name
    if not place.is_dir():
        fresh = place.with_name(f"{place.name}.{os.getpid()}")
        fresh.mkdir(parents=True)
        try:
            make(fresh)
            if not place.is_dir():  # unless another worker was quicker
                fresh.rename(place)
        finally:
            shutil.rmtree(fresh, ignore_errors=True)
    return place

"""Packages of npm that hold data for tests, fetched once and never installed."""

from __future__ import annotations

import os
import shutil
import subprocess
import tarfile
from pathlib import Path

from tests.e2e.checkout import ROOT
from tests.servers import program


def unpacked(name: str, version: str) -> Path:
    """The directory of a package's files, without anything that it depends on; git ignores it."""
    place = ROOT / ".cache" / f"{name.replace('/', '+')}-{version}"
    if not place.is_dir():
        fresh = place.with_name(f"{place.name}.{os.getpid()}")
        fresh.mkdir(parents=True)
        try:
            npm = (program("npm"), "pack", "--silent", f"{name}@{version}")
            done = subprocess.run(npm, cwd=fresh, check=True, stdin=subprocess.DEVNULL, capture_output=True, text=True)
            with tarfile.open(fresh / done.stdout.strip()) as archive:
                archive.extractall(fresh)
            if not place.is_dir():  # unless another worker was quicker
                fresh.rename(place)
        finally:
            shutil.rmtree(fresh, ignore_errors=True)
    return place / "package"

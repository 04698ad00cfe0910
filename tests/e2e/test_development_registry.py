"""`make registry-up` and `registry-down`, which documents begin with: what they start answers, and is stopped again."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.e2e.checkout import ROOT, clone
from tests.servers import program


def registry(place: Path, word: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "tools/registry.py", word], cwd=place, capture_output=True, text=True, stdin=subprocess.DEVNULL
    )


def test_up_and_down(tmp_path: Path) -> None:
    program("docker-registry")
    if registry(ROOT, "status").returncode == 0:
        pytest.skip("a registry of someone else's answers on localhost:5050")
    place = clone(tmp_path / "checkout")
    up = registry(place, "up")
    try:
        assert up.returncode == 0, up
        assert "localhost:5050" in up.stdout
        assert registry(place, "status").returncode == 0
        again = registry(place, "up")
        assert "already answers" in again.stdout
    finally:
        down = registry(place, "down")
    assert "is stopped" in down.stdout
    assert registry(place, "status").returncode == 1


def test_down_stops_only_what_up_started(tmp_path: Path) -> None:
    place = clone(tmp_path / "checkout")
    down = registry(place, "down")
    assert down.returncode == 0
    assert "stopped" not in down.stdout

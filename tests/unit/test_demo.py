"""`make demo`: it builds the image with whatever can, and asks for no more trust than it needs."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

TOOLS = Path(__file__).parents[2] / "tools"
ASK = "import demo; print(demo.can_build_images())"


@pytest.mark.skipif(sys.platform == "win32", reason="the stand-ins are scripts, which need a POSIX system to be run")
@pytest.mark.parametrize(
    ("programs", "can"),
    [
        ({}, False),
        ({"docker": 1}, False),  # a client without its daemon
        ({"docker": 0}, True),
        ({"docker": 1, "buildah": 0}, True),
        ({"podman": 0}, True),
        ({"buildah": 1, "podman": 1}, False),
    ],
)
def test_what_builds_images(programs: dict[str, int], can: bool, tmp_path: Path) -> None:
    for name, code in programs.items():
        (tmp_path / name).write_text(f'#!/bin/sh\n[ "$*" = info ] && exit {code}\nexit 9\n', encoding="utf-8")
        (tmp_path / name).chmod(0o755)
    done = subprocess.run(
        [sys.executable, "-c", ASK], cwd=TOOLS, env={"PATH": str(tmp_path)}, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == str(can)


def test_a_registry_on_this_machine_needs_no_insecure() -> None:
    assert "--insecure" not in (TOOLS / "demo.py").read_text(encoding="utf-8")

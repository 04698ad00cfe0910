"""What a command imports: nothing heavy where start-up counts, nothing of another face, ever."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
HEAVY = ("httpx", "pygls", "jinja2", "rich", "jsonschema", "importlib.metadata")
# what a valid file on disk needs not either
UNNEEDED = ("ruamel", "asyncio", "subprocess", "difflib", "pathspec", "logging", "concurrent.futures", "ssl", "socket")


def imported(*arguments: str, **environ: str) -> set[str]:
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "lazyoci", *arguments],
        cwd=ROOT,
        env=dict(os.environ) | environ,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr[-2000:] + done.stdout
    return {line.rpartition("|")[2].strip() for line in done.stderr.splitlines() if line.startswith("import time:")}


@pytest.mark.parametrize("example", ["multi", "image", "helm", "artifact", "docker"])
def test_validate_of_a_valid_file(example: str) -> None:
    found = imported("validate", f"examples/{example}/.lazy")
    assert "lazyoci.check" in found
    assert not {name for name in found if name.startswith((*HEAVY, *UNNEEDED))}


def test_version() -> None:
    found = imported("--version")
    assert not {name for name in found if name.startswith((*HEAVY, *UNNEEDED, "click", "yaml"))}


def test_dry_run() -> None:
    found = imported("build", "examples/multi", "--tag", "v1.0.0", "--dry-run", LAZYOCI_REGISTRY="r.example")
    assert "lazyoci.publish" in found
    assert not {name for name in found if name.startswith((*HEAVY, "lazyoci.build.engines.buildx"))}


def test_help_imports_no_command() -> None:
    found = imported("--help")
    assert not {name for name in found if name.startswith((*HEAVY, "lazyoci.check", "lazyoci.cli.build"))}

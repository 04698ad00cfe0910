"""Emacs as Debian packages it, in batch mode, with `editors/emacs` and eglot."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.editors import kit
from tests.servers import program


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    emacs = program("emacs")
    directory = tmp_path_factory.mktemp("emacs")
    return kit.run(
        [emacs, "--no-init-file", "--batch", "-L", str(kit.EDITORS / "emacs"), "-l", str(kit.HERE / "see.el")],
        directory,
    )


def test_attaches(seen: dict[str, Any]) -> None:
    assert seen["mode"] == "lazyoci-mode"


def test_diagnostics(seen: dict[str, Any]) -> None:
    line = kit.text_of(kit.LINE)
    found = [each for each in seen["diagnostics"] if kit.MISTAKE in each["message"]]
    assert [(each["line"], line[each["column"] :].startswith(kit.MISTAKE)) for each in found] == [(kit.LINE, True)]


def test_hover(seen: dict[str, Any]) -> None:
    assert "ghcr.io/acme/settings:v7.8.9" in seen["hover"], "the settings' preview tag in the reference"


def test_completion(seen: dict[str, Any]) -> None:
    assert "name" in seen["completion"]


def test_the_fix_mends_the_mistake(seen: dict[str, Any]) -> None:
    assert seen["fixed"] == kit.text_of(kit.LINE).replace(kit.MISTAKE, ".Version")


def test_compiles_without_warnings(tmp_path: Path) -> None:
    shutil.copy(kit.EDITORS / "emacs" / "lazyoci.el", tmp_path)
    strict = "(progn (package-initialize) (setq byte-compile-error-on-warn t))"
    command = [
        program("emacs"),
        "--no-init-file",
        "--batch",
        "--eval",
        strict,
        "-f",
        "batch-byte-compile",
        "lazyoci.el",
    ]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, encoding="utf-8", errors="replace", check=False)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "lazyoci.elc").is_file()

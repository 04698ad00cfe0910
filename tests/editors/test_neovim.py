"""Neovim headless, with `editors/neovim`: as Debian packages it (0.7 in Debian 12), and another of one's choice."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.editors import kit
from tests.servers import program


@pytest.fixture(scope="module", params=["nvim", "LAZYOCI_TEST_NVIM"])
def seen(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    if request.param == "nvim":
        nvim = program("nvim")
    else:
        found = shutil.which(os.environ.get(request.param, ""))
        if found is None:
            pytest.skip("LAZYOCI_TEST_NVIM names no other Neovim, such as one of 0.11, which Debian 12 does not have")
        nvim = found
    directory = tmp_path_factory.mktemp("neovim")
    runtime = str(kit.EDITORS / "neovim").replace(",", "\\,")
    before = f"set runtimepath^={runtime} | filetype plugin on | syntax on"
    script = f"luafile {kit.HERE / 'see.lua'}"
    return kit.run([nvim, "--headless", "-u", "NONE", "-i", "NONE", "--cmd", before, "-c", script], directory)


def test_attaches(seen: dict[str, Any]) -> None:
    assert seen["client"] == "lazyoci"
    assert seen["filetype"] == "yaml.lazyoci"
    assert seen["syntax"] == "yaml"
    assert Path(seen["root"]).name.startswith("neovim")


def test_diagnostics(seen: dict[str, Any]) -> None:
    found = {each["code"]: each for each in seen["diagnostics"]}
    assert found["unknown-variable"]["line"] == kit.LINE
    assert kit.MISTAKE in found["unknown-variable"]["message"]
    column = found["unknown-variable"]["column"]
    assert kit.text_of(kit.LINE)[column:].startswith(kit.MISTAKE)


def test_hover(seen: dict[str, Any]) -> None:
    assert "ghcr.io/acme/settings:v7.8.9" in seen["hover"], "the settings' preview tag in the reference"


def test_completion(seen: dict[str, Any]) -> None:
    assert "name" in seen["completion"]


def test_hints(seen: dict[str, Any]) -> None:
    if seen.get("hints") is None:
        pytest.skip("this Neovim shows no inlay hints: 0.10 was the first")
    assert "→ ghcr.io/acme/settings:v7.8.9" in seen["hints"]


def test_the_fix_mends_the_mistake(seen: dict[str, Any]) -> None:
    assert seen["fixed"] == kit.text_of(kit.LINE).replace(kit.MISTAKE, ".Version")

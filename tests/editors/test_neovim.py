"""Neovim as Debian packages it, headless, with `editors/neovim`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.editors import kit
from tests.servers import program


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    nvim = program("nvim")
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

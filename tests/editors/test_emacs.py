"""Emacs as Debian packages it, in batch mode, with `editors/emacs` and eglot."""

from __future__ import annotations

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

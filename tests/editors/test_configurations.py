"""The editors that no package has for Debian, npm or pip: their files are well formed and start our server.

Whether these editors take them is not tested here; their READMEs say so.
"""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.editors.kit import EDITORS

ALL = sorted(path.name for path in EDITORS.iterdir() if path.is_dir())
ONE_SCREEN = 40  # lines


def toml(*names: str) -> dict[str, Any]:
    return tomllib.loads(EDITORS.joinpath(*names).read_text("utf-8"))


def test_there_is_a_client_for_each_editor() -> None:
    assert ALL == ["emacs", "helix", "jetbrains", "neovim", "sublime", "vscode", "zed"]


@pytest.mark.parametrize("editor", ALL)
def test_its_readme_fits_a_screen_and_says_what_was_tested(editor: str) -> None:
    lines = (EDITORS / editor / "README.md").read_text("utf-8").splitlines()
    assert len(lines) <= ONE_SCREEN
    assert max(len(line) for line in lines) <= 120
    assert lines[2].startswith(("Tested", "Untested"))
    assert any("SETTINGS.md" in line for line in lines)


def test_helix() -> None:
    found = toml("helix", "languages.toml")
    (language,) = found["language"]
    (name,) = language["language-servers"]
    server = found["language-server"][name]
    assert [server["command"], *server["args"]] == ["lazyoci", "lsp"]
    assert language["language-id"] == "lazyoci"
    assert language["file-types"] == ["lazy", {"glob": ".lazy"}]


def test_zed() -> None:
    extension, cargo = toml("zed", "extension.toml"), toml("zed", "Cargo.toml")
    language = toml("zed", "languages", "lazyoci", "config.toml")
    (server,) = extension["language_servers"].values()
    assert server["languages"] == [language["name"]]
    assert server["language_ids"] == {language["name"]: "lazyoci"}
    assert language["grammar"] in extension["grammars"]
    assert language["path_suffixes"] == ["lazy"], "also of a hidden file without another"
    assert cargo["package"]["version"] == extension["version"]
    assert (EDITORS / "zed" / cargo["lib"]["path"]).is_file()


def test_sublime() -> None:
    settings = json.loads((EDITORS / "sublime" / "LSP.sublime-settings").read_text("utf-8"))
    syntax = yaml.safe_load((EDITORS / "sublime" / "lazyoci.sublime-syntax").read_text("utf-8"))
    (client,) = settings["clients"].values()
    assert client["command"] == ["lazyoci", "lsp"]
    assert client["selector"] == syntax["scope"]
    assert syntax["file_extensions"] == ["lazy", ".lazy"]  # a hidden file's whole name counts as its extension
    languages = json.loads((EDITORS / "sublime" / "language-ids.sublime-settings").read_text("utf-8"))
    assert languages == {syntax["scope"]: "lazyoci"}


def test_files_that_readmes_link_to_exist() -> None:
    for readme in EDITORS.glob("*/**/README.md"):
        if {"node_modules", "build"} & set(readme.parts):  # of others, and of the package, which has its pictures in it
            continue
        for link in re.findall(r"\]\(([^)#]+)\)", readme.read_text("utf-8")):
            assert Path(readme.parent, link).exists(), f"{readme}: {link}"

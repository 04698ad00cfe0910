"""The VS Code extension: its manifest against the server, its own tests, and that it packs without a network."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest

from lazyoci.template import functions
from lazyoci_lsp import server
from lazyoci_lsp.state import configuration
from tests.e2e.npm import dependencies
from tests.editors.kit import EDITORS, ROOT
from tests.servers import program

VSCODE = EDITORS / "vscode"
OWN_COMMANDS = {
    "lazyoci.restartServer",
    "lazyoci.showOutput",
    "lazyoci.copyDebugInformation",
}  # the extension's, not the server's
# the server's, which the extension calls or a code action offers: nothing to run from a menu
FOR_CLIENTS = {
    "lazyoci.scenarios",
    "lazyoci.previewPage",
    "lazyoci.explain",
    "lazyoci.pushes",
    "lazyoci.debugInformation",
    "lazyoci.setPreviewEnv",
}
OWN_SETTINGS = {"server.path", "trace.server"}
NOWHERE = "http://127.0.0.1:9"  # nobody listens there


def manifest() -> dict[str, Any]:
    found: dict[str, Any] = json.loads((VSCODE / "package.json").read_text("utf-8"))
    return found


def contributed() -> dict[str, Any]:
    properties = manifest()["contributes"]["configuration"]["properties"]
    settings = {name.removeprefix("lazyoci."): each for name, each in properties.items()}
    return {name: each for name, each in settings.items() if name not in OWN_SETTINGS}


def listed(heading: str) -> set[str]:
    """The first column of a table in SETTINGS.md."""
    text = (EDITORS / "SETTINGS.md").read_text("utf-8").split(heading, 1)[1].split("\n## ", 1)[0]
    return set(re.findall(r"^\| `([^`]+)`", text, re.M))


def test_every_setting_is_read_by_the_server() -> None:
    other = {"string": "other", "boolean": False, "number": 77}
    untouched = set()
    for name, schema in contributed().items():
        value = {
            "preview.env": {"NAME": "value"},
            "vars": {"NAME": "value"},
            "rules.severities": {"only-floating-tags": "off"},
            "registry.checks": "credentials",
        }.get(name, other.get(schema.get("type")))
        found, problems = configuration.read({name: value})
        assert not problems
        if found == configuration.Configuration():
            untouched.add(name)
    assert not untouched


def test_defaults_are_those_of_the_server() -> None:
    found, problems = configuration.read({name: schema["default"] for name, schema in contributed().items()})
    assert not problems
    assert found == configuration.Configuration()


def test_every_setting_of_the_server_is_contributed_and_listed() -> None:
    names = set(contributed())
    assert listed("# Settings") == names | {"trusted"}
    kinds = {field.name for field in fields(configuration.Configuration)} - {"scenario"}  # which a command chooses
    assert len(names) == len(kinds) - 2, "rules.severities is two fields, trusted comes from the client"


def test_every_command_of_the_server_is_contributed_and_listed() -> None:
    commands = {each["command"] for each in manifest()["contributes"]["commands"]}
    assert commands - OWN_COMMANDS == set(server.COMMANDS) - FOR_CLIENTS
    assert listed("## Commands") == set(server.COMMANDS)


def test_the_grammar_knows_every_function() -> None:
    text = (VSCODE / "syntaxes" / "template.injection.tmLanguage.json").read_text("utf-8")
    match = re.search(r"support\.function\.template\.lazyoci.*?\(\?:([a-zA-Z|]+)\)", text, re.S)
    assert match is not None
    assert set(match[1].split("|")) == set(functions.FUNCTIONS)


def test_choices_are_those_of_the_server() -> None:
    settings = contributed()
    for choice in settings["registry.checks"]["enum"]:
        assert configuration.read({"registry.checks": choice})[1] == []
    for choice in settings["rules.severities"]["additionalProperties"]["enum"]:
        assert configuration.read({"rules.severities": {"dirty-tree": choice}})[1] == []


def test_untrusted_workspaces_are_limited() -> None:
    trust = manifest()["capabilities"]["untrustedWorkspaces"]
    assert trust["supported"] == "limited"
    assert set(trust["restrictedConfigurations"]) >= {"lazyoci.server.path", "lazyoci.registry.checks"}


def test_the_lock_file_names_no_registry() -> None:
    lock = json.loads((VSCODE / "package-lock.json").read_text("utf-8"))
    assert not [name for name, package in lock["packages"].items() if "resolved" in package]
    unpinned = [name for name, package in lock["packages"].items() if name and "integrity" not in package]
    assert not unpinned


def test_files_that_the_manifest_names_exist() -> None:
    contributes = manifest()["contributes"]
    named = [each["path"] for each in contributes["grammars"]]
    named += [each["configuration"] for each in contributes["languages"]]
    icons = [manifest()["icon"], *[icon for each in contributes["languages"] for icon in each["icon"].values()]]
    assert all((VSCODE / icon).is_file() for icon in icons)
    for name in named:
        assert isinstance(json.loads((VSCODE / name).read_text("utf-8")), dict)


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The .vsix of this checkout: fetched once, then checked, tested and packed without a network."""
    npm = program("npm")
    top = tmp_path_factory.mktemp("vscode")
    checkout = top / "editors" / "vscode"
    shutil.copytree(VSCODE, checkout, ignore=shutil.ignore_patterns("node_modules", "dist", "build", "*.vsix"))
    shutil.copy(ROOT / "LICENSE", top)
    shutil.copytree(ROOT / "docs" / "images", top / "docs" / "images")
    offline = {"npm_config_offline": "true", "HTTPS_PROXY": NOWHERE, "HTTP_PROXY": NOWHERE, "NO_PROXY": ""}
    (checkout / "node_modules").symlink_to(dependencies(VSCODE))
    scripts = manifest()["scripts"]
    tests = scripts["test"].split(" && ")
    assert tests.pop(0) == "npm run check" and scripts["vscode:prepublish"].startswith("npm run check && ")
    for command in (*tests, "npm run package"):  # so this checks the types too, and they are checked once
        run([npm, *command.split()[1:]], checkout, offline)
    return checkout / "lazyoci.vsix"


def run(command: list[str], directory: Path, environment: dict[str, str] | None = None) -> None:
    done = subprocess.run(
        command,
        cwd=directory,
        env=os.environ | (environment or {}),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        errors="replace",
        check=False,
    )
    assert done.returncode == 0, f"{' '.join(command)}:\n{done.stdout}\n{done.stderr}"


@pytest.mark.slow
@pytest.mark.index
def test_its_own_tests_pass_and_it_packs_offline(package: Path) -> None:
    with zipfile.ZipFile(package) as file:
        names = {name.removeprefix("extension/") for name in file.namelist() if name.startswith("extension/")}
    assert {name.lower() for name in names} == {
        "icons/icon.png",
        "icons/lazy-dark.svg",
        "icons/lazy-light.svg",
        "dist/extension.js",
        "dist/page.js",
        "language-configuration.json",
        "license.txt",
        "package.json",
        "readme.md",
        "syntaxes/lazyoci.tmlanguage.json",
        "syntaxes/template.injection.tmlanguage.json",
    }


@pytest.mark.index
def test_in_a_real_vscode(package: Path) -> None:
    place = os.environ.get("LAZYOCI_TEST_CODE_SERVER")
    if place is None:
        pytest.skip(
            "LAZYOCI_TEST_CODE_SERVER does not name a VS Code that editors/vscode/drive/setup.sh built: "
            "fetching and compiling it takes too long for every run, CI's included"
        )
    drive = [program("node"), str(VSCODE / "drive" / "drive.mjs"), "--code-server", place, "--vsix", str(package)]
    drive += ["--chromium", program("chromium"), "--lazyoci", str(Path(sys.executable).with_name("lazyoci"))]
    assert program("strace")
    run(drive, VSCODE)
    run([*drive, "--restricted"], VSCODE)

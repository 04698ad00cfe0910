"""`lazyoci config`."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from lazyoci import settings
from tests.unit.cli.running import Runner
from tests.unit.registry.homes import Home


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home.make(tmp_path)


@pytest.fixture
def run(home: Home, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Runner:
    return Runner(monkeypatch, capsys, home.environ)


@pytest.mark.parametrize("name", ["artifact-dir", "artifactDir", "ARTIFACTDIR", "artifact_dir"])
def test_names_in_any_spelling(run: Runner, name: str) -> None:
    assert run("config", "get", name, environ={"LAZYOCI_ARTIFACT_DIR": "/a"}).out.strip() == str(Path("/a"))


def test_an_unknown_name_is_a_usage_error_with_a_remedy(run: Runner) -> None:
    ran = run("config", "get", "artifact-dri")
    assert ran.code == 2 and "did you mean artifact-dir?" in ran.err and ran.out == ""
    assert "artifact-dir, cache-dir, default-registry" in run("config", "get", "xyz").err


def test_get_is_a_bare_string_in_json(run: Runner) -> None:
    assert run("config", "get", "default-registry", "-o", "json").json == "docker.io"


def test_set_keeps_comments_and_unset_takes_back(run: Runner, home: Home) -> None:
    file = home.write(".config/lazyoci/config.yaml", "# mine\ntheme: dark\n")
    ran = run("config", "set", "default-registry", "https://GHCR.io/", "-o", "json")
    assert (ran.code, ran.json) == (0, {"key": "default-registry", "value": "ghcr.io"})
    assert file.read_text(encoding="utf-8") == "# mine\ntheme: dark\ndefaultRegistry: ghcr.io\n"
    assert run("config", "unset", "default-registry", "-o", "json").json["value"] == "docker.io"
    assert file.read_text(encoding="utf-8") == "# mine\ntheme: dark\n"
    assert run("config", "unset", "default-registry").code == 0


@pytest.mark.parametrize("value", ["", "default"])
def test_default_takes_back_too(run: Runner, home: Home, value: str) -> None:
    home.write(".config/lazyoci/config.yaml", "cacheDir: /c\n")
    assert run("config", "set", "cache-dir", value).code == 0
    assert settings.load(home.environ).values == {}


def test_artifact_dir_must_be_a_directory(run: Runner, home: Home) -> None:
    missing = home.root / "a" / "b"
    ran = run("config", "set", "artifact-dir", str(missing))
    assert ran.code == 2 and "does not exist" in ran.err and "--create" in ran.err
    assert not settings.path(home.environ).exists()
    assert run("config", "set", "artifact-dir", str(missing), "--create").code == 0
    assert missing.is_dir() and run("config", "get", "artifact-dir").out.strip() == str(missing)
    file = home.write("file", "")
    assert "is not a directory" in run("config", "set", "artifact-dir", str(file)).err
    assert "cannot be made" in run("config", "set", "artifact-dir", str(file / "x"), "--create").err


def test_cache_dir_is_made_when_needed(run: Runner, home: Home) -> None:
    assert run("config", "set", "cache-dir", str(home.root / "later")).code == 0
    assert not (home.root / "later").exists()


def test_relative_directories_become_absolute(run: Runner, home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(home.root)
    run("config", "set", "cache-dir", "c")
    assert settings.load(home.environ).values["cache-dir"] == str(home.root / "c")
    run("config", "set", "cache-dir", "~/d")
    assert settings.load(home.environ).values["cache-dir"] == str(home.root / "d")


def test_the_environment_goes_before(run: Runner, home: Home) -> None:
    ran = run("config", "set", "artifact-dir", str(home.root), environ={"LAZYOCI_ARTIFACT_DIR": "/elsewhere"})
    assert "LAZYOCI_ARTIFACT_DIR goes before the settings" in ran.err


def test_list_tells_where_values_come_from(run: Runner, home: Home) -> None:
    home.write(".config/lazyoci/config.yaml", "defaultRegistry: quay.io\nregistries: [{url: a.io}, {url: b.io}]\n")
    lines = run("config", "list").out.splitlines()
    assert lines[0].endswith("(default)") and "quay.io" in lines[2] and "config.yaml)" in lines[2]
    found = run("config", "list", "-o", "json").json
    assert list(found) == ["artifact-dir", "cache-dir", "default-registry", "registries"] and found["registries"] == 2
    assert "registries: 2" in run("config", "list", "-o", "yaml").out


def test_path_with_and_without_a_file(run: Runner, home: Home) -> None:
    ran = run("config", "path")
    assert ran.out.strip() == str(settings.path(home.environ)) and "does not exist yet" in ran.err
    home.write(".config/lazyoci/config.yaml", "")
    assert run("config", "path").err == ""
    assert run("config", "path", "-o", "json").json == {"path": str(settings.path(home.environ)), "exists": True}


def test_a_broken_file_is_named_with_its_line(run: Runner, home: Home) -> None:
    file = home.write(".config/lazyoci/config.yaml", "theme: x\ncacheDir: [\n")
    for arguments in (("get", "cache-dir"), ("list",), ("set", "cache-dir", "/c"), ("unset", "cache-dir")):
        ran = run("config", *arguments)
        assert ran.code == 1 and f"{file}:3: " in ran.err and ran.out == ""


@pytest.mark.parametrize("arguments", [("config",), ("config", "-h"), ("config", "set", "-h")])
def test_help(run: Runner, arguments: tuple[str, ...]) -> None:
    ran = run(*arguments)
    assert ran.code == 0 and ran.out.startswith("Usage: lazyoci config") and ran.err == ""


def test_no_network_library_is_loaded(run: Runner, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in sys.modules if name.split(".")[0] in ("httpx", "httpcore")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "httpx", None)
    assert run("config", "list").code == 0
    assert run("registry", "list").code == 0

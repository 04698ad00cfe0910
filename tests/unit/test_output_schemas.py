"""What commands print for machines is what the schemas in schema/ say; those of registries are in tests/e2e."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import jsonschema
import pytest

from tests.registry.fake import Basic, FakeRegistry
from tests.schemas import SCHEMA, conforms, schema
from tests.unit.cli.running import Runner
from tests.unit.registry.homes import Home

EXAMPLES = Path(__file__).parents[2] / "examples"
SECRET = "hunter2-5up3r-s3cret"


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Runner:
    return Runner(monkeypatch, capsys, Home.make(tmp_path).environ)


@pytest.fixture
def fake() -> Iterator[FakeRegistry]:
    with FakeRegistry(guard=Basic({"anna": SECRET})) as registry:
        yield registry


@pytest.mark.parametrize("file", sorted(SCHEMA.glob("*.json")), ids=lambda path: path.name)
def test_every_schema_is_one(file: Path) -> None:
    found = schema(file.name.removesuffix(".schema.json"))
    jsonschema.Draft7Validator.check_schema(found)
    assert found["title"] and found["description"]


@pytest.mark.parametrize("name", ["build", "preview", "pull", "browse/tags", "registry/list", "config/list"])
def test_a_schema_refuses_what_is_something_else(name: str) -> None:
    with pytest.raises(jsonschema.ValidationError):
        conforms([{"what": 1}], name)


@pytest.mark.parametrize("example", ["artifact", "helm", "multi", "image", "docker"])
def test_preview_and_dry_run(example: str, run: Runner, tmp_path: Path) -> None:
    place = tmp_path / example
    shutil.copytree(EXAMPLES / example, place)
    environ = {"LAZYOCI_REGISTRY": "registry.example"}
    preview = conforms(run("preview", str(place), "-o", "json", environ=environ).json, "preview")
    assert preview["artifacts"]
    dry = run("build", str(place), "--tag", "v1.0.0", "--dry-run", "-o", "json", environ=environ)
    built = conforms(dry.json, "build")
    assert {target["state"] for one in built for target in one["targets"]} <= {"planned", "failed", "skipped"}


def test_preview_and_build_of_a_file_that_is_broken(run: Runner, tmp_path: Path) -> None:
    (tmp_path / ".lazy").write_text("version: 1\nartifacts: []\n", encoding="utf-8")
    conforms(run("preview", str(tmp_path), "-o", "json").json, "preview")
    ran = run("build", str(tmp_path), "-o", "json")
    assert ran.code == 1
    conforms(ran.json, "build")


def test_build_without_push(run: Runner, tmp_path: Path) -> None:
    place = tmp_path / "artifact"
    shutil.copytree(EXAMPLES / "artifact", place)
    environ = {"LAZYOCI_REGISTRY": "registry.example"}
    ran = run("build", str(place), "--tag", "v1", "--no-push", "-o", "json", environ=environ)
    (built,) = conforms(ran.json, "build")
    assert {target["state"] for target in built["targets"]} == {"built"}


def test_config(run: Runner, tmp_path: Path) -> None:
    conforms(run("config", "list", "-o", "json").json, "config/list")
    conforms(run("config", "get", "artifact-dir", "-o", "json").json, "config/get")
    conforms(run("config", "path", "-o", "json").json, "config/path")
    made = run("config", "set", "artifact-dir", str(tmp_path / "a"), "--create", "-o", "json").json
    assert conforms(made, "config/set")["value"] == str(tmp_path / "a")
    conforms(run("config", "unset", "artifact-dir", "-o", "json").json, "config/unset")


def test_registry(run: Runner, fake: FakeRegistry) -> None:
    assert conforms(run("registry", "list", "-o", "json").json, "registry/list") == []
    options = ("--user", "anna", "--pass-stdin", "-o", "json")
    assert conforms(run("registry", "add", fake.host, *options, stdin=SECRET).json, "registry/add")["status"] == "added"
    assert "message" in conforms(run("registry", "add", "localhost:1", "-o", "json").json, "registry/add")
    assert len(conforms(run("registry", "list", "-o", "json").json, "registry/list")) == 2
    conforms(run("registry", "login", fake.host, *options, stdin=SECRET).json, "registry/login")
    assert conforms(run("registry", "test", fake.host, "-o", "json").json, "registry/test")["status"] == "ok"
    assert conforms(run("registry", "test", "localhost:1", "-o", "json").json, "registry/test")["status"] == "failed"
    conforms(run("registry", "logout", fake.host, "-o", "json").json, "registry/logout")
    conforms(run("registry", "remove", fake.host, "-o", "json").json, "registry/remove")

"""What commands print for machines is what the schemas in schema/ say; those of registries are in tests/e2e."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

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
    ran = run("build", str(place), "--tag", "v1.0.0", "--no-push", "-o", "json", environ=environ)
    (built,) = conforms(ran.json, "build")
    assert {target["state"] for target in built["targets"]} == {"built"}


def published_in_0_1_0(result: list[dict[str, Any]]) -> list[str]:
    """What a reader of 0.1.0 takes for published, by the selector that its documents name.

    It is `select(.state == "unchanged" or (.pushed and .state != "failed"))`.
    """
    targets = [target for one in result for target in one["targets"]]
    return [
        one["reference"]
        for one in targets
        if one["state"] == "unchanged" or (one["pushed"] and one["state"] != "failed")
    ]


def test_a_reader_of_0_1_0_takes_nothing_for_published_that_is_not(run: Runner, tmp_path: Path) -> None:
    with FakeRegistry() as registry:
        _read_by_0_1_0(run, tmp_path, registry)


def _read_by_0_1_0(run: Runner, tmp_path: Path, registry: FakeRegistry) -> None:
    (tmp_path / "a.json").write_text("1", encoding="utf-8")
    tags = '["{{ .VersionFull }}", {tag: latest, moves: forward}, {tag: fixed, moves: never}, {tag: n, when: schedule}]'
    base = f"{registry.host}/acme/a"
    (tmp_path / ".lazy").write_text(
        "version: 1\nartifacts:\n  - type: artifact\n    name: a\n"
        "    files: [{path: a.json, mediaType: application/json}]\n"
        f"    targets: [{{registry: {base}, tags: {tags}}}]\n"
        "  - type: artifact\n    name: b\n    when: schedule\n"
        "    files: [{path: a.json, mediaType: application/json}]\n"
        f"    targets: [{{registry: {registry.host}/acme/b, tags: [b]}}]\n",
        encoding="utf-8",
    )

    def build(version: str, *more: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = run("build", str(tmp_path), "--tag", version, "-o", "json", *more).json
        conforms(found, "build")
        old = json.loads((Path(__file__).parents[1] / "vectors" / "build-0.1.0.schema.json").read_text("utf-8"))
        refused = list(jsonschema.Draft7Validator(old).iter_errors(found))
        assert all(one.validator == "enum" and one.instance == "kept" for one in refused), refused
        assert all(set(one) >= {"name", "targets"} for one in found)
        return found

    assert published_in_0_1_0(build("v1.4.0")) == [f"{base}:1.4.0", f"{base}:latest", f"{base}:fixed"]
    (tmp_path / "a.json").write_text("2", encoding="utf-8")
    assert published_in_0_1_0(build("v1.3.9")) == []  # fixed is refused, so nothing is sent
    text = (tmp_path / ".lazy").read_text("utf-8")
    (tmp_path / ".lazy").write_text(text.replace("{tag: fixed, moves: never}, ", ""), encoding="utf-8")
    found = build("v1.3.9")
    assert [one["state"] for one in found[0]["targets"]] == ["new", "kept"]
    assert published_in_0_1_0(found) == [f"{base}:1.3.9"]
    assert published_in_0_1_0(build("v1.3.9", "--dry-run")) == []
    assert registry.distribution.repositories.keys() == {"acme/a"}


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

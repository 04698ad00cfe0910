"""`lazyoci init`: what it writes validates without a finding, is formatted, and is never written over a user's file."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.e2e.cli import git, lazyoci, repository

SCRATCH = "FROM scratch\n"


def chart(name: str, version: str = "1.2.3") -> str:
    return f"apiVersion: v2\nname: {name}\nversion: {version}\n"


MANY = {
    "Dockerfile": SCRATCH,
    "Dockerfile.dev": SCRATCH,
    "Dockerfile.worker": SCRATCH,
    "services/api/Dockerfile": SCRATCH,
    "other/api/Dockerfile": SCRATCH,
    "on/Dockerfile": SCRATCH,
    "with space/Dockerfile": SCRATCH,
    "charts/api/Chart.yaml": chart("api"),
    "charts/shop/Chart.yaml": chart("shop", "1.2.3+build"),
    "a/common/Chart.yaml": chart("common"),
    "b/common/Chart.yaml": chart("common"),
}


def project(place: Path, files: dict[str, str], remote: str = "") -> Path:
    for name, content in files.items():
        path = place / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
    if remote:
        repository(place)
        git(place, "remote", "add", "origin", remote)
    return place


def references(place: Path) -> list[str]:
    shown = lazyoci("preview", "--tag", "v1.0.0", "-o", "json", cwd=place)
    artifacts = json.loads(shown.out)["artifacts"]
    return [one["references"][0]["reference"] for artifact in artifacts for one in artifact["targets"]]


@pytest.mark.parametrize(
    ("files", "remote"),
    [
        (MANY, "git@github.com:Acme/Shop.git"),
        (MANY, ""),
        ({"Dockerfile": SCRATCH}, "https://git.example.com/acme/shop"),
        ({"README.md": "hello\n"}, ""),
    ],
    ids=["many-known", "many-unknown", "one-unknown", "none"],
)
def test_what_is_written_is_in_order(files: dict[str, str], remote: str, tmp_path: Path) -> None:
    place = project(tmp_path / "shop", files, remote)
    written = lazyoci("init", cwd=place)
    assert (written.code, written.out) == (0, "")
    assert written.err.startswith("wrote .lazy: ")
    assert written.err.splitlines()[-1].startswith("next: ")
    assert "[" not in written.err  # no finding
    validated = lazyoci("validate", "-o", "json", cwd=place)
    assert validated.code == 0
    found = [one["code"] for one in json.loads(validated.out)["diagnostics"]]
    assert set(found) <= {"unresolved-variable", "not-portable"}  # information: .Tag is given later
    assert lazyoci("format", "--check", cwd=place).code == 0
    assert b"\r" not in (place / ".lazy").read_bytes()


def test_names_and_repositories(tmp_path: Path) -> None:
    place = project(tmp_path / "x", MANY, "git@github.com:Acme/Shop.git")
    assert lazyoci("init", "-q", cwd=place).err == ""
    assert references(place) == [
        "ghcr.io/acme/shop:1.0.0",
        "ghcr.io/acme/shop/worker:1.0.0",
        "ghcr.io/acme/shop/on:1.0.0",
        "ghcr.io/acme/shop/other-api:1.0.0",
        "ghcr.io/acme/shop/services-api:1.0.0",
        "ghcr.io/acme/shop/with-space:1.0.0",
        "ghcr.io/acme/shop/a-common/common:1.2.3",
        "ghcr.io/acme/shop/b-common/common:1.2.3",
        "ghcr.io/acme/shop/charts/api:1.2.3",
        "ghcr.io/acme/shop/charts/shop:1.2.3_build",
    ]


def test_gitlab_and_a_lone_image(tmp_path: Path) -> None:
    place = project(tmp_path / "x", {"docker/Dockerfile": SCRATCH}, "https://gitlab.com/acme/tools/shop.git")
    assert lazyoci("init", cwd=place).code == 0
    assert references(place) == ["registry.gitlab.com/acme/tools/shop:1.0.0"]


def test_no_secret_of_the_remote_is_shown(tmp_path: Path) -> None:
    place = project(tmp_path / "x", {"Dockerfile": SCRATCH}, "https://anna:s3cret@github.com/acme/shop.git")
    ran = lazyoci("init", "--stdout", cwd=place)
    assert ran.code == 0
    assert "s3cret" not in ran.out + ran.err
    assert "anna" not in ran.out + ran.err


def test_a_file_that_is_there_stays(tmp_path: Path) -> None:
    place = project(tmp_path / "x", {"Dockerfile": SCRATCH, ".lazy": "mine\n"})
    refused = lazyoci("init", cwd=place)
    assert (refused.code, "--force" in refused.err, (place / ".lazy").read_text("utf-8")) == (2, True, "mine\n")
    shown = lazyoci("init", "--stdout", cwd=place)
    assert (shown.code, (place / ".lazy").read_text("utf-8")) == (0, "mine\n")
    assert lazyoci("init", "--force", cwd=place).code == 0
    assert (place / ".lazy").read_text("utf-8") == shown.out


def test_a_schema_that_is_there_is_named_for_editors(tmp_path: Path) -> None:
    place = project(tmp_path / "x", {"Dockerfile": SCRATCH})
    assert "$schema" not in lazyoci("init", "--stdout", cwd=place).out
    (place / "lazy.schema.json").write_text(lazyoci("schema", cwd=place).out, encoding="utf-8")
    assert lazyoci("init", cwd=place).code == 0
    assert (place / ".lazy").read_text("utf-8").startswith("# yaml-language-server: $schema=lazy.schema.json\n")


def test_another_directory(tmp_path: Path) -> None:
    place = project(tmp_path, {"api/Dockerfile": SCRATCH})
    ran = lazyoci("init", "api", cwd=place)
    assert (ran.code, (place / "api" / ".lazy").is_file()) == (0, True)
    assert f"lazyoci preview {Path('api')} --tag v1.0.0" in ran.err


def test_nothing_at_all(tmp_path: Path) -> None:
    ran = lazyoci("init", cwd=tmp_path)
    assert (ran.code, ran.out, list(tmp_path.iterdir())) == (1, "", [])
    assert "nothing to publish" in ran.err
    assert lazyoci("init", "absent", cwd=tmp_path).code == 2


def test_a_chart_that_lacks_its_dependencies_is_told(tmp_path: Path) -> None:
    needs = "dependencies:\n  - name: redis\n    version: 1.0.0\n    repository: https://charts.example.com\n"
    place = project(tmp_path / "x", {"charts/api/Chart.yaml": chart("api") + needs})
    ran = lazyoci("init", cwd=place)
    assert (ran.code, "warning[chart-dependency-missing]" in ran.err) == (0, True)


@pytest.mark.parametrize("registry", ["", "localhost:5050"])
def test_the_next_step_asks_only_for_what_is_missing(registry: str, tmp_path: Path) -> None:
    ran = lazyoci("init", cwd=project(tmp_path, {"Dockerfile": SCRATCH}), LAZYOCI_REGISTRY=registry)
    assert ("next: lazyoci preview --tag v1.0.0" in ran.err) == bool(registry), ran

"""What is taken for publishing, what is not, and how a Dockerfile's context is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from lazyoci.init.survey import Survey, is_skipped, is_wanted, survey
from lazyoci.walk import walk


def look(directory: Path, files: dict[str, str]) -> Survey:
    """Survey `directory` after writing `files` to it."""
    for name, content in files.items():
        path = directory / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
    warnings: list[str] = []
    found = survey(directory, walk(directory, warnings.append, is_wanted, is_skipped))
    assert warnings == []
    return found


def images(found: Survey) -> list[tuple[str, str, str]]:
    return [(str(one.dockerfile), str(one.context), one.name) for one in found.images]


CHART = "apiVersion: v2\nname: {}\nversion: 1.2.3\n"


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Dockerfile", ""),
        ("Containerfile", ""),
        ("Dockerfile.worker", "worker"),
        ("worker.Dockerfile", "worker"),
        ("worker.dockerfile", "worker"),
        ("Dockerfile-worker", "worker"),
        ("docker/Dockerfile", ""),
    ],
)
def test_dockerfiles(name: str, expected: str, tmp_path: Path) -> None:
    assert images(look(tmp_path, {name: "FROM scratch\n"})) == [(name, ".", expected)]


@pytest.mark.parametrize(
    "name",
    [
        "Dockerfile.dockerignore",
        "Dockerfile.j2",
        "worker.Dockerfile.bak",
        "Dockerfiles",
        "node_modules/a/Dockerfile",
        "vendor/a/Dockerfile",
        ".devcontainer/Dockerfile",
        ".venv/lib/Dockerfile",
    ],
)
def test_what_is_not_looked_at(name: str, tmp_path: Path) -> None:
    assert look(tmp_path, {name: "FROM scratch\n"}) == Survey((), (), ())


@pytest.mark.parametrize("name", ["Dockerfile.dev", "tests/Dockerfile", "a/examples/b/Dockerfile", "Dockerfile.ci"])
def test_what_is_passed_over(name: str, tmp_path: Path) -> None:
    found = look(tmp_path, {name: "FROM scratch\n"})
    assert (found.images, len(found.passed_over)) == ((), 1)
    assert found.passed_over[0].startswith(f"{name}: ")


def test_examples_can_be_surveyed_themselves(tmp_path: Path) -> None:
    assert images(look(tmp_path / "examples", {"Dockerfile": "FROM scratch\n"})) == [("Dockerfile", ".", "")]


@pytest.mark.parametrize(
    ("dockerfile", "context"),
    [
        ("COPY main.go .", "services/api"),
        ("COPY services/api/main.go .", "."),
        ("COPY --chown=1:1 go.mod \\\n  services/api /src/", "."),
        ('COPY ["go.mod", "/src/"]', "."),
        ("COPY --from=build go.mod .", "services/api"),
        ("COPY . .", "services/api"),
        ("ADD https://example.com/go.mod .", "services/api"),
        ("COPY ../go.mod $X .", "services/api"),
        ("", "services/api"),
    ],
)
def test_context(dockerfile: str, context: str, tmp_path: Path) -> None:
    files = {"services/api/Dockerfile": f"FROM scratch\n{dockerfile}\n", "services/api/main.go": "", "go.mod": ""}
    assert images(look(tmp_path, files)) == [("services/api/Dockerfile", context, "api")]


def test_a_directory_named_for_docker_gives_neither_name_nor_context(tmp_path: Path) -> None:
    found = look(tmp_path, {"services/api/docker/Dockerfile": "FROM scratch\nCOPY . .\n"})
    assert images(found) == [("services/api/docker/Dockerfile", "services/api", "api")]


def test_charts(tmp_path: Path) -> None:
    files = {
        "charts/api/Chart.yaml": CHART.format("api"),
        "charts/api/charts/redis/Chart.yaml": CHART.format("redis"),
        "charts/broken/Chart.yaml": "name: broken\n",
    }
    found = look(tmp_path, files)
    assert [(str(one.path), one.name, one.version) for one in found.charts] == [("charts/api", "api", "1.2.3")]
    assert len(found.passed_over) == 1
    assert found.passed_over[0].startswith("charts/broken/Chart.yaml: ")


def test_what_has_a_file_of_its_own(tmp_path: Path) -> None:
    found = look(tmp_path, {"a/.lazy": "", "a/b/Dockerfile": "FROM a", "c/Dockerfile": "FROM a", ".lazy": ""})
    assert images(found) == [("c/Dockerfile", "c", "c")]
    assert found.passed_over == ("a/b/Dockerfile: a .lazy file of its own is nearer",)


def test_nothing_outside_is_read(tmp_path: Path) -> None:
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "Chart.yaml").write_text(CHART.format("secret"), encoding="utf-8")
    inside = tmp_path / "inside"
    (inside / "a").mkdir(parents=True)
    try:
        (inside / "a" / "Chart.yaml").symlink_to(tmp_path / "outside" / "Chart.yaml")
        (inside / "b").symlink_to(tmp_path / "outside", target_is_directory=True)
    except OSError:
        pytest.skip("no symbolic links here")
    assert look(inside, {}) == Survey((), (), ())


def test_gitignore_is_honoured(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    found = look(tmp_path, {".gitignore": "out/\n", "out/Dockerfile": "FROM a", "a/Dockerfile": "FROM a"})
    assert images(found) == [("a/Dockerfile", "a", "a")]

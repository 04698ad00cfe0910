"""The moment at which an image stands still: where it comes from, and how each builder is told."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from lazyoci.build import build
from lazyoci.build.engines.engine import BuildRequest
from lazyoci.build.process import ToolError
from lazyoci.config.model import ImageArtifact
from lazyoci.world.commit_time import commit_time
from tests.e2e.cli import git
from tests.unit.build.make import context, image
from tests.unit.build.stand_in import StandIn

COMMITTED = 1_700_000_000


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A repository whose HEAD was committed at one time and written at another, with a message that lies."""
    directory = tmp_path / "project"
    (directory / "inner").mkdir(parents=True)
    (directory / "Dockerfile").write_text("FROM scratch\n")
    git(directory, "init", "--quiet")
    git(directory, "add", "--all")
    environ = {**os.environ, "GIT_COMMITTER_DATE": f"{COMMITTED} +0530", "GIT_AUTHOR_DATE": "1600000000 +0000"}
    identity = ["-c", "user.name=a > 5 +0000", "-c", "user.email=a@b"]
    message = "one\n\ncommitter me <a@b> 12 +0000"
    subprocess.run(["git", *identity, "commit", "-q", "-m", message], cwd=directory, env=environ, check=True)
    return directory


def epoch(directory: Path, artifact: ImageArtifact | None = None, given: int | None = None) -> int | None:
    return BuildRequest.of(artifact or image(), context(directory, epoch=given)).epoch


def test_of_the_commit(place: Path) -> None:
    assert commit_time(place) == commit_time(place / "inner") == (COMMITTED, "")
    assert epoch(place) == COMMITTED
    (place / "Dockerfile").write_text("FROM scratch\n# changed\n")
    assert epoch(place) == COMMITTED


def test_nothing_is_asked_where_nothing_is_built(place: Path) -> None:
    assert BuildRequest.of(image(), context(place), building=False).epoch is None


def test_what_is_given_wins(place: Path) -> None:
    assert epoch(place, given=7) == 7
    assert epoch(place, image(build_args={"SOURCE_DATE_EPOCH": "5"}), given=7) == 5
    assert epoch(place, image(build_args={"SOURCE_DATE_EPOCH": ""})) == COMMITTED


def test_without_a_repository(tmp_path: Path) -> None:
    said: list[str] = []
    assert BuildRequest.of(image(), context(tmp_path, on_output=said.append)).epoch is None
    assert said == []


def test_a_repository_that_does_not_tell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    git(tmp_path, "init", "--quiet")
    said: list[str] = []
    assert BuildRequest.of(image(), context(tmp_path, on_output=said.append)).epoch is None
    assert said == [
        "times of the image are those of this run, since the time of the commit is unknown: "
        "the git repository has no commit yet; make one: git commit"
    ]
    monkeypatch.setenv("PATH", str(tmp_path))
    assert commit_time(tmp_path) == (None, "git is not installed")


def test_a_configuration_that_would_run_something(place: Path, tmp_path: Path) -> None:
    git(place, "config", "log.showSignature", "true")
    git(place, "config", "gpg.program", f"touch {tmp_path / 'ran'}")
    assert commit_time(place) == (COMMITTED, "")
    assert not (tmp_path / "ran").exists()


_BUILDAH = """\
#!/bin/sh
if [ "$1" = --version ]; then echo buildah; exit 0; fi
if [ "$2" = --help ]; then echo "{help}"; exit 0; fi
echo "$@" >> "{log}"
echo '[Warning] one or more build args were not consumed: [A SOURCE_DATE_EPOCH TARGETARCH]'
echo '[Warning] one or more build args were not consumed: [TARGETARCH TARGETOS]'
exit 1
"""


@pytest.mark.parametrize(
    ("help", "flags"),
    [
        ("--timestamp int", f"--timestamp {COMMITTED} --build-arg SOURCE_DATE_EPOCH={COMMITTED}"),
        ("--timestamp int --rewrite-timestamp", f"--source-date-epoch {COMMITTED} --rewrite-timestamp"),
    ],
)
def test_buildah_as_its_version_has_it(
    place: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, help: str, flags: str
) -> None:
    git_program = shutil.which("git")
    assert git_program is not None
    docker = StandIn(tmp_path / "bin", monkeypatch)
    (docker.directory / "docker").unlink()
    (docker.directory / "git").symlink_to(git_program)
    log = tmp_path / "log"
    (docker.directory / "buildah").write_text(_BUILDAH.format(help=help, log=log))
    (docker.directory / "buildah").chmod(0o755)
    said: list[str] = []
    with pytest.raises(ToolError):
        build(image(build_args={"A": "1"}), context(place, engine="buildah", on_output=said.append))
    assert f" {flags} --layers=false ." in log.read_text()
    assert [line for line in said if "arg" in line] == ["[Warning] build arguments that the Dockerfile does not use: A"]

"""What depends on the clock is of the build's, as far as that can be true; all else is the publisher's."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.e2e.cli import git, repository
from tests.registry.fake import FakeRegistry
from tests.unit.bundle.made import edit
from tests.unit.cli.running import Ran, Runner

LAZY = """\
version: 1
artifacts:
  - type: artifact
    name: notes
    files: [{path: notes.txt, mediaType: text/plain}]
    targets: [{registry: "{{ .Registry }}/notes", tags: ["nightly-{{ .Date }}", "{{ .Timestamp }}"]}]
  - type: artifact
    name: plain
    files: [{path: notes.txt, mediaType: text/plain}]
    targets: [{registry: "{{ .Registry }}/plain", tags: ["{{ .VersionFull }}"]}]
"""
NOW = datetime.now(UTC)


def text(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A clone whose commit is three days old."""
    place = tmp_path / "project"
    place.mkdir()
    (place / ".lazy").write_text(LAZY, "utf-8")
    (place / "notes.txt").write_text("notes", "utf-8")
    git(repository(place), "tag", "first")
    raw = git(place, "cat-file", "commit", "first")
    then = int((NOW - timedelta(days=3)).timestamp())
    (tmp_path / "commit").write_text(re.sub(r"(committer .*> )\d+", rf"\g<1>{then}", raw) + "\n", "utf-8")
    git(place, "reset", "--hard", git(place, "hash-object", "-t", "commit", "-w", str(tmp_path / "commit")))
    return place


@pytest.fixture
def made(run: Runner, project: Path, tmp_path: Path) -> Path:
    ran = run("build", str(project), "--tag", "v1.0.0", "--bundle", str(tmp_path / "made"))
    assert ran.code == 0, ran
    return tmp_path / "made"


def publish(run: Runner, made: Path, project: Path, *more: str) -> Ran:
    return run("publish", str(made), "--file", str(project), "--tag", "v1.0.0", *more)


def test_tags_are_those_that_the_build_told(run: Runner, fake: FakeRegistry, made: Path, project: Path) -> None:
    then = NOW - timedelta(days=2)
    edit(made, {"clock": text(then)})
    ran = publish(run, made, project)
    assert ran.code == 0, ran
    for tag in (then.strftime("nightly-%Y-%m-%d"), then.strftime("%Y%m%d%H%M%S")):
        assert fake.tag("notes", tag) != ""
    said = f".Date and .Timestamp are of the build's clock, {text(then)}, as {made} tells it"
    assert said in " ".join(ran.err.split())
    quiet = publish(run, made, project, "--quiet", "--dry-run")
    assert quiet.code == 0 and "clock" not in quiet.err


def test_nothing_is_said_where_nothing_depends_on_it(run: Runner, made: Path, project: Path) -> None:
    edit(made, {"clock": text(NOW + timedelta(days=900))})
    ran = publish(run, made, project, "--artifact", "plain", "--dry-run")
    assert ran.code == 0 and "clock" not in ran.err, ran


@pytest.mark.parametrize(
    ("apart", "said"),
    [
        (timedelta(days=1), "and here it is only"),
        (timedelta(minutes=10), "and here it is only"),
        (-timedelta(days=4), "and the commit that is checked out is of"),
        (-timedelta(days=3650), "and the commit that is checked out is of"),
    ],
)
def test_a_clock_that_cannot_be_true(
    run: Runner, fake: FakeRegistry, made: Path, project: Path, apart: timedelta, said: str
) -> None:
    edit(made, {"clock": text(NOW + apart)})
    ran = publish(run, made, project)
    told = " ".join(ran.out.split())
    assert ran.code == 1
    assert f"{made} says that it was built at {text(NOW + apart)}, {said}" in told
    assert "set the clocks of both machines right" in told
    assert fake.requests() == []


def test_clocks_that_are_a_little_apart(run: Runner, made: Path, project: Path) -> None:
    edit(made, {"clock": text(NOW + timedelta(minutes=2))})
    assert publish(run, made, project, "--dry-run").code == 0


def test_the_occasion_is_the_publishers(run: Runner, fake: FakeRegistry, made: Path, project: Path) -> None:
    edit(made, {"clock": text(NOW - timedelta(days=1))}, event="tag", releaseVersion="9.9.9", occasion=["release"])
    ran = publish(run, made, project, "--artifact", "plain")
    assert ran.code == 0 and fake.tag("plain", "1.0.0") != "", ran
    assert git(project, "status", "--short") == ""

"""A copy of what another file of the same run publishes is found before any registry is asked."""

from __future__ import annotations

from pathlib import Path

import pytest

from lazyoci import plan_files
from tests.unit.cli.files import CLEAN, Place, make_place

COPY = """\
version: 1
artifacts:
  - type: copy
    name: production
    from: ghcr.io/acme/proxy:v1.2.3
    targets: [{registry: ghcr.io/acme/production, tags: [v1.2.3]}]
"""


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Place:
    found = make_place(tmp_path, monkeypatch, capsys)
    found.write("a/.lazy", CLEAN)
    found.write("b/.lazy", COPY)
    return found


@pytest.mark.parametrize("order", [("a", "b"), ("b", "a")])
@pytest.mark.parametrize("command", [("build",), ("build", "--dry-run"), ("build", "--list")])
def test_whichever_comes_first(place: Place, command: tuple[str, ...], order: tuple[str, str]) -> None:
    ran = place(*command, *order)
    assert ran.code == 1
    said = ran.out + ran.err
    message = 'ghcr.io/acme/proxy:v1.2.3 is what "proxy" of a/.lazy (line 9) publishes in this run; add the targets'
    assert message in said
    assert "copy-of-own-target" in said and "b/.lazy:5:11" in said
    assert "see a/.lazy:9:13: published here" in said


def test_publish_is_told_too(place: Place) -> None:
    ran = place("publish", "--file", "b", "--file", "a", "--dry-run")
    assert ran.code == 1
    assert "copy-of-own-target" in ran.err


@pytest.mark.parametrize("host", ["GHCR.io", "ghcr.io:443"])
def test_however_the_host_is_written(place: Place, host: str) -> None:
    place.write("b/.lazy", COPY.replace("from: ghcr.io", f"from: {host}"))
    assert "copy-of-own-target" in place("build", "a", "b", "--dry-run").err
    both = CLEAN + COPY.partition("artifacts:\n")[2].replace("from: ghcr.io", f"from: {host}")
    place.write("c/.lazy", both)
    assert "copy-of-own-target" in place("build", "c", "--dry-run").err


def test_one_after_the_other_is_fine(place: Place) -> None:
    assert place("build", "b", "--dry-run").code == 0
    assert place("build", "a", "b", "--dry-run", "--artifact", "production").code == 0
    assert place("validate", ".").code == 0


def test_what_is_not_due_is_not_published_in_this_run(place: Place) -> None:
    place.write("a/.lazy", CLEAN.replace("    image:", "    when: release\n    image:"))
    ran = place("build", "a", "b", "--dry-run", "--occasion", "branch=main")
    assert ran.code == 0, ran
    assert place("build", "a", "b", "--dry-run", "--occasion", "release=v1.2.3").code == 1


def test_comments_and_settings_silence_it(place: Place) -> None:
    place.write("b/.lazy", f"# lazyoci: ignore-file[copy-of-own-target]\n{COPY}")
    assert place("build", "a", "b", "--dry-run").code == 0
    place.write("b/.lazy", COPY)
    place.write(".lazyoci.yaml", "ignore: [copy-of-own-target]\n")
    assert place("build", "a", "b", "--dry-run").code == 0


def test_the_python_api_tells_it(place: Place) -> None:
    found = {one.name: one for one in plan_files("b", "a")}
    assert [one.code for one in found["production"].findings] == ["copy-of-own-target"]
    assert [one.message for one in found["proxy"].errors] == ["not attempted, because production failed"]

"""Options that say what is published: what a shell leaves empty, or a line gives twice, is a usage error."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.cli.files import CLEAN, Place, make_place


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Place:
    found = make_place(tmp_path, monkeypatch, capsys)
    found.write(".lazy", CLEAN.replace("v1.2.3", '"{{ .Tag }}"'))
    return found


@pytest.mark.parametrize("command", [("build", "--dry-run"), ("preview",), ("validate",)])
@pytest.mark.parametrize(
    ("given", "message"),
    [
        (("--tag", "v1.0.0", "--tag", "v2.0.0"), "it is given twice, as 'v1.0.0' and 'v2.0.0'; give --tag once"),
        (("-t", "v1.0.0", "--tag=v2.0.0"), "it is given twice, as 'v1.0.0' and 'v2.0.0'; give --tag once"),
        (("--tag", ""), "it is empty; give --tag a value, or leave it out"),
        (("--tag= ",), "it is empty; give --tag a value, or leave it out"),
        (("--tag", "v1", "--occasion", ""), "it is empty; give --occasion a value, or leave it out"),
        (("--tag", "v1", ""), "PATH is empty"),
    ],
)
def test_what_says_nothing_or_two_things(
    place: Place, command: tuple[str, ...], given: tuple[str, ...], message: str
) -> None:
    ran = place(*command, *given)
    assert (ran.code, ran.out) == (2, "")
    assert message in ran.err


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (("--file", ".lazy", "-f", "other"), "it is given twice, as '.lazy' and 'other'; give --file once"),
        (("--file", ""), "it is empty; give --file a value, or leave it out"),
        (("--platform", ""), "it is empty; give --platform a value, or leave it out"),
        (("--artifact", ""), "no artifact matches ''"),
    ],
)
def test_of_build_alone(place: Place, given: tuple[str, ...], message: str) -> None:
    ran = place("build", "--dry-run", "--tag", "v1", *given)
    assert (ran.code, ran.out) == (2, "")
    assert message in ran.err


def test_the_same_twice_is_one(place: Place) -> None:
    ran = place("build", "--dry-run", "--tag", "v1.0.0", "-t", "v1.0.0", "--file", ".lazy", "-f", ".lazy")
    assert ran.code == 0
    assert "would push ghcr.io/acme/proxy:v1.0.0\n" in ran.out


def test_a_tag_that_one_file_of_a_run_uses_is_used(place: Place) -> None:
    place.write("a/.lazy", CLEAN.replace("acme/proxy", "acme/a"))
    place.write("b/.lazy", CLEAN.replace("acme/proxy", "acme/b"))
    assert "unused-tag" not in place("build", "--dry-run", "--tag", "v1.0.0", ".lazy", "a").err
    assert place("build", "--dry-run", "--tag", "v1.0.0", "a", "b").err.count("warning[unused-tag]") == 2


def test_an_empty_variable_is_not_set(place: Place) -> None:
    ran = place("build", "--dry-run", "--tag", "v1.0.0", LAZYOCI_TAG="", LAZYOCI_OCCASION="")
    assert ran.code == 0

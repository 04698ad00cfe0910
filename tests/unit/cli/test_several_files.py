"""References that two files of a run write: found by every command that sees both, with the other file's place."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.schemas import conforms
from tests.unit.cli.files import CLEAN, Place, make_place

SECOND = CLEAN.replace("name: proxy", "name: other")
TEMPLATES = CLEAN.replace("ghcr.io/acme/proxy", '"{{ .Registry }}/proxy"').replace("v1.2.3", '"{{ .Tag }}"')


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Place:
    found = make_place(tmp_path, monkeypatch, capsys)
    found.write("a/.lazy", CLEAN)
    found.write("b/.lazy", SECOND)
    return found


@pytest.mark.parametrize(
    "command",
    [
        ("validate", "."),
        ("validate", "a/.lazy", "b/.lazy"),
        ("validate", ".", "--color", "never"),
        ("build", "a", "b", "--dry-run"),
    ],
)
def test_the_later_file_is_told_of_the_earlier(place: Place, command: tuple[str, ...]) -> None:
    ran = place(*command)
    assert ran.code == 1
    said = ran.out + ran.err
    assert "reference-collision" in said
    assert 'ghcr.io/acme/proxy:v1.2.3 is also pushed by "proxy" of a/.lazy (line 9)' in said
    assert "see a/.lazy:9:13: pushed here too" in said


def test_each_by_itself_is_fine(place: Place) -> None:
    assert place("validate", "a").code == place("validate", "b/.lazy").code == 0


def test_machines_are_told_the_other_file(place: Place) -> None:
    ran = place("validate", ".", "-o", "json")
    conforms(json.loads(ran.out), "diagnostics")
    (found,) = json.loads(ran.out)["diagnostics"]
    assert (found["path"], found["code"]) == ("b/.lazy", "reference-collision")
    (other,) = found["related"]
    assert other["path"] == "a/.lazy"
    assert other["range"]["start"] == {"line": 9, "column": 13}
    sarif = json.loads(place("validate", ".", "-o", "sarif").out)
    (result,) = sarif["runs"][0]["results"]
    (there,) = result["relatedLocations"]
    assert there["physicalLocation"]["artifactLocation"]["uri"] == "a/.lazy"


@pytest.mark.parametrize("name", ["a/../b/.lazy", "./b/.lazy"])
def test_a_file_named_twice_does_not_collide_with_itself(place: Place, name: str) -> None:
    assert place("validate", "b/.lazy", name).code == 0
    ran = place("build", "b", name, "--dry-run", "-o", "json")
    assert "also pushed by" not in ran.err


def test_standard_input_is_compared_too(place: Place) -> None:
    assert place("validate", "-", "a/.lazy", stdin=SECOND).code == 1
    assert place("validate", "-", "a/.lazy", "--stdin-filename", "a/.lazy", stdin=CLEAN).code == 0


def test_a_fix_does_not_lose_the_other_file(place: Place) -> None:
    place.write("b/.lazy", SECOND.replace("    image:", "    imgae:"))
    ran = place("validate", ".", "--fix")
    assert ran.code == 1
    assert place.read("b/.lazy") == SECOND
    assert "reference-collision" in ran.out


def test_comments_and_settings_silence_it(place: Place) -> None:
    place.write("b/.lazy", f"# lazyoci: ignore-file[reference-collision]\n{SECOND}")
    assert place("validate", ".").code == 0
    assert place("build", "a", "b", "--dry-run").code == 0
    place.write("b/.lazy", SECOND)
    place.write("b/.lazyoci.yaml", "ignore: [reference-collision]\n")
    assert place("validate", ".").code == 0


@pytest.mark.parametrize("tag", ["", "v1"])
def test_equal_templates_collide_in_one_repository(place: Place, tag: str) -> None:
    place.write("a/.lazy", TEMPLATES)
    place.write("b/.lazy", TEMPLATES)
    (place.path / ".git").mkdir()
    ran = place("validate", ".", *(["--tag", tag] if tag else []), LAZYOCI_REGISTRY="ghcr.io/acme" if tag else "")
    assert ran.code == 1
    assert "reference-collision" in ran.out


def test_equal_templates_may_differ_in_two_repositories(place: Place) -> None:
    text = TEMPLATES.replace("{{ .Tag }}", "{{ .Version }}")
    for one in ("a", "b"):
        place.write(f"{one}/.lazy", text)
        (place.path / one / ".git").mkdir()
    assert place("validate", ".").code == 0


def test_other_tags_and_names_do_not_collide(place: Place) -> None:
    place.write("b/.lazy", SECOND.replace("v1.2.3", "v1.2.4"))
    place.write("c/.lazy", TEMPLATES.replace("{{ .Tag }}", "{{ .Name }}"))
    place.write("d/.lazy", TEMPLATES.replace("{{ .Tag }}", "{{ .Name }}").replace("proxy", "other", 1))
    assert place("validate", ".").code == 0

"""`lazyoci format`: which files change, what is printed, and the exit code. The layout itself is tests/unit/config."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.schemas import conforms
from tests.unit.cli.files import BROKEN, CLEAN, Place, make_place

MESSY = CLEAN.replace("version: 1", "version:   1").replace("name: proxy", "name: 'proxy'   # the one")
TIDY = CLEAN.replace("name: proxy", "name: proxy  # the one")


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Place:
    return make_place(tmp_path, monkeypatch, capsys)


def test_rewrites_what_is_not_formatted(place: Place) -> None:
    place.write("a/.lazy", MESSY)
    place.write("b/.lazy")
    ran = place("format", ".")
    assert (ran.code, ran.out) == (0, f"formatted {Path('a/.lazy')}\n2 files: 1 formatted, 1 unchanged\n")
    assert place.read("a/.lazy") == TIDY
    assert place("format", ".").out == "2 files: 2 unchanged\n"


def test_check_changes_nothing(place: Place) -> None:
    place.write(".lazy", MESSY)
    ran = place("format", "--check")
    assert (ran.code, ran.out) == (1, "would format .lazy\n1 file: 1 to be formatted\n")
    assert place.read() == MESSY
    place("format")
    assert place("format", "--check").code == 0


def test_diff_changes_nothing(place: Place) -> None:
    place.write(".lazy", MESSY)
    ran = place("format", "--diff")
    assert ran.code == 1
    assert ran.out.startswith("--- a/.lazy\n+++ b/.lazy\n@@ ")
    assert "\n-version:   1\n+version: 1\n" in ran.out
    assert ran.err == "1 file: 1 to be formatted\n"
    assert place.read() == MESSY


def test_standard_input(place: Place) -> None:
    ran = place("format", "-", stdin=MESSY)
    assert (ran.code, ran.out, ran.err) == (0, TIDY, "1 file: 1 formatted\n")
    assert place("format", "-", "--check", stdin=MESSY).code == 1


def test_what_is_no_yaml_is_left_alone(place: Place) -> None:
    place.write("a.lazy", BROKEN)
    place.write("b.lazy", MESSY)
    ran = place("format", ".")
    assert ran.code == 1
    assert "a.lazy: line " in ran.err
    assert place.read("a.lazy") == BROKEN
    assert place.read("b.lazy") == TIDY


def test_standard_input_that_is_no_yaml_comes_back(place: Place) -> None:
    ran = place("format", "-", stdin=BROKEN)
    assert (ran.code, ran.out) == (1, BROKEN)
    assert "<stdin>: line " in ran.err


def test_keeps_line_breaks_and_encoding(place: Place) -> None:
    place.write(".lazy", MESSY.replace("\n", "\r\n").encode("utf-16"))
    place("format")
    assert (place.path / ".lazy").read_bytes() == TIDY.replace("\n", "\r\n").encode("utf-16")


def test_bytes_that_are_no_text(place: Place) -> None:
    place.write(".lazy", b"\xff\n")
    ran = place("format")
    assert (ran.code, "is not UTF-8" in ran.err) == (1, True)


@pytest.mark.parametrize("text", [CLEAN, MESSY, BROKEN])
def test_json(place: Place, text: str) -> None:
    place.write(".lazy", text)
    for option in ("--check", "--quiet"):
        [one] = conforms(place("format", option, "-o", "json").json, "format")
        assert one["path"] == ".lazy"
        assert (one["state"] == "failed") == (one["error"] is not None) == (text == BROKEN)


def test_an_output_cannot_share_its_stream(place: Place) -> None:
    assert place("format", "-", "-o", "json", stdin=CLEAN).code == 2
    place.write(".lazy")
    assert place("format", "--diff", "-o", "json").code == 2


def test_nothing_is_written_that_another_reader_reads_otherwise(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[str, str]] = []

    def disagrees(before: str, after: str) -> bool:
        asked.append((before, after))
        return True

    monkeypatch.setattr("lazyoci.yaml.second_reader.disagrees", disagrees)
    place.write("clean/.lazy")
    place.write("messy/.lazy", MESSY)
    ran = place("format", ".")
    assert (ran.code, ran.out) == (1, "2 files: 1 unchanged, 1 failed\n")
    assert "without risk" in ran.err
    assert place.read("messy/.lazy") == MESSY
    assert asked == [(MESSY, TIDY)]  # what is not written is not asked about

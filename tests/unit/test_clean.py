"""What `lazyoci.clean` takes away, and what it leaves."""

from __future__ import annotations

import json

import pytest

from lazyoci import clean

_HARMFUL = [chr(code) for code in (*range(0x20), *range(0x7F, 0xA0))] + list(
    "\xad\u061c\u200b\u200e\u200f\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\ufeff\udfff\ud800\U000e0041"
)


@pytest.mark.parametrize("character", _HARMFUL, ids=lambda one: f"U+{ord(one):04X}")
def test_no_harmful_character_gets_out(character: str) -> None:
    assert character not in clean.line(f"a{character}b")
    assert clean.line(f"a{character}b")[0::2] == "ab"  # seen that something was there
    if character not in "\n\t":
        assert character not in clean.door(f"a{character}b", color=False)
        assert character not in clean.lines(f"a{character}b")
        assert not clean.is_clean(f"a{character}b")


@pytest.mark.parametrize("text", ["plain", "Grüße, 世界", "می\u200cخواهم", "👩\u200d💻", "e\u0301", "a\xa0b", "v1.2.3"])
def test_what_people_write_stays(text: str) -> None:
    assert clean.line(text) == clean.lines(text) == clean.door(text) == text
    assert clean.is_clean(text)


def test_pictures_of_controls() -> None:
    assert clean.line("a\x1b[2Jb\nc\x7f\x9b") == "a␛[2Jb␊c␡\ufffd"
    assert clean.lines("a\tb\nc\r") == "a\tb\nc␍"


def test_colours_pass_the_door_and_nothing_else() -> None:
    text = "\x1b[1;31mred\x1b[0m \x1b[2J\x1b]0;title\x07\x1b[A"
    assert clean.door(text) == "\x1b[1;31mred\x1b[0m ␛[2J␛]0;title␇␛[A"
    assert "\x1b" not in clean.door(text, color=False)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("::error::x", ": :error::x"),
        ("ok\n \t::add-mask::x", "ok\n \t: :add-mask::x"),
        ("\x1b[1m::set-output name=a::b\x1b[0m", "\x1b[1m: :set-output name=a::b\x1b[0m"),
        ("a ##[section]b", "a # #[section]b"),
        ("x ##vso[task.setvariable]y", "x # #vso[task.setvariable]y"),
        ("##TeamCity[x]", "# #TeamCity[x]"),
        ("section_start:1:a", "section_start :1:a"),
        ("travis_fold:start:a", "travis_fold :start:a"),
    ],
)
def test_no_command_of_a_ci_service(text: str, shown: str) -> None:
    assert clean.door(text) == shown
    assert clean.door(shown) == shown


@pytest.mark.parametrize("text", ["::1", "a::b::c", "## heading", "# [x]", "std::vector", "x: ::y"])
def test_what_is_no_command_stays(text: str) -> None:
    assert clean.door(text) == text


def test_json_means_the_same() -> None:
    value = {"a": "".join(_HARMFUL), "b": ["\U000e0041é世"]}
    shown = clean.json(json.dumps(value, indent=2, ensure_ascii=False))
    assert json.loads(shown) == value
    assert clean.is_clean(shown)
    assert "é世" in shown

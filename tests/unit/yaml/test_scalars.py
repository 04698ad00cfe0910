"""What scalars mean, as yaml.v3 resolves them."""

from __future__ import annotations

import math

import pytest

from lazyoci.yaml.nodes import Scalar
from lazyoci.yaml.scalars import BadValue, is_ambiguous, is_null, text, typed


def plain(value: str, tag: str = "") -> Scalar:
    return Scalar(0, len(value), value, "", tag)


TYPED: list[tuple[str, object]] = [
    ("", None), ("~", None), ("null", None), ("Null", None), ("nULL", "nULL"),
    ("true", True), ("TRUE", True), ("tRUE", "tRUE"), ("yes", "yes"), ("on", "on"),
    ("0", 0), ("00", 0), ("-0", 0), ("12", 12), ("+12", 12), ("-12", -12), ("1_0", 10), ("012", 10),
    ("0o12", 10), ("-0o12", -10),
    ("08", 8.0), ("0x1F", 31), ("0b11", 3), ("-0b11", -3), ("0xg", "0xg"), ("1__0", 10),
    ("9223372036854775807", 2**63 - 1), ("18446744073709551615", 2**64 - 1), ("18446744073709551616", float(2**64)),
    ("-9223372036854775808", -(2**63)), ("1" * 5_000, "1" * 5_000),
    ("1.0", 1.0), ("1.", 1.0), (".5", 0.5), ("-.5", -0.5), ("1e3", 1000.0), ("1e400", "1e400"), ("-1e400", "-1e400"),
    ("1.2.3", "1.2.3"),
    (".inf", math.inf), ("-.INF", -math.inf), ("+.inf", math.inf), (".", "."), ("1:30", "1:30"),
    ("2024-01-02", "2024-01-02"), ("2024-01-02T03:04:05Z", "2024-01-02T03:04:05Z"), ("-", "-"), ("--1", "--1"),
]  # fmt: skip


@pytest.mark.parametrize(("value", "expected"), TYPED, ids=[value[:24] for value, _ in TYPED])
def test_plain(value: str, expected: object) -> None:
    found = typed(plain(value))
    assert found == expected
    assert type(found) is type(expected)
    assert is_null(plain(value)) == (expected is None)


def test_not_a_number() -> None:
    found = typed(plain(".nan"))
    assert isinstance(found, float)
    assert math.isnan(found)


@pytest.mark.parametrize("style", ["'", '"', "|", ">"])
def test_quoted_is_text(style: str) -> None:
    node = Scalar(0, 3, "1", style)
    assert typed(node) == "1"
    assert text(node) == "1"
    assert not is_null(Scalar(0, 2, "", style))


TAGGED: list[tuple[str, str, object]] = [
    ("!!str", "1", "1"), ("!!str", "", ""), ("!!str", "~", "~"), ("!!int", "0x1", 1), ("!!float", "1", 1),
    ("!!bool", "true", True),
    ("!!null", "~", None), ("!!null", "", None), ("!!timestamp", "2024-01-02", "2024-01-02"),
    ("!!binary", "YQ==", "a"), ("!!binary", "Y\nQ=\n=", "a"), ("!!binary", "/w==", "\ufffd"), ("!own", "1", "1"),
    ("!own", "~", "~"),
]  # fmt: skip


@pytest.mark.parametrize(("tag", "value", "expected"), TAGGED)
def test_tagged(tag: str, value: str, expected: object) -> None:
    node = plain(value, tag)
    assert typed(node) == expected
    assert text(node) == (None if expected is None else expected if tag == "!!binary" else value)


@pytest.mark.parametrize(
    ("tag", "value"),
    [("!!int", "x"), ("!!int", "1.5"), ("!!bool", "yes"), ("!!null", "x"), ("!!float", "x"), ("!!timestamp", "x"),
     ("!!binary", "@"), ("!!binary", "YQ"), ("!!int", "~")],
)  # fmt: skip
def test_tags_that_lie(tag: str, value: str) -> None:
    for read in (typed, text):
        with pytest.raises(BadValue) as caught:
            read(plain(value, tag))
        assert tag in str(caught.value)


AMBIGUOUS = "1.10 1.0 012 0x1F 0b1 0o7 1e3 1E5 1_000 +5 .5 5. .inf .nan -.INF yes No ON y TRUE 22:22 1:30:00 2024-01-02"
CLEAR = "1.19 8080 0 -1 1.2.3 true false v1.10 latest 20260208120000 sha-0123 a:b 1.2-3 - + . nginx null1 0.5 10"


@pytest.mark.parametrize("value", AMBIGUOUS.split())
def test_ambiguous(value: str) -> None:
    assert is_ambiguous(value)


@pytest.mark.parametrize("value", CLEAR.split())
def test_clear(value: str) -> None:
    assert not is_ambiguous(value)

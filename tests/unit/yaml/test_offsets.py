"""From a scalar's decoded value back to the source."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lazyoci.config.read import read
from lazyoci.diagnostic import Source, Span
from lazyoci.yaml.nodes import Mapping, Scalar
from lazyoci.yaml.offsets import inner_span

EXACT = [
    ("k: abc d", "abc d", ["a", "b", "c", " ", "d"]),
    ("k: 'it''s'", "it's", ["i", "t", "''", "s"]),
    (r'k: "\u00e9\n\"q\x41\U0001F600"', 'é\n"qA😀', [r"\u00e9", r"\n", r"\"", "q", r"\x41", r"\U0001F600"]),
    ("k: a\n  b\n\n  c", "a b\nc", ["a", "\n  ", "b", "\n", "c"]),
    ('k: "a \n  b\\\n  c\\  \n\n  d"', "a bc \nd", ["a", " \n  ", "b", "c", "\\ ", "\n", "d"]),
    ("k: |\n  ab\n   c\n\n  d\n", "ab\n c\n\nd\n", ["a", "b", "\n", " ", "c", "\n", "\n", "d", ""]),
    ("k: >-\n  a\n  b\n   c\n  d\n\n  e", "a b\n c\nd\ne", ["a", "\n", "b", "\n", " ", "c", "\n", "d", "\n", "e"]),
    ("k: |2-\n   a\n  b", " a\nb", [" ", "a", "\n", "b"]),
    ("k: |+\r\n  a\r\n\r\n", "a\n\n", ["a", "", ""]),
    ("k: 'a\u2028b'", "a\u2028b", ["a", "\u2028", "b"]),
]


def scalar(text: str) -> tuple[Source, Scalar]:
    source = Source(text)
    document, diagnostics = read(source)
    assert document is not None, diagnostics
    assert isinstance(document.root, Mapping)
    node = document.root.get("k")
    assert isinstance(node, Scalar)
    return source, node


@pytest.mark.parametrize(("text", "value", "pieces"), EXACT)
def test_each_character(text: str, value: str, pieces: list[str]) -> None:
    source, node = scalar(text)
    assert node.value == value
    assert [text[slice(*inner_span(source, node, i, i + 1))] for i in range(len(value))] == pieces


@pytest.mark.parametrize(
    ("text", "start", "end", "expected"),
    [
        ("k: '{{ .Tag }}'", 3, 7, ".Tag"),
        (r'k: "{{ printf \"%s\" .Tag }}"', 10, 14, r"\"%s\""),
        (r'k: "{{ printf \"%s\" .Tag }}"', 15, 19, ".Tag"),
        ("k: >-\n  {{ .A }}\n  {{ .B }}", 12, 14, ".B"),
    ],
)
def test_a_range(text: str, start: int, end: int, expected: str) -> None:
    source, node = scalar(text)
    assert text[slice(*inner_span(source, node, start, end))] == expected


@pytest.mark.parametrize(
    ("text", "place"), [("k: abc", 6), ("k: 'abc'", 7), ('k: "abc\\n"', 9), ("k: |\n  abc\n", 10), ("k: ''", 4)]
)
def test_the_end_of_the_value(text: str, place: int) -> None:
    source, node = scalar(text)
    end = len(node.value)
    assert inner_span(source, node, end, end) == Span(place, place)
    assert inner_span(source, node, 1_000, 2_000) == Span(place, place)


def test_the_whole_node_where_it_is_unknown() -> None:
    source, node = scalar("a: &x 'it''s'\n*x : y\nk: b")
    alias = Scalar(14, 16, node.value + "longer")  # a value that is not what is written there
    assert inner_span(source, alias, 1, 2) == alias.span


CONTENT = st.text(alphabet=st.sampled_from(list("ab {}.\"'\\\né\t\u0085")), min_size=1, max_size=30)


@settings(max_examples=200, deadline=None)
@given(CONTENT, st.sampled_from(['"', "'", "|", ">", ""]))
def test_places_rise_and_stay_within_the_node(content: str, style: str) -> None:
    written = {
        '"': '"' + content.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\n  ") + '"',
        "'": "'" + content.replace("'", "''").replace("\n", "\n  ") + "'",
        "|": "|\n  " + content.replace("\n", "\n  "),
        ">": ">\n  " + content.replace("\n", "\n  "),
        "": content,
    }[style]
    source = Source(f"k: {written}\n")
    document, _ = read(source)
    if document is None or not isinstance(document.root, Mapping):
        return
    node = document.root.get("k")
    if not isinstance(node, Scalar):
        return
    spans = [inner_span(source, node, i, i + 1) for i in range(len(node.value))]
    assert all(node.start <= span.start <= span.end <= node.end for span in spans)
    if node.style in ("'", '"') or (not node.style and node.value):
        assert all(span != node.span for span in spans) or len(node.value) == 1
        assert all(one.start <= other.start for one, other in pairwise(spans))

"""The YAML tree: spans, anchors, merges, and what `read` refuses."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lazyoci.config.load import load
from lazyoci.config.read import read
from lazyoci.diagnostic import Diagnostic, Source
from lazyoci.yaml.nodes import Document, Mapping, Node, Scalar, Sequence, path_at


def document(text: str) -> Document:
    found, diagnostics = read(Source(text))
    assert found is not None, diagnostics
    return found


def root(text: str) -> Mapping:
    node = document(text).root
    assert isinstance(node, Mapping)
    return node


def problem(text: str) -> Diagnostic:
    found, diagnostics = read(Source(text))
    assert found is None
    (one,) = diagnostics
    return one


def written(text: str, node: Node | None) -> str:
    assert node is not None
    return text[node.start : node.end]


SPANS = [
    ("a: b", "b"),
    ("a: 'b c' # d", "'b c'"),
    ('a: "b"', '"b"'),
    ("a: &x b", "b"),
    ("a: !!str &x  b", "b"),
    ("a: &x !!str # why\n  b", "b"),
    ("a: !<tag:yaml.org,2002:str> b", "b"),
    ("a: |\n  b\n  c\n\n# d\ne: f", "|\n  b\n  c"),
    ("a: [b, c]  ", "[b, c]"),
    ("a: &x [b,\n  c\n ]\n", "[b,\n  c\n ]"),
    ("a: {b: c}", "{b: c}"),
    ("a:\n  - b\n  - c\n\n# d\ne: f", "- b\n  - c"),
    ("a: &x\n  b: c\n  d: e\n\nf: g", "b: c\n  d: e"),
    ("a:\n  b:\n    c:\nd: e", "b:\n    c:"),
    ("a: \nb: c", ""),
    ("\ufeffa: 'é\u2028ü'\nb: c", "'é\u2028ü'"),
    ("é: 1\r\na: [x,\r\n y]\r\nb: c\r\n", "[x,\r\n y]"),
    ("a: b\u0085\nc: d", "b"),
]


@pytest.mark.parametrize(("text", "expected"), SPANS)
def test_spans(text: str, expected: str) -> None:
    assert written(text, root(text).get("a")) == expected


def test_an_alias_stands_for_its_node_and_its_place_is_kept() -> None:
    text = "a: &x [1]\nb: *x\n? *x\n: c\nd: [*x, 2]\n"
    found = document(text)
    assert isinstance(found.root, Mapping)
    assert found.root.get("b") is found.root.get("a")
    assert [text[slice(*one.span)] for one in found.aliases] == ["*x", "*x", "*x"]
    assert [(one.name, text[slice(*one.span)]) for one in found.anchors] == [("x", "&x")]
    assert found.anchors[0].node is found.root.get("a")
    assert found.root.end == len(text) - 1


def test_an_alias_as_a_key_is_placed_where_it_is_used() -> None:
    text = "a: &x name\n*x : b\n"
    key = root(text).key("name")
    assert key is not None
    assert written(text, key) == "*x"


def test_the_latest_anchor_counts() -> None:
    found = root("a: &x 1\nb: &x 2\nc: *x\n").get("c")
    assert isinstance(found, Scalar)
    assert found.value == "2"


MERGES = [
    ("<<: {a: 1, b: 2}\na: 3", {"a": "3", "b": "2"}),
    ("a: 3\n<<: {a: 1}", {"a": "3"}),
    ("<<: [{a: 1}, {a: 2, b: 2}]", {"a": "1", "b": "2"}),
    ("<<: {<<: {a: 1}, b: 2}", {"a": "1", "b": "2"}),
    ("!!merge <<: {a: 1}", {"a": "1"}),
    ('"<<": a', {"<<": "a"}),
    ("!!str <<: a", {"<<": "a"}),
    ("<<: nothing\na: 1", {"a": "1"}),
]


@pytest.mark.parametrize(("text", "expected"), MERGES)
def test_merges(text: str, expected: dict[str, str]) -> None:
    fields = root(text).fields()
    assert {name: value.value for name, (_, value) in fields.items() if isinstance(value, Scalar)} == expected
    assert fields.keys() == expected.keys()


def test_merges_as_deep_as_allowed() -> None:
    assert root("{<<: " * 900 + "{a: 1}" + "}" * 900).get("a") is not None


def test_depth_is_bounded() -> None:
    assert document("[" * 1_000 + "]" * 1_000).root is not None
    one = problem("[" * 100_000)
    assert one.code == "yaml-syntax"
    assert one.span.start == 1_000


BOMB = "".join(f"{b}: &{b} [{','.join(['*' + a] * 10)}]\n" for a, b in ("ab", "bc", "cd", "de", "ef"))


def test_alias_bombs_are_refused() -> None:
    one = problem("a: &a [x,x,x,x,x,x,x,x,x,x]\n" + BOMB)
    assert one.code == "yaml-syntax"
    assert "aliases" in one.message


def test_many_honest_aliases_are_not() -> None:
    artifact = "  - <<: *base\n    name: n\n"
    assert document("x-base: &base {type: image, targets: [a, b, c]}\nartifacts:\n" + artifact * 2_000).root is not None


@pytest.mark.parametrize(
    ("text", "words"),
    [("a: *b", "no anchor"), ("a: &x [*x]", "inside"), ("a: &x {b: {c: *x}}", "inside"), ("a: &x\n  <<: *x", "inside")],
)
def test_bad_aliases(text: str, words: str) -> None:
    one = problem(text)
    assert words in one.message
    assert text[slice(*one.span)].startswith("*")


def test_duplicate_keys() -> None:
    text = "a: 1\n'a': 2\nb: {c: 1, c: 2}\n1: x\n0x1: y\n"
    _, found = read(Source(text))
    assert [(one.code, text[slice(*one.span)]) for one in found] == [("duplicate-key", "c"), ("duplicate-key", "'a'")]
    assert [text[slice(*one.related[0].span)] for one in found] == ["c", "a"]
    assert "line 1" in found[1].message


EXTRA = [("a: 1\n---\nb: 2", "---"), ("a: 1\n...\n}{ x", "}{ x"), ("a: 1\n---\n", "---"), ("a: 1\n...\nb", "b")]


@pytest.mark.parametrize(("text", "at"), EXTRA)
def test_only_the_first_document_counts(text: str, at: str) -> None:
    found, diagnostics = read(Source(text))
    assert found is not None
    assert found.more
    assert [(one.code, text[slice(*one.span)]) for one in diagnostics] == [("extra-document", at)]


@pytest.mark.parametrize("text", ["", "# c", "\ufeff", "\ufeff# c\n"])
def test_no_document(text: str) -> None:
    assert document(text).root is None


PATHS = [
    ("a: |b", ["a: b", "a", "b"]),
    ("a|: b", ["a: b", "a"]),
    ("a:| b", ["a: b", "a"]),
    ("a: [b, {c: d|}]", ["a: [b, {c: d}]", "a", "[b, {c: d}]", "{c: d}", "c", "d"]),
    ("a:\n  - b: c|\n    d: e", ["a:\n  - b: c\n    d: e", "a", "- b: c\n    d: e", "b: c\n    d: e", "b", "c"]),
    ("a: &x b\nc: *|x", ["a: &x b\nc: *x", "c"]),
    ("a: b\n\n|\nc: d", ["a: b\n\n\nc: d"]),
    ("a: b|", ["a: b", "a", "b"]),
    ("a:|", ["a:", "a", ""]),
]


@pytest.mark.parametrize(("text", "expected"), PATHS)
def test_path_at(text: str, expected: list[str]) -> None:
    offset = text.index("|")
    text = text.replace("|", "")
    found = [written(text, node) for node in path_at(document(text), offset)]
    assert found == expected


def test_a_path_ends_outside_of_everything() -> None:
    assert path_at(document("# c\na: b\n"), 0) == []
    assert path_at(document(""), 0) == []


YAMLISH = st.text(
    alphabet=st.sampled_from(list("a1 \n\t:-?[]{},#&*!|>'\"%@`~.<é\r\ufeff\u2028\x07\ud800")), max_size=60
)


@settings(max_examples=300, deadline=None)
@given(YAMLISH)
def test_any_text_gives_a_document_or_one_explanation(text: str) -> None:
    source = Source(text)
    found, diagnostics = read(source)
    if found is None:
        assert diagnostics
        assert {one.code for one in diagnostics} <= {"yaml-syntax", "unquoted-template"}
    else:
        assert nested(found.root)
    for one in load(source).diagnostics:
        assert 0 <= one.span.start <= one.span.end <= len(text)
        assert one.message.isprintable()


def nested(node: Node | None) -> bool:
    """Whether every node that is written within another lies within it, in order."""
    if isinstance(node, Mapping):
        parts = [part for entry in node.items for part in entry]
    elif isinstance(node, Sequence):
        parts = node.items
    else:
        return node is None or node.start <= node.end
    here = [part for part in parts if node.start <= part.start and part.end <= node.end]
    ordered = all(one.start <= other.start for one, other in pairwise(here))
    aliased = len(here) < len(parts)
    return node.start <= node.end and (aliased or ordered) and all(nested(part) for part in parts)

"""The canonical layout: what it is, that it changes nothing else, and that there is only one of it."""

from __future__ import annotations

import contextlib
import json
from base64 import b64decode
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from lazyoci.config.format import format
from lazyoci.config.load import load
from lazyoci.diagnostic import Source
from lazyoci.errors import FormatError
from lazyoci.frozen import frozen
from lazyoci.yaml.encoding import EncodingError, decode_bytes
from lazyoci.yaml.quotes import is_plain
from tests.golden_files import cases
from tests.goldens import assert_golden

ROOT = Path(__file__).parents[3]
GOLDEN = ROOT / "tests" / "golden" / "format"
VECTORS = ROOT / "tests" / "vectors" / "yaml-decode.jsonl"


def documents() -> Iterator[str]:
    """Every recorded document and golden file, valid or not."""
    for line in VECTORS.read_text(encoding="utf-8").splitlines():
        one = json.loads(line)
        try:
            yield one["yaml"] if "yaml" in one else decode_bytes(b64decode(one["yaml_b64"]))
        except EncodingError:
            continue
    for folder in ("err", "ok"):
        yield from (case.text for case in cases(folder))


DOCUMENTS = list(documents())


@frozen
class Meaning:
    """What is compared: the typed configuration, without places; the codes of what is wrong."""

    config: Any
    codes: Any


def plain(value: Any) -> Any:
    """A decoded value without its nodes."""
    fields = getattr(type(value), "__frozen_fields__", None)
    if fields is not None:
        kept = [name for name in fields if name not in ("node", "document")]
        return type(value).__name__, *((name, plain(getattr(value, name))) for name in kept)
    if isinstance(value, tuple):
        return tuple(map(plain, value))
    if hasattr(value, "items"):
        return {key: plain(item) for key, item in value.items()}
    return value


def meaning(text: str) -> Meaning:
    loaded = load(Source(text))
    return Meaning(plain(loaded.config), sorted(one.code for one in loaded.diagnostics))


def comments(text: str) -> list[str]:
    """The comments of a text as PyYAML's scanner leaves them over: what is between its tokens."""
    found, end = [], 0
    for token in yaml.scan(text, Loader=yaml.CLoader):
        gap = text[end : token.start_mark.index]
        found += [line.strip() for line in gap.splitlines() if line.strip().startswith("#")]
        end = max(end, token.end_mark.index)
    return found + [line.strip() for line in text[end:].splitlines() if line.strip().startswith("#")]


def check(text: str) -> str:
    """Format, and see that it is the same file in the only layout there is."""
    formatted = format(text)
    assert format(formatted) == formatted
    assert meaning(formatted) == meaning(text)
    return formatted


@pytest.mark.parametrize("path", sorted(GOLDEN.glob("*.lazy")), ids=lambda path: path.stem)
def test_golden(path: Path) -> None:
    formatted = check(path.read_bytes().decode())
    assert_golden(f"format/{path.stem}.out", formatted)


@pytest.mark.parametrize("path", sorted((ROOT / "examples").glob("*/.lazy")), ids=lambda path: path.parent.name)
def test_examples_are_formatted(path: Path) -> None:
    text = path.read_bytes().decode()
    assert format(text) == text


@pytest.mark.parametrize("text", DOCUMENTS)
def test_recorded_documents(text: str) -> None:
    try:
        formatted = check(text)
    except FormatError:
        loaded = load(Source(text))
        # what follows the first document is not read; in it there may be anything
        assert loaded.document is None or "extra-document" in {one.code for one in loaded.diagnostics}
        return
    assert comments(formatted.removeprefix("\ufeff")) == comments(text.removeprefix("\ufeff"))


LAYOUT = ["", " ", "  ", "\n", "\n\n", "  # c\n", "\n# c\n", "\n    # c\n", "\t"]


@given(st.sampled_from(DOCUMENTS), st.data())
@settings(max_examples=250)
def test_mutated_documents(text: str, data: st.DataObject) -> None:
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(text)))
        new = data.draw(
            st.sampled_from([*LAYOUT, "a", ":", "- ", "? ", '"', "'", "[", "]", "{", "}", ",", "#", "|", "&a ", "*a"])
        )
        text = text[:at] + new + text[at + data.draw(st.integers(0, 3)) :]
    with contextlib.suppress(FormatError):
        check(text)


SCALARS = st.sampled_from(
    ["a", "v1.2", "1.10", "012", "yes", "null", "~", "2024-01-02", "22:22", "1.2.3", "a b", "a: b", "a #b", "it's",
     'say "x"', "{{ .Tag }}", "v{{ .Tag }}", "-", "- a", "ü", "nginx:alpine", "http://x/y", "", " a", "a ", "#a", "\\d"]
)  # fmt: skip


def quoted(value: str, style: str) -> str:
    return "'" + value.replace("'", "''") + "'" if style == "'" else json.dumps(value, ensure_ascii=False)


@st.composite
def trees(draw: st.DrawFn, depth: int = 0, column: int = 0) -> list[str]:
    """The lines of a value in block layout, with odd but valid indentation, blanks, quotes and comments."""
    kind = draw(st.sampled_from(["text", "flow", "block"] if depth > 2 else ["map", "list", "text", "flow", "block"]))
    scalar = quoted(draw(SCALARS), draw(st.sampled_from("'\"")))
    comment = draw(st.sampled_from(["", "", " # c", "   # d"]))
    if kind == "text":
        return [scalar + comment]
    if kind == "flow":
        other = quoted(draw(SCALARS), "'")
        blank = draw(st.sampled_from(["", " ", "  "]))
        return [
            draw(
                st.sampled_from(
                    [f"[{blank}{scalar},{blank}{other}]", f"{{a:{blank or ' '}{scalar},b: {other}{blank}}}"]
                )
            )
            + comment
        ]
    if kind == "block":
        indent = " " * (column + draw(st.integers(1, 4)))
        return [
            draw(st.sampled_from(["|", ">-", "|+"])) + comment,
            f"{indent}line",
            f"{indent}  more",
            "",
            f"{indent}last",
        ]
    indent = " " * (column + (draw(st.integers(1, 4)) if depth else 0))
    lines = [""]
    for number in range(draw(st.integers(1, 3))):
        if draw(st.integers(0, 5)) == 0:
            lines += draw(st.sampled_from([[""], ["", ""], [f"{indent}# above"], ["# margin"]]))
        head = f"{indent}k{number}:" if kind == "map" else f"{indent}-"
        first, *rest = draw(trees(depth + 1, len(indent)))
        lines += [f"{head} {first}" if first else head + draw(st.sampled_from(["", "  # e"])), *rest]
    return lines


@given(trees())
@settings(max_examples=200)
def test_any_layout_becomes_the_one(lines: list[str]) -> None:
    text = "\n".join(lines) + "\n"
    formatted = format(text)
    assert format(formatted) == formatted
    assert yaml.safe_load(formatted) == yaml.safe_load(text)
    assert comments(formatted) == comments(text)
    assert "\t" not in formatted
    assert "|+" in text or "\n\n\n" not in formatted


@given(SCALARS | st.text(max_size=8), st.booleans())
@settings(max_examples=300)
def test_without_quotes_a_text_stays_that_text(value: str, flow: bool) -> None:
    if is_plain(value, flow=flow):
        written = f"[{value}, {value}]" if flow else f"- {value}\n- {value} # c\n"
        assert yaml.safe_load(written) == [value, value]
        assert yaml.safe_load(f"{{{value}: 1}}" if flow else f"{value}: 1") == {value: 1}


class TestLayout:
    @pytest.mark.parametrize(
        ("text", "formatted"),
        [
            ("", ""),
            ("\n\n", ""),
            ("# only\n\n\n# comments", "# only\n\n# comments\n"),
            ("a:   1\n", "a: 1\n"),
            ("a : 1\n", "a: 1\n"),
            ("a:\t1\n", "a: 1\n"),
            ("a: 1", "a: 1\n"),
            ("a: 1\n\n\n\nb: 2\n\n", "a: 1\n\nb: 2\n"),
            ("a:\n- 1\n-   2\n", "a:\n  - 1\n  - 2\n"),
            ("a:\n    b:\n          c: 1\n", "a:\n  b:\n    c: 1\n"),
            ("-   a: 1\n    b: 2\n", "- a: 1\n  b: 2\n"),
            ("- - 1\n  - 2\n", "- - 1\n  - 2\n"),
            ("a: [ 1,2 ,3 ]\n", "a: [1, 2, 3]\n"),
            ("a: { b: 1,c:  2 }\n", "a: {b: 1, c: 2}\n"),
            ("a: [\n1,\n     2\n]\n", "a: [\n  1,\n  2\n]\n"),
            ("a: [1, # c\n 2]\n", "a: [1,  # c\n  2]\n"),
            ("a: {b: , c: d}\n", "a: {b: , c: d}\n"),
            ("a: 1 # c\n", "a: 1  # c\n"),
            ("a: 'b'\n", "a: b\n"),
            ("a: '1.10'\n", 'a: "1.10"\n'),
            ("a: 'x: y'\n", 'a: "x: y"\n'),
            ("a: '{{ .Tag }}'\n", 'a: "{{ .Tag }}"\n'),
            ("a: '{{ .Tag | default \"x\" }}'\n", "a: '{{ .Tag | default \"x\" }}'\n"),
            ('a: "say \\"x\\""\n', "a: say \"x\"\n"),
            ('a: "\\"x\\""\n', "a: '\"x\"'\n"),
            ("a: {{ .Tag }}\n", "a: {{ .Tag }}\n"),
            ("a:  [{{ .Tag }} ,b]\n", "a: [{{ .Tag }}, b]\n"),
            ("&x a: &y b\nc: *y\n*x : d\n", "&x a: &y b\nc: *y\n*x : d\n"),
            ("a: !!str 1\n", "a: !!str 1\n"),
            ("a: !!str 'b'\n", "a: !!str 'b'\n"),
            ("a: |\n     b\n       c\n", "a: |\n  b\n    c\n"),
            ("a: |2\n    b\n   c\n", "a: |2\n    b\n   c\n"),
            ("a:\n    - |+\n        b\n\n\n    - c\n", "a:\n  - |+\n    b\n\n\n  - c\n"),
            ("a: |  # c\n   b\n", "a: |  # c\n  b\n"),
            ("a: 'b\n\n      c'\n", "a: 'b\n\n  c'\n"),
            ("---\na:   1\n...\n", "---\na: 1\n...\n"),
            ("? a\n: b\n", "? a\n: b\n"),
            ("a:\n  b: 1\n  # of b\n# of c\nc: 2\n", "a:\n  b: 1\n  # of b\n# of c\nc: 2\n"),
            ("a:\n# list\n- b\n# of c\n- c\n# of d\nd: 1\n", "a:\n  # list\n  - b\n  # of c\n  - c\n# of d\nd: 1\n"),
            ("a:\n      - b\n      # last\n# end\n", "a:\n  - b\n  # last\n# end\n"),
        ],
    )  # fmt: skip
    def test_examples(self, text: str, formatted: str) -> None:
        assert format(text) == formatted
        assert format(formatted) == formatted

    def test_line_breaks_are_those_of_the_first_line(self) -> None:
        assert format("a:   1\r\nb: |\r\n   x\r\n") == "a: 1\r\nb: |\r\n  x\r\n"
        assert format("a:   1\nb: 2\r\n") == "a: 1\nb: 2\n"

    def test_a_byte_order_mark_stays(self) -> None:
        assert format("\ufeffa:   1\n") == "\ufeffa: 1\n"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a: [\n", "line "),
        ("a: 1\n---\nb: [\n", "a later document is not YAML"),
        ("a: '\n", "line "),
    ],
)
def test_what_is_no_yaml_is_refused(text: str, message: str) -> None:
    with pytest.raises(FormatError) as caught:
        format(text)
    assert message in caught.value.message


def test_a_huge_file_ends_with_a_message() -> None:
    with pytest.raises(FormatError, match="split it over several"):
        format("a: 1\n" * 500_000)


def test_deep_nesting_ends_with_a_message() -> None:
    for text in ("[" * 100_000, "- " * 100_000, "{a: " * 20_000):
        with pytest.raises(FormatError):
            format(text)


def test_the_safety_net_catches_what_the_layout_would_change(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lazyoci.config.format.requoted", lambda *_, **__: "other")
    with pytest.raises(FormatError, match="without risk"):
        format("a: 'b'\n")

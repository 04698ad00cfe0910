"""Tokens of whole and half-typed templates."""

import pytest

from lazyoci.template import tokens


def _cut(source: str) -> list[tuple[str, str]]:
    return [(token.kind, source[token.span.start : token.span.end]) for token in tokens(source)]


def _inside(source: str) -> list[tuple[str, str]]:
    return [(kind, text) for kind, text in _cut(source) if text.strip()]


def test_every_kind() -> None:
    source = (
        "é {{- if and .Tag $x.Foo -}} {{/* c */}}{{ printf \"%s\" `r` 'c' 1.5 1+2i true nil | len }}{{ $y := (.) }}"
    )
    assert _cut(source) == [
        ("text", "é"),
        ("text", " "),
        ("delimiter", "{{-"),
        ("text", " "),
        ("keyword", "if"),
        ("text", " "),
        ("function", "and"),
        ("text", " "),
        ("variable", ".Tag"),
        ("text", " "),
        ("variable", "$x"),
        ("variable", ".Foo"),
        ("text", " "),
        ("delimiter", "-}}"),
        ("text", " "),
        ("delimiter", "{{"),
        ("comment", "/* c */"),
        ("delimiter", "}}"),
        ("delimiter", "{{"),
        ("text", " "),
        ("function", "printf"),
        ("text", " "),
        ("string", '"%s"'),
        ("text", " "),
        ("string", "`r`"),
        ("text", " "),
        ("string", "'c'"),
        ("text", " "),
        ("number", "1.5"),
        ("text", " "),
        ("number", "1+2i"),
        ("text", " "),
        ("keyword", "true"),
        ("text", " "),
        ("keyword", "nil"),
        ("text", " "),
        ("operator", "|"),
        ("text", " "),
        ("function", "len"),
        ("text", " "),
        ("delimiter", "}}"),
        ("delimiter", "{{"),
        ("text", " "),
        ("variable", "$y"),
        ("text", " "),
        ("operator", ":="),
        ("text", " "),
        ("operator", "("),
        ("variable", "."),
        ("operator", ")"),
        ("text", " "),
        ("delimiter", "}}"),
    ]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("", []),
        ("x", [("text", "x")]),
        ("{{", [("delimiter", "{{")]),
        ("{{ .Ta", [("delimiter", "{{"), ("variable", ".Ta")]),
        ("{{ .", [("delimiter", "{{"), ("variable", ".")]),
        ("{{ low", [("delimiter", "{{"), ("function", "low")]),
        ('{{ printf "a }}', [("delimiter", "{{"), ("function", "printf"), ("error", '"a }}')]),
        ("{{ (len .Tag }}-{{ .X }}", [
            ("delimiter", "{{"), ("operator", "("), ("function", "len"), ("variable", ".Tag"), ("delimiter", "}}"),
            ("text", "-"), ("delimiter", "{{"), ("variable", ".X"), ("delimiter", "}}"),
        ]),
        ("{{ .Tag) }}x", [
            ("delimiter", "{{"), ("variable", ".Tag"), ("error", ")"), ("delimiter", "}}"), ("text", "x"),
        ]),
        ("{{ é→ }}x", [("delimiter", "{{"), ("error", "é→"), ("delimiter", "}}"), ("text", "x")]),
        ("{{ 12abc }}", [("delimiter", "{{"), ("error", "12a"), ("function", "bc"), ("delimiter", "}}")]),
        ("{{ : }}", [("delimiter", "{{"), ("error", ":"), ("delimiter", "}}")]),
        ("a{{- /* c", [("text", "a"), ("delimiter", "{{-"), ("error", "/* c")]),
        ("a{{/* c */ x }}b", [
            ("text", "a"), ("delimiter", "{{"), ("error", "/* c */"), ("function", "x"), ("delimiter", "}}"),
            ("text", "b"),
        ]),
        ("{{- /* c */ -}} b", [
            ("delimiter", "{{-"), ("comment", "/* c */"), ("delimiter", "-}}"), ("text", "b"),
        ]),
    ],
)  # fmt: skip
def test_half_typed(source: str, expected: list[tuple[str, str]]) -> None:
    assert _inside(source) == expected

"""Templates that lack their quotes: found where they break the YAML, and nowhere else."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lazyoci.config.read import read
from lazyoci.diagnostic import Source
from lazyoci.yaml.edits import apply


def found(text: str) -> list[str]:
    """The templates reported."""
    document, diagnostics = read(Source(text))
    assert document is None
    assert {one.code for one in diagnostics} == {"unquoted-template"}
    return [text[slice(*one.span)] for one in diagnostics]


def mended(text: str) -> str:
    """The text with all fixes of one reading applied."""
    _, diagnostics = read(Source(text))
    return apply(text, [edit for one in diagnostics if one.fix for edit in one.fix.edits])


CASES = [
    ("a: {{ .T }}/x", ["{{ .T }}/x"]),
    ("a: {{ .T }}/x # {{ .No }}", ["{{ .T }}/x"]),
    ("- - {{ .T }}-x", ["{{ .T }}-x"]),
    ("- a: {{ .T }}-x\n  b: c", ["{{ .T }}-x"]),
    ('"a b": {{ .T }}-x', ["{{ .T }}-x"]),
    ("a: {{- .T -}}", ["{{- .T -}}"]),
    ('a: {{ if eq .A "x" }}y{{ else }}z{{ end }}', ['{{ if eq .A "x" }}y{{ else }}z{{ end }}']),
    ('a: {{ "}}" }}x', ['{{ "}}" }}x']),
    ("a: {{ `}}` }}x", ["{{ `}}` }}x"]),
    ("a: b{{ .T }}: c", ["b{{ .T }}: c"]),
    ("a: [{{ .A }}-x, b, v{{ .B }}]", ["{{ .A }}-x", "v{{ .B }}"]),
    ("a: {b: {{ .A }}/x, c: [{{ .B }}]}", ["{{ .A }}/x", "{{ .B }}"]),
    ("a: [\n  {{ .A }}-x,\n  b,\n  '{{ .C }}'\n]", ["{{ .A }}-x"]),
    ("a: {{ .A }}-x\nb: c\nd: {{ .B }}-y\n", ["{{ .A }}-x", "{{ .B }}-y"]),
    ("é: {{ .A }}-😀\r\nb: {{ .B }}-y\r\n", ["{{ .A }}-😀", "{{ .B }}-y"]),
    ("\ufeffa: {{ .A }}-x", ["{{ .A }}-x"]),
]


@pytest.mark.parametrize(("text", "expected"), CASES)
def test_found_and_mended(text: str, expected: list[str]) -> None:
    assert found(text) == expected
    document, diagnostics = read(Source(mended(text)))
    assert document is not None, diagnostics


QUOTES = [
    ("a: {{ .T }}/x", 'a: "{{ .T }}/x"'),
    ('a: {{ f "x" }}/x', "a: '{{ f \"x\" }}/x'"),
    ('a: {{ f "it\'s" }}/x', "a: '{{ f \"it''s\" }}/x'"),
    ("a: {{ f `\\` }}/x", "a: '{{ f `\\` }}/x'"),
]


@pytest.mark.parametrize(("text", "expected"), QUOTES)
def test_which_quotes(text: str, expected: str) -> None:
    assert mended(text) == expected


NOT_THE_REASON = [
    "a: {{ .T\nb: c",  # never closed
    "a: v{{ .T }}\nb: [c\n",  # that one is fine
    'a: "{{ .T }}"x\n',  # quoted already
    "a: '{{ .T }}'\nb: c: d\n",
    "a: {{ .T }}\n\tb: c\n",
]


@pytest.mark.parametrize("text", NOT_THE_REASON)
def test_another_reason(text: str) -> None:
    _, diagnostics = read(Source(text))
    assert [one.code for one in diagnostics] == ["yaml-syntax"]


TEMPLATES = st.sampled_from(["{{ .A }}", "{{.B}}", '{{ f "x" .C }}', "{{- .D }}", "{{ .E | g }}"])
PIECES = st.lists(TEMPLATES | st.sampled_from(["-", "/x", "v", ".", "_a"]), min_size=1, max_size=4).filter(
    lambda pieces: "{{" in "".join(pieces)
)
LINES = st.sampled_from(
    ["a{}: VALUE", "a{}: [VALUE, b]", "a{}: {{b: VALUE, c: d}}", "a{}: # c\n  - VALUE", "a{}: VALUE # c"]
)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(LINES, PIECES), min_size=1, max_size=4))
def test_quotes_mend_whatever_they_are_offered_for(lines: list[tuple[str, list[str]]]) -> None:
    text = "\n".join(line.format(i).replace("VALUE", "".join(pieces)) for i, (line, pieces) in enumerate(lines))
    document, diagnostics = read(Source(text))
    if document is not None:
        return
    assert {one.code for one in diagnostics} == {"unquoted-template"}, text
    assert read(Source(mended(text)))[0] is not None, text


@pytest.mark.parametrize("text", ['a: ["{{ .T }}, b]', "a: ['{{ .T }}, b]", 'a: [c, "{{ .T }}, b]\nd: e\n'])
def test_a_quote_that_is_not_closed_is_the_trouble_itself(text: str) -> None:
    _, diagnostics = read(Source(text))
    assert [one.code for one in diagnostics] == ["yaml-syntax"]


def test_two_readings_of_one_place_are_not_both_quoted() -> None:
    text = (
        "version: 1\nartifacts:\n  - type: docker\n    image: nginx:alpine\n    targets:\n"
        "      - registry: ghcr.io/acme/web\n"
        '    @"{{ .Tag }}", "v{{ .Version }}", "{{ .VersionFull }}", "{{ .Version }}", Latest, latest]\n'
        '      - registry: docker.io/acme/web\n        tags: ["{{ .Tag }}", latest]\n'
    )
    _, diagnostics = read(Source(text))
    assert {one.code for one in diagnostics} <= {"unquoted-template", "yaml-syntax"}
    spans = sorted(one.span for one in diagnostics)
    assert all(one.end <= other.start for one, other in pairwise(spans))

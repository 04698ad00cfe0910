"""Whatever the text: only TemplateError comes out, tokens are the whole text, spans lie within it."""

import re

from hypothesis import given, settings
from hypothesis import strategies as st

from lazyoci.template import FUNCTIONS, VARIABLES, TemplateError, execute, parse, render, tagify, tokens

PIECES = st.sampled_from(
    [
        "{{", "}}", "{{-", "-}}", " ", " ", "\n", "/*", "*/", "|", "(", ")", ":=", "=", ",", ".", "..", "$", "$x",
        "$x.Tag",
        ".Tag", ".GitSHA", ".Nope", ".Tag.Foo", "if", "else", "end", "range", "with", "define", "block", "template",
        "break", "continue", "nil", "true", '"a"', '"%d%s"', '"%[2]*.[1]*f"', '"tag"', "`r`", "'c'", '"\\xff"', "'",
        '"',
        "0", "1", "-1", "1.5", "1e3", "1+2i", "0x1p4", "9223372036854775808", "é", "😀", "\u2028", "\x00", "x",
        "{{ end }}",
        "{{ if .Tag }}", "{{ range 2 }}", "{{ $x := .Tag }}", "{{ template `t` . }}", "{{ define `t` }}", *FUNCTIONS,
    ]
)  # fmt: skip
SOURCES = st.one_of(
    st.text(max_size=40),
    st.lists(PIECES, max_size=25).map("".join),
    st.lists(PIECES, max_size=12).map(lambda pieces: "{{ " + " ".join(pieces) + " }}"),
)
TEXTS = st.text(alphabet=st.characters(), max_size=10)
VALUES = st.dictionaries(st.sampled_from(VARIABLES), TEXTS, max_size=3)


@settings(max_examples=200, deadline=None)
@given(SOURCES)
def test_tokens_are_the_whole_text(source: str) -> None:
    at = 0
    for _kind, (start, end) in tokens(source):
        assert start == at < end
        at = end
    assert at == len(source)


@settings(max_examples=300, deadline=None)
@given(SOURCES, VALUES, st.sets(st.sampled_from(VARIABLES), max_size=2), st.booleans())
def test_only_template_errors(source: str, values: dict[str, str], missing: set[str], portable: bool) -> None:
    try:
        template = parse(source, portable=portable)
        for node in template.walk():
            assert 0 <= node.span.start <= node.span.end <= len(source)
            str(node)
        for name, span in (*template.fields(), *template.calls()):
            assert name or source[span.start : span.end] == "."
        text = render(source, values, portable=portable)
        text.encode("utf-8", "surrogateescape")
        assert execute(template, values).text == text
    except TemplateError as error:
        _check(error, source)
    for unknown, unset in ((missing, ()), ((), missing)):
        try:
            done = execute(parse(source, portable=portable), values, unknown, unset)
            assert set(done.unknown) <= missing & set(done.used)
        except TemplateError as error:
            _check(error, source)


def _check(error: TemplateError, source: str) -> None:
    assert error.message.startswith("template: tag:")
    assert 0 <= error.span.start <= error.span.end <= len(source)
    if error.what.startswith("unknown"):
        assert error.name in source[error.span.start : error.span.end]


@settings(max_examples=100, deadline=None)
@given(st.sampled_from(VARIABLES), st.text(max_size=10), st.text(alphabet="abc }-é\n", max_size=10))
def test_a_value_comes_out_as_it_went_in(name: str, value: str, around: str) -> None:
    assert render(f"{around}{{{{ .{name} }}}}{around}", {name: value}) == f"{around}{value}{around}"


@settings(max_examples=100, deadline=None)
@given(st.text(alphabet=st.characters(), max_size=200))
def test_tagify_gives_a_tag(text: str) -> None:
    tag = tagify(text)
    assert tag == "" if not text else re.fullmatch(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,127}", tag)
    assert tagify(tag) == tag

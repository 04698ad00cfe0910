"""Where things are: nodes, fields, calls, errors. Offsets are code points."""

import pytest

from lazyoci.template import TemplateError, nodes, parse, render
from lazyoci.template.nodes import Node


def _at(source: str, node: Node) -> str:
    return source[node.span.start : node.span.end]


def _all(source: str, kind: type[Node]) -> list[str]:
    return [_at(source, node) for node in parse(source).walk() if type(node) is kind]


def test_every_node_has_the_span_of_its_source() -> None:
    source = "é {{- if eq .Tag `x` -}} a {{ $x := (len .Tag) }}{{ else if $.Tag }}{{ $x.Tag.Foo }}{{ end }} z"
    source = source.replace("$x.Tag.Foo", "(print 1.5 'a').Foo.Bar")
    assert _all(source, nodes.Text) == ["é", "a ", " z"]
    assert _all(source, nodes.If) == [
        source[2:-2],
        source[source.index("{{ else") : -2],
    ]
    assert _all(source, nodes.Action) == ["{{ $x := (len .Tag) }}", "{{ (print 1.5 'a').Foo.Bar }}"]
    assert _all(source, nodes.Pipe) == [
        "eq .Tag `x`",
        "$x := (len .Tag)",
        "(len .Tag)",
        "$.Tag",
        "(print 1.5 'a').Foo.Bar",
        "(print 1.5 'a')",
    ]
    assert _all(source, nodes.Chain) == ["(print 1.5 'a').Foo.Bar"]
    assert _all(source, nodes.Identifier) == ["eq", "len", "print"]
    assert _all(source, nodes.Number) == ["1.5", "'a'"]
    assert _all(source, nodes.String) == ["`x`"]
    assert _all(source, nodes.Variable) == ["$x", "$.Tag"]
    assert _all(source, nodes.Name) == [".Tag", ".Tag", ".Tag", ".Foo", ".Bar"]


def test_walk_reaches_definitions() -> None:
    source = "{{ define `t` }}{{ lower .Tag }}{{ end }}{{ template `t` . }}{{ block `b` . }}{{ .Name }}{{ end }}"
    template = parse(source)
    assert [name for name, _ in template.calls()] == ["lower"]
    assert [name for name, _ in template.fields()] == ["Tag", "Name"]
    assert _all(source, nodes.Call) == ["{{ template `t` . }}", "{{ block `b` . }}{{ .Name }}{{ end }}"]


def test_root_is_what_stands_outside_of_definitions() -> None:
    template = parse("{{ define `tag` }}{{ .Tag }}{{ end }} \n")
    assert [type(node) for node in template.root] == [nodes.Text]
    assert [name for name, _ in template.fields()] == ["Tag"]


@pytest.mark.parametrize(
    ("source", "fields"),
    [
        ("no template", []),
        ("{{ .Tag }}{{ $.Version }}", [".Tag", ".Version"]),
        ("{{ .Env.FOO }}", [".Env"]),
        ("{{ $x := . }}{{ $x.Tag }}", [".Tag"]),
        ("{{ (.).Tag }}", [".Tag"]),
        ("{{ if .A }}{{ .B }}{{ else }}{{ .C }}{{ end }}", [".A", ".B", ".C"]),
        ("{{ with .Tag }}{{ . }}{{ end }}", [".Tag"]),
        ("{{ range 3 }}{{ . }}{{ $.Tag }}{{ end }}", [".Tag"]),
    ],
)
def test_fields(source: str, fields: list[str]) -> None:
    found = [(name, source[span.start : span.end]) for name, span in parse(source).fields() if name != source]
    expected = [(field[1:], field) for field in fields]
    if "$x := ." in source or "(.)" in source:
        found = [pair for pair in found if pair[1] not in (".", "$")]
    assert found == expected


@pytest.mark.parametrize("source", ["{{ . }}", "{{ $ }}", "{{ print . }}", "{{ with . }}{{ html . }}{{ end }}"])
def test_the_data_as_a_whole_is_every_variable(source: str) -> None:
    assert {"Registry", "Tag", "VersionRaw"} <= {name for name, _ in parse(source).fields()}


@pytest.mark.parametrize(
    ("source", "what", "name", "where"),
    [
        ("é{{ .Versoin }}", "unknown-variable", "Versoin", ".Versoin"),
        ("{{ $.Env.FOO }}", "unknown-variable", "Env", ".Env"),
        ("{{ .Tag | uper }}", "unknown-function", "uper", "uper"),
        ("{{ len 3 }}", "other", "", "len 3"),
        ("{{ .Tag.Foo }}", "other", "", ".Tag.Foo"),
        ("{{ .Tag", "syntax", "", "{{ .Tag"),
        ("a{{ if .Tag }}b", "syntax", "", "{{ if .Tag }}"),
        ('{{ printf "x }}', "syntax", "", '"x }}'),
        ("{{ .Tag } }}", "syntax", "", "}"),
        ("{{ if }}x{{ end }}", "syntax", "", "}}"),
        ("{{ end }}", "syntax", "", "{{ end }}"),
        ("{{ (len .Tag }}", "syntax", "", "{{ (len .Tag "),
        ("{{ .Tag | . }}", "syntax", "", "."),
        ("{{ 12abc }}", "syntax", "", "12a"),
        ("x{{/* c", "syntax", "", "/* c"),
        ("{{ $x }}", "syntax", "", "$x"),
        ("{{ define `a` }}x{{ end }}{{ define `a` }}y{{ end }}", "syntax", "", "{{ define `a` }}"),
    ],
)
def test_errors(source: str, what: str, name: str, where: str) -> None:
    with pytest.raises(TemplateError) as caught:
        render(source, {"Tag": "v1"})
    error = caught.value
    assert (error.what, error.name) == (what, name)
    assert source[error.span.start : error.span.end] == where


def test_parsing_again_gives_the_same_template() -> None:
    assert parse("{{ .Tag }} once") is parse("{{ .Tag }} once")
    assert parse("{{ .Tag }} once") is not parse("{{ .Tag }} once", portable=True)

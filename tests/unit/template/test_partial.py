"""Execution with values missing: what shows, what is reported, what still fails."""

import pytest

from lazyoci.template import TemplateError, execute, parse

KNOWN = {"Version": "1.2.3", "GitSHA": "abc1234"}


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("{{ .Tag }}", "‹Tag›"),
        ("{{ $.Tag }}-{{ .Version }}", "‹Tag›-1.2.3"),
        ("v{{ lower .Tag }}", "v‹lower .Tag›"),
        ("{{ (lower .Tag) }}", "‹(lower .Tag)›"),
        ("{{ .Tag | trimPrefix `v` }}", "‹.Tag | trimPrefix `v`›"),
        ("a{{ if .Tag }}b{{ else }}c{{ end }}d", "a‹Tag›d"),
        ("{{ if and .Version (eq .Tag `x` .Tag) }}b{{ end }}", "‹Version Tag›"),
        ("{{ with .Tag }}{{ . }}{{ end }}", "‹Tag›"),
        ("{{ range len .Tag }}x{{ end }}", "‹Tag›"),
        ("{{ $x := .Tag }}{{ $x }}", "‹$x›"),
        ("{{ $x := .Tag }}{{ if $x }}b{{ end }}", "‹$x›"),
        ("{{ $x := `a` }}{{ if .Tag }}{{ $x = `b` }}{{ end }}[{{ $x }}]", "‹Tag›[‹$x›]"),
        ("{{ define `t` }}<{{ . }}>{{ end }}{{ template `t` .Tag }}", "<‹.›>"),
        ("{{ print . }}{{ . }}", "‹print .›‹.›"),
        ("{{ slice .Tag 0 9 }}", "‹slice .Tag 0 9›"),
    ],
)
def test_unknown(source: str, text: str) -> None:
    done = execute(parse(source), KNOWN, unknown=("Tag",))
    assert done.text == text
    assert done.unknown == ("Tag",)


@pytest.mark.parametrize("source", ["{{ or .Version .Tag }}", "{{ if false }}{{ .Tag }}{{ end }}", "{{ .GitSHA }}"])
def test_unknown_that_is_not_looked_at(source: str) -> None:
    done = execute(parse(source), KNOWN, unknown=("Tag",))
    assert "‹" not in done.text
    assert done.unknown == ()
    assert "Tag" not in done.used


def test_names_in_order_of_first_use() -> None:
    done = execute(parse("{{ .Tag }}{{ .Version }}{{ .GitBranch }}{{ .Tag }}"), KNOWN, unknown=("GitBranch", "Tag"))
    assert done.used == ("Tag", "Version", "GitBranch")
    assert done.unknown == ("Tag", "GitBranch")


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("{{ .Tag }}{{ .Nope }}", "can't evaluate field Nope in type *build.TemplateVars"),
        ("{{ .Tag.Nope }}", "can't evaluate field Nope in type string"),
        ("{{ .Tag `x` }}", "Tag has arguments but cannot be invoked as function"),
        ("{{ print .Tag .Nope }}", "can't evaluate field Nope in type *build.TemplateVars"),
        ("{{ printf 1 .Tag }}", "expected string; found 1"),
        ("{{ replace .Tag }}", "wrong number of args for replace: want 3 got 1"),
        ("{{ eq .Tag 1 }}", "error calling eq: incompatible types for comparison: string and int"),
        ("{{ call .Tag }}", "error calling call: non-function .Tag of type string"),
        ("{{ trunc .Tag `x` }}", "wrong type for value; expected int; found string"),
        ("{{ range .Tag }}{{ end }}", "range can't iterate over ‹Tag›"),
        ("{{ if .Version }}{{ index .Version 99 }}{{ end }}{{ .Tag }}", "error calling index: index out of range: 99"),
    ],
)
@pytest.mark.parametrize("kind", ["unknown", "unset"])
def test_errors_that_no_value_would_mend(source: str, message: str, kind: str) -> None:
    with pytest.raises(TemplateError) as caught:
        execute(parse(source), KNOWN, **{kind: ("Tag",)})
    assert caught.value.message.endswith(">: " + message)


@pytest.mark.parametrize("source", ["{{ if .Tag }}{{ .Nope }}{{ end }}", "{{ and .Tag .Nope }}", "{{ or .Tag .Nope }}"])
def test_errors_that_a_value_may_mend_are_not_raised(source: str) -> None:
    assert execute(parse(source), KNOWN, unknown=("Tag",)).unknown == ("Tag",)


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("{{ or .Tag `latest` }}", "latest"),
        ("{{ .Tag | default `edge` }}", "edge"),
        ("{{ .Tag | lower | tagify | default `edge` }}", "edge"),
        ("{{ if .Tag }}a{{ else }}b{{ end }}", "b"),
        ("{{ with .Tag }}a{{ else }}b{{ end }}", "b"),
        ("{{ if not .Tag }}b{{ end }}", "b"),
        ("{{ if eq .Tag `x` }}a{{ else }}b{{ end }}", "b"),
        ("{{ if gt (len .Tag) 7 }}a{{ else }}b{{ end }}", "b"),
        ("{{ if and .Version .Tag }}a{{ else }}b{{ end }}", "b"),
        ("{{ range len .Tag }}x{{ else }}b{{ end }}", "b"),
    ],
)
def test_unset_is_empty_where_that_decides(source: str, text: str) -> None:
    done = execute(parse(source), KNOWN, unset=("Tag",))
    assert done.text == text
    assert done.unknown == ()
    assert "Tag" in done.used


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("{{ .Tag }}", "‹Tag›"),
        ("{{ lower .Tag }}", "‹lower .Tag›"),
        ("{{ printf `%s-%s` .Version .Tag }}", "‹printf `%s-%s` .Version .Tag›"),
        ("{{ and .Tag .Version }}", "‹and .Tag .Version›"),
        ("{{ $x := .Tag }}{{ $x }}", "‹$x›"),
        ("{{ slice .Tag 0 7 }}", "‹slice .Tag 0 7›"),
        ("{{ .Tag | default .Tag }}", "‹.Tag | default .Tag›"),
        ("{{ . }}", "‹.›"),
    ],
)
def test_unset_is_unknown_where_it_would_show(source: str, text: str) -> None:
    done = execute(parse(source), KNOWN, unset=("Tag",))
    assert done.text == text
    assert done.unknown == ("Tag",)


def test_or_of_unset_variables_reports_them_all() -> None:
    done = execute(parse("{{ or .Tag .GitBranch }}"), KNOWN, unset=("Tag", "GitBranch"))
    assert done.unknown == ("Tag", "GitBranch")


def test_without_missing_values_it_is_render() -> None:
    done = execute(parse("{{ .Version }}-{{ .Tag }}"), KNOWN)
    assert (done.text, done.used, done.unknown) == ("1.2.3-", ("Version", "Tag"), ())

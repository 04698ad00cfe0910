"""No template takes forever, exhausts the memory or the stack: it fails with a TemplateError that says why."""

import pytest

from lazyoci.template import TemplateError, parse, pipelines, render


def _message(source: str) -> str:
    with pytest.raises(TemplateError) as caught:
        render(source, {"Tag": "x"})
    return caught.value.message


def test_iterations() -> None:
    assert _message("{{ range 1000000000 }}{{ end }}").endswith("at <1000000000>: more than 100000 iterations")
    assert _message("{{ range 1000 }}{{ range 1000 }}{{ end }}{{ end }}").endswith("more than 100000 iterations")
    assert len(render("{{ range 100000 }}x{{ end }}", {})) == 100_000


def test_output() -> None:
    assert _message("{{ range 1000 }}{{ printf `%2000s` `x` }}{{ end }}").endswith(
        "output longer than 1048576 characters"
    )


@pytest.mark.parametrize(
    "source",
    [
        "{{ $x := `xx` }}{{ range 100 }}{{ $x = print $x $x }}{{ end }}",
        "{{ $x := printf `%99999s` `` }}{{ $x = replace `` $x $x }}",
        "{{ printf `%999999s%999999s` 1 2 }}",
        "{{ printf `%.1000000f%.1000000f` 1.0 1.0 }}",
        "{{ $x := printf `%999999s` `` }}{{ urlquery $x $x }}",
    ],
)
def test_texts(source: str) -> None:
    assert _message(source).endswith("text longer than 1048576 characters")


def test_work() -> None:
    source = "{{ $x := printf `%999999s` `` }}{{ range 100000 }}{{ $y := upper $x }}{{ end }}"
    assert _message(source).endswith("characters of text worked on")


def test_templates_that_call_themselves() -> None:
    assert "exceeded maximum template depth (100000)" in _message("{{ template `tag` . }}")
    nested = "{{ if 1 }}" * 50 + "{{ template `tag` . }}" + "{{ end }}" * 50
    assert "exceeded maximum template depth (100000)" in _message(nested)
    pair = "{{ define `a` }}{{ template `b` (print 1) }}{{ end }}{{ define `b` }}{{ template `a` }}{{ end }}"
    assert "exceeded maximum template depth (100000)" in _message(pair + "{{ template `a` }}")


def test_templates_that_call_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pipelines, "MOST_STEPS", 10_000)
    twice = "{{{{ define `{0}` }}}}{{{{ template `{1}` }}}}{{{{ template `{1}` }}}}{{{{ end }}}}"
    source = "".join(twice.format(i, i + 1) for i in range(30))
    assert _message(source + "{{ define `30` }}{{ end }}{{ template `0` }}").endswith("more than 10000 steps")


@pytest.mark.parametrize(
    ("opening", "middle", "closing"),
    [
        ("{{ if 1 }}", "x", "{{ end }}"),
        ("{{ range 1 }}", "x", "{{ end }}"),
        ("{{ with 1 }}{{ else }}", "x", "{{ end }}"),
        ("{{ block `b` . }}", "x", "{{ end }}"),
    ],
)
def test_nesting(opening: str, middle: str, closing: str) -> None:
    for depth in (65, 1_000):
        assert _message(opening * depth + middle + closing * depth).endswith("max expression depth exceeded")


def test_nesting_of_parentheses() -> None:
    assert render("{{ " + "(" * 60 + "1" + ")" * 60 + " }}", {}) == "1"
    assert _message("{{ " + "(" * 10_000 + "1" + ")" * 10_000 + " }}").endswith("max expression depth exceeded")
    assert _message("{{ " + "(print " * 70 + "1" + ")" * 70 + " }}").endswith("max expression depth exceeded")


def test_long_else_if() -> None:
    source = "{{ if 0 }}" + "{{ else if 0 }}" * 50 + "{{ else }}x{{ end }}"
    assert render(source, {}) == "x"
    assert _message(source.replace("{{ else }}", "{{ else if 0 }}" * 1000 + "{{ else }}")).endswith("depth exceeded")


def test_deepest_templates_can_be_walked() -> None:
    source = "{{ if 1 }}" * 60 + "{{ .Tag }}" + "{{ end }}" * 60
    assert [name for name, _ in parse(source).fields()] == ["Tag"]
    assert render(source, {"Tag": "x"}) == "x"


def test_long_numbers_and_formats() -> None:
    assert _message("{{ " + "1" * 100_000 + " }}").startswith("template: tag:1: illegal number syntax")
    assert _message("{{ 0x" + "f" * 100_000 + " }}").startswith("template: tag:1: illegal number syntax")
    brackets = "%[" * 100_000
    assert render("{{ printf `" + brackets + "` }}", {}) == "%[" * 50_000
    assert render("{{ printf `%" + "9" * 1000 + "d` 1 }}", {}) == "%!(NOVERB)%!(EXTRA int=1)"


def test_values_and_sources_with_stray_surrogates() -> None:
    assert render("\ud800{{ .Tag }}", {"Tag": "\udfff"}) == "\ufffd\ufffd"

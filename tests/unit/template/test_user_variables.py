"""`.Var.NAME`: the user's own variables, which have two parts and are one name."""

from __future__ import annotations

import pytest

from lazyoci.diagnostic import Span
from lazyoci.template import TemplateError, execute, parse, render

VALUES = {"Var.REGION": "eu", "Tag": "v1"}


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("{{ .Var.REGION }}", "eu"),
        ("{{.Var.REGION}}-{{ .Tag }}", "eu-v1"),
        ("{{ $.Var.REGION | upper }}", "EU"),
        ('{{ if eq .Var.REGION "eu" }}{{ with .Var.REGION }}{{ . }}{{ end }}{{ end }}', "eu"),
        ('{{ printf "%s-%s" .Var.REGION .Tag }}', "eu-v1"),
    ],
)
def test_a_value(source: str, text: str) -> None:
    assert render(source, VALUES) == text


def test_a_missing_value() -> None:
    rendered = execute(parse("a-{{ .Var.REGION }}"), {}, ["Var.REGION"])
    assert rendered == ("a-‹Var.REGION›", ("Var.REGION",), ("Var.REGION",))
    rendered = execute(parse('{{ .Var.REGION | default "eu" }}'), {}, (), ["Var.REGION"])
    assert (rendered.text, rendered.unknown) == ("eu", ())
    rendered = execute(parse("{{ if .Var.REGION }}x{{ end }}"), {}, ["Var.REGION"])
    assert rendered.text == "‹Var.REGION›"


def test_its_span() -> None:
    assert parse("x{{ .Var.A }}").fields() == (("Var.A", Span(4, 10)),)
    assert parse("{{ lower .Var.A }}").fields() == (("Var.A", Span(9, 15)),)


@pytest.mark.parametrize("source", ["{{ .Var }}", "{{ with .Var }}{{ .REGION }}{{ end }}", "{{ (.Var).REGION }}"])
def test_the_whole_is_no_variable(source: str) -> None:
    with pytest.raises(TemplateError) as raised:
        render(source, VALUES)
    assert (raised.value.what, raised.value.name) == ("unknown-variable", "Var")


def test_a_text_has_no_fields() -> None:
    with pytest.raises(TemplateError, match="can't evaluate field More in type string"):
        render("{{ .Var.REGION.More }}", VALUES)


def test_the_original_has_none() -> None:
    with pytest.raises(TemplateError, match="can't evaluate field Var in type"):
        render("{{ .Var.REGION }}", VALUES, portable=True)

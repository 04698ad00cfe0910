"""The short way for simple templates gives what the engine gives."""

from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lazyoci.template import EXTRA_VARIABLES, VARIABLES, TemplateError, execute, parse, simple
from lazyoci.template import nodes as ast
from lazyoci.template.error import NAME
from lazyoci.template.evaluate import run
from lazyoci.template.functions import FUNCTIONS
from lazyoci.template.parser import Parser
from lazyoci.template.template import Template

NAMES = (*VARIABLES, *EXTRA_VARIABLES)
PIECES = st.sampled_from(
    ["a", "-", "{", "}", "}}", "{{", " ", "\n", "é", "{{/* c */}}", "{{- .Tag }}", "{{ .Tag -}}", "{{ .Tag | lower }}"]
)
FIELDS = st.sampled_from([f"{{{{{blank}.{name}{blank}}}}}" for name in (*NAMES, "Nope") for blank in ("", " ")])
SOURCES = st.lists(PIECES | FIELDS, max_size=5).map("".join)
VALUES = st.dictionaries(st.sampled_from(NAMES), st.sampled_from(["", "v1", "a/b", "ü", "\udcff", "{{ .Tag }}"]))


def dump(node: ast.Node) -> tuple[object, ...]:
    """A node with everything below it, as comparable values."""
    words = "" if isinstance(node, ast.Action) else str(node)
    return type(node).__name__, node.span, node.pos, words, *map(dump, node.children())


def by_the_engine(source: str) -> Template:
    parser = Parser(source, FUNCTIONS)
    return Template(source, parser.parse(), parser.definitions, portable=False)


@given(SOURCES)
@settings(max_examples=300)
def test_nodes_are_those_of_the_parser(source: str) -> None:
    found = simple.parse(source)
    if found is not None:
        engine = by_the_engine(source)
        assert list(map(dump, simple.nodes(source))) == list(map(dump, engine.root))
        assert found.fields == engine.fields()


@given(SOURCES, VALUES, st.sets(st.sampled_from(NAMES)), st.sets(st.sampled_from(NAMES)))
@settings(max_examples=300)
def test_execution_is_that_of_the_engine(
    source: str, values: dict[str, str], unknown: set[str], unset: set[str]
) -> None:
    unknown, unset = unknown - set(values), unset - set(values) - unknown
    try:
        template = parse(source)
    except TemplateError:
        assert simple.parse(source) is None
        return
    assert template.definitions[NAME] == template.root
    outcomes = []
    for way, one in ((execute, template), (run, by_the_engine(source))):
        try:
            outcomes.append(tuple(way(one, values, unknown, unset)))
        except TemplateError as error:
            outcomes.append((error.message, error.span, error.what))
    assert outcomes[0] == outcomes[1]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("", True),
        ("plain", True),
        ("{{ .Tag }}", True),
        ("v{{.Version}}-{{ .GitSHA }}", True),
        ("a}}b", True),
        ("{{{ .Tag }}", False),
        ("{{  .Tag }}", False),
        ("{{- .Tag }}", False),
        ("{{ .Tag.More }}", False),
        ("{{ .Tag", False),
        ("ü{{ .Tag }}", False),
    ],
)
def test_what_is_simple(source: str, expected: bool) -> None:
    assert (simple.parse(source) is not None) is expected


def test_the_engine_is_not_imported_for_simple_templates() -> None:
    code = (
        "import sys; from lazyoci.template import execute, parse;"
        "assert execute(parse('v{{ .Version }}'), {'Version': '1'}).text == 'v1';"
        "print(sorted({'lazyoci.template.lexer', 'lazyoci.template.evaluate'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, encoding="utf-8")
    assert done.stdout == "[]\n"

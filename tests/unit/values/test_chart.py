"""Chart.yaml: source text kept, Helm's checks, and only ChartError for anything else."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lazyoci.values.chart import Chart, ChartError, Dependency, Maintainer, read_chart, read_dependencies


def chart(text: str) -> Chart:
    return read_chart(text.encode())


def test_numbers_and_dates_keep_their_source_text() -> None:
    found = chart("name: 007\nversion: 1.10\nappVersion: 2024-01-02\nkubeVersion: 0x1F\ndescription: yes\n")
    assert (found.name, found.version, found.app_version) == ("007", "1.10", "2024-01-02")
    assert (found.kube_version, found.description) == ("0x1F", "yes")


def test_version_line_is_one_based() -> None:
    assert chart("# first\nname: a\n\nversion: 1.0.0\n").version_line == 4


def test_what_is_absent_is_empty() -> None:
    found = chart("name: a\nversion: 1.0.0\nkeywords:\nannotations: ~\ndependencies: null\n")
    assert (found.api_version, found.type, found.keywords, found.dependencies) == ("v1", "", (), ())
    assert found.annotations == {}


def test_whole() -> None:
    found = chart(
        "apiVersion: v2\nname: a\nversion: v1.2\ntype: library\ndeprecated: True\nmaintainers: [{name: N, email: E}]\n"
        "dependencies: [{name: d, version: '*', repository: r, enabled: true, tags: [x], import-values: [y, {k: v}]}]\n"
    )
    assert found.deprecated
    assert found.maintainers == (Maintainer("N", "E", ""),)
    assert found.dependencies == (Dependency("d", "*", "r", "", ("x",), True, ("y", {"k": "v"}), ""),)
    assert found.raw["type"] == "library"


def test_white_space_and_unprintable_characters_as_helm_keeps_them() -> None:
    found = chart('name: a\nversion: 1.0.0\ndescription: "a\\tb\\nc\\x07\\x1Cd\\u00A0e\\u200Bf"\n')
    assert found.description == "a b cd ef"


def test_anchors_aliases_merges_and_repeated_keys() -> None:
    found = chart(
        "name: a\nversion: 1.0.0\nversion: 2.0.0\nx-base: &b {name: N, email: E}\n"
        "maintainers:\n- {<<: *b, email: F}\n- *b\n"
    )
    assert found.version == "2.0.0"
    assert found.maintainers == (Maintainer("N", "F", ""), Maintainer("N", "E", ""))


def test_only_the_first_document_counts() -> None:
    assert chart("name: a\nversion: 1.0.0\n---\nname: b\n").name == "a"


def test_requirements() -> None:
    (found,) = read_dependencies(b"dependencies: [{name: d, version: 1.0.0, repository: r}]")
    assert (found.name, found.version, found.repository) == ("d", "1.0.0", "r")


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("", 0, "not a mapping"),
        ("- a", 0, "not a mapping"),
        ("name: [", 1, "not YAML"),
        ("version: 1.0.0", None, "name is missing"),
        ("name: a", None, "version is missing"),
        ("name: a\nversion:", 1, "version is missing"),
        ("name: a\nversion: latest", 1, "not a semantic version"),
        ("version: 1.0.0\nname: ..", 1, "not a chart name"),
        ("name: a\nversion: [1]", 1, "version is not text"),
        ("name: a\nversion: 1.0.0\ntype: chart", 2, "application or library"),
        ("name: a\nversion: 1.0.0\ndeprecated: maybe", 2, "true or false"),
        ("name: a\nversion: 1.0.0\nkeywords: k", 2, "keywords is not a list"),
        ("name: a\nversion: 1.0.0\nmaintainers: [m]", 2, "a list of mappings"),
        ("name: a\nversion: 1.0.0\nmaintainers: [{name: [n]}]", 2, "maintainers[0].name is not text"),
        ("name: a\nversion: 1.0.0\nannotations: {a: {b: c}}", 2, "text to text"),
        ("name: a\nversion: 1.0.0\ndependencies: [{name: d}, {name: d}]", 2, "more than one dependency"),
        ("name: *unknown", 0, "has no anchor"),
        ("? [a]\n: b", 0, "must be text"),
        ("a: " + "[" * 100_000, 0, "nested more than"),
    ],
)
def test_what_is_refused(text: str, line: int | None, message: str) -> None:
    with pytest.raises(ChartError) as caught:
        chart(text)
    assert message in caught.value.message
    assert caught.value.line == line


def test_text_that_is_not_utf8() -> None:
    with pytest.raises(ChartError) as caught:
        read_chart(b"name: a\nversion: \xff\n")
    assert caught.value.line == 1


def test_an_alias_bomb_costs_nothing() -> None:
    levels = "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 12))
    assert chart("a0: &a0 x\n" + levels + "name: a\nversion: 1.0.0\n").name == "a"


@settings(max_examples=150, deadline=None)
@given(st.text(alphabet="abc:-[]{}&*<>|!%@'\"#?, \n\t~0.1", max_size=80))
def test_only_chart_errors_come_out(text: str) -> None:
    with contextlib.suppress(ChartError):
        chart("name: a\nversion: 1.0.0\n" + text)

"""Chart.yaml: texts as Helm reads them, Helm's checks, and only ChartError for anything else."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lazyoci.values.helm.chart import Chart, Dependency, Maintainer
from lazyoci.values.helm.chart_yaml import ChartError
from lazyoci.values.helm.read_chart import read_chart


def chart(text: str) -> Chart:
    return read_chart(text.encode())


def test_numbers_and_booleans_are_read_as_helm_reads_them() -> None:
    found = chart("name: 007\nversion: 1.10\nappVersion: 2024-01-02\nkubeVersion: 0x1F\ndescription: yes\n")
    assert (found.name, found.version, found.app_version) == ("7", "1.1", "2024-01-02")
    assert (found.kube_version, found.description) == ("31", "true")
    assert [(one.key, one.plain.written, one.line) for one in found.unquoted] == [
        ("name", "007", 0),
        ("version", "1.10", 1),
        ("description", "yes", 4),
        ("kubeVersion", "0x1F", 3),
    ]


# as written, and as Helm 3.21.4 reads it where it wants text
@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("6.10", "6.1"),
        ("1e3", "1000"),
        ("1e21", "1e+21"),
        ("1234567.0", "1.234567e+06"),
        ("20240102.12", "2.0240102e+07"),
        ("16777217.0", "1.6777216e+07"),
        ("1.23456789012", "1.2345679"),
        ("0.00001", "1e-05"),
        ("1e39", "+Inf"),
        ("1e400", "1e400"),
        (".nan", "NaN"),
        ("-.5", "-0.5"),
        ("012", "10"),
        ("08", "8"),
        ("0b101", "5"),
        ("0o17", "15"),
        ("1_000", "1000"),
        ("18446744073709551615", "18446744073709551615"),
        ("18446744073709551616", "1.8446744e+19"),
        ("-0", "0"),
        ("y", "true"),
        ("OFF", "false"),
        ("1:30", "1:30"),
        ("2024-1-2", "2024-1-2"),
        ("2024-13-01", "2024-13-01"),
        ("!!str 6.10", "6.10"),
        ("'6.10'", "6.10"),
        ("!!float 5", "5"),
        ("! 6.10", "6.10"),
        ("! &anchor 6.10", "6.10"),
        ("# well!\n  6.10", "6.1"),
        ("~", ""),
    ],
)
def test_scalars(written: str, read: str) -> None:
    assert chart(f"name: a\nversion: 1.0.0\nappVersion: {written}\n").app_version == read


def test_keys_count_in_any_case_and_the_last_in_order_wins() -> None:
    assert chart("Name: a\nVERSION: 1.0.0\nappversion: x\n").app_version == "x"
    assert chart("name: a\nversion: 1.0.0\nVersion: 2.0.0\n").version == "1.0.0"


def test_version_line_is_one_based() -> None:
    assert chart("# first\nname: a\n\nversion: 1.0.0\n").version_line == 4


def test_what_is_absent_is_empty() -> None:
    found = chart("name: a\nversion: 1.0.0\nkeywords:\nannotations: ~\ndependencies: null\n")
    assert (found.api_version, found.type, found.keywords, found.dependencies) == ("v1", "", (), ())
    assert found.annotations == {}


def test_whole() -> None:
    found = chart(
        "apiVersion: v2\nname: a\nversion: v1.2\ntype: library\ndeprecated: True\nmaintainers: [{name: M, email: E}]\n"
        "dependencies:\n  - {name: d, version: '*', repository: r, enabled: true, tags: [x],\n"
        "    import-values: [z, {k: 1.5}]}\n"
    )
    assert found.deprecated
    assert found.maintainers == (Maintainer("M", "E", ""),)
    assert found.dependencies == (Dependency("d", "*", "r", "", ("x",), True, ("z", {"k": 1.5}), ""),)
    assert found.type == "library"


def test_white_space_and_unprintable_characters_as_helm_keeps_them() -> None:
    found = chart('name: a\nversion: 1.0.0\ndescription: "a\\tb\\nc\\x07\\x1Cd\\u00A0e\\u200Bf"\n')
    assert found.description == "a b cd ef"


def test_anchors_aliases_merges_and_repeated_keys() -> None:
    found = chart(
        "name: a\nversion: 1.0.0\nversion: 2.0.0\nx-base: &b {name: M, email: E}\n"
        "maintainers:\n- {<<: *b, email: F}\n- *b\n"
    )
    assert found.version == "2.0.0"
    assert found.maintainers == (Maintainer("M", "F", ""), Maintainer("M", "E", ""))


def test_only_the_first_document_counts() -> None:
    assert chart("name: a\nversion: 1.0.0\n---\nname: b\n").name == "a"


def test_requirements_are_laid_over_the_chart() -> None:
    found = read_chart(b"name: a\nversion: 1.0.0\n", b"dependencies: [{name: d, version: 1.0.0, repository: r}]")
    assert [(one.name, one.version, one.repository) for one in found.dependencies] == [("d", "1.0.0", "r")]


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("", None, "name is required"),
        ("- a", 0, "not a mapping"),
        ("name: [", 1, "not YAML"),
        ("version: 1.0.0", None, "name is required"),
        ("name: a", None, "version is required"),
        ("name: a\nversion:", 1, "version is required"),
        ("name: a\nversion: latest", 1, 'chart.metadata.version "latest" is invalid'),
        ("version: 1.0.0\nname: ..", 1, "is not allowed"),
        ("name: a\nversion: [1]", 1, "version is not text"),
        ("name: a\nversion: 1.0.0\ntype: chart", 2, "application or library"),
        ("name: a\nversion: 1.0.0\ndeprecated: maybe", 2, "true or false"),
        ("name: a\nversion: 1.0.0\nkeywords: k", 2, "keywords is not a list"),
        ("name: a\nversion: 1.0.0\nmaintainers: [m]", 2, "a list of mappings"),
        ("name: a\nversion: 1.0.0\nmaintainers: [{name: [n]}]", 2, "maintainers[0].name is not text"),
        ("name: a\nversion: 1.0.0\nannotations: {a: {b: c}}", 2, "text to text"),
        ("name: a\nversion: 1.0.0\ndependencies: [{name: d}, {name: d}]", 2, "more than one dependency"),
        ("name: *unknown", 0, "unknown anchor 'unknown' referenced"),
        ("? [a]\n: b", 0, "unsupported map key"),
        ("name: a\nversion: !!binary é", 1, "invalid base64"),
        ("name: a\nversion: !!int x", 1, "cannot decode `x` as a !!int"),
        ("name: &a [*a]", 0, "anchor 'a' value contains itself"),
        ("a: " + "[" * 100_000, 0, "nested more than"),
    ],
)
def test_what_is_refused(text: str, line: int | None, message: str) -> None:
    with pytest.raises(ChartError) as caught:
        chart(text)
    assert message in caught.value.message
    assert caught.value.line == line


@pytest.mark.parametrize("end", ["\n", "\r", "\r\n"])
def test_a_template_in_a_file_that_is_none(end: str) -> None:
    with pytest.raises(ChartError) as caught:
        chart(f"name: a{end}version: {{{{ .Version }}}}{end}")
    assert caught.value.line == 1
    assert caught.value.hint == "Chart.yaml is no template; write the value itself"


def test_text_that_is_not_utf8() -> None:
    with pytest.raises(ChartError) as caught:
        read_chart(b"name: a\nversion: \xff\n")
    assert caught.value.line == 1


def test_an_alias_bomb_costs_nothing_and_is_refused_as_by_helm() -> None:
    levels = "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 12))
    with pytest.raises(ChartError, match="excessive aliasing"):
        chart("a0: &a0 x\n" + levels + "name: a\nversion: 1.0.0\n")


def test_merged_keys_win_over_those_before_them() -> None:
    assert chart("b: &b {name: merged}\nname: a\n<<: *b\nversion: 1.0.0\n").name == "merged"
    assert chart("b: &b {name: merged}\n<<: *b\nname: a\nversion: 1.0.0\n").name == "a"


@settings(max_examples=150, deadline=None)
@given(st.text(alphabet="abc:-[]{}&*<>|!%@'\"#?, \n\t~0.1", max_size=80))
def test_only_chart_errors_come_out(text: str) -> None:
    with contextlib.suppress(ChartError):
        chart("name: a\nversion: 1.0.0\n" + text)

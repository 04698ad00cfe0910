"""What moves with an edit, what is left of broken YAML, templates within text, edits by lines, settings."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lazyoci.diagnostic import Severity, Source, Span
from lazyoci_lsp.features.markdown import code, escape
from lazyoci_lsp.state.configuration import Configuration, read
from lazyoci_lsp.text import templates, tree
from lazyoci_lsp.text.line_edits import changes
from lazyoci_lsp.text.offset_map import OffsetMap
from lazyoci_lsp.text.recovery import mask, read_broken

letters = st.text(alphabet="ab\n", max_size=12)


@given(before=letters, old=letters, new=letters, after=letters)
@settings(max_examples=150, deadline=None)
def test_shift_knows_where_offsets_went(before: str, old: str, new: str, after: str) -> None:
    one, other = before + old + after, before + new + after
    shift = OffsetMap(one, other)
    for offset in range(len(other) + 1):
        there = shift.to_old(offset)
        if there is not None:
            assert other[:offset] == one[:there] or other[offset:] == one[there:]
    for start in range(len(one) + 1):
        for end in range(start, len(one) + 1):
            span = shift.to_new(Span(start, end))
            if span is not None:
                assert other[span.start : span.end] == one[start:end]


@given(st.lists(st.sampled_from(["a\n", "b\n", "c", "\r\n", "\u2028"]), max_size=10).map("".join), st.data())
@settings(max_examples=100, deadline=None)
def test_changes_make_the_other_text(before: str, data: st.DataObject) -> None:
    after = data.draw(st.lists(st.sampled_from(["a\n", "b\n", "c", "\r\n"]), max_size=10).map("".join))
    text = before
    for edit in reversed(changes(Source(before), after)):
        text = text[: edit.span.start] + edit.text + text[edit.span.end :]
    assert text == after


@pytest.mark.parametrize(
    ("broken", "names"),
    [
        ("version: 1\nartifacts:\n  - type: helm\n    name: a\n    targets:\n      - registry: {{ .R\n", ["a"]),
        ("version: 1\nartifacts:\n  - type: helm\n    name: a\n    charts\n  - type: image\n    name: b\n", ["a", "b"]),
        ("version: 1\nartifacts:\n  - name: a\n    x: [1, 2\n  - name: b\n", ["a", "b"]),
        ('version: 1\nartifacts:\n  - name: a\n    x: "open\n', ["a"]),
        ("version: 1\nartifacts:\n  - name: a\n\tx: 1\n  - name: b\n", ["a", "b"]),
    ],
)
def test_nodes_survive_half_typed_text(broken: str, names: list[str]) -> None:
    document = read_broken(Source(broken))
    found = [tree.text(broken, one.get("name")) for one in tree.artifacts(document)]
    assert found == names


@given(st.text(alphabet="{}. |\"'a\n\r", max_size=40))
@settings(max_examples=200, deadline=None)
def test_masks_keep_lengths_and_lines(text: str) -> None:
    masked = mask(text)
    assert len(masked) == len(text)
    assert [i for i, ch in enumerate(masked) if ch in "\r\n"] == [i for i, ch in enumerate(text) if ch in "\r\n"]


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ('a: "{{ .V }}-{{ .W }}"', ["{{ .V }}", "{{ .W }}"]),
        ('a: "{{ .V', ["{{ .V"]),
        ('a: ["{{ .V", b]', ["{{ .V"]),
        ('a: "{{ printf \\"}}\\" .V }}"', ['{{ printf \\"}}\\" .V }}']),
        ("a: x # {{ .V }}", []),
        ("a: '{{ index .V 0 }}' # {{", ["{{ index .V 0 }}"]),
    ],
)
def test_templates_are_found_in_text(line: str, found: list[str]) -> None:
    source = Source(line)
    assert [line[one.span.start : one.span.end] for one in templates.on_line(source, 0)] == found


def test_markdown_shows_what_it_is_given() -> None:
    assert escape("a*b_c_ <x> |") == r"a\*b_c\_ \<x\> \|"
    assert code("a`b|c") == r"``a`b\|c``"


def test_settings_are_read_nested_and_flat() -> None:
    nested, problems = read({"preview": {"tag": "v1", "env": {"A": 1}}, "registry": {"checks": "cached"}})
    flat, more = read({"preview.tag": "v1", "preview.env": {"A": "1"}, "registry.checks": "cached"})
    assert problems == more == []
    assert nested == flat == Configuration(preview_tag="v1", preview_env={"A": "1"}, registry_checks="cached")
    chosen, _ = read({"rules": {"severities": {"invalid-tag": "info", "dirty-tree": "off"}}})
    assert chosen.severities == {"invalid-tag": Severity.INFORMATION}
    assert chosen.off == {"dirty-tree"}


@pytest.mark.parametrize("value", [None, [], 3, "x", {"preview": 3}])
def test_settings_that_make_no_sense_count_as_not_given(value: object) -> None:
    assert read(value)[0] == Configuration()


def test_wrong_settings_are_told() -> None:
    found, problems = read(
        {
            "preview": {"tag": 3},
            "registry": {"checks": "all", "timeout": 0},
            "format": {"enabled": "no"},
            "rules": {"severities": {"invalid-tga": "warning", "invalid-tag": "loud"}},
        }
    )
    assert found.registry_checks == "off"  # what is not understood must not reach a network
    assert len(problems) == 6
    assert any("did you mean" in one for one in problems)


def test_trust_is_the_clients_to_give() -> None:
    assert not read({}, Configuration(trusted=False))[0].trusted
    assert read({"trusted": True}, Configuration(trusted=False))[0].trusted

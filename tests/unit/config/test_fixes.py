"""The reader's fixes: none breaks the YAML, and those of warnings do not change what the file means."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lazyoci.config.load import Loaded, load
from lazyoci.config.read import read
from lazyoci.diagnostic import Diagnostic, Severity, Source
from lazyoci.yaml.edits import apply
from tests.unit.config.test_decode_or_explain import documents, trees
from tests.unit.config.test_vectors import plain


def loaded(text: str) -> Loaded:
    return load(Source(text))


def block(tree: Any, indent: int = 0, comments: bool = False) -> str:
    """The tree as YAML, in block style as far as that goes."""
    pad = " " * indent
    note = "  # note" if comments else ""
    if isinstance(tree, dict) and tree:
        lines = []
        for name, value in tree.items():
            nested = isinstance(value, (dict, list)) and value
            lines.append(
                f"{pad}{name}:{note}\n{block(value, indent + 2, comments)}"
                if nested
                else f"{pad}{name}: {flow(value)}{note}"
            )
        return "\n".join(lines)
    if isinstance(tree, list) and tree:
        return "\n".join(f"{pad}- {block(item, indent + 2, comments).lstrip()}" for item in tree)
    return f"{pad}{flow(tree)}{note}"


def flow(tree: Any) -> str:
    return "{}" if tree == {} else "[]" if tree == [] else str(tree)


def one_by_one(text: str) -> list[tuple[Diagnostic, str]]:
    """Each finding with a fix, and the text after it alone."""
    return [(one, apply(text, one.fix.edits)) for one in loaded(text).diagnostics if one.fix is not None]


def check(text: str) -> None:
    before = loaded(text)
    for one, after in one_by_one(text):
        document, found = read(Source(after))
        assert document is not None, (one, after)
        assert [other.code for other in found] == [other.code for other in read(Source(text))[1]], (one, after)
        assert one.fix is None or one.fix.title
        if one.severity is not Severity.ERROR and before.config is not None:
            config = loaded(after).config
            assert config is not None, (one, after)
            assert plain(config) == plain(before.config), (one, after)


@settings(max_examples=100, deadline=None)
@given(documents())
def test_fixes_in_flow_style(text: str) -> None:
    check(text)


@settings(max_examples=100, deadline=None)
@given(trees(), st.booleans(), st.sampled_from(("\n", "\r\n")))
def test_fixes_in_block_style(tree: Any, comments: bool, newline: str) -> None:
    check(block(tree, comments=comments).replace("\n", newline) + newline)


HEAD = "version: 1\nartifacts:\n  - type: docker\n    image: nginx\n    targets: [{registry: r, tags: [t]}]\n"
REMOVALS = [
    # written, what is left; no fix where nothing is
    ("    chartPath: a\n", ""),
    ("    chartPath: a # why\n", ""),
    (
        "    # about it\n    chartPath: a\n    # about the next\n    name: n\n",
        "    # about it\n    # about the next\n    name: n\n",
    ),
    ("    secrets:\n      - a\n      - b\n\n    name: n\n", "\n    name: n\n"),
    ("    secrets: [a,\n      b]\n", ""),
    ("    labels: {}\n", ""),
    ("    labels:\n", ""),
    ("    dockerfile: >-\n      a\n      b\n    name: n\n", "    name: n\n"),
    ("    ? chartPath\n    : a\n", None),
]


@pytest.mark.parametrize(("written", "left"), REMOVALS)
def test_removing_a_key(written: str, left: str | None) -> None:
    fixes = [after for one, after in one_by_one(HEAD + written) if one.code == "key-not-for-type"]
    assert fixes == ([] if left is None else [HEAD + left])


def test_a_key_behind_a_dash_is_removed_up_to_the_next() -> None:
    text = HEAD.replace("- type", "- chartPath: a\n    type")
    assert [after for _, after in one_by_one(text)] == [HEAD]
    commented = HEAD.replace("- type", "- chartPath: a # why\n    type")
    assert one_by_one(commented) == []


def test_a_key_is_not_removed_where_the_type_may_be_wrong() -> None:
    text = HEAD.replace("docker\n    image: nginx", "image\n    chartPath: charts/api")
    (one,) = loaded(text).diagnostics
    assert (one.code, one.fix) == ("key-not-for-type", None)
    assert "or write type: helm" in one.message


def test_what_only_an_alias_brings_in_is_not_edited_twice() -> None:
    text = "x-base: &base {type: docker, image: nginx, name: 1.10, secrets: [a]}\nversion: 1\nartifacts:\n"
    artifact = "  - <<: *base\n    targets: [{registry: r, tags: [t]}]\n"
    found = loaded(text + artifact * 3).diagnostics
    assert [(one.code, one.fix is None) for one in found] == [("ambiguous-scalar", False), ("key-not-for-type", True)]

"""A file is written only if ruamel.yaml, too, reads the same in it as before."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lazyoci.config.format import format
from lazyoci.errors import FormatError
from lazyoci.yaml.second_reader import disagrees
from tests.unit.config.test_format import DOCUMENTS


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("a: 1\n", "a:   '1'  # c\n", False),  # how it is written does not count
        ("a: [x, 'y']\n", "a:\n  - x\n  - y\n", False),
        ("a: 1\n", "a: 2\n", True),
        ("a: 1\nb: 2\n", "b: 2\na: 1\n", True),
        ("a: &x 1\nb: *x\n", "a: 1\nb: 1\n", True),
        ("a: !!str 1\n", "a: 1\n", True),
        ("a: 1\n", "a: [\n", True),  # not YAML any more
        ("a: [\n", "a: 1\n", False),  # it cannot judge what it cannot read
        ("a: " + "[" * 1001, "a: 1\n", False),
    ],
)
def test_disagrees(before: str, after: str, expected: bool) -> None:
    assert disagrees(before, after) is expected


@given(st.sampled_from(DOCUMENTS))
@settings(max_examples=60)
def test_it_agrees_with_what_format_makes_of_recorded_documents(text: str) -> None:
    try:
        formatted = format(text)
    except FormatError:
        return
    assert not disagrees(text, formatted)

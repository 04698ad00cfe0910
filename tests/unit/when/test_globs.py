"""Globs on the names of branches and tags, each held against a regular expression that says the same."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lazyoci.when.globs import matches


@pytest.mark.parametrize(
    ("glob", "name", "expected"),
    [
        ("main", "main", True),
        ("main", "dev/anna/main", False),
        ("release/*", "release/1.4", True),
        ("release/*", "release/1.4/hotfix", False),
        ("release/*", "release/", True),
        ("release/*", "release", False),
        ("release/**", "release/1.4/hotfix", True),
        ("**/main", "dev/anna/main", True),
        ("**/main", "main", False),
        ("*", "feature/x", False),
        ("**", "feature/x", True),
        ("**", "", True),
        ("v1.*", "v1.4.2", True),
        ("v1.*", "v10.4.2", False),
        ("v1.?", "v1.4", True),
        ("v1.?", "v1.", False),
        ("a?b", "a/b", False),
        ("Main", "main", False),
        ("v1.4.2+[x]", "v1.4.2+[x]", True),
        ("***", "a/b", True),
        ("feature/Ünïcode!", "feature/Ünïcode!", True),
    ],
)
def test_examples(glob: str, name: str, expected: bool) -> None:
    assert matches(glob, name) is expected


signs = st.text(alphabet="ab/*?.", max_size=12)


@given(signs, st.text(alphabet="ab/.", max_size=12))
def test_as_a_regular_expression(glob: str, name: str) -> None:
    parts = {"**": "(?s:.*)", "*": "[^/]*", "?": "[^/]"}
    pattern = "".join(parts.get(one) or re.escape(one) for one in re.findall(r"\*\*|.", re.sub(r"\*{2,}", "**", glob)))
    assert matches(glob, name) is (re.fullmatch(pattern, name) is not None)


def test_no_glob_takes_forever() -> None:
    assert not matches("**a" * 200 + "b", "a" * 2_000)

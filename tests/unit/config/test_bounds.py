"""What is too much to be a `.lazy` file is said to be, at once, instead of being read for minutes."""

from __future__ import annotations

from lazyoci.check import check
from lazyoci.config.load import LONGEST
from lazyoci.world import World


def test_a_file_that_is_too_long() -> None:
    (only,) = check("version: 1 # " + "x" * LONGEST, None, World()).diagnostics
    assert only.code == "yaml-syntax"
    assert "2,097,165 characters" in only.message
    assert "split it" in only.message


def test_nesting_that_is_too_deep() -> None:
    (only,) = check("x-a: " + "[" * 10_000 + "]" * 10_000, None, World()).diagnostics
    assert only.code == "yaml-syntax"
    assert "deep" in only.message


def test_an_alias_bomb() -> None:
    lines = ["x-a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"x-a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 10)}]" for i in range(1, 9)]
    found = check("version: 1\n" + "\n".join(lines) + "\nartifacts: *a8\n", None, World()).diagnostics
    assert found[0].code == "yaml-syntax"
    assert "alias" in found[0].message

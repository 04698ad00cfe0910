"""Conditions that can hold together, and such that cannot."""

from __future__ import annotations

from typing import Any

import pytest

from lazyoci.when.possible import possible
from tests.unit.when.test_evaluate import condition


@pytest.mark.parametrize(
    "written",
    [
        ["release"],
        ["tag", "release"],
        ["tag", "not release", "not prerelease"],
        ["branch", "branch:release/*"],
        ["default-branch", "schedule"],
        ["release", "manual"],
        ["not local", "release"],
        [["release", "branch"], "branch"],
        ["tag:v*", "prerelease"],
        ["branch:a/*", "branch:*/b"],
        ["release", "{{ .Var.X }}"],
        ["release", "no occasion"],
        ["not branch:main", "branch"],
        ["pull-request", "schedule"],
    ],
)
def test_what_can_be(written: list[Any]) -> None:
    assert possible([condition(one) for one in written])


@pytest.mark.parametrize(
    "written",
    [
        ["release", "branch"],
        ["release", "prerelease"],
        ["pull-request", "default-branch"],
        [{"all": ["release", "not tag"]}],
        ["branch:main", "tag"],
        ["tag:v*", "branch:main"],
        ["schedule", "manual"],
        [["release", "prerelease"], "pull-request"],
        ["branch", "not branch"],
    ],
)
def test_what_cannot(written: list[Any]) -> None:
    assert not possible([condition(one) for one in written])

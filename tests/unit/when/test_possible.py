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


@pytest.mark.parametrize(
    ("line", "written", "expected"),
    [
        ("api-v*", ["tag:api-v*"], True),
        ("api-v*", ["tag:api-v1.*"], True),
        ("api-v*", ["tag:api-v?.*.0", "release"], True),
        ("api-v*", ["tag:api-v*-rc.*", "prerelease"], True),
        ("api-v*", ["tag:*"], True),
        ("api-v*", [["tag:web/v*", "branch"]], True),
        ("api-v*", ["not tag:web/v*", "tag"], True),
        ("api-v*", ["tag:web/v*"], False),
        ("api-v*", ["tag:v*"], False),
        ("api-v*", ["tag:api-v*-rc.*", "release"], False),
        ("api-v*", ["tag", "not tag:api-v*"], False),
        ("api-v*", ["tag:nightly-*"], False),
        ("web/v*", ["tag:web/v*"], True),
        ("web/v*", ["tag:*"], False),  # * stops at a slash
        ("web/v*", ["tag:**"], True),
        ("@acme/cli@*", ["tag:@acme/cli@3.*"], True),
        ("*-api", ["tag:*-api"], True),
        ("*-api", ["tag:v1.*"], True),
        ("*-api", ["tag:*-web"], False),
        ("", ["tag:nightly-*"], True),
        ("", ["tag:nightly-*", "release"], False),
        ("", ["tag:v1.*", "tag:*.2"], True),
        ("", ["tag:v1.*", "tag:v2.*"], False),
        ("", ["branch:a/*", "branch:b/*"], False),
        ("", ["branch:a/**", "not branch:a/*"], True),
        ("", ["branch:a/*", "not branch:a/**"], False),
    ],
)
def test_what_the_names_allow(line: str, written: list[Any], expected: bool) -> None:
    assert possible([condition(one) for one in written], line) is expected


def test_many_globs_take_no_time_to_speak_of() -> None:
    """They may be so many that it is left open; no more states are looked at than there is a limit for."""
    wild = [f"branch:{'*a' * 9}{number}*" for number in range(12)]
    assert possible([condition(wild), condition("release")])

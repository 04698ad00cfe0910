"""Texts that are no occasion: what was meant, and a proposal that is one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lazyoci.when import WORDS, term
from lazyoci.when.misspelt import misspelt


@pytest.mark.parametrize("text", [*WORDS, "not release", "tag:v*", "branch:release/*", "branch:feature/**"])
def test_occasions_are_fine(text: str) -> None:
    assert misspelt(text) is None


@pytest.mark.parametrize(
    ("text", "instead"),
    [
        ("realease", "release"),
        ("Release", "release"),
        ("pull_request", "pull-request"),
        ("pr", "pull-request"),
        ("merge_request", "pull-request"),
        ("default_branch", "default-branch"),
        ("main", "default-branch"),
        ("cron", "schedule"),
        ("workflow_dispatch", "manual"),
        ("pre-release", "prerelease"),
        ("!release", "not release"),
        ("not  Realease", "not release"),
        ("branches:release/*", "branch:release/*"),
        ("Tag:v*", "tag:v*"),
        ("refs/tags/v*", "tag:v*"),
        ("refs/heads/main", "branch:main"),
        ("tags/v*", "tag:v*"),
        ("heads/main", "branch:main"),
        ("brnach:x", "branch:x"),
        ("not tga:v*", "not tag:v*"),
        ("default branch", "default-branch"),
        ("Pull Request", "pull-request"),
        ("release/*", "branch:release/*"),
        ("v1.*", "tag:v1.*"),
        ("branch:refs/heads/main", "branch:main"),
        ("branch: main", "branch:main"),
        ("tag : v1.*", "tag:v1.*"),
        ("not branch: main", "not branch:main"),
        ("! branch: main", "not branch:main"),
        ("not-release", "not release"),
        ("not_release", "not release"),
        ("Not-Release", "not release"),
        ("no-release", "not release"),
        ("non-release", "not release"),
        ("notrelease", "not release"),
        ("nonrelease", "not release"),
        ("unreleased", "not release"),
        ("-release", "not release"),
        ("~release", "not release"),
        ("not: release", "not release"),
        ("unless release", "not release"),
        ("except release", "not release"),
        ("not-realease", "not release"),
        ("no-pr", "not pull-request"),
        ("not-main", "not default-branch"),
        ("not-tag:v*", "not tag:v*"),
        ("nottag:v*", "not tag:v*"),
    ],
)
def test_what_was_meant(text: str, instead: str) -> None:
    found = misspelt(text)
    assert found is not None and f'"{instead}"' in found.message
    assert term(instead) is not None


@pytest.mark.parametrize(
    "text",
    ["", " ", "true", "never", "whenever", "release branch", "tag:", "branch:a b", "branch:a..b", "!not-release"],
)
def test_what_is_not_guessed(text: str) -> None:
    found = misspelt(text)
    assert found is not None and not found.instead and "did you mean" not in found.message


@given(st.text(max_size=20))
def test_what_is_proposed_is_right(text: str) -> None:
    found = misspelt(text)
    assert found is not None or term(text) is not None
    if found is not None and found.instead:
        assert misspelt(found.instead) is None


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("branch:{main,develop}", '["branch:main", "branch:develop"]'),
        ("tag:{v1,v2}.*", '["tag:v1.*", "tag:v2.*"]'),
        ("branch:main|develop", '["branch:main", "branch:develop"]'),
        ("branch:@(main|develop)", '["branch:main", "branch:develop"]'),
        ("branch:release/(1|2)", '["branch:release/1", "branch:release/2"]'),
        ("branch:!main", 'for all others write "not branch:main"'),
        ("branch:release/.+", "it is no regular expression"),
        ("branch:main$", "it is no regular expression"),
        ("branch:!(main)", "with the"),
        ("branch:[ab]*", "holds '['"),
        ("tag:v[0-9]+", "holds '['"),
        ("branch:^main", "holds '^'"),
        (r"tag:v\d", "holds"),
    ],
)
def test_globs_of_other_programs(text: str, message: str) -> None:
    """What is special elsewhere, and would match nothing here, or one name that nobody has."""
    found = misspelt(text)
    assert found is not None
    assert message in found.message
    assert found.instead == ""


@pytest.mark.parametrize(
    "text", ["branch:fix(ui)-*", "branch:a,b", "branch:feature/#7", "tag:@acme/cli@*", "branch:a+b", "tag:v1.*+x"]
)
def test_what_names_may_hold(text: str) -> None:
    assert misspelt(text) is None

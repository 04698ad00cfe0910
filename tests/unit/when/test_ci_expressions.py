"""Conditions in the expressions of CI services, and the words of `when` that say the same."""

from __future__ import annotations

import pytest

from lazyoci.when.ci_expressions import translate
from lazyoci.when.misspelt import foreign, misspelt

CERTAIN = {
    "${{ github.ref == 'refs/heads/main' }}": "branch:main",
    "github.ref=='refs/heads/main'": "branch:main",
    "github.ref == format('refs/heads/{0}', github.event.repository.default_branch)": "default-branch",
    "startsWith(github.ref, 'refs/tags/')": "tag",
    "startsWith(github.ref, 'refs/tags/v')": "tag:v**",
    "!startsWith(github.ref, 'refs/heads/renovate/')": "not branch:renovate/**",
    "github.ref_type == 'tag'": "tag",
    "github.event_name == 'pull_request'": "pull-request",
    "github.event_name != 'pull_request'": "not pull-request",
    "github.event_name == 'workflow_dispatch'": "manual",
    "github.ref == 'refs/heads/main' || github.ref == 'refs/heads/next'": "[branch:main, branch:next]",
    "(github.event_name == 'schedule') && (github.ref == 'refs/heads/main')": "{all: [schedule, branch:main]}",
    "!(github.ref == 'refs/heads/main' || github.ref_type == 'tag')": "{all: [not branch:main, not tag]}",
    '$CI_COMMIT_BRANCH == "main"': "branch:main",
    "$CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH": "default-branch",
    "$CI_COMMIT_TAG": "tag",
    "$CI_COMMIT_TAG != null": "tag",
    '$CI_PIPELINE_SOURCE == "merge_request_event"': "pull-request",
    "eq(variables['Build.SourceBranch'], 'refs/heads/main')": "branch:main",
    "ne(variables['Build.Reason'], 'PullRequest')": "not pull-request",
    "branch = main": "branch:main",
}
LIKELY = {
    "github.event_name == 'push'": "[branch, tag]",
    "github.event_name == 'push' && github.ref == 'refs/heads/main'": "branch:main",
    "contains(github.ref, 'refs/tags/v')": "tag:v**",
    r"$CI_COMMIT_TAG =~ /^v\d+/": "tag:v**",
    "$CI_COMMIT_BRANCH =~ /^release\\/.*$/": "branch:release/**",
    "and(succeeded(), startsWith(variables['Build.SourceBranch'], 'refs/tags/'))": "tag",
    "github.ref_name == 'v1'": "tag:v1",
    "schedule && main": "{all: [schedule, default-branch]}",
    "release && main": "[release, default-branch]",  # no run is for both
    "github.ref == 'refs/heads/main' && github.event_name == 'pull_request'": "[branch:main, pull-request]",
}
NONE = [
    "github.actor != 'dependabot[bot]'",
    "github.ref == 'refs/heads/main' && github.repository == 'acme/api'",
    "github.event_name == 'fork'",
    "github.head_ref == 'x'",
    "!(release && schedule)",
    "startsWith(github.ref)",
    "((((",
    "==",
    "",
]


@pytest.mark.parametrize(("text", "ours"), CERTAIN.items())
def test_what_says_exactly_the_same(text: str, ours: str) -> None:
    found = foreign(text)
    assert found is not None
    assert (found.instead, found.certain) == (ours, True)


@pytest.mark.parametrize(("text", "ours"), LIKELY.items())
def test_what_is_only_likely(text: str, ours: str) -> None:
    found = foreign(text)
    assert found is not None
    assert (found.instead, found.certain) == (ours, False)


@pytest.mark.parametrize("text", NONE)
def test_what_has_no_equivalent(text: str) -> None:
    assert foreign(text) is None


@pytest.mark.parametrize("text", [*CERTAIN, *LIKELY])
def test_no_term_of_it_is_wrong(text: str) -> None:
    found = foreign(text)
    assert found is not None
    for term in found.instead.replace("all:", "").strip("{}[] ").replace("[", "").replace("]", "").split(", "):
        assert misspelt(term) is None


def test_what_is_always_true_says_nothing() -> None:
    found = translate("always()", lambda _word: ("", False))
    assert found is not None
    assert found.text == ""


def test_ten_thousand_parentheses_are_no_error() -> None:
    assert foreign("(" * 10_000 + ")" * 10_000) is None

"""Conditions on the facts of a run: three values, and why, in words."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lazyoci.config.model import AllOf, AnyOf, Condition, Text
from lazyoci.when import ALWAYS, WORDS, Facts, Rendered, Term, Verdict, both, judge, term
from lazyoci.yaml.nodes import Scalar, Sequence

NODE = Scalar(0, 1, "x")
LIST = Sequence(0, 1, True)


def condition(written: Any) -> Condition:
    """As the file writes it: text, a list of which one must hold, `{all: […]}`."""
    if isinstance(written, str):
        return Text(written, NODE)
    if isinstance(written, dict):
        return AllOf(tuple(condition(one) for one in written["all"]), LIST)
    return AnyOf(tuple(condition(one) for one in written), LIST)


def facts(true: str = "", *, unknown: str = "", tag: str = "", branch: str | None = "") -> Facts:
    words: dict[str, bool | None] = {word: word in true.split() for word in WORDS}
    words |= dict.fromkeys(unknown.split())
    reasons = {word: (f"{word} is not known", f"state {word}") for word in unknown.split()}
    run = f"the tag {tag}" if tag else f"the branch {branch}"
    return Facts(words, tag, branch, run, reasons)


def decided(written: Any, known: Facts, texts: Mapping[str, str | None] | None = None) -> Verdict:
    def render(text: Text) -> Rendered:
        found = (texts or {})[text.value]
        return Rendered(found) if found is not None else Rendered(None, "no value", "give one")

    return judge(condition(written), known, render)


BRANCH = facts("branch", branch="feature/x")
RELEASE = facts("release tag", tag="v1.4.0")


def test_without_a_condition_all_is_due() -> None:
    assert judge(None, BRANCH, lambda _: Rendered(None)) == ALWAYS


@pytest.mark.parametrize(
    ("written", "known", "holds"),
    [
        ("release", RELEASE, True),
        ("release", BRANCH, False),
        ("not release", BRANCH, True),
        ("not release", RELEASE, False),
        (["release", "branch"], BRANCH, True),
        (["release", "schedule"], BRANCH, False),
        ({"all": ["branch", "not schedule"]}, BRANCH, True),
        ({"all": ["branch", "schedule"]}, BRANCH, False),
        ([{"all": ["branch", "schedule"]}, ["release", ["branch"]]], BRANCH, True),
        ("branch:feature/*", BRANCH, True),
        ("branch:release/*", BRANCH, False),
        ("not branch:release/*", BRANCH, True),
        ("not branch:release/*", RELEASE, True),
        ("tag:v1.*", RELEASE, True),
        ("tag:v2.*", RELEASE, False),
        ("tag:v1.*", BRANCH, False),
        ("branch:v1.4.0", RELEASE, False),
    ],
)
def test_words_lists_and_globs(written: Any, known: Facts, holds: bool) -> None:
    assert decided(written, known).holds is holds


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ("release", "not a release: this run is for the branch feature/x"),
        (
            ["release", "default-branch"],
            "not a release, not for the default branch: this run is for the branch feature/x",
        ),
        ({"all": ["branch", "release"]}, "not a release: this run is for the branch feature/x"),
        ("not branch", "for a branch: this run is for the branch feature/x"),
        ("branch:release/*", "not for a branch like release/*: this run is for the branch feature/x"),
        ("not branch:feature/*", "for a branch like feature/*: this run is for the branch feature/x"),
        ("tag:v*", "not for a tag like v*: this run is for the branch feature/x"),
    ],
)
def test_why_not(written: Any, reason: str) -> None:
    assert decided(written, BRANCH).reason == reason


def test_templates() -> None:
    for text, holds in {"": False, " ": False, "false": False, " False\n": False, "true": True, "no": True}.items():
        assert decided("{{ x }}", BRANCH, {"{{ x }}": text}).holds is holds
    assert decided("{{ x }}", BRANCH, {"{{ x }}": " "}).reason.startswith('"{{ x }}" is empty: ')
    assert decided("{{ x }}", BRANCH, {"{{ x }}": None}) == Verdict(None, "no value", "give one")


def test_unknown_is_told_only_where_it_decides() -> None:
    known = facts("release tag", unknown="default-branch", tag="v1.4.0")
    assert decided(["release", "default-branch"], known) == ALWAYS
    assert decided({"all": ["default-branch", "schedule"]}, known).holds is False
    assert decided(["schedule", "default-branch"], known) == Verdict(
        None, "default-branch is not known", "state default-branch"
    )
    assert decided("not default-branch", known).holds is None


def test_a_branch_that_is_not_known_may_be_any() -> None:
    assert decided("branch:main", facts("branch", branch=None)).holds is None
    assert decided("branch:main", facts("pull-request", branch=None)).holds is False


def test_what_is_no_occasion_is_left_to_its_rule() -> None:
    assert decided("realease", BRANCH) == Verdict(None)
    assert decided(["realease", "default-branch"], facts(unknown="default-branch")).reason


words = st.sampled_from(["release", "branch", "schedule"])
written = st.recursive(
    words | words.map("not {}".format),
    lambda inner: (
        st.lists(inner, min_size=1, max_size=3)
        | st.lists(inner, min_size=1, max_size=3).map(lambda parts: {"all": parts})
    ),
    max_leaves=8,
)


@given(written, st.lists(st.sampled_from([True, False, None]), min_size=3, max_size=3))
def test_unknown_means_that_either_value_may_come_of_it(tree: Any, values: list[bool | None]) -> None:
    names = ["release", "branch", "schedule"]
    choices = [[value] if value is not None else [True, False] for value in values]
    outcomes = {
        decided(tree, facts(" ".join(name for name, value in zip(names, chosen, strict=True) if value))).holds
        for chosen in itertools.product(*choices)
    }
    unknown = " ".join(name for name, value in zip(names, values, strict=True) if value is None)
    true = " ".join(name for name, value in zip(names, values, strict=True) if value)
    found = decided(tree, facts(true, unknown=unknown)).holds
    assert found in outcomes if found is not None else True  # what is decided stays so, whatever the unknown is
    if found is not None:
        assert outcomes == {found}


def test_both() -> None:
    no, unknown = Verdict(False, "no"), Verdict(None, "unknown")
    assert both(ALWAYS, ALWAYS) == ALWAYS
    assert both(unknown, no) == no
    assert both(ALWAYS, unknown) == unknown


@pytest.mark.parametrize("text", ["release", "not release", "tag:v*", "not branch:a/**", *WORDS])
def test_terms_are_written_as_they_are_read(text: str) -> None:
    found = term(f"  {text} ")
    assert found is not None and found.text == text
    assert found == Term(found.word, found.glob, text.startswith("not "))


@pytest.mark.parametrize("text", ["", "not", "not not release", "Release", "release:x", "tag:", "release branch"])
def test_no_terms(text: str) -> None:
    assert term(text) is None

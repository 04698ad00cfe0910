"""Tags that move forward alone: whether they move to a version, by the tags that the repository has."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lazyoci import semver
from lazyoci.moves import Decision, Ours, decide, suffix_of

HELD = ("1.3.8", "v1.4.0", "1.5.0-rc.1", "1.4.1-alpine", "latest", "1", "nightly", "2.0", "sha-1234567")


def ours(version: str, stays: str = "") -> Ours:
    found = semver.parse(version)
    assert found is not None
    return Ours(found, stays)


@pytest.mark.parametrize(
    ("tag", "version", "holder"),
    [
        ("latest", "1.3.9", "v1.4.0"),
        ("1", "1.3.9", "v1.4.0"),
        ("v1", "1.3.9", "v1.4.0"),
        ("1.3", "1.3.9", ""),
        ("v1.3", "1.3.9", ""),
        ("1.3.9", "1.3.9", ""),
        ("latest", "1.4.0", ""),
        ("latest", "1.4.1", ""),
        ("stable", "1.3.9", "v1.4.0"),
        ("lts", "1.3.9", "v1.4.0"),
        ("0", "0.9.0", ""),
        ("latest", "1.10.0", ""),
        ("1.4", "1.4.0", ""),
        ("01", "1.3.9", "v1.4.0"),
    ],
)
def test_its_line_decides(tag: str, version: str, holder: str) -> None:
    found = decide(tag, ours(version), HELD, [version, tag])
    assert (found.moves, found.holder) == (not holder, holder)
    if holder:
        assert found.reason == f"{holder} is newer than {version}"


@pytest.mark.parametrize(
    ("tag", "version", "beside", "holder"),
    [
        ("latest-alpine", "1.4.0", ["1.4.0-alpine"], "1.4.1-alpine"),
        ("1.4-alpine", "1.4.0", ["1.4.0-alpine"], "1.4.1-alpine"),
        ("latest", "1.4.0", ["1.4.0", "1.4.0-alpine"], ""),
        ("latest-alpine", "1.4.0", ["1.4.0", "1.4.0-alpine"], "1.4.1-alpine"),
        ("latest-alpine", "1.4.2", ["1.4.2-alpine"], ""),
        ("long-term", "1.3.9", ["1.3.9"], "v1.4.0"),
    ],
)
def test_a_text_behind_the_version_is_a_line_of_its_own(tag: str, version: str, beside: list[str], holder: str) -> None:
    assert decide(tag, ours(version), HELD, beside).holder == holder


@pytest.mark.parametrize(
    ("tag", "beside", "held", "moves"),
    [
        ("latest", ["1.5.0-alpine"], "1.5.1-alpine", False),
        ("latest-alpine", ["1.5.0-alpine3.19"], "1.5.1-alpine3.20", False),
        ("latest", ["1.5.0_b7"], "2.0.0_b12", False),
        ("1.5", ["v1.5.0-slim"], "v1.5.1-slim", False),
        ("1.5", ["v1.5.0-slim"], "v1.6.1-slim", True),
        ("latest", ["1.5.0-alpine", "1.5.0-slim"], "1.5.1-slim", False),
        ("latest", ["1.5.0-alpine"], "1.5.1", True),
        ("latest", ["1.5.0-alpine"], "1.6.0-rc.1-alpine", True),
        ("latest-alpine", ["1.5.0-alpine"], "1.5.1-alpine3.20", True),
    ],
)
def test_a_tag_without_the_text_follows_what_is_beside_it(tag: str, beside: list[str], held: str, moves: bool) -> None:
    assert decide(tag, ours("1.5.0"), [held], [*beside, tag]).moves is moves


@pytest.mark.parametrize(
    ("tag", "version", "beside", "held", "moves"),
    [
        ("latest", "1.4.9", ["1.4.9"], "1.5.0_build.5", False),
        ("latest", "1.5.1+build.6", ["1.5.1_build.6"], "1.6.0", False),
        ("latest", "1.5.1+build.6", ["1.5.1_build.6"], "1.6.0_build-7", False),
        ("latest", "1.5.1+build.6", ["1.5.1_build.6"], "1.5.0_build.5", True),
        ("latest-alpine", "1.4.9", ["1.4.9-alpine"], "1.5.0_build.5-alpine", False),
        ("latest-alpine", "1.4.9", ["1.4.9-alpine"], "1.5.0_build.5", True),
        ("latest", "1.4.9", ["1.4.9"], "1.5.0-rc.1_build.5", True),
    ],
)
def test_build_metadata_is_no_series(tag: str, version: str, beside: list[str], held: str, moves: bool) -> None:
    builds = Ours(ours(version).version, "", builds=True)
    assert decide(tag, builds, [held], [*beside, tag]).moves is moves


def test_a_text_behind_an_underscore_is_a_series_where_no_build_metadata_is_published() -> None:
    assert decide("latest", ours("1.4.9"), ["1.5.0_deb"], ["1.4.9", "latest"]).moves


def test_build_metadata_is_no_suffix() -> None:
    version = ours("1.5.0+build.5").version
    assert version is not None
    assert [suffix_of(one, version) for one in ("1.5.0_build.5", "v1.5.0_build.5-alpine", "1.5.0")] == [
        "",
        "-alpine",
        "",
    ]


def test_what_stays_asks_for_no_tags() -> None:
    assert decide("latest", ours("1.5.0-rc.1", "1.5.0-rc.1 is a prerelease"), (), ()) == Decision(
        False, "1.5.0-rc.1 is a prerelease"
    )
    assert decide("latest", Ours(), (), ()) == Decision(False, "there is no version")


def test_numbers_are_compared_as_numbers_however_long() -> None:
    long = "9" * 5_000
    assert decide("latest", ours("1.9.0"), ["1.10.0", "1.9.9"], ()).holder == "1.10.0"
    assert decide("latest", ours("1.9.0"), [f"1.{long}.0", "1.10.0"], ()).holder == f"1.{long}.0"
    assert decide("latest", ours("1.010.0"), ["1.9.0", "01.10.0"], ()).moves


def test_build_metadata_makes_no_version_newer() -> None:
    assert decide("latest", ours("1.4.0+build.5"), ["1.4.0", "1.4.1+x"], ()).moves


@pytest.mark.parametrize(
    ("tag", "suffix"),
    [("1.4.0", ""), ("v1.4.0", ""), ("1.4.0-alpine", "-alpine"), ("1.4", None), ("1.4.01", None), ("x1.4.0", None)],
)
def test_full_versions(tag: str, suffix: str | None) -> None:
    found = semver.parse("1.4.0")
    assert found is not None
    assert suffix_of(tag, found) == suffix


numbers = st.integers(0, 12)
versions = st.tuples(numbers, numbers, numbers)


@given(versions, st.lists(versions, max_size=6), st.sampled_from(["latest", "{0}", "v{0}", "{0}.{1}", "v{0}.{1}"]))
def test_it_moves_unless_its_line_holds_more(
    version: tuple[int, int, int], held: list[tuple[int, int, int]], written: str
) -> None:
    tag = written.format(*version)
    length = 0 if tag == "latest" else tag.count(".") + 1
    newer = [one for one in held if one > version and one[:length] == version[:length]]
    found = decide(tag, ours("{}.{}.{}".format(*version)), ["{}.{}.{}".format(*one) for one in held], ())
    assert found.moves is not bool(newer)
    if newer:
        assert found.holder == "{}.{}.{}".format(*max(newer))

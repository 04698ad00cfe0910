"""Tags that may not move, or forward alone: what is asked, what is sent, what is left, and two releases at once."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest

from lazyoci import semver
from lazyoci.frozen import replace
from lazyoci.layout.store import Built
from lazyoci.moves import Moves, Ours
from lazyoci.transfer.compare import compare
from lazyoci.transfer.outcome import Pushed, Wanted
from lazyoci.transfer.preflight import preflight
from lazyoci.transfer.tag_lists import with_tag_lists
from tests.registry.fake import FakeRegistry, faults
from tests.registry.kit import Kit, artifact, kit, run_after, states, wanted


def release(host: str, version: str, *tags: str, moves: Moves = "forward", stays: str = "") -> Wanted:
    """A release of `version` with floating tags, behind the tag of the version itself."""
    one = wanted(f"{host}/a/b:{version}", *[f"{host}/a/b:{tag}" for tag in tags])
    found = semver.parse(version)
    assert found is not None
    return replace(one, moves=dict.fromkeys(one.references[1:], moves), ours=Ours(found, stays))


def push(one: Wanted, built: Built, tools: Kit | None = None, **options: int) -> Pushed:
    tools = tools or kit()
    asked = preflight([one], tools.client)
    (pushed,) = run_after(tools, with_tag_lists([(one, built)], asked, tools.client, **options), [(one, built)])
    return pushed


def short_states(pushed: Pushed) -> dict[str, str]:
    return {reference.rpartition(":")[2]: state for reference, state in states(pushed).items()}


def lists(fake: FakeRegistry) -> int:
    return len(fake.requests("GET", "/tags/list"))


def tags(fake: FakeRegistry) -> dict[str, str]:
    return dict(fake.distribution.repositories["a/b"].tags)


def test_an_older_release_leaves_what_is_newer(fake: FakeRegistry) -> None:
    newer, older = artifact(b"1.4.0"), artifact(b"1.3.9")
    assert set(short_states(push(release(fake.host, "1.4.0", "1.4", "1", "latest"), newer)).values()) == {"new"}
    pushed = push(release(fake.host, "1.3.9", "1.3", "1", "latest"), older)
    assert short_states(pushed) == {"1.3.9": "new", "1.3": "new", "1": "kept", "latest": "kept"}
    held = dict.fromkeys(("1.4.0", "1.4", "1", "latest"), newer.root.digest)
    assert tags(fake) == held | dict.fromkeys(("1.3.9", "1.3"), older.root.digest)
    kept = pushed.outcomes[-1]
    assert not kept.pushed and not kept.published and kept.error is None
    assert kept.digest == kept.previous_digest == newer.root.digest
    assert kept.reason == "1.4.0 is newer than 1.3.9"
    assert kept.holder is not None
    assert (kept.holder.reference, kept.holder.digest) == (f"{fake.host}/a/b:1.4.0", newer.root.digest)


def test_a_tag_that_is_not_there_is_not_made_where_its_line_holds_more(fake: FakeRegistry) -> None:
    newer = artifact(b"1.4.0")
    push(release(fake.host, "1.4.0"), newer)
    pushed = push(release(fake.host, "1.3.9", "1"), artifact(b"1.3.9"))
    assert short_states(pushed) == {"1.3.9": "new", "1": "kept"}
    assert pushed.outcomes[-1].digest == ""
    assert pushed.outcomes[-1].holder is not None and pushed.outcomes[-1].holder.digest == newer.root.digest
    assert "1" not in tags(fake)


def test_a_prerelease_moves_nothing_and_asks_for_no_list(fake: FakeRegistry) -> None:
    push(release(fake.host, "1.4.0", "latest"), artifact(b"1.4.0"))
    before = lists(fake)
    one = release(fake.host, "1.5.0-rc.1", "1.5", "latest", stays="1.5.0-rc.1 is a prerelease")
    pushed = push(one, artifact(b"1.5.0-rc.1"))
    assert short_states(pushed) == {"1.5.0-rc.1": "new", "1.5": "kept", "latest": "kept"}
    assert lists(fake) == before


def test_the_list_is_asked_once_and_only_when_needed(fake: FakeRegistry) -> None:
    built = artifact(b"1.4.0")
    one = release(fake.host, "1.4.0", "1.4", "1", "latest")
    push(one, built)
    assert lists(fake) == 2  # before anything is sent; and after, for who released at the same time
    assert set(short_states(push(one, built)).values()) == {"unchanged"}
    assert lists(fake) == 2
    push(release(fake.host, "1.3.9", "1", "latest"), artifact(b"1.3.9"))
    assert lists(fake) == 3
    push(release(fake.host, "1.3.9", "x", moves="always"), artifact(b"1.3.9"))
    push(release(fake.host, "1.3.9", "y", moves="never"), artifact(b"1.3.9"))
    assert lists(fake) == 3


def test_never(fake: FakeRegistry) -> None:
    one = release(fake.host, "1.4.0", "stays", moves="never")
    assert set(short_states(push(one, artifact(b"1"))).values()) == {"new"}
    assert set(short_states(push(one, artifact(b"1"))).values()) == {"unchanged"}
    before = len(fake.log)
    pushed = push(one, artifact(b"2"))
    assert short_states(pushed) == {"1.4.0": "skipped", "stays": "refused"}
    assert {entry.method for entry in fake.log[before:]} <= {"HEAD", "GET"}
    error = pushed.outcomes[-1].error
    assert (
        error is not None and "moves: never forbids to move it" in error.message and "remove moves: never" in error.hint
    )


def test_no_clobber_counts_where_nothing_is_said(fake: FakeRegistry) -> None:
    one = wanted(*[f"{fake.host}/a/b:{tag}" for tag in ("plain", "always", "never", "forward", "1.4.0")])
    moves: dict[str, Moves] = {"always": "always", "never": "never", "forward": "forward"}
    version = semver.parse("1.4.0")
    one = replace(
        one,
        moves={reference: moves[reference.tag] for reference in one.references if reference.tag in moves},
        ours=Ours(version, ""),
    )
    push(one, artifact(b"1"))
    built = artifact(b"2")
    tools = kit()
    asked = with_tag_lists([(one, built)], preflight([one], tools.client), tools.client)
    for no_clobber, expected in {
        True: ["refused", "moved", "refused", "moved", "refused"],
        False: ["moved", "moved", "refused", "moved", "moved"],
    }.items():
        assert [found.state for found in compare(one, built, asked, no_clobber=no_clobber)] == expected


def test_before_the_digest_is_known(fake: FakeRegistry) -> None:
    push(release(fake.host, "1.4.0", "1", "latest"), artifact(b"1.4.0"))
    one = release(fake.host, "1.3.9", "1.3", "1", "latest")
    tools = kit()
    asked = with_tag_lists([(one, None)], preflight([one], tools.client), tools.client)
    assert [found.state for found in compare(one, None, asked)] == ["new", "new", "kept", "kept"]


@pytest.mark.parametrize(
    ("status", "code", "says"),
    [
        (404, "UNSUPPORTED", "not found"),
        (405, "UNSUPPORTED", "list tags"),
        (404, "NAME_UNKNOWN", "has no repository"),
    ],
)
def test_a_registry_without_lists_is_refused_with_its_remedy(
    fakes: Callable[..., FakeRegistry], status: int, code: str, says: str
) -> None:
    fake = fakes()
    push(release(fake.host, "1.4.0", "latest"), artifact(b"1.4.0"))
    fake.script.on("GET", "/tags/list", faults.answer(status, code), nth=None)
    before = len(fake.log)
    pushed = push(release(fake.host, "1.4.1", "1.4", "latest"), artifact(b"1.4.1"))
    assert short_states(pushed) == {"1.4.1": "skipped", "1.4": "refused", "latest": "refused"}
    assert {entry.method for entry in fake.log[before:]} <= {"HEAD", "GET"}
    error = pushed.outcomes[-1].error
    assert error is not None and says in error.message and "for moves: forward" in error.message
    assert "Write moves: always, or allow more with --max-tags." in error.hint


def test_a_list_of_too_many_is_refused(fake: FakeRegistry) -> None:
    push(release(fake.host, "1.4.0", "latest"), artifact(b"1.4.0"))
    repository = fake.distribution.repositories["a/b"]
    repository.tags.update({f"build-{number}": repository.tags["latest"] for number in range(30)})
    one, built = release(fake.host, "1.4.1", "latest"), artifact(b"1.4.1")
    pushed = push(one, built, most=20)
    assert short_states(pushed) == {"1.4.1": "skipped", "latest": "refused"}
    assert "the list has more than 20 names" in str(pushed.outcomes[-1].error)
    assert short_states(push(one, built, most=100)) == {"1.4.1": "new", "latest": "moved"}


@pytest.mark.parametrize("first", ["1.4.0", "1.4.1"])
def test_of_two_releases_at_once_the_higher_wins(fake: FakeRegistry, first: str) -> None:
    """Both list before either has written; they then write in turn, the one or the other first."""
    push(release(fake.host, "1.3.0", "1", "latest"), artifact(b"1.3.0"))
    built = {version: artifact(version.encode()) for version in ("1.4.0", "1.4.1")}
    both = {version: release(fake.host, version, "1.4", "1", "latest") for version in built}
    tools = {version: kit() for version in built}
    asked = {
        version: with_tag_lists([(one, built[version])], preflight([one], tools[version].client), tools[version].client)
        for version, one in both.items()
    }
    done = {}
    for version in (first, next(one for one in built if one != first)):
        (done[version],) = run_after(tools[version], asked[version], [(both[version], built[version])])
    held = tags(fake)
    assert {held[tag] for tag in ("1.4", "1", "latest")} == {built["1.4.1"].root.digest}
    assert set(short_states(done["1.4.1"]).values()) <= {"new", "moved"}
    if first == "1.4.1":
        assert short_states(done["1.4.0"]) == {"1.4.0": "new", "1.4": "kept", "1": "kept", "latest": "kept"}
        kept = done["1.4.0"].outcomes[-1]
        assert not kept.pushed and kept.digest == built["1.4.1"].root.digest
        assert kept.reason == "1.4.1 is newer than 1.4.0; it came at the same time, and was put back"


def test_ten_times_side_by_side(fakes: Callable[..., FakeRegistry]) -> None:
    for _ in range(10):
        fake = fakes()
        built = {version: artifact(version.encode()) for version in ("1.4.0", "1.4.1")}
        gate = threading.Barrier(2)

        def publish(version: str, fake: FakeRegistry = fake, built: dict[str, Built] = built) -> None:
            gate.wait()  # noqa: B023
            push(release(fake.host, version, "1.4", "latest"), built[version])

        workers = [threading.Thread(target=publish, args=(version,)) for version in built]
        for one in workers:
            one.start()
        for one in workers:
            one.join()
        assert tags(fake)["latest"] == tags(fake)["1.4"] == built["1.4.1"].root.digest


def test_a_list_that_fails_afterwards_is_told(fake: FakeRegistry) -> None:
    one, built = release(fake.host, "1.4.0", "latest"), artifact(b"1.4.0")
    tools = kit()
    asked = with_tag_lists([(one, built)], preflight([one], tools.client), tools.client)
    fake.script.on("GET", "/tags/list", faults.answer(404, "UNSUPPORTED"), nth=None)
    (pushed,) = run_after(tools, asked, [(one, built)])
    assert short_states(pushed) == {"1.4.0": "new", "latest": "failed"}
    latest = pushed.outcomes[-1]
    assert latest.pushed and not latest.published
    assert "whether a newer version came at the same time is not known" in str(latest.error)

"""Tags that only move forward, in the real docker-registry: what is left, and who wins of two releases at once.

A registry that has no list of tags, or one of 100,000, is a fake one.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator

import pytest

from lazyoci.layout.store import Built
from tests.registry.fake import FakeRegistry, Traits, faults
from tests.registry.kit import artifact
from tests.registry.test_moves import lists, push, release, short_states
from tests.servers import RealRegistry, docker_registry


@pytest.fixture(scope="module")
def registry(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RealRegistry]:
    with docker_registry(tmp_path_factory.mktemp("registry")) as one:
        yield one


def held(registry: RealRegistry, repository: str, *tags: str) -> dict[str, str]:
    return {tag: registry.tag(f"{repository}/a/b", tag) for tag in tags}


def test_an_older_release_and_a_candidate(registry: RealRegistry) -> None:
    host = f"{registry.host}/older"
    newer, older, candidate = (artifact(text.encode()) for text in ("1.4.0", "1.3.9", "1.5.0-rc.1"))
    push(release(host, "1.3.8", "1.3", "1", "latest"), artifact(b"1.3.8"))
    assert set(short_states(push(release(host, "1.4.0", "1.4", "1", "latest"), newer)).values()) == {"new", "moved"}
    pushed = push(release(host, "1.3.9", "1.3", "1", "latest"), older)
    assert short_states(pushed) == {"1.3.9": "new", "1.3": "moved", "1": "kept", "latest": "kept"}
    expected = dict.fromkeys(("1.4.0", "1.4", "1", "latest"), newer.root.digest)
    expected |= dict.fromkeys(("1.3.9", "1.3"), older.root.digest)
    assert held(registry, "older", *expected) == expected
    one = release(host, "1.5.0-rc.1", "1.5", "1", "latest", stays="1.5.0-rc.1 is a prerelease")
    pushed = push(one, candidate)
    assert short_states(pushed) == {"1.5.0-rc.1": "new", "1.5": "kept", "1": "kept", "latest": "kept"}
    assert held(registry, "older", *expected, "1.5", "1.5.0-rc.1") == expected | {
        "1.5": "",
        "1.5.0-rc.1": candidate.root.digest,
    }


def test_the_list_is_asked_once_a_repository_and_only_when_needed(registry: RealRegistry) -> None:
    host, built = f"{registry.host}/counted", artifact(b"1.4.0")

    def asked() -> int:
        return len(registry.requests("GET", "counted/a/b/tags/list"))

    push(release(host, "1.4.0", "1.4", "1", "latest"), built)
    assert asked() == 2  # before anything is sent; and after, for who released at the same time
    push(release(host, "1.4.0", "1.4", "1", "latest"), built)
    assert asked() == 2
    push(release(host, "1.3.9", "1", "latest"), artifact(b"1.3.9"))
    assert asked() == 3
    push(release(host, "1.5.0-rc.1", "1.5", "latest", stays="1.5.0-rc.1 is a prerelease"), artifact(b"rc"))
    push(release(host, "1.3.9", "x", moves="always"), artifact(b"1.3.9"))
    assert asked() == 3


@pytest.mark.parametrize("turn", range(10))
def test_two_releases_at_once_end_with_the_higher(registry: RealRegistry, turn: int) -> None:
    host = f"{registry.host}/turn{turn}"
    built: dict[str, Built] = {version: artifact(version.encode()) for version in ("1.4.0", "1.4.1")}
    push(release(host, "1.3.0", "1", "latest"), artifact(b"1.3.0"))
    gate = threading.Barrier(2)

    def publish(version: str) -> None:
        gate.wait()
        push(release(host, version, "1.4", "1", "latest"), built[version])

    workers = [threading.Thread(target=publish, args=(version,)) for version in built]
    for one in workers:
        one.start()
    for one in workers:
        one.join()
    higher = built["1.4.1"].root.digest
    assert held(registry, f"turn{turn}", "1.4", "1", "latest") == dict.fromkeys(("1.4", "1", "latest"), higher)
    assert held(registry, f"turn{turn}", "1.4.0") == {"1.4.0": built["1.4.0"].root.digest}


def test_a_registry_without_lists(fakes: Callable[..., FakeRegistry]) -> None:
    fake = fakes()
    push(release(fake.host, "1.4.0", moves="always"), artifact(b"1.4.0"))
    fake.script.on("GET", "/tags/list", faults.answer(404, "UNSUPPORTED"), nth=None)
    one, before = release(fake.host, "1.4.1", "1.4"), dict(fake.distribution.repositories["a/b"].tags)
    pushed = push(one, artifact(b"1.4.1"))
    assert short_states(pushed) == {"1.4.1": "skipped", "1.4": "refused"}
    assert "Write moves: always" in getattr(pushed.outcomes[-1].error, "hint", "")
    assert fake.distribution.repositories["a/b"].tags == before
    mended = push(release(fake.host, "1.4.1", "1.4", moves="always"), artifact(b"1.4.1"))
    assert set(short_states(mended).values()) == {"new"}


def test_a_list_of_100_000_tags(fakes: Callable[..., FakeRegistry]) -> None:
    fake = fakes(traits=Traits(page=1000))
    push(release(fake.host, "1.4.0", "latest"), artifact(b"1.4.0"))
    tags = fake.distribution.repositories["a/b"].tags
    tags.update(dict.fromkeys([f"b{number:06}" for number in range(100_000)], tags["latest"]))
    before, asked = dict(tags), lists(fake)
    pushed = push(release(fake.host, "1.4.1", "latest"), artifact(b"1.4.1"))
    assert short_states(pushed) == {"1.4.1": "skipped", "latest": "refused"}
    error = pushed.outcomes[-1].error
    assert error is not None and "the list has more than 20,000 names" in str(error)
    assert "Write moves: always, or allow more with --max-tags." in error.hint
    assert fake.distribution.repositories["a/b"].tags == before
    assert 0 < lists(fake) - asked < 100, "it stops where there are too many"

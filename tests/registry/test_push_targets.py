"""Pushing to many places: shared blobs, failures that disturb nobody else, stopping."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor

import pytest

from lazyoci.errors import InternalError, Interrupted
from lazyoci.layout.store import Built, Staged
from lazyoci.progress import Silent
from lazyoci.registry.errors import Denied, Unauthorized, Unreachable
from lazyoci.transfer import push as push_module
from lazyoci.transfer.outcome import Delivery
from lazyoci.transfer.preflight import preflight
from lazyoci.transfer.push import push
from lazyoci.transfer.tags import Tags
from tests.registry.fake import ALL, Basic, Bearer, Exchange, FakeRegistry, faults
from tests.registry.kit import ALICE, BOB, Counted, artifact, kit, noise, run, run_after, run_all, states, wanted

Fakes = Callable[..., FakeRegistry]
PULL = frozenset({"pull"})


def only_alice(user: str, repository: str) -> frozenset[str]:
    """Alice may do everything, others may pull."""
    return ALL if user == "alice" else PULL


# ---------------------------------------------------------------------- shared blobs
def test_each_blob_goes_to_a_host_once_and_is_mounted_elsewhere(fake: FakeRegistry) -> None:
    layers = [noise(50_000, i) for i in range(6)]
    pushed = run(kit(), wanted(*(f"{fake.host}/team/{name}:v1" for name in "abc")), artifact(*layers))
    assert set(states(pushed).values()) == {"new"}
    assert fake.count("PUT", "/blobs/uploads/") == 7
    assert fake.count("POST", "mount=", status=201) == 14
    assert (pushed.all_blobs, pushed.new_blobs, pushed.mounted) == (7, 7, 14)
    assert pushed.bytes_sent == 6 * 50_000 + 2


def test_mounting_asks_for_both_scopes(fakes: Fakes) -> None:
    fake = fakes(guard=Bearer({"alice": "s3cret"}))
    pushed = run(kit(keys=ALICE), wanted(f"{fake.host}/a/b:v1", f"{fake.host}/c/d:v1"), artifact(b"one"))
    assert set(states(pushed).values()) == {"new"}
    assert fake.count("POST", "mount=", status=201) == 2
    scopes = fake.requests("GET", r"/token.*scope=repository:(a/b|c/d):pull,push&scope=repository:(a/b|c/d):pull")
    assert scopes


def test_another_host_gets_its_own_upload(fakes: Fakes) -> None:
    one, two = fakes(), fakes()
    pushed = run(kit(), wanted(f"{one.host}/a/b:v1", f"{two.host}/a/b:v1"), artifact(b"one"))
    assert set(states(pushed).values()) == {"new"}
    assert one.count("PUT", "/uploads/") == two.count("PUT", "/uploads/") == 2
    assert (pushed.new_blobs, pushed.bytes_sent) == (2, 2 * 5)


def test_two_artifacts_in_one_repository_share_blobs_too(fake: FakeRegistry) -> None:
    first, second = run_all(
        kit(),
        [
            (wanted(f"{fake.host}/a/b:v1", name="one"), artifact(b"shared", b"one")),
            (wanted(f"{fake.host}/a/b:v2", name="two"), artifact(b"shared", b"two")),
        ],
    )
    assert fake.count("PUT", "/uploads/") == 4
    assert (first.new_blobs, second.new_blobs, second.existing) == (3, 1, 2)


def test_a_failing_first_repository_leaves_the_blob_to_the_next(fake: FakeRegistry) -> None:
    built = artifact(noise(100_000))
    # whoever comes first, the one of them is denied every upload
    fake.script.on("POST", r"/denied/blobs/uploads/", faults.answer(403, "DENIED"), nth=None)
    pushed = run(kit(), wanted(f"{fake.host}/denied:v1", f"{fake.host}/open:v1"), built)
    assert list(states(pushed).values()) == ["failed", "new"]
    assert fake.tag("open", "v1") == built.root.digest


def test_what_one_artifact_gave_up_the_next_one_tries_again(fake: FakeRegistry) -> None:
    """Two artifacts in one repository: the first fails at a blob of its own, and leaves shared ones undone."""
    shared = [noise(1000, i) for i in range(30)]
    fake.script.on("POST", r"/blobs/uploads/", faults.answer(403, "DENIED"), nth=1)
    first, second = run_all(
        kit(),
        [
            (wanted(f"{fake.host}/a/b:v1", name="one"), artifact(b"own", *shared)),
            (wanted(f"{fake.host}/a/b:v2", name="two"), artifact(*shared)),
        ],
    )
    assert list(states(first).values()) == ["failed"]
    assert list(states(second).values()) == ["new"]
    assert second.new_blobs + second.existing == 31


def test_uploads_run_side_by_side_up_to_the_limit(fake: FakeRegistry) -> None:
    inside, most, lock = 0, 0, threading.Lock()
    four = threading.Event()

    def count(exchange: Exchange) -> None:
        nonlocal inside, most
        with lock:
            inside += 1
            most = max(most, inside)
            if inside == 4:
                four.set()
        four.wait(10)  # nobody leaves before there are four
        reply = exchange.serve()
        with lock:
            inside -= 1
        exchange.send(reply)

    fake.script.on("PUT", r"/uploads/", count, nth=None)
    run(kit(), wanted(f"{fake.host}/a/b:v1"), artifact(*(noise(1000, i) for i in range(15))))
    assert most == 4


def test_targets_run_side_by_side(fakes: Fakes) -> None:
    registries = [fakes() for _ in range(12)]
    meeting = threading.Barrier(12)

    def meet(exchange: Exchange) -> None:
        meeting.wait(20)  # all twelve push a tag at the same time, or this breaks
        exchange.send(exchange.serve())

    for registry in registries:
        registry.script.on("PUT", r"/manifests/v1$", meet)
    pushed = run(kit(), wanted(*(f"{one.host}/a/b:v1" for one in registries)), artifact(b"one"))
    assert set(states(pushed).values()) == {"new"}


# ---------------------------------------------------------------------- preflight
def test_preflight_makes_one_token_and_one_head_a_tag(fakes: Fakes) -> None:
    fake = fakes(guard=Bearer({"alice": "s3cret"}))
    references = wanted(*(f"{fake.host}/a/b:v{i}" for i in range(5)))
    found = preflight([references], kit(keys=ALICE).client)
    assert not found.errors
    assert (fake.count("GET", "/token"), fake.count("HEAD", "/manifests/"), len(fake.log)) == (1, 5, 7)
    assert fake.requests("GET", "/token")[0].target.endswith("scope=repository:a/b:pull,push")


def test_preflight_denies_who_may_only_pull(fakes: Fakes) -> None:
    fake = fakes(guard=Bearer({"alice": "s3cret", "bob": "s3cret"}, rights=only_alice))
    found = preflight([wanted(f"{fake.host}/a/b:v1", f"{fake.host}/a/b:v2")], kit(keys=BOB).client)
    (error,) = found.errors
    assert isinstance(error, Denied)
    assert error.message == (
        f'push to {fake.host}/a/b denied: the token of user "bob" (from the test) has no write access'
    )
    assert not fake.requests("POST") and not fake.requests("PUT")


def test_preflight_denies_by_basic_too(fakes: Fakes) -> None:
    fake = fakes(guard=Basic({"alice": "s3cret"}))
    (error,) = preflight([wanted(f"{fake.host}/a/b:v1")], kit(keys=BOB).client).errors
    assert isinstance(error, Unauthorized)
    assert 'refused the credentials of user "bob" (from the test)' in error.message
    assert "s3cret" not in error.message + error.hint


def test_preflight_collects_every_reason(fakes: Fakes) -> None:
    good, bad = fakes(), fakes(guard=Bearer({"bob": "s3cret"}, rights=lambda user, repository: PULL))
    down = fakes()
    down.stop()
    found = preflight(
        [
            wanted(f"{good.host}/a:v1", f"{bad.host}/a:v1", f"{bad.host}/b:v1"),
            wanted(f"{down.host}/a:v1", f"{down.host}/a:v2"),
        ],
        kit(keys=BOB).client,
    )
    kinds = sorted(type(error).__name__ for error in found.errors)
    assert kinds == ["Denied", "Denied", "Unreachable"]
    assert sum(one.error is None for one in found.found.values()) == 1


def test_preflight_opens_no_upload_session(fake: FakeRegistry) -> None:
    preflight([wanted(f"{fake.host}/a/b:v1")], kit().client)
    assert {entry.method for entry in fake.log} == {"GET", "HEAD"}


# ---------------------------------------------------------------------- fault 36
def three(fakes: Fakes) -> tuple[FakeRegistry, FakeRegistry, FakeRegistry]:
    """Two registries and one that is down."""
    first, down, last = fakes(), fakes(), fakes()
    down.stop()
    return first, down, last


def test_one_of_three_targets_down_pushes_nothing(fakes: Fakes) -> None:
    first, down, last = three(fakes)
    pushed = run(kit(), wanted(*(f"{one.host}/a/b:v1" for one in (first, down, last))), artifact(b"one"))
    assert list(states(pushed).values()) == ["skipped", "failed", "skipped"]
    error = pushed.outcomes[1].error
    assert isinstance(error, Unreachable)
    assert (error.reason, f"nothing listens at {down.host}" in error.message) == ("down", True)
    assert not first.requests("POST") and not last.requests("PUT")


def test_with_keep_going_the_others_finish(fakes: Fakes) -> None:
    first, down, last = three(fakes)
    built = artifact(b"one")
    pushed = run(kit(), wanted(*(f"{one.host}/a/b:v1" for one in (first, down, last))), built, keep_going=True)
    assert list(states(pushed).values()) == ["new", "failed", "new"]
    assert first.tag("a/b", "v1") == last.tag("a/b", "v1") == built.root.digest


def test_a_target_that_goes_down_during_the_push(fakes: Fakes) -> None:
    good, lost = fakes(), fakes()
    built, tools = artifact(noise(300_000), b"two"), kit()
    references = wanted(f"{lost.host}/a/b:v1", f"{lost.host}/a/b:latest", f"{good.host}/a/b:v1")
    found = preflight([references], tools.client)
    lost.stop()
    (pushed,) = run_after(tools, found, [(references, built)])
    assert list(states(pushed).values()) == ["failed", "skipped", "new"]
    assert good.tag("a/b", "v1") == built.root.digest


def test_after_a_failed_blob_no_further_one_of_that_target_begins(fake: FakeRegistry) -> None:
    fake.script.on("POST", r"/a/b/blobs/uploads/", faults.answer(403, "DENIED"), nth=None)
    pushed = run(kit(), wanted(f"{fake.host}/a/b:v1"), artifact(*(noise(100, i) for i in range(200))))
    assert list(states(pushed).values()) == ["failed"]
    assert fake.count("POST", "/uploads/") < 20


# ---------------------------------------------------------------------- fault 37
def test_cancelling_stops_and_tells(fakes: Fakes) -> None:
    fake, other = fakes(), fakes()
    reached, release = threading.Event(), threading.Event()
    fake.script.on("PUT", r"/slow/blobs/uploads/", faults.hold(release, after=100_000, reached=reached), nth=None)
    store = Staged()
    tools = kit(sleep=None)
    slow, quick = artifact(noise(40_000_000), store=store), artifact(b"quick")
    references = [wanted(f"{fake.host}/slow:v1", f"{fake.host}/slow:latest"), wanted(f"{other.host}/quick:v1")]
    found = preflight(references, tools.client)
    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(run_after, tools, found, [(references[0], slow), (references[1], quick)])
        assert reached.wait(20)
        while not other.tag("quick", "v1"):
            assert not running.done()
        tools.cancelled.set()
        release.set()
        first, second = running.result(20)
    assert list(states(first).values()) == ["skipped", "skipped"]
    assert not any(one.pushed for one in first.outcomes)
    assert second.outcomes[0].pushed
    assert fake.tag("slow", "v1") == "" and not fake.manifests("slow")
    assert fake.count("DELETE", r"/slow/blobs/uploads/") >= 1
    assert not fake.requests("PUT", "/manifests/")


def test_before_the_push_nothing_is_sent(fake: FakeRegistry) -> None:
    tools, references = kit(), wanted(f"{fake.host}/a/b:v1")
    found = preflight([references], tools.client)
    before = len(fake.log)
    tools.cancelled.set()
    (pushed,) = run_after(tools, found, [(references, artifact(b"one"))])
    assert list(states(pushed).values()) == ["skipped"]
    assert len(fake.log) == before


def test_between_two_tags(fake: FakeRegistry) -> None:
    tools, built = kit(), artifact(b"one")
    host = fake.host
    fake.script.on("PUT", r"/manifests/v1$", faults.first(tools.cancelled.set))
    pushed = run(tools, wanted(f"{host}/a/b:v1", f"{host}/a/b:latest"), built)
    first, second = pushed.outcomes
    assert (second.state, second.pushed) == ("skipped", False)
    # the tag was sent: whatever was learnt of it, it is whole
    assert fake.tag("a/b", "v1") == built.root.digest
    assert fake.tag("a/b", "latest") == ""
    assert first.pushed


def test_preflight_is_interrupted_too(fake: FakeRegistry) -> None:
    tools = kit()
    tools.cancelled.set()
    (error,) = preflight([wanted(f"{fake.host}/a/b:v1")], tools.client).errors
    assert isinstance(error, Interrupted)


# ---------------------------------------------------------------------- bugs and files
def test_a_bug_in_one_target_is_told_with_what_the_others_published(fake: FakeRegistry) -> None:
    def explode(descriptor: object, count: int) -> None:
        raise ZeroDivisionError("a bug")

    built = artifact(b"one")
    assert isinstance(built.store, Staged)
    broken = Built(built.root, Counted(built.store, explode))
    references = [wanted(f"{fake.host}/a/b:v1", f"{fake.host}/a/b:v2"), wanted(f"{fake.host}/c/d:v1")]
    tools = kit()
    items = [Delivery(references[0], broken), Delivery(references[1], artifact(b"two"))]
    first, second = push(items, preflight(references, tools.client), tools.client, sleep=tools.clock.sleep)
    assert [one.state for one in first.outcomes] == ["failed", "skipped"]
    error = first.outcomes[0].error
    assert isinstance(error, InternalError) and isinstance(error.__cause__, ZeroDivisionError)
    assert "ZeroDivisionError: a bug" in error.message
    assert fake.tag("a/b", "v1") == ""
    assert (second.outcomes[0].state, second.outcomes[0].pushed) == ("new", True)
    assert fake.tag("c/d", "v1") == second.outcomes[0].digest


def test_a_bug_after_the_tag_was_sent_does_not_forget_it(fake: FakeRegistry, monkeypatch: pytest.MonkeyPatch) -> None:
    def explode(*_: object) -> None:
        raise UnicodeEncodeError("utf-8", "\ud800", 0, 1, "surrogates not allowed")

    monkeypatch.setattr(Tags, "_look", explode)
    pushed = run(kit(), wanted(f"{fake.host}/a/b:v1", f"{fake.host}/a/b:v2"), artifact(b"one"))
    assert [(one.state, one.pushed) for one in pushed.outcomes] == [("failed", True), ("failed", True)]
    error = pushed.outcomes[0].error
    assert isinstance(error, InternalError)
    assert error.message.isprintable() and error.message.encode("utf-8")


def test_what_ends_all_of_it_stands_with_every_artifact(fake: FakeRegistry) -> None:
    class Broken(Silent):
        def total(self, name: str, size: int) -> None:
            raise ZeroDivisionError("a bug")

    tools, references = kit(), [wanted(f"{fake.host}/a/b:v1"), wanted(f"{fake.host}/c/d:v1")]
    items = [Delivery(one, artifact(b"one")) for one in references]
    done = push(items, preflight(references, tools.client), tools.client, progress=Broken(), sleep=tools.clock.sleep)
    assert [one.state for pushed in done for one in pushed.outcomes] == ["failed", "failed"]
    assert all(isinstance(pushed.error, InternalError) for pushed in done)


def test_a_second_interrupt_does_not_forget_what_was_published(
    fake: FakeRegistry, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is raised in the thread that waits for the workers, when the first repository is done."""
    sent, never = threading.Event(), threading.Event()
    fake.script.on("PUT", r"/v2/c/d/manifests/v1$", faults.hold(never, reached=sent))
    tools = kit(sleep=None)
    references = [wanted(f"{fake.host}/a/b:v1"), wanted(f"{fake.host}/c/d:v1", f"{fake.host}/c/d:v2")]
    items = [Delivery(references[0], artifact(b"one")), Delivery(references[1], artifact(b"two"))]

    def interrupted(futures: list[Future[None]], *_: object) -> None:
        assert sent.wait(20)
        futures[0].result(20)
        tools.client.abort()
        raise KeyboardInterrupt

    found = preflight(references, tools.client)
    monkeypatch.setattr(push_module, "gather", interrupted)
    first, second = push(items, found, tools.client, cancelled=tools.cancelled)
    never.set()
    assert tools.cancelled.is_set()
    assert [(one.state, one.pushed) for one in first.outcomes] == [("new", True)]
    assert [one.state for one in second.outcomes][1:] == ["skipped"]
    assert not any(one.pushed for one in second.outcomes)
    assert (first.error, second.error) == (None, None)


def test_a_file_that_cannot_be_read_is_a_failure(fake: FakeRegistry) -> None:
    def fail(descriptor: object, count: int) -> None:
        raise OSError(5, "Input/output error", "layer.bin")

    built = artifact(b"one")
    assert isinstance(built.store, Staged)
    pushed = run(kit(), wanted(f"{fake.host}/a/b:v1"), Built(built.root, Counted(built.store, fail)))
    (one,) = pushed.outcomes
    assert (one.state, str(one.error)) == ("failed", "layer.bin: Input/output error")


def test_a_worker_that_hangs_is_cut_off(fake: FakeRegistry) -> None:
    reached, never = threading.Event(), threading.Event()
    fake.script.on("PUT", r"/manifests/v1$", faults.hold(never, reached=reached))
    tools, references = kit(sleep=None), wanted(f"{fake.host}/a/b:v1", f"{fake.host}/a/b:v2")
    found = preflight([references], tools.client)
    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(run_after, tools, found, [(references, artifact(b"one"))])
        assert reached.wait(20)
        tools.cancelled.set()
        (pushed,) = running.result(20)
    never.set()
    first, second = pushed.outcomes
    assert (first.state, second.state) == ("failed", "skipped")
    assert "was being written when the push was stopped" in str(first.error)


def test_a_preflight_that_hangs_is_cut_off(fake: FakeRegistry) -> None:
    reached, never = threading.Event(), threading.Event()
    fake.script.on("HEAD", r"/manifests/v1$", faults.hold(never, reached=reached))
    tools = kit(sleep=None)
    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(preflight, [wanted(f"{fake.host}/a/b:v1")], tools.client, cancelled=tools.cancelled)
        assert reached.wait(20)
        tools.cancelled.set()
        (error,) = running.result(20).errors
    never.set()
    assert isinstance(error, Interrupted)

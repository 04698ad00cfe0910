"""What is tried again, after how long, and what is not."""

from __future__ import annotations

import io
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from email.utils import formatdate

import pytest

from lazyoci.layout.store import Built, Staged
from lazyoci.oci.descriptor import Descriptor
from lazyoci.oci.reference import parse_repository
from lazyoci.registry.client import Timeouts
from lazyoci.registry.errors import RateLimited, ServerError, TooLarge, Unreachable
from lazyoci.transfer.content import read
from lazyoci.transfer.preflight import preflight
from tests.registry.fake import Bearer, Exchange, FakeRegistry, Reply, Request, faults
from tests.registry.kit import (
    ALICE,
    START,
    Counted,
    artifact,
    kit,
    noise,
    run,
    run_after,
    states,
    wanted,
)

UPLOADS = r"/blobs/uploads/"
LARGE = 3_000_000


def large() -> tuple[Built, str]:
    """An artifact with one blob of some megabytes, and that blob's digest."""
    built = artifact(noise(LARGE))
    assert isinstance(built.store, Staged)
    digest = next(one.digest for one in read(built).blobs.values() if one.size == LARGE)
    return built, digest


def story(fake: FakeRegistry, digest: str) -> list[str]:
    """What happened to the upload of one blob: methods and statuses, the POST of its sessions left out."""
    return [f"{one.method} {one.status}" for one in fake.requests("*", digest) if one.method in ("HEAD", "PUT")]


# ---------------------------------------------------------------------- 429
@pytest.mark.parametrize("as_date", [False, True], ids=["seconds", "date"])
def test_429_pauses_all_workers_of_the_host(fake: FakeRegistry, as_date: bool) -> None:
    value = formatdate(START + 2, usegmt=True) if as_date else "2"
    fake.script.on("POST", UPLOADS, faults.answer(429, "TOOMANYREQUESTS", Retry_After=value))
    sleepers: list[float] = []
    lock, all_pause, go_on = threading.Lock(), threading.Event(), threading.Event()

    def sleep(seconds: float) -> None:
        with lock:
            sleepers.append(seconds)
            if len(sleepers) == 4:
                all_pause.set()
        assert go_on.wait(20)

    tools = kit(sleep=sleep)
    references = wanted(f"{fake.host}/a/b:v1")
    found = preflight([references], tools.client)
    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(run_after, tools, found, [(references, artifact(*(noise(1000, i) for i in range(12))))])
        assert all_pause.wait(20)  # the one that was told to wait, and the three beside it
        tools.clock.now += 2
        go_on.set()
        (pushed,) = running.result(20)
    assert states(pushed) == {f"{fake.host}/a/b:v1": "new"}
    assert sleepers[:4] == [2.0] * 4
    assert fake.count("POST", UPLOADS, status=429) == 1


def test_429_to_what_is_asked_along_with_the_ping_is_waited_for(fake: FakeRegistry) -> None:
    limited = faults.answer(429, "TOOMANYREQUESTS", Retry_After="7")
    fake.script.on("HEAD", "/manifests/", limited, nth=range(1, 4))
    tools = kit()
    pushed = run(tools, wanted(*(f"{fake.host}/a/b:v{i}" for i in range(3))), artifact(b"one"))
    assert set(states(pushed).values()) == {"new"}
    assert tools.clock.slept
    assert set(tools.clock.slept) == {7.0}
    assert fake.count("HEAD", "/manifests/", status=429) == 3
    assert tools.client.session(fake.host).throttle.blobs_at_once == 2


def test_a_long_wait_asked_for_along_with_the_ping_fails_at_once(fake: FakeRegistry) -> None:
    fake.script.on("HEAD", "/manifests/", faults.answer(429, "TOOMANYREQUESTS", Retry_After="21600"), nth=None)
    tools = kit()
    found = preflight([wanted(f"{fake.host}/a/b:v1")], tools.client)
    (error,) = found.errors
    assert isinstance(error, RateLimited)
    assert not tools.clock.slept


def test_a_long_wait_fails_at_once(fake: FakeRegistry) -> None:
    fake.script.on("POST", UPLOADS, faults.answer(429, "TOOMANYREQUESTS", Retry_After="21600"), nth=None)
    tools = kit()
    pushed = run(tools, wanted(f"{fake.host}/a/b:v1"), artifact())
    (one,) = pushed.outcomes
    assert isinstance(one.error, RateLimited)
    assert one.error.wait == 21600
    assert "asks to wait 6.0 h" in one.error.message
    assert fake.count("POST", UPLOADS) == 1
    assert tools.clock.slept == []


# ---------------------------------------------------------------------- whole-blob retry
def test_503_twice_is_waited_out(fake: FakeRegistry) -> None:
    fake.script.on("POST", UPLOADS, faults.answer(503, "UNAVAILABLE"), nth=(1, 2))
    tools = kit()
    pushed = run(tools, wanted(f"{fake.host}/a/b:v1"), artifact())
    assert states(pushed) == {f"{fake.host}/a/b:v1": "new"}
    first, second = tools.clock.slept
    assert 0 <= first <= 0.5 and 0 <= second <= 1.0


@pytest.mark.parametrize("status", [500, 502])
def test_5xx_in_the_middle_of_a_put(fake: FakeRegistry, status: int) -> None:
    built, digest = large()
    fake.script.on(
        "PUT", UPLOADS, faults.answer_early(status, "UNKNOWN", after=100_000), where=lambda r: digest in r.target
    )
    pushed = run(kit(), wanted(f"{fake.host}/a/b:v1"), built)
    assert states(pushed) == {f"{fake.host}/a/b:v1": "new"}
    assert story(fake, digest) == ["HEAD 404", f"PUT {status}", "HEAD 404", "PUT 201"]
    first, second = fake.requests("PUT", digest)
    assert first.path != second.path  # a session of its own
    assert len(second.body) == LARGE


def test_a_reset_in_the_middle_reads_the_file_anew(fake: FakeRegistry) -> None:
    built, digest = large()
    assert isinstance(built.store, Staged)
    store = Counted(built.store)
    fake.script.on("PUT", digest, faults.reset(after=500_000), nth=(1, 2))
    pushed = run(kit(), wanted(f"{fake.host}/a/b:v1"), Built(built.root, store))
    assert states(pushed) == {f"{fake.host}/a/b:v1": "new"}
    assert store.opened[digest] == 3
    assert story(fake, digest) == ["HEAD 404", "PUT 0", "HEAD 404", "PUT 0", "HEAD 404", "PUT 201"]
    assert pushed.new_blobs == 2


def test_a_connection_that_always_breaks_is_given_up(fake: FakeRegistry) -> None:
    built, digest = large()
    fake.script.on("PUT", digest, faults.reset(after=500_000), nth=None)
    tools = kit()
    pushed = run(tools, wanted(f"{fake.host}/a/b:v1"), built)
    (one,) = pushed.outcomes
    assert isinstance(one.error, Unreachable)
    assert one.error.reason == "reset"
    assert fake.count("PUT", digest) == 6
    assert all(seconds <= 30 for seconds in tools.clock.slept)


def test_a_lost_reply_is_found_by_head(fake: FakeRegistry) -> None:
    built, digest = large()
    fake.script.on("PUT", digest, faults.lose_reply())
    pushed = run(kit(), wanted(f"{fake.host}/a/b:v1"), built)
    assert states(pushed) == {f"{fake.host}/a/b:v1": "new"}
    assert story(fake, digest) == ["HEAD 404", "PUT 0", "HEAD 200"]
    assert (pushed.new_blobs, pushed.existing) == (2, 0)


def test_a_lost_reply_to_a_manifest(fake: FakeRegistry) -> None:
    fake.script.on("PUT", r"/manifests/v1$", faults.lose_reply())
    pushed = run(kit(), wanted(f"{fake.host}/a/b:v1"), artifact(b"one"))
    assert states(pushed) == {f"{fake.host}/a/b:v1": "new"}


# ---------------------------------------------------------------------- early replies
def test_an_early_413_is_told_as_such(fake: FakeRegistry) -> None:
    built, digest = large()
    fake.script.on(
        "PUT",
        UPLOADS,
        faults.answer_early(413, "SIZE_INVALID", after=70_000),
        nth=None,
        where=lambda r: digest in r.target,
    )
    pushed = run(kit(), wanted(f"{fake.host}/a/b:v1"), built)
    (one,) = pushed.outcomes
    assert isinstance(one.error, TooLarge)
    assert (one.error.status, fake.count("PUT", digest)) == (413, 1)


def test_an_early_401_renews_the_token() -> None:
    guard = Bearer({"alice": "s3cret"})
    with FakeRegistry(guard=guard) as fake:
        built, digest = large()
        challenge = f'Bearer realm="{guard.realm}",service="fake",scope="repository:a/b:pull,push"'
        fake.script.on(
            "PUT",
            digest,
            faults.answer_early(401, "UNAUTHORIZED", after=70_000, WWW_Authenticate=challenge),
        )
        pushed = run(kit(keys=ALICE), wanted(f"{fake.host}/a/b:v1"), built)
        assert states(pushed) == {f"{fake.host}/a/b:v1": "new"}
        assert story(fake, digest) == ["HEAD 404", "PUT 401", "PUT 201"]


# ---------------------------------------------------------------------- time
def test_under_1_kib_a_minute_is_a_stall(fake: FakeRegistry) -> None:
    data = noise(200_000)
    digest = fake.seed_blob("a/b", data)
    tools = kit()
    steps = [(0.0, data[:100]), (61.0, data[100:200]), (0.0, data[200:])]

    def act(exchange: Exchange) -> None:
        def pieces() -> Iterator[bytes]:
            for seconds, piece in steps:
                paused.wait(0.2)  # real time, in which the client reads the piece before
                tools.clock.now += seconds
                yield piece

        exchange.send_slowly(Reply(200, [("Content-Length", str(len(data)))]), pieces())

    paused = threading.Event()
    fake.script.on("GET", r"/blobs/", act)
    remote = tools.client.repository(parse_repository(f"{fake.host}/a/b"))
    got = b"".join(remote.read_blob(Descriptor("application/octet-stream", digest, len(data))))
    assert got == data
    _, second = fake.requests("GET", "/blobs/")
    assert (second.status, second.headers["range"]) == (206, "bytes=100-")


def test_a_large_download_that_trickles_is_taken_up_again(fake: FakeRegistry) -> None:
    data = noise(5 << 20)
    blob = Descriptor("application/octet-stream", fake.seed_blob("a/b", data), len(data))
    tools, mib = kit(), 1 << 20
    received, moved, again = 0, threading.Condition(), threading.Event()

    def progress(count: int) -> None:
        nonlocal received
        with moved:
            received += count
            moved.notify_all()

    def arrived(size: int) -> None:
        with moved:
            moved.wait_for(lambda: received >= size)

    def trickle(exchange: Exchange) -> None:
        def pieces() -> Iterator[bytes]:
            for start, end in ((0, mib), (mib, mib + 100), (mib + 100, mib + 200)):
                arrived(start)
                tools.clock.now += 61
                yield data[start:end]
            again.wait()

        exchange.send_slowly(Reply(200, [("Content-Length", str(len(data)))]), pieces())

    fake.script.on("GET", r"/blobs/", trickle, nth=1)
    fake.script.on("GET", r"/blobs/", faults.first(again.set), nth=2)
    file = io.BytesIO()
    tools.client.repository(parse_repository(f"{fake.host}/a/b")).fetch_blob(blob, file, progress=progress)
    assert file.getvalue() == data
    (second,) = fake.requests("GET", "/blobs/", status=206)
    assert second.headers["range"] == f"bytes={mib + 100}-"


def test_a_large_download_that_falls_silent_is_taken_up_again(fake: FakeRegistry) -> None:
    data = noise(5 << 20)
    blob = Descriptor("application/octet-stream", fake.seed_blob("a/b", data), len(data))
    never = threading.Event()

    def silent(exchange: Exchange) -> None:
        def pieces() -> Iterator[bytes]:
            yield data[: 3 << 20]
            never.wait(30)

        exchange.send_slowly(Reply(200, [("Content-Length", str(len(data)))]), pieces())
        exchange.hang_up()

    fake.script.on("GET", r"/blobs/", silent)
    file = io.BytesIO()
    with kit(timeouts=Timeouts(read=0.3)).client as client:
        client.repository(parse_repository(f"{fake.host}/a/b")).fetch_blob(blob, file)
    never.set()
    assert file.getvalue() == data
    assert [entry.headers.get("range", "") for entry in fake.requests("GET", "/blobs/", status=206)] == [
        f"bytes={3 << 20}-"
    ]


def test_a_registry_that_takes_no_bytes_is_a_stall(fake: FakeRegistry) -> None:
    def is_large(request: Request) -> bool:
        return int(request.header("Content-Length")) > 1000

    built = artifact(noise(20_000_000))
    never = threading.Event()
    fake.script.on(
        "PUT", UPLOADS, faults.hold(never, after=1000), where=lambda r: int(r.header("Content-Length")) > 1000
    )
    pushed = run(kit(timeouts=Timeouts(write=0.3)), wanted(f"{fake.host}/a/b:v1"), built)
    never.set()
    assert states(pushed) == {f"{fake.host}/a/b:v1": "new"}


def test_slow_but_moving_has_no_total_limit(fake: FakeRegistry) -> None:
    built, digest = large()
    tools = kit()

    def slowly(exchange: Exchange) -> None:
        taken = bytearray()
        for _ in range(12):
            taken += exchange.read(LARGE // 12)
            tools.clock.now += 59  # twelve minutes in all
        exchange.request.body = bytes(taken)
        exchange.send(exchange.serve())

    fake.script.on("PUT", digest, slowly)
    pushed = run(tools, wanted(f"{fake.host}/a/b:v1"), built)
    assert states(pushed) == {f"{fake.host}/a/b:v1": "new"}
    assert fake.count("PUT", digest) == 1


def test_the_end_of_a_put_may_take_longer_than_a_read(fake: FakeRegistry) -> None:
    built, digest = large()

    def think(exchange: Exchange) -> None:
        exchange.read_all()
        threading.Event().wait(0.5)
        exchange.send(exchange.serve())

    fake.script.on("PUT", digest, think)
    pushed = run(kit(timeouts=Timeouts(read=0.1, finish=20)), wanted(f"{fake.host}/a/b:v1"), built)
    assert states(pushed) == {f"{fake.host}/a/b:v1": "new"}
    assert fake.count("PUT", digest) == 1
    assert Timeouts().finish >= 120 and Timeouts().read == 60


# ---------------------------------------------------------------------- HTML
def test_a_web_page_becomes_a_short_message(fake: FakeRegistry) -> None:
    page = b"<!DOCTYPE html><html><head><title>504 Gateway Time-out</title></head><body>" + b"<p>x</p>" * 9000
    fake.script.on("POST", UPLOADS, faults.answer(504, body=page, Content_Type="text/html"), nth=None)
    tools = kit()
    pushed = run(tools, wanted(f"{fake.host}/a/b:v1"), artifact())
    (one,) = pushed.outcomes
    assert isinstance(one.error, ServerError)
    assert fake.count("POST", UPLOADS) == 6
    assert "504" in one.error.message and "6 attempts" in one.error.message
    text = f"{one.error.message}\n{one.error.hint}"
    assert "<" not in text and len(text) < 500
    assert "504 Gateway Time-out" in text


def test_a_web_page_once_is_retried(fake: FakeRegistry) -> None:
    fake.script.on("POST", UPLOADS, faults.answer(504, body=b"<html>", Content_Type="text/html"))
    pushed = run(kit(), wanted(f"{fake.host}/a/b:v1"), artifact())
    assert states(pushed) == {f"{fake.host}/a/b:v1": "new"}

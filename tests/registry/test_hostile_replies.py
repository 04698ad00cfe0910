"""A registry that means harm: indexes without end, heads that drip, lists that never stop. All of it ends, soon."""

import contextlib
import json
import os
import signal
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from lazyoci.oci import mediatype
from lazyoci.oci.descriptor import dump
from lazyoci.oci.digest import of
from lazyoci.registry import pages
from lazyoci.registry.errors import ProtocolError, Unreachable
from lazyoci.registry.http import body, head_limits
from lazyoci.registry.http.retry import Failed, delay
from lazyoci.transfer.choose import PlatformChoice
from lazyoci.transfer.find import PullError, find
from tests import warm
from tests.registry.fake import Exchange, FakeRegistry, Reply, faults
from tests.registry.kit import Kit, kit
from tests.registry.test_pull import reference


def _entry(raw: bytes, **more: Any) -> dict[str, Any]:
    return {"mediaType": mediatype.OCI_INDEX, "digest": of(raw), "size": len(raw), **more}


def _index(*entries: dict[str, Any]) -> bytes:
    return dump({"schemaVersion": 2, "mediaType": mediatype.OCI_INDEX, "manifests": list(entries)})


def _look(fake: FakeRegistry, tools: Kit | None = None, choice: PlatformChoice | None = None) -> Any:
    name = reference(fake)
    return find((tools or kit()).client.repository(name.repository), name, choice or PlatformChoice(every=True))


# ------------------------------------------------------------------------------------------------ indexes
@pytest.mark.parametrize("every", [True, False])
def test_an_index_that_names_one_index_many_times_is_read_once(fake: FakeRegistry, every: bool) -> None:
    """Eight levels of fifty names each would be 39 billion entries; they are eight manifests."""
    inner = _index()
    for _ in range(7):
        fake.seed_manifest("a/b", inner, mediatype.OCI_INDEX)
        inner = _index(*[_entry(inner)] * 50)
    fake.seed_manifest("a/b", inner, mediatype.OCI_INDEX, "v1")
    found = _look(fake, choice=PlatformChoice(every=every))
    assert len(found.manifests) == 8
    assert fake.count("GET", "/manifests/") == 8


def test_indexes_nested_too_deep_are_refused(fake: FakeRegistry) -> None:
    inner = _index()
    for _ in range(12):
        fake.seed_manifest("a/b", inner, mediatype.OCI_INDEX)
        inner = _index(_entry(inner))
    fake.seed_manifest("a/b", inner, mediatype.OCI_INDEX, "v1")
    with pytest.raises(PullError, match="nested more than 8 deep"):
        _look(fake)
    assert fake.count("GET", "/manifests/") <= 12


def test_more_entries_than_any_artifact_has_are_refused(fake: FakeRegistry) -> None:
    child = _index()
    fake.seed_manifest("a/b", child, mediatype.OCI_INDEX)
    fake.seed_manifest("a/b", _index(*[_entry(child)] * 10_001), mediatype.OCI_INDEX, "v1")
    with pytest.raises(PullError, match="more than 10000 entries"):
        _look(fake)


def test_manifests_are_bounded_in_bytes_together(fake: FakeRegistry) -> None:
    children = [
        dump({"schemaVersion": 2, "mediaType": mediatype.OCI_INDEX, "manifests": [], "x": f"{i}" + "a" * (3 << 20)})
        for i in range(7)
    ]
    for child in children:
        fake.seed_manifest("a/b", child, mediatype.OCI_INDEX)
    fake.seed_manifest("a/b", _index(*map(_entry, children)), mediatype.OCI_INDEX, "v1")
    with pytest.raises(PullError, match="more than 16 MiB together"):
        _look(fake)
    assert fake.count("GET", "/manifests/") <= 7


# ------------------------------------------------------------------------------------------------ heads
def _informational(count: int, status: int) -> faults.Action:
    def act(exchange: Exchange) -> None:
        exchange.read_all()
        exchange.answered = True
        try:
            for _ in range(count):
                exchange._handler.wfile.write(f"HTTP/1.1 {status} Wait\r\nX-Pad: {'a' * 900}\r\n\r\n".encode())
        except OSError:
            pass  # the client has had enough
        exchange.hang_up()

    return act


@pytest.mark.parametrize("status", [100, 103])
def test_informational_responses_without_end_are_not_read_without_end(fake: FakeRegistry, status: int) -> None:
    fake.script.on("GET", "/manifests/", _informational(100_000, status), nth=None)
    with pytest.raises(Unreachable, match="what nobody asked for: more than 256 KiB"):
        _look(fake)
    assert fake.count("GET", "/manifests/") <= 1


def test_a_few_informational_responses_are_fine(fake: FakeRegistry) -> None:
    fake.seed_manifest("a/b", _index(), mediatype.OCI_INDEX, "v1")

    def act(exchange: Exchange) -> None:
        for _ in range(3):
            exchange._handler.wfile.write(b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n")
        exchange.send(exchange.serve())

    fake.script.on("GET", "/manifests/", act)
    assert _look(fake).named.is_index


def _drip(tools: Kit, received: threading.Semaphore) -> faults.Action:
    """A head of one byte at a time; each takes twenty seconds by the clock, never long enough for one read."""

    def act(exchange: Exchange) -> None:
        exchange.read_all()
        exchange.answered = True
        try:
            for letter in "HTTP/1.1 200 OK\r\nX-Slow: yes\r\n":
                exchange._handler.wfile.write(letter.encode())
                exchange._handler.wfile.flush()
                received.acquire(timeout=5)
                tools.clock.now += 20
        except OSError:
            pass
        exchange.hang_up()

    return act


def test_a_head_that_drips_is_given_up(fake: FakeRegistry, monkeypatch: pytest.MonkeyPatch) -> None:
    tools, received = kit(), threading.Semaphore(0)
    guard = head_limits.HeadLimits.guard

    def telling(self: head_limits.HeadLimits, stream: Any) -> None:
        read = stream.read

        def tell(max_bytes: int, timeout: float | None = None) -> bytes:
            data = bytes(read(max_bytes, timeout=timeout))
            received.release()
            return data

        stream.read = tell
        guard(self, stream)

    monkeypatch.setattr(head_limits.HeadLimits, "guard", telling)
    tools.client.session(fake.host).connect()
    fake.script.on("GET", "/manifests/", _drip(tools, received), nth=None)
    with pytest.raises(Unreachable, match="too slowly to wait for"):
        _look(fake, tools)


def test_a_large_upload_may_take_longer_than_a_head() -> None:
    """The time for a head begins when the request was sent; until then, and after it, nothing is counted."""
    now = [0.0]
    heads = head_limits.HeadLimits(lambda: now[0])

    class Stream:
        def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
            return b"x" * max_bytes

    stream = Stream()
    heads.guard(stream)
    assert len(stream.read(head_limits.HEAD_BYTES * 2)) == head_limits.HEAD_BYTES * 2
    heads.expect(60)
    now[0] = 59
    stream.read(100)
    heads.done()
    now[0] = 1000
    stream.read(head_limits.HEAD_BYTES)
    heads.expect(60)
    now[0] = 1060
    with pytest.raises(head_limits.SlowHead):
        stream.read(1)


# ------------------------------------------------------------------------------------------------ small bodies
def test_a_small_body_that_trickles_is_given_up() -> None:
    now = [0.0]
    pace = body.Pace(lambda: now[0])
    for _ in range(61):  # 40 bytes a second are more than 1 KiB a minute, which the rule for blobs lets through
        pace.moved(40)
        now[0] += 1
    with pytest.raises(body.TransportError, match="bytes in"):
        pace.moved(40)


def test_a_small_body_on_a_slow_line_is_waited_for() -> None:
    now = [0.0]
    pace = body.Pace(lambda: now[0])
    for _ in range(600):
        pace.moved(12_000)
        now[0] += 1


def test_pieces_of_two_bytes_are_not_taken_for_ever(fake: FakeRegistry) -> None:
    def act(exchange: Exchange) -> None:
        exchange.read_all()

        def pieces() -> Iterator[bytes]:
            for _ in range(2000):
                yield b"2\r\n{ \r\n" * 1000
            yield b"0\r\n\r\n"

        with contextlib.suppress(OSError):
            exchange.send_slowly(Reply(200, [("Transfer-Encoding", "chunked")]), pieces())
        exchange.hang_up()

    fake.script.on("GET", "/manifests/", act, nth=None)
    with pytest.raises(Unreachable, match=r"what nobody asked for: .* pieces"):
        _look(fake)
    assert fake.count("GET", "/manifests/") == 2, "along with the first request, and once more in its turn"


# ------------------------------------------------------------------------------------------------ lists
def test_pages_without_end_are_bounded_in_bytes(fake: FakeRegistry) -> None:
    fake.seed_manifest("a/b", _index(), mediatype.OCI_INDEX, "v1")

    sizes: list[int] = []

    def act(exchange: Exchange) -> None:
        exchange.read_all()
        number = int(exchange.request.one("last") or 0)
        tags = [f"{number}-{i}-{'a' * 100}" for i in range(30_000)]
        link = f'</v2/a/b/tags/list?n=100&last={number + 1}>; rel="next"'
        page = json.dumps({"name": "a/b", "tags": tags}).encode()
        sizes.append(len(page))
        exchange.send(Reply(200, [("Link", link)], page))

    fake.script.on("GET", "/tags/list", act, nth=None)
    tools = kit()
    found = tools.client.repository(reference(fake).repository).tags()
    assert 0 < len(found) <= pages.NAMES
    assert sum(sizes[:-1]) <= pages.LIST_LIMIT < sum(sizes)
    assert [one for one in tools.warnings if "that are read; it is incomplete" in one]


def test_a_page_that_is_too_large_is_refused(fake: FakeRegistry) -> None:
    fake.script.on("GET", "/tags/list", faults.answer(200, body=b'{"tags": ["' + b"a" * (5 << 20) + b'"]}'), nth=None)
    with pytest.raises(ProtocolError, match="larger than 4 MiB"):
        kit().client.repository(reference(fake).repository).tags()


# ------------------------------------------------------------------------------------------------ time
def test_a_clock_set_back_makes_nobody_wait(fake: FakeRegistry) -> None:
    """Waiting goes by a clock that is never set; only a date in Retry-After is read by the wall's."""
    fake.seed_manifest("a/b", _index(), mediatype.OCI_INDEX, "v1")
    fake.script.on("GET", "/manifests/", faults.answer(429, "TOOMANYREQUESTS", Retry_After="2"))
    wall = [1_800_000_000.0]
    tools = kit(now=lambda: wall[0])

    def sleep(seconds: float) -> None:
        wall[0] -= 86_400
        tools.clock.sleep(seconds)

    tools.client.transport._sleep = sleep
    assert _look(fake, tools).named.is_index
    assert sum(tools.clock.slept) <= 2.0


def test_who_sends_drop_by_drop_or_without_end_is_asked_once() -> None:
    assert delay(1, Failed("slow"), now=0) is None
    assert delay(1, Failed("flood"), now=0) is None


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("Content-Length", "-5", "bad Content-Length"),
        ("Location", "http://[::1", "Invalid URL"),
        ("Location", "http://" + "a" * 70_000 + "/", "URL too long"),
    ],
)
def test_a_reply_that_is_none_by_http_is_told_so_and_asked_for_twice(
    fake: FakeRegistry, name: str, value: str, said: str
) -> None:
    fake.script.on("GET", "/tags/", faults.answer(307, **{name: value}), nth=None)
    with pytest.raises(Unreachable, match=rf"answered what is no reply by HTTP \(2 attempts\): .*{said}"):
        kit().client.repository(reference(fake).repository).tags()
    assert fake.count("GET", "/tags/") == 2


@pytest.mark.parametrize("host", ["999.999.999.999", "[1::2::3]:5000", "xn--a.example", "a" * 64 + ".example"])
def test_a_host_that_can_be_none_is_told_as_one_that_is_not_there(host: str) -> None:
    with pytest.raises(Unreachable, match="there is no host named") as caught:
        kit().client.session(host).connect()
    assert (caught.value.reason, host in caught.value.message) == ("dns", True)


@pytest.mark.parametrize("host", ["999.999.999.999", "xn--a.example", "a..b", "a" * 64 + ".example"])
def test_a_redirect_to_what_is_no_host_is_refused(fake: FakeRegistry, host: str) -> None:
    fake.script.on("GET", "/tags/", faults.redirect(307, f"http://{host}/x"), nth=None)
    with pytest.raises((ProtocolError, Unreachable), match=r"an address that cannot be read|what is no reply"):
        kit().client.repository(reference(fake).repository).tags()


def test_a_proxy_that_can_be_none_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://xn--a.example:3128")
    with pytest.raises(Unreachable, match="HTTPS_PROXY does not hold the address of a proxy"):
        kit().client.session("registry.example").connect()


def test_warnings_without_end_are_shown_up_to_a_number(fake: FakeRegistry) -> None:
    tools = kit()
    for number in range(30):
        fake.script.on("GET", "/tags/", faults.header("Warning", f'299 - "warning {number}"'), nth=(number + 1,))
    fake.seed_manifest("a/b", _index(), mediatype.OCI_INDEX, "v1")
    for _ in range(30):
        tools.client.repository(reference(fake).repository).tags()
    assert len(tools.warnings) == 20


# ------------------------------------------------------------------------------------------------ Ctrl-C
@pytest.mark.skipif(os.name == "nt", reason="sends a signal")
@pytest.mark.parametrize(
    "command", [["pull"], ["browse", "manifest"], ["browse", "tags", "--details"]], ids=["pull", "manifest", "tags"]
)
def test_one_ctrl_c_ends_a_look_that_hangs(fake: FakeRegistry, tmp_path: Path, command: list[str]) -> None:
    fake.seed_manifest("a/b", _index(), mediatype.OCI_INDEX, "v1")
    waits, never = threading.Event(), threading.Event()
    fake.script.on("GET", "/manifests/", faults.hold(never, reached=waits), nth=None)
    name = f"{fake.host}/a/b" + ("" if "tags" in command else ":v1")
    running = subprocess.Popen(
        [*warm.command(), *command, name],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=tmp_path,
        env={**os.environ, "HOME": str(tmp_path), "XDG_CONFIG_HOME": str(tmp_path), "DOCKER_CONFIG": str(tmp_path)},
    )
    assert waits.wait(60)
    running.send_signal(signal.SIGINT)
    _, said = running.communicate()
    never.set()
    assert running.returncode == 130, said
    assert "Traceback" not in said

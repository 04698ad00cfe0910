"""Conduct on the network: never block on it, states of evidence. test_conduct_trust.py has the trust ladder."""

from __future__ import annotations

import asyncio
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from lsprotocol import types

from tests.e2e.cli import lazyoci
from tests.hosts import Named
from tests.lsp.kit import Editor, capabilities, editor
from tests.lsp.test_registries import FILE, TAG, hover_until, options, write
from tests.registry.fake import Exchange, FakeRegistry, faults
from tests.servers import docker_registry

pytestmark = pytest.mark.asyncio
MANIFEST = b'{"schemaVersion": 2}', "application/vnd.oci.image.manifest.v1+json"


class Silent:
    """Accepts connections and never answers."""

    def __init__(self) -> None:
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.host = f"127.0.0.1:{self._socket.getsockname()[1]}"
        self.connections: list[socket.socket] = []
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        while True:
            try:
                self.connections.append(self._socket.accept()[0])
            except OSError:
                return

    def stop(self) -> None:
        """Close them all."""
        self._socket.close()
        for one in self.connections:
            one.close()


@pytest.fixture
def silent() -> Iterator[Callable[[], Silent]]:
    """Makes registries that never answer."""
    with ExitStack() as stack:

        def make() -> Silent:
            made = Silent()
            stack.callback(made.stop)
            return made

        yield make


async def again(one: Editor, uri: str) -> None:
    """`Check again`; returns when everything is answered."""
    params = types.ExecuteCommandParams("lazyoci.checkAgain", arguments=[uri])
    await one.client.workspace_execute_command_async(params)


async def quiet(one: Editor, uri: str, silence: float = 1.0) -> None:
    """Give the server time for what it should not do: its looks at the world come once a second."""
    await one.hover(uri, TAG)
    await asyncio.sleep(silence)
    await one.hover(uri, TAG)


async def usual(tmp_path: Path) -> float:
    """The seconds, and as many again, in which a server on this machine asks now: so long it has to be silent."""
    with FakeRegistry() as asked:
        root = write(tmp_path / "usual", asked.host)
        async with editor(root, tmp_path / "home", options=options()) as one:
            begun = time.monotonic()
            await hover_until(one, one.open(".lazy"), TAG, "absent")
            return 2 * (time.monotonic() - begun)


# rule 1


async def test_registries_that_never_answer_hold_up_nobody(tmp_path: Path, silent: Callable[[], Silent]) -> None:
    """More hosts than workers: everything local is answered all the same, and ends when the server is told to."""
    hosts = [silent() for _ in range(12)]
    root = write(tmp_path / "project", hosts[0].host)
    more = "".join(f"      - {{registry: {one.host}/x/y, tags: [a]}}\n" for one in hosts[1:])
    text = FILE.format(hosts[0].host) + more
    (root / ".lazy").write_text(text, "utf-8")
    async with editor(root, tmp_path / "home", options=options(timeout=60)) as one:
        uri = one.open(".lazy")
        said = ""
        while not any(each.connections for each in hosts):
            said = await one.hover(uri, TAG)
        assert "*not checked*: it is being asked" in said
        assert await one.codes(uri) == []
        for number in range(5):  # and still, with all workers taken
            one.change(uri, text.replace("latest]", '"{{ .Name }}", "{{ .Versoin }}"]') + "#" * number)
            assert await one.codes(uri) == ["unknown-variable"]
            assert "unknown-variable" not in await one.hover(uri, TAG)
            assert any(item.label == "latest" for item in await one.complete(uri, (7, 15)))
            assert len(await one.hints(uri)) == 1
        assert sum(bool(each.connections) for each in hosts) <= 8


async def test_a_time_limit_ends_the_wait(tmp_path: Path, silent: Callable[[], Silent]) -> None:
    one_ = silent()
    root = write(tmp_path / "project", one_.host)
    async with editor(root, tmp_path / "home", options=options(timeout=0.3)) as one:
        uri = one.open(".lazy")
        codes = await one.until_codes(uri, lambda codes: bool(codes))
        assert codes == ["registry-unreachable"]
        assert "did not answer within 0.3 s" in (await one.diagnostics(uri))[0].message
        assert len(one_.connections) <= 2  # HTTPS, then plain HTTP as it is loopback: not one for every tag


async def test_registries_that_hang_leave_room_for_those_that_answer(
    tmp_path: Path, silent: Callable[[], Silent], fake: FakeRegistry
) -> None:
    hanging = [silent() for _ in range(3)]
    root = write(tmp_path / "project", fake.host)
    head, mark, targets = FILE.format(fake.host).partition("    targets:\n")
    first = "".join(f"      - {{registry: {one.host}/x, tags: [a, b, c, d, e, f]}}\n" for one in hanging)
    (root / ".lazy").write_text(head + mark + first + targets, "utf-8")
    async with editor(root, tmp_path / "home", options=options(timeout=60)) as one:
        uri = one.open(".lazy")
        await hover_until(one, uri, (TAG[0] + len(hanging), TAG[1]), "absent")


async def test_answers_are_kept_and_each_question_is_asked_once(tmp_path: Path, fake: FakeRegistry) -> None:
    fake.seed_manifest("team/app", *MANIFEST, "latest", "1.4.2")
    root = write(tmp_path / "project", fake.host)
    (root / "other.lazy").write_text(FILE.format(fake.host), "utf-8")
    async with editor(root, tmp_path / "home", options=options()) as one:
        uri, other = one.open(".lazy"), one.open("other.lazy")
        await hover_until(one, uri, TAG, "exists")
        await hover_until(one, other, (7, 24), "exists")
        for _ in range(3):
            one.save(uri)
            await quiet(one, uri, 0.4)
        assert fake.count("HEAD", "/manifests/") == 2
        await again(one, uri)
        assert fake.count("HEAD", "/manifests/") == 4


async def test_what_failed_or_was_missing_is_asked_again_when_that_is_old(tmp_path: Path, fake: FakeRegistry) -> None:
    root = write(tmp_path / "project", fake.host)
    async with editor(root, tmp_path / "home", options=options(retryAfter=0.5)) as one:
        uri = one.open(".lazy")
        await hover_until(one, uri, TAG, "absent")
        fake.seed_manifest("team/app", *MANIFEST, "1.4.2")
        await hover_until(one, uri, TAG, "exists")  # without an edit, without a save


async def test_closing_the_document_ends_what_is_asked_for_it(
    tmp_path: Path, fakes: Callable[..., FakeRegistry]
) -> None:
    fake = fakes()
    reached, release = threading.Semaphore(0), threading.Event()

    def held(exchange: Exchange) -> None:
        reached.release()
        faults.hold(release)(exchange)

    fake.script.on("HEAD", "/manifests/", held, nth=None)
    text = FILE.format(fake.host).replace('"1.4.2", latest', ", ".join(f"t{number}" for number in range(40)))
    root = write(tmp_path / "project", fake.host)
    (root / ".lazy").write_text(text, "utf-8")
    async with editor(root, tmp_path / "home", options=options(timeout=60)) as one:
        uri = one.open(".lazy")
        while not reached.acquire(blocking=False):
            await one.hover(uri, TAG)
        one.close(uri)
        other = one.open("other.lazy", "version: 1\n")
        await one.hover(other, TAG)  # messages are handled in order: the document is closed now
        asked = 1
        while reached.acquire(blocking=False):  # how many are asked before the editor closes it depends on the machine
            asked += 1
        release.set()
        await quiet(one, other)
        assert fake.count("HEAD", "/manifests/") <= asked + 1  # of forty; one may have been on its way


async def test_nothing_is_asked_of_what_is_being_typed(tmp_path: Path, fakes: Callable[..., FakeRegistry]) -> None:
    fake, other = fakes(), fakes()
    root = write(tmp_path / "project", fake.host)
    async with editor(root, tmp_path / "home", options=options()) as one:
        uri = one.open(".lazy")
        await hover_until(one, uri, TAG, "absent")
        one.change(uri, FILE.format(other.host))
        said = await hover_until(one, uri, TAG, f":{other.port}/")  # as Markdown the address has escapes
        assert "*not checked*: it is asked when the file is saved" in said
        await quiet(one, uri)
        assert other.log == []
        one.save(uri)
        await hover_until(one, uri, TAG, "absent")


# rule 2


async def test_several_hosts_that_cannot_be_reached_are_us_being_offline(
    tmp_path: Path, fakes: Callable[..., FakeRegistry], named: Named
) -> None:
    gone, back = fakes(), fakes()
    gone.stop()
    root = write(tmp_path / "project", "one.example")
    text = FILE.format("one.example") + "      - {registry: two.example/x, tags: [a]}\n"
    (root / ".lazy").write_text(text, "utf-8")
    hosts = named({"one.example": gone.url, "two.example": gone.url})
    able = capabilities()
    able.experimental = {"serverStatusNotification": True}
    chosen = options(retryAfter=600)
    async with editor(root, tmp_path / "home", options=chosen, environ=hosts.environ, client_capabilities=able) as one:
        uri = one.open(".lazy")
        await one.until(lambda: one.statuses)
        assert one.statuses == ["warning: no registry can be reached: it seems you are offline"]
        assert "you are offline" in await one.hover(uri, TAG)
        await quiet(one, uri, 0.3)
        assert await one.codes(uri) == []
        # one of them answers: then it is the other that is down
        hosts.proxy.routes["two.example:443"] = back.host
        now = {"registry": {**chosen["registry"]}, "preview": {"env": {"ANY": "change"}}}
        one.client.workspace_did_change_configuration(types.DidChangeConfigurationParams(now))
        one.client.set_configuration(now, section="lazyoci")
        one.client.workspace_did_change_configuration(types.DidChangeConfigurationParams(now))
        await one.until_codes(uri, lambda codes: codes == ["registry-unreachable"])
        assert one.statuses[1:] == ["ok: "]


async def test_one_host_that_cannot_be_reached_is_one_piece_of_information(tmp_path: Path, fake: FakeRegistry) -> None:
    fake.stop()
    root = write(tmp_path / "project", fake.host)
    (root / ".lazy").write_text(
        FILE.format(fake.host) + f"      - {{registry: {fake.host}/x, tags: [a, b]}}\n", "utf-8"
    )
    async with editor(root, tmp_path / "home", options=options()) as one:
        uri = one.open(".lazy")
        await one.until_codes(uri, lambda codes: bool(codes))
        (found,) = await one.diagnostics(uri)
        assert found.code == "registry-unreachable"
        assert found.severity == types.DiagnosticSeverity.Information
        assert "(checked at " in found.message


async def test_a_name_that_cannot_be_looked_up_is_one_calm_status(tmp_path: Path) -> None:
    """RFC 6761: no such name exists, which is what a machine without a network finds of every name."""
    root = write(tmp_path / "project", "registry.invalid")
    able = capabilities()
    able.experimental = {"serverStatusNotification": True}
    async with editor(root, tmp_path / "home", options=options(), client_capabilities=able) as one:
        uri = one.open(".lazy")
        await one.until(lambda: one.statuses)
        assert one.statuses == ["warning: no registry can be reached: it seems you are offline"]
        assert "you are offline" in await one.hover(uri, TAG)
        await quiet(one, uri, 0.3)
        assert not [code for params in one.published for code in params.diagnostics if params.uri == uri]


async def test_a_save_asks_again_what_failed(tmp_path: Path, fake: FakeRegistry) -> None:
    fake.stop()
    root = write(tmp_path / "project", fake.host)
    async with editor(root, tmp_path / "home", options=options(retryAfter=600)) as one:
        uri = one.open(".lazy")
        await one.until_codes(uri, lambda codes: codes == ["registry-unreachable"])
        (before,) = await one.diagnostics(uri)
        await asyncio.sleep(1.1)  # a finding tells the second in which it was found
        one.published.clear()
        one.save(uri)  # the server is still away: the same is found again, later, and is not taken back meanwhile
        await one.until(lambda: [params for params in one.published if params.diagnostics != [before]])
        assert all([item.code for item in params.diagnostics] == ["registry-unreachable"] for params in one.published)


async def test_nothing_is_said_of_a_tag_before_it_is_known_whether_it_moves(tmp_path: Path) -> None:
    with docker_registry(tmp_path / "registry") as real:
        root = write(tmp_path / "project", real.host)
        more = (root / ".lazy").read_text().partition("artifacts:\n")[2].replace("app", "other")
        (root / ".lazy").write_text((root / ".lazy").read_text() + more, "utf-8")
        built = lazyoci("build", ".lazy", cwd=root)
        assert built.code == 0, built.err
        able = capabilities(pull=True)
        async with editor(root, tmp_path / "home", options=options(), client_capabilities=able) as one:
            uri = one.open(".lazy")
            said = ""
            while "the same as a push would give" not in said:
                assert not (await one.pull(uri)).items
                said = await one.hover(uri, TAG)
            assert not (await one.pull(uri)).items


async def test_findings_are_pulled_too(tmp_path: Path, fake: FakeRegistry) -> None:
    fake.stop()
    root = write(tmp_path / "project", fake.host)
    async with editor(root, tmp_path / "home", options=options(), client_capabilities=capabilities(pull=True)) as one:
        uri = one.open(".lazy")
        first = await one.pull(uri)
        await one.until(lambda: types.WORKSPACE_DIAGNOSTIC_REFRESH in one.requests)
        second = await one.pull(uri, first.result_id)
        assert [item.code for item in second.items] == ["registry-unreachable"]
        assert (await one.pull(uri, second.result_id)).kind == "unchanged"
        assert one.published == []

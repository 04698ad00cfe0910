"""What a push and a pull ask at the same time, so that a long link costs few round trips; and at whose expense not.

A meeting answers no request before all of its kind have come: whoever asks them one after another waits for ever.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from pathlib import Path

from lazyoci.layout.store import Built, Staged
from lazyoci.oci.descriptor import EMPTY
from lazyoci.oci.reference import parse as parse_reference
from lazyoci.registry.errors import Denied
from lazyoci.transfer.choose import PlatformChoice
from lazyoci.transfer.find import find
from lazyoci.transfer.outcome import Wanted
from lazyoci.transfer.preflight import preflight
from lazyoci.transfer.pull import pull
from tests.registry.fake import ALL, Bearer, Exchange, FakeRegistry, faults
from tests.registry.fake.auth import everything
from tests.registry.kit import ALICE, Kit, artifact, index, kit, noise, run, run_after, run_all, states, wanted

Fakes = Callable[..., FakeRegistry]
LAYERS = 10
ROUND_TRIP = 0.05  # seconds that pass on the tests' clock with each request


def meeting(count: int, tools: Kit | None = None) -> faults.Action:
    """An action for `count` requests, which all must have come before the first is answered; `tools`: as by `far`."""
    barrier = threading.Barrier(count)

    def meet(exchange: Exchange) -> None:
        reply = exchange.serve()
        if tools is not None:
            tools.clock.sleep(ROUND_TRIP)
        barrier.wait(30)
        exchange.send(reply)

    return meet


def far(fake: FakeRegistry, tools: Kit) -> None:
    """Have each request that is not scripted take its time, as over a long link."""
    fake.script.on("*", "", faults.first(lambda: tools.clock.sleep(ROUND_TRIP)), nth=None)


def layers() -> Built:
    """Ten layers, and the empty config."""
    return artifact(*(noise(1000, i) for i in range(LAYERS)))


def asked(fake: FakeRegistry, since: int = 0) -> list[str]:
    """What was asked, without digests and sessions."""
    short = [re.sub(r"sha256:[0-9a-f]+", "DIGEST", f"{one.method} {one.path}") for one in fake.log[since:]]
    return [re.sub(r"uploads/[0-9a-f].*", "uploads/SESSION", one) for one in short]


def test_a_push_asks_for_all_blobs_at_once_and_sends_all_small_ones_at_once(fake: FakeRegistry) -> None:
    tools, built = kit(), layers()
    for method, path in (("HEAD", "/blobs/sha256"), ("POST", "/uploads/"), ("PUT", "/uploads/")):
        fake.script.on(method, path, meeting(LAYERS + 1, tools), nth=None)
    far(fake, tools)
    pushed = run(tools, wanted(f"{fake.host}/a/b:v1"), built)
    assert states(pushed) == {f"{fake.host}/a/b:v1": "new"}
    count = LAYERS + 1
    assert sorted(asked(fake)[:2]) == ["GET /v2/", "HEAD /v2/a/b/manifests/v1"]
    assert asked(fake)[2:] == [
        "HEAD /v2/a/b/manifests/DIGEST",
        *["HEAD /v2/a/b/blobs/DIGEST"] * count,
        *["POST /v2/a/b/blobs/uploads/"] * count,
        *["PUT /v2/a/b/blobs/uploads/SESSION"] * count,
        "PUT /v2/a/b/manifests/v1",
        "HEAD /v2/a/b/manifests/v1",
    ]
    assert pushed.bytes_sent == LAYERS * 1000 + EMPTY.size


def test_one_file_is_pushed_without_asking_for_its_manifest(fake: FakeRegistry) -> None:
    for method, path in (("*", "/v2/$|/manifests/v1"), ("HEAD", "/blobs/sha256"), ("POST", "/uploads/")):
        fake.script.on(method, path, meeting(2), nth=(1, 2))  # with the file goes the empty config
    run(kit(), wanted(f"{fake.host}/a/b:v1"), artifact(b"one"))
    assert sorted(asked(fake)[:2]) == ["GET /v2/", "HEAD /v2/a/b/manifests/v1"]
    assert asked(fake)[2:] == [
        *["HEAD /v2/a/b/blobs/DIGEST"] * 2,
        *["POST /v2/a/b/blobs/uploads/"] * 2,
        *["PUT /v2/a/b/blobs/uploads/SESSION"] * 2,
        "PUT /v2/a/b/manifests/v1",
        "HEAD /v2/a/b/manifests/v1",
    ]


def test_one_file_that_is_there_costs_one_question_more_for_another_tag(fake: FakeRegistry) -> None:
    built = artifact(b"one")
    run(kit(), wanted(f"{fake.host}/a/b:v1"), built)
    before = len(fake.log)
    pushed = run(kit(), wanted(f"{fake.host}/a/b:v2"), built)
    assert pushed.bytes_sent == 0
    assert asked(fake, before)[2:] == [
        *["HEAD /v2/a/b/blobs/DIGEST"] * 2,
        "PUT /v2/a/b/manifests/v2",
        "HEAD /v2/a/b/manifests/v2",
    ]


def test_nothing_new_is_two_requests_at_once(fake: FakeRegistry) -> None:
    built = layers()
    run(kit(), wanted(f"{fake.host}/a/b:v1"), built)
    before = len(fake.log)
    fake.script.on("*", "", meeting(2), nth=None)
    run(kit(), wanted(f"{fake.host}/a/b:v1"), built)
    assert sorted(asked(fake, before)) == ["GET /v2/", "HEAD /v2/a/b/manifests/v1"]


def test_nothing_new_with_a_token_is_three(fakes: Fakes) -> None:
    fake, built = fakes(guard=Bearer({"alice": "s3cret"})), layers()
    run(kit(keys=ALICE), wanted(f"{fake.host}/a/b:v1"), built)
    before = len(fake.log)
    run(kit(keys=ALICE), wanted(f"{fake.host}/a/b:v1"), built)
    assert asked(fake, before) == ["GET /v2/", "GET /token", "HEAD /v2/a/b/manifests/v1"]


def test_more_tags_of_known_content_are_three_steps(fake: FakeRegistry) -> None:
    built, host = layers(), fake.host
    run(kit(), wanted(f"{host}/a/b:v1"), built)
    before = len(fake.log)
    fake.script.on("*", "/v2/$|/manifests/", meeting(5), nth=(1, 2, 3, 4, 5))  # the tags, with the very first request
    fake.script.on("PUT", "/manifests/v1.[23]", meeting(2), nth=None)
    fake.script.on("HEAD", "/manifests/v1.", meeting(3), nth=(4, 5, 6))  # and those that are new, after
    pushed = run(kit(), wanted(*(f"{host}/a/b:{tag}" for tag in ("v1", "v1.1", "v1.2", "v1.3"))), built)
    assert list(states(pushed).values()) == ["unchanged", "new", "new", "new"]
    assert len(asked(fake, before)) == 1 + 4 + 3 + 3
    assert not [one for one in asked(fake, before) if "/blobs/" in one]


def test_the_children_of_an_index_are_asked_for_and_put_at_once(fake: FakeRegistry) -> None:
    store = Staged()
    children = [artifact(noise(100, i), store=store).root for i in range(3)]
    fake.script.on("HEAD", "|".join(one.digest for one in children), meeting(3), nth=None)
    fake.script.on("PUT", "/manifests/sha256", meeting(3), nth=None)
    pushed = run(kit(), wanted(f"{fake.host}/a/b:v1"), index(store, children))
    assert states(pushed) == {f"{fake.host}/a/b:v1": "new"}
    assert asked(fake)[-2:] == ["PUT /v2/a/b/manifests/v1", "HEAD /v2/a/b/manifests/v1"]


def test_a_pull_fetches_all_small_blobs_at_once(fake: FakeRegistry, tmp_path: Path) -> None:
    built, reference = layers(), parse_reference(f"{fake.host}/a/b:v1")
    run(kit(), wanted(str(reference)), built)
    before, tools = len(fake.log), kit()
    fake.script.on("GET", "/v2/$|/manifests/", meeting(2, tools), nth=None)
    fake.script.on("GET", "/blobs/", meeting(LAYERS, tools), nth=None)  # the empty config is in the manifest
    found = find(tools.client.repository(reference.repository), reference, PlatformChoice(()))
    pull(found, tools.client, tmp_path / "layout")
    assert sorted(asked(fake, before)) == [
        "GET /v2/",
        *["GET /v2/a/b/blobs/DIGEST"] * LAYERS,
        "GET /v2/a/b/manifests/v1",
    ]


def test_what_artifacts_share_is_uploaded_once_and_mounted_without_asking(fake: FakeRegistry) -> None:
    items = [
        (wanted(f"{fake.host}/a/{i}:v1", name=f"a{i}"), artifact(noise(100, i)))
        for i in range(6)
    ]  # fmt: skip
    done = run_all(kit(), items)
    assert sum(one.bytes_sent for one in done) == 6 * 100 + EMPTY.size
    per_artifact = 7  # tag; its file asked, begun and sent; the config mounted; the tag written and verified
    assert len(fake.log) == 1 + 6 * per_artifact + 2  # the ping; the one upload of the config is two more
    assert fake.count("POST", "mount=") == 5


def test_a_blob_that_could_not_be_mounted_and_is_there_is_not_sent(fake: FakeRegistry) -> None:
    """The registry mounts nothing, and says so by beginning an upload; that is ended, as the blob is there."""
    fake.distribution.traits.mount = False
    shared = noise(1000)
    fake.seed_blob("a/two", shared)
    pushed = run_all(
        kit(),
        [
            (wanted(f"{fake.host}/a/one:v1", name="one"), artifact(shared)),
            (wanted(f"{fake.host}/a/two:v1", name="two"), artifact(shared, b"own")),
        ],
        jobs=1,
    )
    assert pushed[1].bytes_sent <= len(b"own") + EMPTY.size
    assert not fake.distribution.uploads


# ---------------------------------------------------------------------- what is asked along with the first request
def test_what_a_registry_says_to_nobody_does_not_count_where_it_wants_credentials(fakes: Fakes) -> None:
    """It hides what is private: to somebody without credentials it says that there is nothing."""
    fake, built = fakes(guard=Bearer({"alice": "s3cret"}, rights=everything)), layers()
    reference = parse_reference(f"{fake.host}/a/b:v1")
    run(kit(keys=ALICE), wanted(str(reference)), built)
    hidden = faults.answer(404, "MANIFEST_UNKNOWN")
    fake.script.on("GET", "/manifests/v1", hidden, nth=None, where=lambda one: not one.header("Authorization"))
    found = find(kit().client.repository(reference.repository), reference, PlatformChoice(()))
    assert found.root == built.root
    assert [one.status for one in fake.log if one.method == "GET" and "manifests" in one.path] == [404, 200]


def test_whoever_has_credentials_asks_nothing_without_them(fakes: Fakes) -> None:
    fake = fakes(guard=Bearer({"alice": "s3cret"}))
    run(kit(keys=ALICE), wanted(f"{fake.host}/a/b:v1"), artifact(b"one"))
    assert [one.path for one in fake.log if one.status == 401] == ["/v2/"]


def test_an_early_question_without_an_answer_is_asked_again(fake: FakeRegistry) -> None:
    fake.script.on("HEAD", "/manifests/v1", faults.reset())
    pushed = run(kit(), wanted(f"{fake.host}/a/b:v1"), artifact(b"one"))
    assert states(pushed) == {f"{fake.host}/a/b:v1": "new"}
    assert fake.count("GET", "/v2/$") == 1


def test_a_tag_is_verified_by_a_new_question(fake: FakeRegistry) -> None:
    run(kit(), wanted(f"{fake.host}/a/b:v1"), artifact(b"one"))
    assert fake.count("HEAD", "/manifests/v1") == 2


class Door:
    """A registry that serves `most` requests at once, and hangs up on whoever comes more."""

    def __init__(self, most: int) -> None:
        self.most = most
        self.inside = 0
        self.refused = 0
        self.lock = threading.Lock()

    def __call__(self, exchange: Exchange) -> None:
        with self.lock:
            if self.inside >= self.most:
                self.refused += 1
                exchange.hang_up()
            self.inside += 1
        try:
            reply = exchange.serve()
        finally:
            with self.lock:
                self.inside -= 1
        exchange.send(reply)


def test_a_registry_that_serves_two_requests_at_once_gets_no_more(fake: FakeRegistry) -> None:
    tools, door = kit(), Door(2)
    references, built = wanted(f"{fake.host}/a/b:v1"), artifact(*(noise(1000, i) for i in range(40)))
    found = preflight([references], tools.client)
    fake.script.on("*", "", door, nth=None)
    (pushed,) = run_after(tools, found, [(references, built)])
    assert states(pushed) == {f"{fake.host}/a/b:v1": "new"}
    assert pushed.bytes_sent == 40 * 1000 + EMPTY.size


def test_a_registry_on_this_machine_is_spoken_to_by_http_first(fake: FakeRegistry) -> None:
    run(kit(), wanted(f"{fake.host}/a/b:v1"), artifact(b"one"))
    assert fake.count("GET", "/v2/$") == 1


# ---------------------------------------------------------------------- one token for several repositories
def _sixty(fake: FakeRegistry) -> list[tuple[Wanted, Built]]:
    return [(wanted(f"{fake.host}/a/{i}:v1", name=f"a{i}"), artifact(noise(100, i))) for i in range(60)]


def test_one_token_does_for_many_repositories(fakes: Fakes) -> None:
    fake = fakes(guard=Bearer({"alice": "s3cret"}))
    done = run_all(kit(keys=ALICE), _sixty(fake))
    assert {one.state for pushed in done for one in pushed.outcomes} == {"new"}
    assert fake.count("GET", "/token") == 1
    assert not fake.requests(status=401, path="/v2/a")


def test_a_token_that_cannot_be_read_is_one_repositorys(fakes: Fakes) -> None:
    fake = fakes(guard=Bearer({"alice": "s3cret"}, opaque=True))
    done = run_all(kit(keys=ALICE), _sixty(fake)[:5])
    assert {one.state for pushed in done for one in pushed.outcomes} == {"new"}
    assert not fake.requests(status=401, path="/v2/a")


def test_what_one_repository_denies_the_others_keep(fakes: Fakes) -> None:
    rights = {"a/3": frozenset({"pull"})}
    fake = fakes(guard=Bearer({"alice": "s3cret"}, rights=lambda _user, name: rights.get(name, ALL)))
    found = preflight([one for one, _ in _sixty(fake)[:6]], kit(keys=ALICE).client)
    (error,) = found.errors
    assert isinstance(error, Denied) and "/a/3 denied" in error.message
    assert fake.count("GET", "/token") == 2


def test_a_server_that_reads_the_first_scope_alone(fakes: Fakes) -> None:
    guard = Bearer({"alice": "s3cret"})
    fake = fakes(guard=guard)

    def first_alone(exchange: Exchange) -> None:
        request = exchange.request
        head, _, rest = request.target.partition("scope=")
        request.target = f"{head}scope={rest.partition('&')[0]}"
        exchange.send(exchange.serve())

    fake.script.on("GET", "/token", first_alone, nth=None)
    done = run_all(kit(keys=ALICE), _sixty(fake)[:5])
    assert {one.state for pushed in done for one in pushed.outcomes} == {"new"}


def test_wrong_credentials_are_each_repositorys_reason(fakes: Fakes) -> None:
    fake = fakes(guard=Bearer({"alice": "other"}))
    found = preflight([one for one, _ in _sixty(fake)[:3]], kit(keys=ALICE).client)
    assert [type(one).__name__ for one in found.errors] == ["Unauthorized"] * 3
    assert fake.count("GET", "/token") == 4

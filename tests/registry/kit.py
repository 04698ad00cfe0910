"""What tests of registries share: artifacts to push, a clock that nobody waits for, clients, a whole push."""

from __future__ import annotations

import io
import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, BinaryIO

from lazyoci.layout.store import Built, Staged
from lazyoci.oci import mediatype
from lazyoci.oci.descriptor import EMPTY, Descriptor, dump
from lazyoci.oci.reference import Reference
from lazyoci.oci.reference import parse as parse_reference
from lazyoci.registry.client import Client
from lazyoci.registry.credentials.credential import Credential, Credentials
from lazyoci.transfer.outcome import Delivery, Outcome, Preflight, Pushed, Wanted
from lazyoci.transfer.preflight import preflight
from lazyoci.transfer.push import push
from tests.hosts import Hosts

START = 1_800_000_000.0  # Unix time at which test clocks begin
ALICE = Credential("the test", "alice", "s3cret")
BOB = Credential("the test", "bob", "s3cret")


class Clock:
    """Time that passes only by sleeping; thread-safe. `slept` are the pauses, in seconds."""

    def __init__(self) -> None:
        self.now = START
        self.slept: list[float] = []
        self._lock = threading.Lock()

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        """Let so many seconds pass, at once."""
        with self._lock:
            self.slept.append(seconds)
            self.now += seconds


@dataclass(frozen=True, slots=True)
class Keys:
    """One credential for every host."""

    credential: Credential | None

    def find(self, host: str, path: str = "", *, refresh: bool = False) -> Credential | None:
        """See `lazyoci.registry.credentials.credential.Credentials`."""
        return self.credential

    def may_have(self, host: str, path: str = "") -> bool:
        """See `lazyoci.registry.credentials.credential.Credentials`."""
        return self.credential is not None


@dataclass(slots=True)
class Kit:
    """A client and what it noticed."""

    client: Client
    clock: Clock
    warnings: list[str]
    requests: list[str]
    cancelled: threading.Event


def kit(
    *,
    keys: Credential | Credentials | None = None,
    hosts: Hosts | None = None,
    **options: Any,
) -> Kit:
    """A client with a test's clock. `keys`: one credential for all hosts, or a chain; `hosts`: servers by name."""
    clock = Clock()
    warnings: list[str] = []
    requests: list[str] = []
    cancelled = threading.Event()
    credentials = Keys(keys) if keys is None or isinstance(keys, Credential) else keys
    given: dict[str, Any] = {
        "clock": clock,
        "now": clock,
        "sleep": clock.sleep,
        "on_warning": warnings.append,
        "on_request": requests.append,
        "cancelled": cancelled,
        **options,
    }
    if hosts is not None:
        given = {"ca": hosts.ca, **given, "proxies": hosts.proxies}
    return Kit(Client(credentials, **given), clock, warnings, requests, cancelled)


def artifact(*layers: bytes, store: Staged | None = None, **annotations: str) -> Built:
    """An artifact of such layers (image-spec, "artifact usage"); in `store` if given, together with others."""
    store = store or Staged()
    described = [store.add_bytes(mediatype.OCTET_STREAM, layer) for layer in layers]
    document: dict[str, Any] = {
        "schemaVersion": 2,
        "mediaType": mediatype.OCI_MANIFEST,
        "artifactType": "application/vnd.example.test",
        "config": EMPTY.to_json(),
        "layers": [one.to_json() for one in described or [EMPTY]],
    }
    if annotations:
        document["annotations"] = annotations
    root = store.add_bytes(mediatype.OCI_MANIFEST, dump(document))
    return Built(root, store, size=sum(map(len, layers)))


def index(store: Staged, manifests: Iterable[Descriptor]) -> Built:
    """An index over manifests that are in `store`."""
    document = {
        "schemaVersion": 2,
        "mediaType": mediatype.OCI_INDEX,
        "manifests": [one.to_json() for one in manifests],
    }
    return Built(store.add_bytes(mediatype.OCI_INDEX, dump(document)), store)


def blob_count(built: Built) -> int:
    """The distinct blobs of an artifact made by `artifact`: its layers and the empty config."""
    from lazyoci.transfer.content import read

    return len(read(built).blobs)


def wanted(*references: str, name: str = "app") -> Wanted:
    """What an artifact wants, from references as text."""
    return Wanted(name, tuple(map(parse_reference, references)))


def run(kit: Kit, one: Wanted, built: Built, **options: Any) -> Pushed:
    """Preflight and push of one artifact."""
    (pushed,) = run_all(kit, [(one, built)], **options)
    return pushed


def run_all(kit: Kit, items: Sequence[tuple[Wanted, Built]], **options: Any) -> list[Pushed]:
    """Preflight and push of several."""
    return run_after(kit, preflight([one for one, _ in items], kit.client), items, **options)


def run_after(kit: Kit, found: Preflight, items: Sequence[tuple[Wanted, Built]], **options: Any) -> list[Pushed]:
    """Push after a preflight that was done before."""
    return push(
        [Delivery(one, built) for one, built in items],
        found,
        kit.client,
        **{"cancelled": kit.cancelled, "sleep": kit.clock.sleep, **options},
    )


def states(pushed: Pushed) -> dict[str, str]:
    """Reference → state."""
    return {str(one): found.state for one, found in zip(pushed.wanted.references, pushed.outcomes, strict=True)}


def outcome(pushed: Pushed, reference: str) -> Outcome:
    """The outcome of one reference."""
    found: Reference = parse_reference(reference)
    return pushed.outcomes[pushed.wanted.references.index(found)]


class Counted:
    """A store that counts how often each blob was opened, and may do something then."""

    def __init__(self, inner: Staged, on_open: Callable[[Descriptor, int], None] = lambda *_: None) -> None:
        self._inner = inner
        self._on_open = on_open
        self._lock = threading.Lock()
        self.opened: dict[str, int] = {}

    def open(self, descriptor: Descriptor) -> BinaryIO:
        """See `Store.open`."""
        with self._lock:
            count = self.opened[descriptor.digest] = self.opened.get(descriptor.digest, 0) + 1
        self._on_open(descriptor, count)
        return self._inner.open(descriptor)

    def read(self, descriptor: Descriptor) -> bytes:
        """See `Store.read`."""
        return self._inner.read(descriptor)


def noise(size: int, seed: int = 0) -> bytes:
    """Bytes that do not repeat."""
    import random

    return random.Random(seed).randbytes(size)


def stream(data: bytes) -> Callable[[], BinaryIO]:
    """An opener of `data`."""
    return lambda: io.BytesIO(data)

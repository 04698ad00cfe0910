"""How what is about an artifact is asked for."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import BinaryIO

from lazyoci.oci.descriptor import Descriptor
from lazyoci.transfer.companions import companions
from lazyoci.transfer.content import read
from tests.registry.kit import artifact


class Meeting:
    """A source that answers no question before all four have come: the referrers, and three tags of cosign."""

    def __init__(self) -> None:
        self.barrier = threading.Barrier(4)
        self.asked: list[str] = []

    def resolve(self, name: str) -> Descriptor | None:
        """See `Source`."""
        self.asked.append(name.rpartition(".")[2])
        self.barrier.wait(30)
        return None

    def referrers(self, digest: str) -> Sequence[Descriptor]:
        """See `Source`."""
        self.asked.append("referrers")
        self.barrier.wait(30)
        return ()

    def open(self, descriptor: Descriptor) -> BinaryIO:
        """See `Store`."""
        raise AssertionError(descriptor)

    def read(self, descriptor: Descriptor) -> bytes:
        """See `Store`."""
        raise AssertionError(descriptor)


def test_all_that_may_tell_of_a_manifest_is_asked_at_once() -> None:
    source = Meeting()
    assert not companions(source, read(artifact(b"one")))
    assert sorted(source.asked) == ["att", "referrers", "sbom", "sig"]

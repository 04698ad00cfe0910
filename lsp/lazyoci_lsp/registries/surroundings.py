"""What this part of the server asks of the rest of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Protocol

from lazyoci_lsp.state.configuration import Configuration
from lazyoci_lsp.workers import Background

if TYPE_CHECKING:
    from lazyoci_lsp.state.snapshot import Snapshot


class Surroundings(Protocol):
    """The session, as far as registries are concerned. For the main loop, but for `log_later`."""

    @property
    def background(self) -> Background:
        """Where work beside the messages is done."""

    @property
    def configuration(self) -> Configuration:
        """What the user has set now."""

    def environ(self) -> Mapping[str, str]:
        """The environment that settings and credentials are found by."""

    def latest(self, key: str) -> Snapshot | None:
        """The newest snapshot of a document that there is, be it of an older version."""

    async def fresh(self, key: str) -> Snapshot | None:
        """The snapshot of a document's newest version; None when it is not open."""

    def remember_user(self, environ: Mapping[str, str]) -> None:
        """Remember how the user's settings and credentials are, before they are read. For a worker."""

    def republish(self, keys: Iterable[str]) -> None:
        """There is more, or less, to say of these documents, though nothing about them changed."""

    def tell_offline(self, offline: bool, *, in_log: bool) -> None:
        """No registry can be reached, or one can again; `in_log`: also to clients that show no status."""

    def log_later(self, message: str) -> None:
        """Log something in the client, from any thread."""

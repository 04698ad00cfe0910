"""What to do about a registry's findings: log in there, ask again. Both are commands; no edit mends a registry."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from lazyoci.rules import BY_CODE
from lazyoci_lsp.features.code_actions.offer import QUICK_FIX, Command, Offer

if TYPE_CHECKING:
    from lazyoci.diagnostic import Diagnostic
    from lazyoci_lsp.state.snapshot import Snapshot

_MENDED_BY_LOGIN = frozenset({"registry-unauthorized", "registry-no-push"})


def offers(snapshot: Snapshot, here: Sequence[Diagnostic]) -> Iterator[Offer]:
    """The commands for the findings at a place."""
    found = [one for one in here if BY_CODE[one.code].reporter == "registry"]
    for one in found:
        host = _host(snapshot, one)
        if host and one.code in _MENDED_BY_LOGIN:
            title = f"Log in to {host}"
            command = Command(title, "lazyoci.login", (host,))
            yield Offer(title, QUICK_FIX, mends=(one,), preferred=one.code == "registry-unauthorized", command=command)
    if found:
        title = "Ask the registries of this file again"
        command = Command(title, "lazyoci.checkAgain", (snapshot.text.uri,))
        yield Offer(title, QUICK_FIX, mends=tuple(found), command=command)


def _host(snapshot: Snapshot, one: Diagnostic) -> str:
    """The host of the target that a finding is at."""
    for artifact in snapshot.artifacts:
        for target in artifact.targets:
            node = target.resolved.registry.source.node
            if target.repository is not None and snapshot.place(artifact, node) == one.span:
                return target.repository.host
    return ""

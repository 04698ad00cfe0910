"""Reports progress from several threads: one protocol for builds, pushes and pulls."""

from __future__ import annotations

from typing import Protocol


class Progress(Protocol):
    """Receives progress, to draw it or to ignore it."""

    def started(self, name: str, what: str) -> None:
        """`name` is now being built, pushed or pulled (`what`)."""
        ...

    def output(self, name: str, line: str) -> None:
        """The builder of `name` wrote a line of output."""
        ...

    def total(self, name: str, size: int) -> None:
        """Called once: `name` has so many bytes that may have to be sent or fetched."""
        ...

    def sent(self, name: str, count: int) -> None:
        """So many bytes of `name` were sent or fetched, or need not be; negative when a blob starts again."""
        ...

    def finished(self, name: str) -> None:
        """`name` is done, with or without success."""
        ...


class Silent:
    """Ignores all progress."""

    def started(self, name: str, what: str) -> None:
        """See `Progress`."""

    def output(self, name: str, line: str) -> None:
        """See `Progress`."""

    def total(self, name: str, size: int) -> None:
        """See `Progress`."""

    def sent(self, name: str, count: int) -> None:
        """See `Progress`."""

    def finished(self, name: str) -> None:
        """See `Progress`."""

    def close(self) -> None:
        """Give the terminal back."""

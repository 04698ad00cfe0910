"""Telling what goes on while it goes on, from several threads: one protocol for builds, pushes and pulls."""

from __future__ import annotations

from typing import Protocol


class Progress(Protocol):
    """Told what goes on: draws it, or is silent."""

    def started(self, name: str, what: str) -> None:
        """`name` is now being built, pushed or pulled (`what`)."""
        ...

    def output(self, name: str, line: str) -> None:
        """A builder of `name` said something."""
        ...

    def total(self, name: str, size: int) -> None:
        """Told once: so many bytes of `name` may have to be moved."""
        ...

    def sent(self, name: str, count: int) -> None:
        """So many bytes of `name` were moved, or need not be; negative when one begins again."""
        ...

    def finished(self, name: str) -> None:
        """`name` is done, well or not."""
        ...


class Silent:
    """Says nothing: nobody watches."""

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

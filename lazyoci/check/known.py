"""What can be read of a file, even if not all can; of a file that was checked in parts, only when it is asked for."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lazyoci.config.model import Config
    from lazyoci.plan import Plan
    from lazyoci.resolve import Resolved


class Known:
    """Every artifact of a file that can be shown, right or wrong: decoded, resolved and planned. Never changes."""

    __slots__ = ("_read", "_values")

    def __init__(self, config: Config, resolved: Resolved, plan: Plan) -> None:
        self._values: tuple[Config, Resolved, Plan] | None = (config, resolved, plan)
        self._read: Callable[[], tuple[Config, Resolved, Plan]] | None = None

    @classmethod
    def later(cls, read: Callable[[], tuple[Config, Resolved, Plan]]) -> Known:
        """The same for who may never ask: `read` is called by the first question."""
        found = cls.__new__(cls)
        found._values, found._read = None, read
        return found

    def _all(self) -> tuple[Config, Resolved, Plan]:
        found = self._values
        if found is None:
            assert self._read is not None
            found = self._values = self._read()  # two threads may both do it, with equal results
        return found

    @property
    def config(self) -> Config:
        """The artifacts as decoded."""
        return self._all()[0]

    @property
    def resolved(self) -> Resolved:
        """The artifacts with their templates rendered."""
        return self._all()[1]

    @property
    def plan(self) -> Plan:
        """The artifacts with where they go."""
        return self._all()[2]

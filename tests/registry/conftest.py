"""Registries that start with a test and end with it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from tests.registry.fake import FakeRegistry


@pytest.fixture
def fakes() -> Iterator[Callable[..., FakeRegistry]]:
    """Makes fake registries; their scripts must all have acted by the end, or the test tested nothing."""
    made: list[FakeRegistry] = []
    with ExitStack() as stack:

        def make(**options: Any) -> FakeRegistry:
            registry = stack.enter_context(FakeRegistry(**options))
            made.append(registry)
            return registry

        yield make
    unused = [rule for registry in made for rule in registry.script.unused]
    assert not unused, f"faults that never happened: {unused}"


@pytest.fixture
def fake(fakes: Callable[..., FakeRegistry]) -> FakeRegistry:
    """An open fake registry."""
    return fakes()

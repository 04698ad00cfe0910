"""What all tests share: properties are judged by their outcome, never by the time they take."""

from __future__ import annotations

import gc
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from hypothesis import HealthCheck, settings

from tests.hosts import Hosts, Named

# many tests start the program: without bytecode, which container images often switch off, a start takes twice as long
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False  # and rewriting the assertions of all tests takes longer than importing them

# under nohup or in the background of a shell these are ignored, and would be so by every program that a test starts
for number, usual in ((signal.SIGINT, signal.default_int_handler), (getattr(signal, "SIGHUP", None), signal.SIG_DFL)):
    if number is not None and signal.getsignal(number) == signal.SIG_IGN:
        signal.signal(number, usual)

settings.register_profile("suite", deadline=None, suppress_health_check=[HealthCheck.too_slow])
# CI tries the same examples in every run, so a red run is about the change; everybody else's runs look further
settings.register_profile("ci", parent=settings.get_profile("suite"), derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") == "true" else "suite")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what takes longest, so that at the end no core waits for one test on another."""
    items.sort(key=lambda item: item.get_closest_marker("slow") is None)


gc.disable()  # until all tests are collected, of which nothing is ever garbage


def pytest_collection_finish() -> None:
    """Look for garbage only in what the tests make from now on."""
    gc.freeze()
    gc.enable()


@pytest.fixture
def named(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Named]:
    """Gives servers of the test names of the internet, until it ends; see `Hosts`."""
    with ExitStack() as stack:
        yield lambda servers: stack.enter_context(Hosts(tmp_path_factory.mktemp("hosts"), servers))

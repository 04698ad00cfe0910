"""Fixtures of the tests of bundles: a fake registry, and the command line beside it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.registry.fake import FakeRegistry
from tests.unit.cli.running import Runner
from tests.unit.registry.homes import Home


@pytest.fixture
def fake() -> Iterator[FakeRegistry]:
    with FakeRegistry() as registry:
        yield registry


@pytest.fixture
def run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], fake: FakeRegistry
) -> Runner:
    environ = {**Home.make(tmp_path).environ, "LAZYOCI_REGISTRY": fake.host, "PATH": os.environ["PATH"]}
    return Runner(monkeypatch, capsys, environ)

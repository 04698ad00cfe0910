"""`lazyoci version`: for people on one line, for machines with the fields of the original."""

from __future__ import annotations

import importlib.metadata
import json
import platform

import pytest

from lazyoci import __version__
from tests.unit.cli.running import Runner


class Installed:
    """What pip wrote about where a package came from."""

    def __init__(self, direct_url: str | None) -> None:
        self._direct_url = direct_url

    def read_text(self, name: str) -> str | None:
        assert name == "direct_url.json"
        return self._direct_url


COMMIT = "0123456789abcdef0123456789abcdef01234567"


@pytest.mark.parametrize(
    ("direct_url", "commit"),
    [
        (json.dumps({"url": "https://x/y", "vcs_info": {"vcs": "git", "commit_id": COMMIT}}), COMMIT),
        (json.dumps({"url": "file:///x", "dir_info": {"editable": True}}), "none"),
        ("nonsense", "none"),
        ('{"vcs_info": 1}', "none"),
        (None, "none"),
    ],
)
def test_json(
    direct_url: str | None, commit: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(importlib.metadata, "distribution", lambda _: Installed(direct_url))
    ran = Runner(monkeypatch, capsys, {})("version", "-o", "json")
    assert (ran.code, ran.err) == (0, "")
    assert ran.json == {
        "version": __version__,
        "commit": commit,
        "date": "unknown",
        "python": platform.python_version(),
    }

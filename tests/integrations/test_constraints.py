"""integrations/constraints.txt pins all that lazyoci runs with, to versions that pyproject.toml admits."""

from __future__ import annotations

from importlib.metadata import requires

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from tests.e2e.checkout import ROOT

_LINES = (ROOT / "integrations" / "constraints.txt").read_text(encoding="utf-8").splitlines()
PINNED = {
    canonicalize_name(name): Version(version)
    for name, version in (line.split("==") for line in _LINES if not line.startswith("#"))
}


def test_everything_is_pinned_to_a_version_that_is_admitted() -> None:
    seen: set[str] = set()
    queue = ["lazyoci"]
    while queue:
        for text in requires(queue.pop()) or ():
            wanted = Requirement(text)
            if wanted.marker is not None and not wanted.marker.evaluate({"extra": ""}):
                continue
            name = canonicalize_name(wanted.name)
            assert name in PINNED, f"{name} is not pinned: see integrations/constraints.txt"
            assert wanted.specifier.contains(PINNED[name]), f"{wanted} does not admit {PINNED[name]}"
            if name not in seen:
                seen.add(name)
                queue.append(name)
    assert set(PINNED) - seen <= {"typing-extensions"}, "pinned, but needed by nothing"  # by older Pythons only

"""The fake registry for tests of the server."""

from __future__ import annotations

from tests.registry.conftest import fake, fakes

__all__ = ["fake", "fakes"]

import subprocess
import sys

import pytest


def loaded(modules: str, asked: str) -> set[str]:
    code = f"import sys; import {modules}; print(*[name for name in {asked.split()!r} if name in sys.modules])"
    return set(subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split())


@pytest.mark.parametrize(
    "module",
    [
        "errors",
        "vendors",
        "redact",
        "auth.scope",
        "auth.challenge",
        "auth.token",
        "auth.authenticator",
        "http.retry",
        "http.redirect",
        "http.unreachable",
        "refusals.classify",
    ],
)
def test_policies_know_nothing_of_connections(module: str) -> None:
    asked = "lazyoci.registry.http.transport lazyoci.registry.http.wire http.client urllib.request"
    assert loaded(f"lazyoci.registry.{module}", asked) == set()


def test_the_client_needs_nothing_heavy() -> None:
    assert loaded("lazyoci.registry.client", "http.client email.parser rich click asyncio yaml tempfile") == set()

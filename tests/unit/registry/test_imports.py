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
def test_policies_know_no_http_library(module: str) -> None:
    assert loaded(f"lazyoci.registry.{module}", "httpx httpcore urllib.request") == set()


def test_the_client_leaves_out_what_only_httpxs_own_command_needs() -> None:
    assert loaded("lazyoci.registry.client", "httpx rich pygments click asyncio httpx._main") == {"httpx"}

"""What is asked for in a second step is announced: else no client asks, and a fix without its edits does nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from lazyoci_lsp.server import FEATURES
from tests.lsp.kit import editor

PROVIDERS = {
    "completionItem/resolve": "completion_provider",
    "codeAction/resolve": "code_action_provider",
}


@pytest.mark.asyncio
async def test_each_second_step_is_announced(tmp_path: Path) -> None:
    async with editor(tmp_path, tmp_path / "home") as one:
        able = one.result.capabilities
    assert {method for method in FEATURES if method.endswith("/resolve")} == set(PROVIDERS)
    for provider in PROVIDERS.values():
        assert getattr(able, provider).resolve_provider, provider

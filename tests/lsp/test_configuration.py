"""Each setting has its effect, whether the client is asked for it, tells it, or gave it at the start."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from lsprotocol import types

from tests.e2e.cli import repository
from tests.lsp.kit import Editor, capabilities, editor

pytestmark = pytest.mark.asyncio

TEXT = """\
version:   1
artifacts:
  - type: docker
    image: a
    targets: [{registry: r.io/a, tags: ["{{ .Tag }}", "{{ .Registry }}", "!"]}]
"""


async def state(one: Editor, uri: str) -> dict[str, Any]:
    """What the settings change, as it is now."""
    document = types.TextDocumentIdentifier(uri)
    lenses = await one.client.text_document_code_lens_async(types.CodeLensParams(document))
    params = types.DocumentFormattingParams(document, types.FormattingOptions(2, True))
    edits = await one.client.text_document_formatting_async(params)
    report = await one.pull(uri)
    return {
        "hints": [hint.partition(" (unset")[0] for hint in await one.hints(uri)],
        "lenses": len(lenses or ()),
        "edits": len(edits or ()),
        "severities": {str(item.code): item.severity for item in report.items},
    }


CHANGES: list[tuple[dict[str, Any], dict[str, Any]]] = [
    ({"preview": {"tag": "v9"}}, {"hints": ["→ r.io/a:v9", "→ r.io/a:‹Registry›"]}),
    ({"preview.env": {"LAZYOCI_REGISTRY": "x"}}, {"hints": ["→ r.io/a:‹Tag›", "→ r.io/a:x"]}),
    ({"inlayHints": {"enabled": False}}, {"hints": []}),
    ({"codeLens": {"enabled": False}}, {"lenses": 0}),
    ({"format": {"enabled": False}}, {"edits": 0}),
    ({"trusted": False}, {"lenses": 2}),
    (
        {"rules": {"severities": {"invalid-tag": "warning"}}},
        {"severities": {"invalid-tag": 2, "unresolved-variable": 3}},
    ),
    ({"rules.severities": {"invalid-tag": "off"}}, {"severities": {"unresolved-variable": 3}}),
]


@pytest.mark.parametrize("way", ["asked", "told"])
async def test_settings_change_what_is_shown(tmp_path: Path, way: str) -> None:
    root = repository(tmp_path / "project")
    able = capabilities(pull=True)
    assert able.workspace is not None
    able.workspace.configuration = way == "asked"
    settings = {"registry": {"checks": "off"}} if way == "asked" else None
    async with editor(root, tmp_path / "home", client_capabilities=able, settings=settings) as one:
        uri = one.open(".lazy", TEXT)
        usual = await state(one, uri)
        assert usual == {
            "hints": ["→ r.io/a:‹Tag›", "→ r.io/a:‹Registry›"],
            "lenses": 4,
            "edits": 1,
            "severities": {"invalid-tag": 1, "unresolved-variable": 3},
        }
        for setting, effect in CHANGES:
            tell(one, {"trusted": True, **setting})
            assert await settled(one, uri, usual | effect) == usual | effect, setting


def tell(one: Editor, setting: dict[str, Any]) -> None:
    """The user changes the settings: the client says so, and has them ready."""
    now = {"registry": {"checks": "off"}, **setting}
    one.client.set_configuration(now, section="lazyoci")
    one.client.workspace_did_change_configuration(types.DidChangeConfigurationParams({"lazyoci": now}))


async def settled(one: Editor, uri: str, wanted: dict[str, Any]) -> dict[str, Any]:
    """What the settings change, once it is as wanted, or does not become so."""
    found: dict[str, Any] = {}
    for _ in range(50):  # the server asks the client, which takes its time
        found = await state(one, uri)
        if found == wanted:
            break
    return found


async def test_settings_given_at_the_start(tmp_path: Path) -> None:
    options = {"registry": {"checks": "off"}, "preview": {"tag": "v7"}, "codeLens.enabled": False}
    able = capabilities(pull=True)
    async with editor(tmp_path, tmp_path / "home", client_capabilities=able, options=options) as one:
        found = await state(one, one.open(".lazy", TEXT))
        assert found["hints"][0] == "→ r.io/a:v7"
        assert found["lenses"] == 0


async def test_no_answer_leaves_the_settings_of_the_start(tmp_path: Path) -> None:
    """A client that says it can be asked, and has nothing to say: null, or an empty section."""
    options = {"registry": {"checks": "off"}, "preview": {"tag": "v7"}}
    async with editor(tmp_path, tmp_path / "home", options=options, settings={}) as one:
        uri = one.open(".lazy", TEXT)
        assert (await one.hints(uri))[0] == "→ r.io/a:v7"
        one.client.workspace_did_change_configuration(types.DidChangeConfigurationParams(None))
        assert (await one.hints(uri))[0] == "→ r.io/a:v7"


async def test_settings_of_the_project_that_cannot_be_read_are_told_once(tmp_path: Path) -> None:
    settings = tmp_path / ".lazyoci.yaml"
    settings.write_text("select: [nope]\n", "utf-8")
    async with editor(tmp_path, tmp_path / "home") as one:
        uri = one.open(".lazy", TEXT)
        assert 'no rule has the code "nope"' in (await one.until(lambda: one.shown))[0]
        assert str(settings) in one.shown[0]
        assert "invalid-tag" in await one.codes(uri)  # all rules count meanwhile
        one.change(uri, TEXT + "# edited\n")
        assert "invalid-tag" in await one.codes(uri)
        assert len(one.shown) == 1


async def test_an_occasion_that_cannot_be_is_told(tmp_path: Path) -> None:
    options = {"preview": {"env": {"LAZYOCI_OCCASION": "nonsense"}}}
    async with editor(tmp_path, tmp_path / "home", options=options) as one:
        one.open(".lazy", TEXT)
        assert "LAZYOCI_OCCASION" in (await one.until(lambda: one.shown))[0]

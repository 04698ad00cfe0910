"""A password in a registry's address shows in nothing that an editor is told."""

from __future__ import annotations

from pathlib import Path

import pytest
from lsprotocol import types

from tests.lsp.kit import editor
from tests.lsp.test_registries import options

pytestmark = pytest.mark.asyncio

GIVEN = "alice:hunter22@localhost:5601"
FILE = """\
version: 1
artifacts:
  - type: artifact
    name: app
    files: [{{path: a.txt, mediaType: text/plain}}]
    targets:
      - registry: "{0}/team/app"
        tags: ["1.4.2", "{{{{ .Registry }}}}"]
"""


@pytest.mark.parametrize("registry", [GIVEN, "{{ .Registry }}", "{{ .Nope }}" + GIVEN, f"https://{GIVEN}"])
async def test_an_editor_is_not_told_it(registry: str, tmp_path: Path) -> None:
    root = tmp_path / "project"
    root.mkdir()
    (root / "a.txt").write_text("a\n", "utf-8")
    (root / ".lazy").write_text(FILE.format(registry), "utf-8")
    environ = {"LAZYOCI_REGISTRY": GIVEN}
    async with editor(root, tmp_path / "home", options=options(), environ=environ) as one:
        uri = one.open(".lazy")
        document = types.TextDocumentIdentifier(uri)
        told = [str(await one.diagnostics(uri))]
        told += [await one.hover(uri, (line, column)) or "" for line in (6, 7) for column in (17, 21, 25, 30)]
        whole = types.Range(types.Position(0, 0), types.Position(20, 0))
        hints = await one.client.text_document_inlay_hint_async(types.InlayHintParams(document, whole)) or []
        told += [str(hint) for hint in hints]
        told.append(str(await one.client.text_document_code_lens_async(types.CodeLensParams(document))))
        told.append(str(await one.client.text_document_document_link_async(types.DocumentLinkParams(document))))
        at = (7, FILE.format(registry).split("\n")[7].index(".Registry") + 3)
        told += [f"{item.label} {item.detail}" for item in await one.complete(uri, at)]
        assert len(told) > 10 and "Registry" in "".join(told)
        assert "hunter22" not in "".join(told), [text for text in told if "hunter22" in text]

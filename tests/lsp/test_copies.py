"""A copy in the editor: its source's digest and whether the targets have it, and what is wrong with it."""

from __future__ import annotations

from pathlib import Path

import pytest

from lazyoci.oci import mediatype
from lazyoci.oci.descriptor import EMPTY, EMPTY_BYTES, dump
from tests.lsp.kit import editor
from tests.lsp.test_registries import hover_until, options
from tests.registry.fake import FakeRegistry

pytestmark = pytest.mark.asyncio

FILE = """\
version: 1
artifacts:
  - type: copy
    name: production
    from: "{0}/staging/app:{{{{ .Name }}}}"
    targets:
      - registry: {0}/team/app
        tags: ["1.4.2", latest]
"""
SOURCE = (4, 20)


async def test_what_a_copy_is_made_from(tmp_path: Path) -> None:
    root = tmp_path / "project"
    root.mkdir()
    with FakeRegistry() as fake:
        raw = dump({"schemaVersion": 2, "mediaType": mediatype.OCI_MANIFEST, "config": EMPTY.to_json(), "layers": []})
        fake.seed_blob("staging/app", EMPTY_BYTES)
        digest = fake.seed_manifest("staging/app", raw, mediatype.OCI_MANIFEST, "production")
        fake.seed_manifest("team/app", raw, mediatype.OCI_MANIFEST, "1.4.2")
        (root / ".lazy").write_text(FILE.format(fake.host), "utf-8")
        async with editor(root, tmp_path / "home", options=options()) as one:
            uri = one.open(".lazy")
            said = await hover_until(one, uri, SOURCE, "has it")
            assert "/staging/app:production**" in said
            assert f"**exists**: `{digest}`" in said
            assert "the artifact's name" in said
            said = await hover_until(one, uri, SOURCE, "absent")
            assert f"`{fake.host}/team/app:1.4.2`: has it" in said
            assert f"`{fake.host}/team/app:latest`: absent" in said
            assert fake.requests("POST") == fake.requests("PUT") == []


async def test_nothing_is_asked_where_checks_are_off(tmp_path: Path) -> None:
    root = tmp_path / "project"
    root.mkdir()
    with FakeRegistry() as fake:
        target = f"[{{registry: {fake.host}/staging/app, tags: [production]}}]"
        other = f"  - type: docker\n    image: nginx\n    targets: {target}\n"
        text = FILE.format(fake.host) + other
        (root / ".lazy").write_text(text, "utf-8")
        async with editor(root, tmp_path / "home", options=options("off")) as one:
            uri = one.open(".lazy")
            said = await one.hover(uri, SOURCE)
            assert "/staging/app:production**" in said
            assert "not checked" in said
            assert "copy-of-own-target" in await one.codes(uri)
            assert fake.requests() == []

"""Conduct on the network in a workspace that is not trusted, and where the user allows less: the trust ladder."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from lsprotocol import types

from tests.lsp.kit import editor
from tests.lsp.test_conduct_network import again, quiet, usual
from tests.lsp.test_registries import REGISTRY, TAG, hover_until, logged_in, options, write
from tests.registry.fake import Basic, FakeRegistry

pytestmark = pytest.mark.asyncio


async def test_nothing_is_asked_in_a_workspace_that_is_not_trusted(tmp_path: Path, fake: FakeRegistry) -> None:
    docker = tmp_path / "bin" / "docker"
    docker.parent.mkdir()
    docker.write_text(f"#!/bin/sh\necho run >>{tmp_path}/ran\n", "utf-8")
    docker.chmod(0o755)
    root = write(tmp_path / "project", fake.host)
    chosen: dict[str, Any] = {**options("credentials"), "trusted": False}
    environ = {"PATH": str(docker.parent)}
    silence = await usual(tmp_path)
    async with editor(root, tmp_path / "home", options=chosen, environ=environ) as one:
        uri = one.open(".lazy")
        assert "*not checked*: the workspace is not trusted" in await hover_until(one, uri, TAG, "not checked")
        one.save(uri)
        await one.complete(uri, (7, 15))
        await one.complete(uri, REGISTRY)
        local = one.open("local.lazy", "version: 1\nartifacts:\n  - type: docker\n    image: \n")
        for _ in range(8):  # what is listed comes with a later question
            await one.complete(local, (3, 11))
            await asyncio.sleep(silence / 8)
        with pytest.raises(Exception, match="not trusted"):
            await again(one, uri)
        await quiet(one, uri, silence)
    assert fake.log == []
    assert fake.connections == 0
    assert not (tmp_path / "ran").exists()


@pytest.mark.parametrize("checks", ["off", "cached"])
async def test_nothing_is_asked_where_the_setting_says_so(tmp_path: Path, fake: FakeRegistry, checks: str) -> None:
    root = write(tmp_path / "project", fake.host)
    silence = await usual(tmp_path)
    async with editor(root, tmp_path / "home", options=options(checks)) as one:
        uri = one.open(".lazy")
        said = await hover_until(one, uri, TAG, "not checked")
        assert {"off": "checks of registries are off", "cached": "ask nobody"}[checks] in said
        one.save(uri)
        await one.complete(uri, (7, 15))
        await one.complete(uri, REGISTRY)
        await quiet(one, uri, silence)
        assert fake.connections == 0
        if checks == "off":
            with pytest.raises(Exception, match="are off"):
                await again(one, uri)
            assert fake.connections == 0
        else:  # what the user asked for is known from then on
            await again(one, uri)
            assert "absent" in await one.hover(uri, TAG)


async def test_credentials_are_neither_looked_for_nor_sent_anonymously(
    tmp_path: Path, fakes: Callable[..., FakeRegistry]
) -> None:
    fake = fakes(guard=Basic({"alice": "s3cret"}))
    helper = tmp_path / "bin" / "docker-credential-spy"
    helper.parent.mkdir()
    script = f"echo run >>{tmp_path}/ran\necho credentials not found in native keychain\nexit 1\n"
    helper.write_text(f"#!/bin/sh\n{script}", "utf-8")
    helper.chmod(0o755)
    root, home = write(tmp_path / "project", fake.host), tmp_path / "home"
    logged_in(home, fake.host, "alice", "s3cret")
    config = home / ".docker" / "config.json"
    config.write_text(json.dumps({**json.loads(config.read_text()), "credHelpers": {fake.host: "spy"}}), "utf-8")
    environ = {"PATH": f"{helper.parent}:{os.environ['PATH']}"}
    async with editor(root, home, options=options("anonymous"), environ=environ) as one:
        uri = one.open(".lazy")
        said = await hover_until(one, uri, TAG, "anonymously")
        assert f":{fake.port} does not tell without credentials" in said
        await one.complete(uri, (7, 15))
        await again(one, uri)
        assert await one.codes(uri) == []
        assert not any("authorization" in entry.headers for entry in fake.log)
        assert not (tmp_path / "ran").exists()
        one.client.set_configuration(options("credentials"), section="lazyoci")
        one.client.workspace_did_change_configuration(types.DidChangeConfigurationParams(options("credentials")))
        await hover_until(one, uri, TAG, "absent")
        assert any("authorization" in entry.headers for entry in fake.log)
        assert (tmp_path / "ran").exists()
        assert fake.count("POST") == 0


async def test_refused_credentials_are_not_sent_again_and_again(
    tmp_path: Path, fakes: Callable[..., FakeRegistry]
) -> None:
    """Registries lock accounts for that."""
    fake = fakes(guard=Basic({"alice": "s3cret"}))
    root = write(tmp_path / "project", fake.host)
    logged_in(tmp_path / "home", fake.host, "alice", "wrong")
    async with editor(root, tmp_path / "home", options=options("credentials", retryAfter=0.3)) as one:
        uri = one.open(".lazy")
        await one.until_codes(uri, lambda codes: codes == ["registry-unauthorized"])
        before = len(fake.log)
        await asyncio.sleep(1.5)
        assert len(fake.log) == before

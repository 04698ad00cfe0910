"""What registries say shows in the editor, by itself and in the background."""

from __future__ import annotations

import base64
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from lsprotocol import types

from tests.certs import make
from tests.e2e.cli import lazyoci
from tests.lsp.kit import Editor, editor, environment
from tests.registry.token_server import TokenServer
from tests.servers import docker_registry

pytestmark = pytest.mark.asyncio

FILE = """\
version: 1
artifacts:
  - type: artifact
    name: app
    files: [{{path: a.txt, mediaType: text/plain}}]
    targets:
      - registry: {0}/team/app
        tags: ["1.4.2", latest]
"""
REGISTRY, TAG = (6, 25), (7, 17)


def options(checks: str = "anonymous", **registry: Any) -> dict[str, Any]:
    return {"registry": {"checks": checks, **registry}}


def write(root: Path, host: str) -> Path:
    root.mkdir(exist_ok=True)
    (root / "a.txt").write_text("a\n", "utf-8")
    (root / ".lazy").write_text(FILE.format(host), "utf-8")
    return root


def logged_in(home: Path, host: str, user: str, password: str) -> None:
    """Credentials in Docker's file."""
    place = home / ".docker" / "config.json"
    place.parent.mkdir(parents=True)
    auth = base64.b64encode(f"{user}:{password}".encode()).decode()
    place.write_text(json.dumps({"auths": {host: {"auth": auth}}}), "utf-8")


async def hover_until(one: Editor, uri: str, place: tuple[int, int], words: str) -> str:
    """Hover again and again, as long as the registry is being asked."""
    said = ""
    while words not in said:
        said = await one.hover(uri, place)
    return said


async def test_a_tag_is_absent_until_it_is_pushed(tmp_path: Path) -> None:
    """The story of issue 5: absent, pushed, there; the registry goes away, and comes back."""
    with docker_registry(tmp_path / "registry") as real:
        root = write(tmp_path / "project", real.host)
        port = int(real.host.rpartition(":")[2])
        async with editor(root, tmp_path / "home", options=options(retryAfter=1)) as one:
            uri = one.open(".lazy")
            said = await hover_until(one, uri, TAG, "absent")
            assert "**absent**: a push would create it (checked " in said
            assert "ago, anonymously)" in said
            assert await one.codes(uri) == []
            built = lazyoci("build", ".lazy", cwd=root)
            assert built.code == 0, built.err
            digest = real.tag("team/app", "1.4.2")
            said = await hover_until(one, uri, TAG, "**exists**")
            assert f"**exists**: `{digest}`" in said
            said = await hover_until(one, uri, TAG, "the same as a push would give")
            assert await one.codes(uri) == []
            real.process.terminate()
            real.process.wait()
            one.save(uri)  # what is there is believed for ten minutes
            await one.client.workspace_execute_command_async(
                types.ExecuteCommandParams("lazyoci.checkAgain", arguments=[uri])
            )
            await one.until_codes(uri, lambda codes: codes == ["registry-unreachable"])
            (found,) = await one.diagnostics(uri)
            assert found.severity == types.DiagnosticSeverity.Information
            assert f"nothing listens at {real.host}" in found.message
            assert "(checked at " in found.message
            assert "cannot be reached" in await one.hover(uri, TAG)
            with docker_registry(tmp_path / "registry", port=port):
                await one.until_codes(uri, lambda codes: codes == [])


async def test_a_wrong_password_is_told_until_the_user_logs_in(tmp_path: Path) -> None:
    with docker_registry(tmp_path / "registry", basic=True) as real:
        root = write(tmp_path / "project", real.host)
        home = tmp_path / "home"
        logged_in(home, real.host, "alice", "wrong")
        async with editor(root, home, options=options("credentials")) as one:
            uri = one.open(".lazy")
            await one.until_codes(uri, lambda codes: codes == ["registry-unauthorized"])
            (found,) = await one.diagnostics(uri)
            assert found.severity == types.DiagnosticSeverity.Warning
            assert f'{real.host} refused the credentials of user "alice"' in found.message
            assert "wrong" not in found.message
            assert "(checked at " in found.message
            assert "anonymously" not in found.message
            assert "**refused**" in await one.hover(uri, TAG)
            commands = await one.commands(uri, REGISTRY)
            assert "'lazyoci.login'" in commands[f"Log in to {real.host}"]
            assert f"['{real.host}']" in commands[f"Log in to {real.host}"]
            assert "'lazyoci.checkAgain'" in commands["Ask the registries of this file again"]
            done = subprocess.run(
                [sys.executable, "-m", "lazyoci", "registry", "login", real.host, "-u", "alice", "--password-stdin"],
                env=environment(home), input="s3cret", capture_output=True, text=True, check=False,
            )  # fmt: skip
            assert done.returncode == 0, done.stderr
            await one.until_codes(uri, lambda codes: codes == [])
            await hover_until(one, uri, TAG, "absent")


async def test_credentials_that_may_only_pull(tmp_path: Path) -> None:
    certificate = make(tmp_path, "tokens", use_rsa=True)
    with (
        TokenServer(certificate) as tokens,
        docker_registry(tmp_path / "registry", token=(tokens.realm, certificate)) as real,
    ):
        root = write(tmp_path / "project", real.host)
        logged_in(tmp_path / "home", real.host, "bob", "s3cret")
        async with editor(root, tmp_path / "home", options=options("credentials")) as one:
            uri = one.open(".lazy")
            await one.until_codes(uri, lambda codes: codes == ["registry-no-push"])
            (found,) = await one.diagnostics(uri)
            assert f"no push to {real.host}/team/app" in found.message
            assert found.range == types.Range(types.Position(6, 18), types.Position(6, 18 + len(real.host) + 9))
        assert real.requests("POST") == []  # proved without opening an upload


@pytest.mark.parametrize("token", [False, True])
async def test_asked_anonymously_a_refusal_is_not_checked(tmp_path: Path, token: bool) -> None:
    certificate = make(tmp_path, "tokens", use_rsa=True)
    with TokenServer(certificate) as tokens:
        guard: dict[str, Any] = {"token": (tokens.realm, certificate)} if token else {"basic": True}
        with docker_registry(tmp_path / "registry", **guard) as real:
            root = write(tmp_path / "project", real.host)
            logged_in(tmp_path / "home", real.host, "bob" if token else "alice", "s3cret" if token else "wrong")
            async with editor(root, tmp_path / "home", options=options("anonymous")) as one:
                uri = one.open(".lazy")
                said = await hover_until(one, uri, TAG, "anonymously")
                assert "*not checked*" in said
                assert await one.codes(uri) == []
            lines = real.log_file.read_text("utf-8")
            assert "alice" not in lines
            assert "bob" not in lines
        assert not [path for path in tokens.asked if "push" in path]

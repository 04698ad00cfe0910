"""What registries say shows in the editor, by itself and in the background."""

from __future__ import annotations

import asyncio
import base64
import json
import subprocess
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from lsprotocol import types

from tests import warm
from tests.certs import make
from tests.e2e.cli import git, lazyoci, repository
from tests.lsp.kit import Editor, editor, environment
from tests.registry.fake import FakeRegistry, faults
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
        await asyncio.sleep(0.02)
    return said


async def test_a_tag_is_absent_until_it_is_pushed(tmp_path: Path) -> None:
    """The tag is absent, is pushed, is there; the registry goes away, and comes back."""
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


@pytest.mark.parametrize(
    ("proxy", "words"),
    [
        ("http://p:abc", "HTTPS_PROXY does not hold the address of a proxy: its port"),
        ("socks5h://p", "HTTPS_PROXY names a SOCKS proxy"),
    ],
)
async def test_a_proxy_that_is_none_is_told(proxy: str, words: str, tmp_path: Path) -> None:
    root = write(tmp_path / "project", "registry.example.test")
    environ = {"HTTPS_PROXY": proxy, "NO_PROXY": "localhost,fd07:b51a:cc66:f0::/64,[::1]"}
    async with editor(root, tmp_path / "home", options=options(), environ=environ) as one:
        uri = one.open(".lazy")
        await one.until_codes(uri, lambda codes: codes == ["registry-unreachable"])
        (found,) = await one.diagnostics(uri)
        assert words in found.message
        assert words in await one.hover(uri, TAG)


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
                [*warm.command(), "registry", "login", real.host, "-u", "alice", "--password-stdin"],
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


async def complete_until(one: Editor, uri: str, place: tuple[int, int], label: str) -> list[str]:
    """Complete again and again, as a client does of a list that is not complete."""
    labels: list[str] = []
    while label not in labels:
        labels = [item.label for item in await one.complete(uri, place)]
        await asyncio.sleep(0.02)
    return labels


async def test_tags_and_repositories_that_a_registry_lists_are_proposed(tmp_path: Path, fake: FakeRegistry) -> None:
    kind = "application/vnd.oci.image.manifest.v1+json"
    for name in ("app", "web"):
        fake.seed_manifest(f"team/{name}", b'{"schemaVersion": 2}', kind, "1.9.0", "1.10.0", "latest", f"in-{name}")
    root = write(tmp_path / "project", fake.host)
    written = FILE.format(fake.host)
    listed = json.dumps({"repositories": ["team/app", "team/other"]}).encode()
    fake.script.on("GET", "/_catalog", faults.answer(200, body=listed))
    block = f"      - registry: {fake.host}/team/web\n        tags:\n          - \n"
    flow = f"      - {{registry: {fake.host}/team/web, tags: [x, ]}}"
    async with editor(root, tmp_path / "home", options=options()) as one:
        uri = one.open(".lazy")
        await hover_until(one, uri, TAG, "absent")
        labels = await complete_until(one, uri, (7, 15), "1.10.0")
        assert "in-app" in labels
        assert labels.index("1.10.0") < labels.index("1.9.0")
        assert "latest" not in labels, "the list has it already"
        one.change(uri, f"{written}{block}{flow}\n")
        assert "in-web" in await complete_until(one, uri, (10, 12), "1.10.0")
        assert "in-web" in await complete_until(one, uri, (11, flow.index("]")), "1.10.0")
        await complete_until(one, uri, (8, 18 + len(fake.host) + 1), f"{fake.host}/team/other")
        item = next(item for item in await one.complete(uri, (10, 12)) if item.label == "1.10.0")
        assert isinstance(item.text_edit, types.TextEdit)
        assert item.text_edit.new_text == '"1.10.0"'
        assert fake.count("GET", "/tags/list") == 2
        assert fake.count("GET", "/_catalog") == 1


async def test_a_list_that_never_comes_holds_up_nobody(tmp_path: Path, fakes: Callable[..., FakeRegistry]) -> None:
    fake, reached, release = fakes(), threading.Event(), threading.Event()
    fake.script.on("GET", "/tags/list", faults.hold(release, reached=reached), nth=None)
    root = write(tmp_path / "project", fake.host)
    async with editor(root, tmp_path / "home", options=options(timeout=60)) as one:
        uri = one.open(".lazy")
        await hover_until(one, uri, TAG, "absent")
        while not reached.is_set():
            params = types.CompletionParams(**one.at(uri, (7, 15)))
            found = await one.client.text_document_completion_async(params)
            assert isinstance(found, types.CompletionList)
            assert found.is_incomplete
            assert "{{ .Version }}" in [item.label for item in found.items]
        release.set()


async def test_images_of_this_machine_are_proposed(tmp_path: Path) -> None:
    programs = tmp_path / "bin"
    programs.mkdir()
    (programs / "docker").write_text("#!/bin/sh\necho app:dev\necho '<none>:<none>'\necho base:1\n", "utf-8")
    (programs / "podman").write_text("#!/bin/sh\necho 'no daemon' >&2\nexit 125\n", "utf-8")
    for one_ in programs.iterdir():
        one_.chmod(0o755)
    text = "version: 1\nartifacts:\n  - type: docker\n    image: \n    targets: [{registry: ghcr.io/a/b, tags: [x]}]\n"
    async with editor(tmp_path, tmp_path / "home", environ={"PATH": str(programs)}) as one:
        uri = one.open(".lazy", text)
        labels = await complete_until(one, uri, (3, 11), "app:dev")
        assert "base:1" in labels
        assert not [label for label in labels if "none" in label]


async def test_a_new_version_in_git_is_asked_about_by_itself(tmp_path: Path, fake: FakeRegistry) -> None:
    kind = "application/vnd.oci.image.manifest.v1+json"
    fake.seed_manifest("team/app", b'{"schemaVersion": 2}', kind, "1.5.0")
    root = write(tmp_path / "project", fake.host)
    (root / ".lazy").write_text(FILE.format(fake.host).replace('"1.4.2"', '"{{ .Version }}"'), "utf-8")
    repository(root)
    git(root, "tag", "v1.4.2")
    async with editor(root, tmp_path / "home", options=options()) as one:
        uri = one.open(".lazy")
        await hover_until(one, uri, TAG, "absent")
        git(root, "tag", "-d", "v1.4.2")
        git(root, "tag", "v1.5.0")
        said = await hover_until(one, uri, TAG, "exists")
        assert "team/app:1.5.0" in said
        assert await one.until_codes(uri, lambda codes: codes == ["tag-moves"])


async def test_a_push_from_the_editor_is_seen_at_once(tmp_path: Path, fake: FakeRegistry) -> None:
    root = write(tmp_path / "project", fake.host)
    async with editor(root, tmp_path / "home", options=options()) as one:
        uri = one.open(".lazy")
        await hover_until(one, uri, TAG, "absent")
        params = types.ExecuteCommandParams("lazyoci.push", arguments=[uri])
        await one.client.workspace_execute_command_async(params)
        digest = fake.tag("team/app", "1.4.2")
        assert digest
        assert digest in await hover_until(one, uri, TAG, "exists")  # though what is missing is believed for a minute


async def test_hover_links_to_what_can_be_done_in_clients_that_take_commands(
    tmp_path: Path, fake: FakeRegistry
) -> None:
    root = write(tmp_path / "project", fake.host)
    for name, checks, linked in (
        ("Visual Studio Code", "anonymous", ["dryRun", "checkAgain"]),
        ("Visual Studio Code", "off", ["dryRun"]),
        ("Neovim", "anonymous", []),
    ):
        async with editor(root, tmp_path / "home", options=options(checks), name=name) as one:
            said = await one.hover(one.open(".lazy"), TAG)
            assert [command for command in ("dryRun", "checkAgain") if f"(command:lazyoci.{command}?" in said] == linked


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        (".config/lazyoci/config.yaml", "registries: [\n", "config.yaml:2: "),
        (".docker/config.json", "{", "~/.docker/config.json:1: not JSON"),
    ],
)
async def test_settings_of_the_user_that_cannot_be_read_are_told_once(
    name: str, content: str, words: str, tmp_path: Path
) -> None:
    with docker_registry(tmp_path / "registry", basic=True) as real:
        root, home = write(tmp_path / "project", real.host), tmp_path / "home"
        (home / name).parent.mkdir(parents=True, exist_ok=True)
        (home / name).write_text(content, "utf-8")
        async with editor(root, home, options=options("credentials")) as one:
            uri = one.open(".lazy")
            assert words in (await one.until(lambda: one.shown))[0]
            one.client.text_document_did_save(types.DidSaveTextDocumentParams(types.TextDocumentIdentifier(uri)))
            assert await one.codes(uri) == []
            assert len(one.shown) == 1

"""`lazyoci mcp`: each answer is the JSON of the command line; nothing is read or asked beyond what is allowed."""

from __future__ import annotations

import base64
import json
import os
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.cli import environment, git, lazyoci, repository
from tests.registry.fake import FakeRegistry
from tests.servers import docker_registry

if os.environ.get("CI") != "true":
    pytest.importorskip("mcp", reason="the extra mcp is not installed")
from mcp import Client, StdioServerParameters

from lazyoci.agents.server import make

pytestmark = pytest.mark.asyncio
FILE = """\
version: 1
artifacts:
  - type: artifact
    name: app
    files: [{{path: a.txt, mediaType: text/plain}}]
    targets:
      - registry: {0}/team/app
        tags: ["{{{{ .VersionFull }}}}", {{tag: latest, when: release, moves: forward}}]
"""
READING = {"check", "explain", "preview", "dry_run", "registry_state", "pull_manifest"}


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home of the test's own; what this process has of the environment is what the command line gets."""
    root = tmp_path / "project"
    root.mkdir()
    write(root, "ghcr.io")
    clean = environment(root)
    for name in set(os.environ) - set(clean):
        monkeypatch.delenv(name)
    for name, value in clean.items():
        monkeypatch.setenv(name, value)
    found = Path(clean["HOME"])
    found.mkdir(parents=True, exist_ok=True)
    return found


@pytest.fixture
def project(tmp_path: Path, home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A repository at v1.4.2, which is the current directory."""
    root = tmp_path / "project"
    repository(root)
    git(root, "tag", "v1.4.2")
    monkeypatch.chdir(root)
    yield root


def write(root: Path, host: str) -> None:
    (root / "a.txt").write_text("a\n", "utf-8")
    (root / ".lazy").write_text(FILE.format(host), "utf-8")


def publish_to(root: Path, host: str) -> None:
    """The same release, to another registry."""
    write(root, host)
    git(root, "commit", "--all", "--quiet", "--message=elsewhere")
    git(root, "tag", "--force", "v1.4.2")


@asynccontextmanager
async def tools(root: Path) -> AsyncIterator[Client]:
    async with Client(make(root), read_timeout_seconds=None) as client:
        yield client


async def ask(client: Client, tool: str, **arguments: Any) -> Any:
    result = await client.call_tool(tool, arguments)
    text = result.content[0].text
    assert not result.is_error, text
    return json.loads(text)


def untimed(results: Any) -> Any:
    """Results of a run without how long it took."""
    return [{key: value for key, value in one.items() if key != "duration"} for one in results]


async def refusal(client: Client, tool: str, **arguments: Any) -> str:
    result = await client.call_tool(tool, arguments)
    assert result.is_error
    return str(result.content[0].text)


async def test_no_tool_writes(project: Path) -> None:
    async with tools(project) as client:
        found = (await client.list_tools()).tools
    assert {tool.name for tool in found} == READING
    for tool in found:
        assert tool.annotations is not None
        assert tool.annotations.read_only_hint
        assert not tool.annotations.destructive_hint
        words = set(tool.input_schema["properties"])
        assert words <= {
            "path",
            "code",
            "tag",
            "occasion",
            "variables",
            "scenarios",
            "scenario",
            "artifacts",
            "reference",
            "platform",
        }


async def test_each_answer_is_the_json_of_the_command_line(project: Path) -> None:
    (project / "bad.lazy").write_text(FILE.format("ghcr.io").replace(".VersionFull", ".Versoin"), "utf-8")

    def printed(*args: str) -> Any:
        return json.loads(lazyoci(*args, "-o", "json", cwd=project).out)

    async with tools(project) as client:
        assert await ask(client, "check") == printed("validate", ".lazy")
        assert await ask(client, "check", path="bad.lazy") == printed("validate", "bad.lazy")
        assert await ask(client, "explain") == printed("explain")
        assert await ask(client, "explain", code="invalid-tag") == printed("explain", "invalid-tag")
        assert await ask(client, "preview") == printed("preview")
        assert await ask(client, "preview", path="bad.lazy") == printed("preview", "bad.lazy")
        assert await ask(client, "preview", tag="v2.0.0", scenarios=True) == printed(
            "preview", "--tag", "v2.0.0", "--scenarios"
        )
        some = {"occasion": ["pull-request=7"], "variables": {"A": "b"}, "scenario": ["release=3.0.0"]}
        assert await ask(client, "preview", **some) == printed(
            "preview", "--occasion", "pull-request=7", "--var", "A=b", "--scenario", "release=3.0.0"
        )
        assert await ask(client, "dry_run") == printed("build", "--dry-run")
        assert await ask(client, "dry_run", path=str(project), artifacts=["app"]) == printed("build", "--dry-run")


async def test_registries_are_asked_and_nothing_is_pushed(project: Path, tmp_path: Path) -> None:
    with docker_registry(tmp_path / "registry") as real:
        publish_to(project, real.host)
        check = ("build", "--dry-run", "--check", "-o", "json")
        async with tools(project) as client:
            state = await ask(client, "registry_state")
            assert untimed(state) == untimed(json.loads(lazyoci(*check, cwd=project).out))
            assert {one["state"] for one in state[0]["targets"]} == {"new"}
            assert lazyoci("build", cwd=project).code == 0
            state = await ask(client, "registry_state")
            assert untimed(state) == untimed(json.loads(lazyoci(*check, cwd=project).out))
            assert {one["state"] for one in state[0]["targets"]} == {"unchanged"}
            name = f"{real.host}/team/app:1.4.2"
            shown = lazyoci("browse", "manifest", name, "-o", "json", cwd=project)
            assert await ask(client, "pull_manifest", reference=name) == json.loads(shown.out)


async def test_no_path_and_no_link_leads_out(project: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    write(outside, "ghcr.io")
    (outside / "secret.txt").write_text("s3cret", "utf-8")
    (project / "link").symlink_to(outside)
    (project / "linked.lazy").symlink_to(outside / ".lazy")
    (project / "inner").mkdir()
    (project / "inner" / ".lazy").symlink_to(outside / "secret.txt")
    hostile = (
        "../outside",
        "../outside/.lazy",
        str(outside),
        "/etc/passwd",
        "link",
        "link/.lazy",
        "linked.lazy",
        "inner",
        "a\0b",
    )
    async with tools(project) as client:
        for tool in READING - {"explain", "pull_manifest"}:
            for path in hostile:
                told = await refusal(client, tool, path=path)
                assert "leads out of" in told, (tool, path, told)
                assert "s3cret" not in told
        assert "is no .lazy file" in await refusal(client, "check", path="a.txt")
        assert "there is no" in await refusal(client, "check", path="none.lazy")
        for long in ("x" * 300, "x/" * 3000, f"{'x' * 250}.lazy"):
            assert "lazy" in await refusal(client, "check", path=long)
        # what a file names beyond the directory is not there for it
        text = FILE.format("ghcr.io").replace("a.txt", "../outside/secret.txt")
        (project / "names.lazy").write_text(text, "utf-8")
        (found,) = await ask(client, "dry_run", path="names.lazy")
        assert found["state"] == "failed" if "state" in found else found["error"]
        assert "digest" not in found or not found["digest"]


async def test_only_registries_that_are_named_are_asked(project: Path, home: Path) -> None:
    with FakeRegistry() as other:
        name = f"{other.host}/team/app:v1"
        async with tools(project) as client:
            told = await refusal(client, "pull_manifest", reference=name)
            assert f"{other.host} is no registry of this file, which names ghcr.io" in told
            assert other.connections == 0
            settings = home / ".config" / "lazyoci" / "config.yaml"
            settings.parent.mkdir(parents=True, exist_ok=True)
            settings.write_text(f"registries: [{{url: {other.host}}}]\n", "utf-8")
            await refusal(client, "pull_manifest", reference=name)
            assert other.connections > 0


async def test_credentials_are_used_where_the_settings_say_so(project: Path, home: Path, tmp_path: Path) -> None:
    with docker_registry(tmp_path / "registry", basic=True) as real:
        publish_to(project, real.host)
        auth = base64.b64encode(b"alice:s3cret").decode()
        (home / ".docker").mkdir(exist_ok=True)
        (home / ".docker" / "config.json").write_text(json.dumps({"auths": {real.host: {"auth": auth}}}), "utf-8")
        settings = home / ".config" / "lazyoci" / "config.yaml"
        settings.parent.mkdir(parents=True, exist_ok=True)
        async with tools(project) as client:
            for text in (
                "",
                f"registries: [{{url: {real.host}}}]\n",
                f"registries: [{{url: {real.host}, agents: false}}]\n",
            ):
                settings.write_text(text, "utf-8")
                (found,) = await ask(client, "registry_state")
                assert "wants credentials, and none were found" in json.dumps(found), (text, found)
            settings.write_text(f"registries: [{{url: {real.host}, agents: true}}]\n", "utf-8")
            (found,) = await ask(client, "registry_state")
            assert {one["state"] for one in found["targets"]} == {"new"}


async def test_what_is_wrong_with_a_question_is_told_as_the_command_line_tells_it(project: Path) -> None:
    async with tools(project) as client:
        assert "did you mean" in await refusal(client, "explain", code="invalid-tga")
        assert "--occasion" in await refusal(client, "preview", occasion=["nonsense"])
        assert "no name of a variable" in await refusal(client, "preview", variables={"a b": "c"})
        assert "no-such" in await refusal(client, "dry_run", artifacts=["no-such"])
        assert await refusal(client, "pull_manifest", reference="ghcr.io/UPPER:v1")


async def test_over_stdin_and_stdout(project: Path) -> None:
    server = StdioServerParameters(
        command=sys.executable, args=["-m", "lazyoci", "mcp", "--root", str(project)], cwd="/", env=dict(os.environ)
    )
    async with Client(server) as client:
        assert await ask(client, "check") == json.loads(lazyoci("validate", "-o", "json", cwd=project).out)

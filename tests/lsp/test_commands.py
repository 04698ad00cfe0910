"""Commands: the preview is the dry run, builds and pushes show progress and can be stopped."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from lsprotocol import types
from pygls.exceptions import JsonRpcException

from tests.e2e.cli import git, lazyoci, repository
from tests.lsp.kit import EXAMPLES, Editor, editor

NAMES = sorted(path.parent.name for path in EXAMPLES.glob("*/.lazy"))


async def run(one: Editor, command: str, *arguments: Any) -> Any:
    params = types.ExecuteCommandParams(command, arguments=list(arguments))
    found = await one.client.workspace_execute_command_async(params)
    return json.loads(json.dumps(found, default=lambda value: value._asdict())) if found is not None else None


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """The examples in a git repository at v1.4.2."""
    root = tmp_path / "project"
    shutil.copytree(EXAMPLES, root)
    several = root / "multi" / ".lazy"
    text = several.read_text("utf-8")
    own = '{tag: "v{{ .VersionFull }}", when: [release, prerelease]}'
    assert own in text
    several.write_text(text.replace(own, '"{{ .Tag }}"'), "utf-8")  # which only --tag gives
    repository(root)
    git(root, "tag", "v1.4.2")
    return root


@pytest.mark.asyncio
@pytest.mark.parametrize("tag", ["", "v2.0.0-rc.1"])
async def test_the_preview_is_what_the_command_line_prints(project: Path, tmp_path: Path, tag: str) -> None:
    environ = {"LAZYOCI_REGISTRY": "reg.example:5000"}
    options = {"registry": {"checks": "off"}, "preview": {"tag": tag, "env": environ}}
    flag = ["--tag", tag] if tag else []
    async with editor(project, tmp_path / "home", options=options) as one:
        for name in NAMES:
            uri = one.open(f"{name}/.lazy")
            found = await run(one, "lazyoci.preview", uri)
            path = Path(name) / ".lazy"  # as from the workspace folder
            tree = lazyoci("preview", path, "--allow-unresolved", *flag, cwd=project, **environ)
            dry = lazyoci("build", path, "--dry-run", "--quiet", *flag, cwd=project, **environ)
            shown = lazyoci("build", path, "--dry-run", *flag, cwd=project, **environ)
            table = lazyoci("preview", path, "--scenarios", *flag, cwd=project, **environ)
            depends = "when:" in (project / path).read_text("utf-8")
            occasions = f"\n{table.out}" if depends else ""
            errors = f"{dry.err}\n" if dry.code else ""  # the check's; nothing is said of warnings
            assert found["text"] == f"{tree.out}{occasions}\n{errors}{shown.out}"
            assert found["ok"] == (dry.code == 0) == (lazyoci("preview", path, *flag, cwd=project, **environ).code == 0)
            # and reference by reference, in the same order
            machine = lazyoci("build", path, "--dry-run", *flag, "-o", "json", cwd=project, **environ)
            references = [target["reference"] for one_ in json.loads(machine.out) for target in one_["targets"]]
            hosts = ("reg.example:5000/", "docker.io/", "localhost")
            told = [line.split()[-1] for line in found["text"].split("\n") if "would push" in line]
            assert told == (references if found["ok"] else [])
            assert all(reference.startswith(hosts) for reference in references)


@pytest.mark.asyncio
async def test_a_dry_run_of_one_artifact_of_unsaved_text(project: Path, tmp_path: Path) -> None:
    options = {"preview": {"env": {"LAZYOCI_REGISTRY": "reg.example"}}}
    async with editor(project / "multi", tmp_path / "home", options=options) as one:
        uri = one.open(".lazy")
        one.change(uri, one.text[uri].replace("examples/shop-api", "examples/other"))
        found = await run(one, "lazyoci.dryRun", uri, 2)
        assert not found["ok"]  # as a build, which has no tag either
        assert "FAIL" in found["text"]
        assert ".Tag has no value" in found["text"]
        await run(one, "lazyoci.setPreviewTag", "v3.1.4")
        found = await run(one, "lazyoci.dryRun", uri, 2)
        assert "other:v3.1.4" in found["text"], found["text"]
        assert "shop-chart" not in found["text"]
        assert any("dry run: done" in message for message in one.shown)
        bad = await run(one, "lazyoci.dryRun", uri, "nobody")
        assert not bad["ok"]
        assert "no artifact matches 'nobody'" in bad["text"]


@pytest.mark.asyncio
async def test_the_preview_tag_changes_hints_at_once(project: Path, tmp_path: Path) -> None:
    async with editor(project / "multi", tmp_path / "home") as one:
        uri = one.open(".lazy")
        assert any("‹Tag›" in hint for hint in await one.hints(uri))
        await run(one, "lazyoci.setPreviewTag", "v3.1.4")
        hints = await one.hints(uri)
        assert any(hint.endswith("shop-api:v3.1.4") for hint in hints)
        assert types.WORKSPACE_INLAY_HINT_REFRESH in one.requests or await one.until(
            lambda: types.WORKSPACE_INLAY_HINT_REFRESH in one.requests
        )
        await run(one, "lazyoci.setPreviewTag", None)
        assert any("‹Tag›" in hint for hint in await one.hints(uri))


@pytest.mark.asyncio
async def test_a_build_shows_progress_and_wants_saved_files(project: Path, tmp_path: Path) -> None:
    environ = {"LAZYOCI_REGISTRY": "localhost:1"}
    async with editor(project / "helm", tmp_path / "home", environ=environ) as one:
        uri = one.open(".lazy")
        found = await run(one, "lazyoci.build", uri, 0)
        assert found["ok"], found
        assert "OK" in found["text"]
        (reports,) = one.client.progress_reports.values()
        assert reports[0].kind == "begin"
        assert reports[-1].kind == "end"
        assert any("building" in (report.message or "") for report in reports[1:-1])
        one.change(uri, one.text[uri] + "# edited\n")
        with pytest.raises(JsonRpcException, match="save the file first"):
            await run(one, "lazyoci.build", uri, 0)


@pytest.mark.asyncio
async def test_what_a_build_would_refuse_is_not_offered_for_a_push(project: Path, tmp_path: Path) -> None:
    async with editor(project / "multi", tmp_path / "home", options={"preview": {"tag": "v3.1.4"}}) as one:
        uri = one.open(".lazy")
        for command in ("lazyoci.preview", "lazyoci.dryRun", "lazyoci.push"):
            found = await run(one, command, uri)
            assert not found["ok"], command
            assert "FAIL  shop-api (artifact)" in found["text"]
            assert ".Registry has no value: set LAZYOCI_REGISTRY" in found["text"]
            assert "would push" not in found["text"]
        assert not [message for message in one.shown if message.startswith("lazyoci: push ") and "?" in message]
        (project / "multi" / ".lazyoci.yaml").write_text("select: [nope]\n", encoding="utf-8")
        found = await run(one, "lazyoci.dryRun", uri)
        assert not found["ok"]
        assert 'no rule has the code "nope"' in found["text"]


@pytest.mark.asyncio
async def test_the_question_before_a_push_lists_what_is_pushed_and_begins_with_cancel(tmp_path: Path) -> None:
    root = tmp_path / "project"
    root.mkdir()
    (root / "a.txt").write_text("a\n", "utf-8")
    artifact = "  - type: artifact\n    name: {0}\n    files: [{{path: a.txt, mediaType: text/plain}}]\n"
    target = "    targets: [{{registry: localhost:1/x/{0}, tags: [v1, v2]}}]\n"
    text = "version: 1\nartifacts:\n" + "".join((artifact + target).format(name) for name in ("one", "two"))
    (root / ".lazy").write_text(text, "utf-8")
    async with editor(root, tmp_path / "home", answer="Cancel") as one:
        uri = one.open(".lazy")
        assert await run(one, "lazyoci.push", uri) == {"ok": False, "text": "Nothing was pushed.\n"}
        (question,) = one.questions
        assert [action.title for action in question.actions or ()] == ["Cancel", "Push"]
        for words in ("one: localhost:1/x/one:v1, localhost:1/x/one:v2", "two: localhost:1/x/two:v1"):
            assert words in question.message
        found = await run(one, "lazyoci.pushes", uri, 1)
        assert found["ok"]
        references = ["localhost:1/x/two:v1", "localhost:1/x/two:v2"]
        assert found["artifacts"] == [{"name": "two", "type": "artifact", "references": references}]
        one.change(uri, text.replace("[v1, v2]", '["{{ .Registry }}"]'))
        found = await run(one, "lazyoci.pushes", uri)
        assert not found["ok"]
        assert ".Registry has no value" in found["text"]


@pytest.mark.asyncio
async def test_what_is_not_trusted_is_not_run(project: Path, tmp_path: Path) -> None:
    async with editor(project / "helm", tmp_path / "home", options={"trusted": False}) as one:
        uri = one.open(".lazy")
        for command in ("lazyoci.build", "lazyoci.push", "lazyoci.testRegistry"):
            with pytest.raises(JsonRpcException, match="not trusted"):
                await run(one, command, uri)
        assert "git is not asked" in (await run(one, "lazyoci.preview", uri))["text"]


@pytest.mark.asyncio
async def test_odd_arguments(project: Path, tmp_path: Path) -> None:
    async with editor(project, tmp_path / "home") as one:
        for command in ("lazyoci.preview", "lazyoci.dryRun", "lazyoci.build", "lazyoci.testRegistry"):
            with pytest.raises(JsonRpcException, match=r"open \.lazy file"):
                await run(one, command)
        with pytest.raises(JsonRpcException, match="is not an open"):
            await run(one, "lazyoci.preview", "file:///nowhere/.lazy")
        with pytest.raises(JsonRpcException, match="holds no user"):
            await run(one, "lazyoci.testRegistry", "user:secret@host")
        with pytest.raises(JsonRpcException):
            await run(one, "lazyoci.setPreviewTag", 3)
        await run(one, "lazyoci.login", "ghcr.io")
        await one.until(lambda: any("lazyoci registry login ghcr.io" in message for message in one.shown))

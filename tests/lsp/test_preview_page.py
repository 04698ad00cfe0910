"""The parts of the preview's page: those of `lazyoci preview -o html`, with what registries have, and safe."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.e2e.cli import git, lazyoci, repository
from tests.lsp.kit import EXAMPLES, capabilities, editor
from tests.lsp.test_commands import run
from tests.servers import docker_registry
from tests.unit.report.test_preview_html import read

ANSWERED = """\
version: 1
artifacts:
  - type: artifact
    name: app
    files: [{{path: a.txt, mediaType: text/plain}}]
    targets:
      - {{registry: {0}/team/app, tags: [v1]}}
      - {{registry: {0}/team/typed, tags: [v1]}}
"""
HOSTILE = """\
version: 1
artifacts:
  - type: docker
    name: '</h2><img src=x onerror=alert(1)><script>alert(2)</script>'
    image: nginx:alpine
    annotations:
      '"><svg onload=alert(3)>': "{{ .Tag }}<iframe src=https://evil.example>"
    targets:
      - registry: "ghcr.io/acme/a<base href=https://evil.example>"
        tags: ["{{ .Tag }}", "a b]({{ .Tag }})(command:workbench.action.quit)", "<b>{{ .Versoin }}"]
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """An example in a git repository at v1.4.2."""
    root = tmp_path / "project"
    shutil.copytree(EXAMPLES / "multi", root)
    repository(root)
    git(root, "tag", "v1.4.2")
    return root


@pytest.mark.asyncio
@pytest.mark.parametrize("tag", ["", "v2.0.0"])
async def test_it_is_the_page_that_the_command_line_writes(project: Path, tmp_path: Path, tag: str) -> None:
    environ = {"LAZYOCI_REGISTRY": "reg.example:5000"}
    options = {"registry": {"checks": "off"}, "preview": {"tag": tag, "env": environ}}
    async with editor(project, tmp_path / "home", options=options) as one:
        found = await run(one, "lazyoci.previewPage", one.open(".lazy"))
    flag = ["--tag", tag] if tag else []  # the file has conditions, so the page has the table of scenarios
    written = lazyoci("preview", "-o", "html", "--scenarios", *flag, cwd=project, **environ)
    note = '<p class="soft">Registries: not checked: checks of registries are off</p>\n'
    assert note in found["main"]
    assert f"<main>\n{found['main'].replace(note, '')}\n</main>" in written.out
    assert found["style"].strip() in written.out
    assert found["ok"] == (written.code == 0)


@pytest.mark.asyncio
async def test_it_follows_what_is_typed_and_what_is_previewed(project: Path, tmp_path: Path) -> None:
    async with editor(project, tmp_path / "home", options={"registry": {"checks": "off"}}) as one:
        uri = one.open(".lazy")
        one.change(
            uri, (project / ".lazy").read_text("utf-8").replace('"{{ .VersionFull }}"', '"typed-{{ .Version }}"')
        )
        assert ">typed-1.4.2</code>" in (await run(one, "lazyoci.previewPage", uri))["main"]
        await run(one, "lazyoci.setPreviewTag", {"scenario": "next release"})
        main = (await run(one, "lazyoci.previewPage", uri))["main"]
        assert "Previewed as <strong>next release</strong>" in main
        assert ">typed-1.4.3</code>" in main
        assert '<th scope="col" class="chosen">next release</th>' in main


@pytest.mark.asyncio
async def test_what_a_file_says_is_text(tmp_path: Path) -> None:
    options = {"registry": {"checks": "off"}, "preview": {"tag": "v1<script>"}}
    async with editor(tmp_path, tmp_path / "home", options=options) as one:
        found = await run(one, "lazyoci.previewPage", one.open(".lazy", HOSTILE))
    seen = read(found["main"])
    assert "<img src=x onerror=alert(1)>" in seen.text
    elements = {tag for tag, _ in seen.seen}
    assert elements.isdisjoint(
        {"script", "img", "svg", "iframe", "base", "b", "link", "style", "object", "form", "button"}
    )
    attributes = {name: value or "" for _, each in seen.seen for name, value in each.items()}
    assert not [name for name in attributes if name.startswith("on") or name in ("src", "style", "srcdoc")]
    assert {value for _, each in seen.seen for name, value in each.items() if name == "href"} == {"#problems"}


@pytest.mark.asyncio
async def test_wrong_settings_are_told_in_the_page(project: Path, tmp_path: Path) -> None:
    (project / ".lazyoci.yaml").write_text("ignore: [no-such-<rule>]\n")
    async with editor(project, tmp_path / "home", options={"registry": {"checks": "off"}}) as one:
        found = await run(one, "lazyoci.previewPage", one.open(".lazy"))
    assert not found["ok"]
    assert "No preview" in found["main"]
    assert "no-such-&lt;rule&gt;" in found["main"]


@pytest.mark.asyncio
async def test_what_registries_have_is_told_and_stands_in_the_page(tmp_path: Path) -> None:
    able = capabilities()
    able.experimental = {"lazyociRegistryAnswers": True}
    root = tmp_path / "project"
    root.mkdir()
    (root / "a.txt").write_text("a\n", "utf-8")
    with docker_registry(tmp_path / "registry") as real:
        text = ANSWERED.format(real.host)
        (root / ".lazy").write_text(text.rpartition("      - ")[0], "utf-8")
        options = {"registry": {"checks": "anonymous"}}
        async with editor(root, tmp_path / "home", options=options, client_capabilities=able) as one:
            uri = one.open(".lazy")
            await one.until(lambda: one.answers)
            main = (await run(one, "lazyoci.previewPage", uri))["main"]
            assert ">new</span>" in main
            assert "absent: a push would create it (checked at " in main
            assert lazyoci("build", ".lazy", cwd=root).code == 0
            one.answers.clear()
            await run(one, "lazyoci.checkAgain", uri)
            await one.until(lambda: one.answers)
            main = (await run(one, "lazyoci.previewPage", uri))["main"]
            assert f"exists: {real.tag('team/app', 'v1')}" in main
            # a registry that was only typed is not asked for the sake of the page
            one.change(uri, text)
            main = (await run(one, "lazyoci.previewPage", uri))["main"]
            assert "not checked: it is asked when the file is saved" in main

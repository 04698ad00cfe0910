"""What the server shows outside of a document: pages of rules, texts of commands, its log and its trace."""

from __future__ import annotations

import platform
from pathlib import Path
from typing import Any

import pytest
from lsprotocol import types
from pygls.exceptions import JsonRpcException

from lazyoci.rules import RULES
from lazyoci.rules.page import markdown
from lazyoci_lsp.features.markdown import without_tables
from lazyoci_lsp.text import uris
from tests.lsp.kit import Editor, capabilities, editor

pytestmark = pytest.mark.asyncio

FILE = """\
version: 1
artifacts:
  - type: docker
    name: app
    image: nginx
    targets:
      - registry: "{{ .Registry }}/acme/app"
        tags: ["{{ .Versoin }}", v1]
"""


async def run(one: Editor, command: str, *arguments: Any) -> Any:
    params = types.ExecuteCommandParams(command, arguments=list(arguments))
    return await one.client.workspace_execute_command_async(params)


async def test_a_finding_leads_to_a_page_of_its_own(tmp_path: Path) -> None:
    async with editor(tmp_path, tmp_path / "home") as one:
        uri = one.open(".lazy", FILE)
        (found,) = [item for item in await one.diagnostics(uri) if item.code == "unknown-variable"]
        assert found.code_description is not None
        path = uris.to_path(found.code_description.href)
        assert path is not None
        assert path.is_relative_to(tmp_path / "home")
        assert path.read_text("utf-8").startswith("# unknown-variable\n")
        assert path.stat().st_mode & 0o077 == 0


async def test_a_rule_is_explained_by_a_command(tmp_path: Path) -> None:
    able = capabilities()
    assert able.window is not None
    able.window.show_document = types.ShowDocumentClientCapabilities(support=True)
    async with editor(tmp_path, tmp_path / "home", client_capabilities=able) as one:
        uri = one.open(".lazy", FILE)
        offered = await one.commands(uri, (7, 20))
        assert "'lazyoci.explain'" in offered["Explain unknown-variable"]
        answer = await run(one, "lazyoci.explain", "unknown-variable")
        assert answer["text"].startswith("# unknown-variable\n")
        await one.until(lambda: one.client.shown_documents)
        (shown,) = one.client.shown_documents
        path = uris.to_path(shown.uri)
        assert path is not None
        assert path.read_text("utf-8") == answer["text"]
        for wrong in ((), ("unknown-varable",), (3,)):
            with pytest.raises(JsonRpcException):
                await run(one, "lazyoci.explain", *wrong)


async def test_every_rule_has_a_page_that_begins_with_it() -> None:
    for rule in RULES:
        text = markdown(rule)
        assert text.startswith(f"# {rule.code}\n\n*{rule.severity.label}")
        assert (f"ignore[{rule.code}]`" in text.rpartition("\n\n")[2]) != rule.locked


async def test_what_is_shown_is_named_where_the_client_opens_nothing(tmp_path: Path) -> None:
    environ = {"LAZYOCI_REGISTRY": "ghcr.io"}
    async with editor(tmp_path, tmp_path / "home", environ=environ) as one:
        uri = one.open(".lazy", FILE.replace("Versoin", "Name"))
        for command, kind in (
            ("lazyoci.preview", "the preview is in "),
            ("lazyoci.dryRun", "dry run: done; all of it is in "),
        ):
            one.shown.clear()
            answer = await run(one, command, uri)
            (message,) = await one.until(lambda: list(one.shown))
            assert kind in message
            path = Path(message.rpartition(" is in ")[2])
            assert path.read_text("utf-8") == answer["text"]
            assert "ghcr.io/acme/app:v1" in answer["text"]


async def test_in_vscode_the_extension_shows_it(tmp_path: Path) -> None:
    async with editor(tmp_path, tmp_path / "home", name="Visual Studio Code") as one:
        uri = one.open(".lazy", FILE)
        await run(one, "lazyoci.preview", uri)
        await run(one, "lazyoci.explain", "unknown-variable")
        assert not one.shown
        assert not one.client.shown_documents


async def test_hovers_have_lists_where_tables_are_not_shown(tmp_path: Path) -> None:
    text = FILE.replace("Versoin", "Name")
    async with editor(tmp_path, tmp_path / "home", client_capabilities=capabilities(tables=False)) as one:
        said = await one.hover(one.open(".lazy", text), (7, 17))
        assert "- `.Name`: `app`, the artifact's name\n" in said
        assert "|" not in said
    async with editor(tmp_path, tmp_path / "home", name="Zed", client_capabilities=capabilities(tables=False)) as one:
        assert "| `.Name` | `app` | the artifact's name |" in await one.hover(one.open(".lazy", text), (7, 17))


async def test_a_table_as_a_list() -> None:
    table = "before\n\n| a | b |\n|---|---|\n| `x\\|y` | z |\n| only |  |\n\nafter"
    assert without_tables(table) == "before\n\n- `x|y`: z\n- only\n\nafter"


async def test_advice_that_a_finding_gives_is_given_once(tmp_path: Path) -> None:
    async with editor(tmp_path, tmp_path / "home") as one:
        uri = one.open(".lazy", FILE)
        assert [item.message for item in await one.diagnostics(uri) if "LAZYOCI_REGISTRY" in item.message]
        for place in ((6, 24), (7, 34)):  # the variable itself, and a tag below that registry
            said = await one.hover(uri, place)
            assert "‹Registry›/acme/app" in said
            assert "set LAZYOCI_REGISTRY" not in said


async def test_the_log_says_what_runs(tmp_path: Path) -> None:
    async with editor(tmp_path, tmp_path / "home") as one:
        await run(one, "lazyoci.scenarios")
        first = one.client.log_messages[0].message
        assert f"Python {platform.python_version()}" in first
        assert str(tmp_path) in first


async def test_information_for_a_report_has_no_values(tmp_path: Path) -> None:
    options = {"registry": {"checks": "off"}, "preview": {"env": {"LAZYOCI_REGISTRY": "s3cr3t.example"}}}
    async with editor(tmp_path, tmp_path / "home", options=options) as one:
        one.open(".lazy", FILE)
        answer = await run(one, "lazyoci.debugInformation")
        assert "lazyoci " in answer["text"]
        assert "client: pytest; diagnostics are pushed; positions in utf-16" in answer["text"]
        assert "variables set: LAZYOCI_REGISTRY" in answer["text"]
        assert "s3cr3t" not in answer["text"]


async def test_the_trace_tells_of_requests_and_their_answers(tmp_path: Path) -> None:
    async with editor(tmp_path, tmp_path / "home") as one:
        uri = one.open(".lazy", FILE)
        await one.hover(uri, (2, 6))
        assert not one.traces
        one.client.set_trace(types.SetTraceParams(types.TraceValue.Messages))
        await one.hover(uri, (2, 6))
        told = [params.message for params in await one.until(lambda: one.traces[1:] and list(one.traces))]
        assert told[0].startswith("request textDocument/hover (")
        assert told[1].startswith("answered: textDocument/hover (")
        assert told[1].endswith(" ms")
        assert all(params.verbose is None for params in one.traces)
        one.client.set_trace(types.SetTraceParams(types.TraceValue.Verbose))
        one.traces.clear()
        await one.hover(uri, (2, 6))
        await one.until(lambda: one.traces)
        assert uri in str(one.traces[0].verbose)
        one.client.set_trace(types.SetTraceParams(types.TraceValue.Off))
        await one.hover(uri, (2, 6))
        one.traces.clear()
        await one.hover(uri, (2, 6))
        assert not one.traces


async def test_a_value_for_the_preview_is_offered_and_set(tmp_path: Path) -> None:
    async with editor(tmp_path, tmp_path / "home", answer="ghcr.io/acme") as one:
        uri = one.open(".lazy", FILE)
        offered = await one.commands(uri, (6, 24))
        assert "'lazyoci.setPreviewEnv'" in offered["Set LAZYOCI_REGISTRY for the preview"]
        await run(one, "lazyoci.setPreviewEnv", "LAZYOCI_REGISTRY")
        assert "ghcr.io/acme/acme/app" in str(await one.hints(uri))
        await run(one, "lazyoci.setPreviewEnv", "LAZYOCI_REGISTRY", "quay.io")
        assert "quay.io/acme/app" in str(await one.hints(uri))
        await run(one, "lazyoci.setPreviewEnv", "LAZYOCI_REGISTRY", "")
        await one.until_codes(uri, lambda codes: "unresolved-variable" in codes)
        await run(one, "lazyoci.setPreviewEnv", "LAZYOCI_VAR_REGION")  # nothing to choose from: it is said how
        assert any("lazyoci.preview.env" in message for message in await one.until(lambda: list(one.shown)))
        for wrong in ((), ("PATH", "/tmp"), ("LAZYOCI_REGISTRY", 3)):
            with pytest.raises(JsonRpcException):
                await run(one, "lazyoci.setPreviewEnv", *wrong)

"""The user's own variables, `.Var.NAME`, and the facts of a run, in the editor."""

from __future__ import annotations

from pathlib import Path

import pytest
from pygls.exceptions import JsonRpcException

from lazyoci_lsp.state.configuration import Configuration, read
from tests.lsp.kit import cursor, editor
from tests.lsp.test_commands import run

pytestmark = pytest.mark.asyncio

TEXT = """\
version: 1
artifacts:
  - type: docker
    image: a
    targets: [{registry: r.io/a, tags: ["{{ .Var.REGION }}-{{ .Var.STAGE }}", "{{ ¦ }}"]}]
"""


async def test_values_come_from_the_settings(tmp_path: Path) -> None:
    options = {"vars": {"REGION": "eu", "ZONE": "a"}, "preview": {"env": {"LAZYOCI_OCCASION": "pull-request=7"}}}
    async with editor(tmp_path, tmp_path / "home", options=options) as one:
        text, position = cursor(TEXT)
        uri = one.open(".lazy", text)
        await one.diagnostics(uri)
        hover = await one.hover(uri, (4, 46))
        assert r"**.Var.REGION** = `eu` (\--var REGION)" in hover
        assert "The value of `--var REGION=…`, else of `LAZYOCI_VAR_REGION`." in hover
        items = {item.label: item for item in await one.complete(uri, position)}
        assert items[".Var.REGION"].detail == "eu  (--var REGION)"
        assert items[".Var.STAGE"].detail == "not set: give --var STAGE=… or set LAZYOCI_VAR_STAGE"
        assert items[".Var.ZONE"].detail == "a  (--var ZONE)"
        assert items[".PullRequest"].detail == "7  (LAZYOCI_OCCASION)"


async def test_commands_take_what_hints_show(tmp_path: Path) -> None:
    options = {"vars": {"REGION": "eu", "STAGE": "x"}, "preview": {"env": {"LAZYOCI_OCCASION": "pull-request=7"}}}
    async with editor(tmp_path, tmp_path / "home", options=options) as one:
        uri = one.open(".lazy", cursor(TEXT.replace("¦", ".PullRequest"))[0])
        assert await one.hints(uri) == ["→ r.io/a:eu-x", "→ r.io/a:7"]
        for command in ("lazyoci.preview", "lazyoci.dryRun"):
            shown = (await run(one, command, uri))["text"]
            assert "r.io/a:eu-x" in shown
            assert "r.io/a:7" in shown


async def test_commands_refuse_an_occasion_that_cannot_be(tmp_path: Path) -> None:
    options = {"preview": {"env": {"LAZYOCI_OCCASION": "nonsense"}}}
    async with editor(tmp_path, tmp_path / "home", options=options) as one:
        uri = one.open(".lazy", cursor(TEXT)[0])
        with pytest.raises(JsonRpcException, match="LAZYOCI_OCCASION"):
            await run(one, "lazyoci.preview", uri)


async def test_half_a_name_is_replaced_as_a_whole(tmp_path: Path) -> None:
    async with editor(tmp_path, tmp_path / "home") as one:
        text, position = cursor(TEXT.replace("¦", ".Var.ST¦"))
        uri = one.open(".lazy", text)
        items = {item.label: item for item in await one.complete(uri, position)}
        assert ".Var.ST" not in items
        edit = items[".Var.STAGE"].text_edit
        assert edit is not None
        start = edit.range.start if hasattr(edit, "range") else edit.replace.start
        assert start.character == position[1] - len(".Var.ST")


async def test_an_occasion_that_cannot_be_is_no_reason_to_fail(tmp_path: Path) -> None:
    options = {"preview": {"env": {"LAZYOCI_OCCASION": "nonsense"}}}
    async with editor(tmp_path, tmp_path / "home", options=options) as one:
        uri = one.open(".lazy", cursor(TEXT)[0].replace("{{  }}", "{{ .PullReqest }}"))
        assert "did you mean .PullRequest?" in (await one.diagnostics(uri))[-1].message


async def test_the_setting() -> None:
    assert read({"vars": {"A": 1, "B": None}}) == (Configuration(variables={"A": "1"}), [])
    assert read({"vars": "A=1"})[1] == ["the setting lazyoci.vars has to be a mapping"]

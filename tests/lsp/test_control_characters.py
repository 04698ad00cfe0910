"""What a file or a registry says is text in an editor: no markup, no command, nothing that is obeyed."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from lazyoci_lsp.features.markdown import code, escape
from lazyoci_lsp.rpc.control_characters import cleaned
from tests.lsp.kit import editor

_UNSAFE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]")
HOSTILE = [
    "[x](command:lazyoci.login)",
    "![x](https://example.com/x.png)",
    "<img src=x onerror=alert(1)>",
    "https://example.com/x",
    "www.example.com",
    "<https://example.com>",
    "anna@example.com",
    "# heading",
    "- item",
    "1. item",
    "`code` [y][x]\n\n[x]: command:lazyoci.login",
    "&#91;x](command:a)",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_is_markup(text: str) -> None:
    from markdown import markdown

    for shown in (escape(text), code(text)):
        page = markdown(shown)
        assert not re.search(r"<(?!/?(?:p|code)>)", page), page
    assert not re.search(r"(?<!\\):(?=//)|(?<=www)(?<!\\)\.|(?<=a)@(?=e)", escape(text))


def test_only_texts_for_people_are_cleaned() -> None:
    harm = "a\x1b[2J\u202eb"
    message = {
        "result": [
            {"label": harm, "textEdit": {"newText": harm, "range": {}}, "detail": harm},
            {"position": {"line": 0}, "label": harm, "tooltip": {"kind": "markdown", "value": harm}},
            {"uri": harm, "arguments": [harm], "name": harm, "data": [1, 2]},
        ]
    }
    completion, hint, symbol = cleaned(message)["result"]
    assert completion["label"] == completion["textEdit"]["newText"] == harm
    assert symbol["uri"] == symbol["arguments"][0] == harm
    for text in (completion["detail"], hint["label"], hint["tooltip"]["value"], symbol["name"]):
        assert text == "a␛[2J\ufffdb"


@pytest.mark.asyncio
async def test_a_chart_and_names_of_a_stranger(tmp_path: Path) -> None:
    root = tmp_path / "project"
    chart = root / "chart"
    chart.mkdir(parents=True)
    harm = "\x1b[2J\u202e[x](command:lazyoci.login) https://example.com <b>"
    (chart / "Chart.yaml").write_text(
        f"apiVersion: v2\nname: a\nversion: 1.0.0\ndescription: {json.dumps(harm)}\n", encoding="utf-8"
    )
    (root / ".lazy").write_text(
        f"version: 1\nartifacts:\n  - type: helm\n    name: {json.dumps(harm)}\n    chartPath: chart\n"
        f"    targets: [{{registry: r.example/a, tags: ['{{{{ .ChartVersion }}}}']}}]\n",
        encoding="utf-8",
    )
    async with editor(root, tmp_path / "home") as one:
        uri = one.open(".lazy")
        said = await one.hover(uri, (4, 17))
        assert "command" in said
        assert "](" not in said.replace("\\](", "")
        assert not _UNSAFE.search(said)

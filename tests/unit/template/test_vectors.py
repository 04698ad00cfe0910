"""What Go 1.25 itself gave for these templates: output, kind of error, text of error."""

import json
from pathlib import Path
from typing import Any

import pytest

from lazyoci.template import TemplateError, render

VECTORS = Path(__file__).parents[2] / "vectors"

# Templates whose error is worded otherwise than Go's, with the reason. There are none: keep it so.
OTHER_WORDS: dict[str, str] = {}


def _cases() -> list[dict[str, Any]]:
    read = [json.loads(line) for line in (VECTORS / "go-template.jsonl").read_text(encoding="utf-8").splitlines()]
    lines = (VECTORS / "go-template-versions.jsonl").read_text(encoding="utf-8").splitlines()
    return read + [{**case, **case["go125"]} for case in map(json.loads, lines)]


CASES = _cases()


def test_all_cases_are_there() -> None:
    assert len(CASES) == 570


@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
def test_as_go(case: dict[str, Any]) -> None:
    if case["ok"]:
        expected = bytes.fromhex(case["output_hex"]) if "output_hex" in case else case["output"].encode()
        text = render(case["template"], case["vars"], portable=True)
        assert text.encode("utf-8", "surrogateescape") == expected
        return
    with pytest.raises(TemplateError) as caught:
        render(case["template"], case["vars"], portable=True)
    error = caught.value
    assert error.kind == case["error_kind"]
    if case["id"] not in OTHER_WORDS:
        assert error.message == (case.get("error_go125") or case["error"])
    assert 0 <= error.span.start <= error.span.end <= len(case["template"])


def test_error_texts_match_on_nearly_all() -> None:
    failing = [case for case in CASES if not case["ok"]]
    assert len(OTHER_WORDS) <= len(failing) // 10
    assert OTHER_WORDS.keys() <= {case["id"] for case in failing}

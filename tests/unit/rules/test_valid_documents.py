"""What Go accepts is not blamed: of its valid documents, only those are found fault with whose subject is the fault."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from lazyoci.check import check
from lazyoci.diagnostic import Severity
from lazyoci.frozen import replace
from lazyoci.world import Face, real
from lazyoci.yaml.encoding import decode_bytes
from tests.worlds import ROOT, world

_HERE = Path(__file__)
_VECTORS = _HERE.parents[2] / "vectors" / "yaml-decode.jsonl"
_EXAMPLES = _HERE.parents[3] / "examples"
# what the documents take for granted: a Dockerfile, and the files they name
_FILES = {"Dockerfile": "FROM scratch\nARG A\nARG B\nARG 1\nARG 0x1\n", "a": "", "5": ""}

# errors and warnings on documents that the original decodes and validates, by the name of the document
EXPECTED = {
    "invalid-tag": {  # no registry takes the tag that Go reads there; it fails only when pushed
        "tag: .inf",
        "tag: 2024-01-01T10:00:00Z",
        "tag: 2001-12-14 21:59:43.10 -5",
        "tag: 1:30:00",
        "tag: =",
        "tag: !!str ~",
        "tag: dq escape",
        "tag: star",
        "tag: colon no space",
        "tag: multi-word",
        "tag: folded",
        "tag: literal keep",
        "tag: multi-line plain",
        "tag: nul escape",
        "tag: nbsp",
    },
    "duplicate-tag": {"tag: latest"},  # the list is [latest, latest]
    "null-item": {  # an item that Go drops
        "tag: null",
        "tag: exclaim only",
        "tag: amp only",
        "buildArgs: null key",
    },
    "extra-document": {"end marker then garbage"},  # Go stops reading there
    "unsupported-version": {"version: 1.5", "version: 1.9"},  # a listed exception: Go cuts them to 1
    "yaml-syntax": {"BOM in middle"},  # a listed exception: libyaml's own difference
    "unknown-key": {  # Go passes over unknown keys; keys that hold anchors begin with x- here
        "unknown nested keys",
        "long unknown string",
        "merge key map",
        "merge key list",
        "merge after explicit key",
        "anchor redefined",
        "alias bomb (small)",
    },
    "reference-collision": {"merge key map"},  # two artifacts with what both merge
    "key-not-for-type": {"merge key list", "merge after explicit key"},  # `image` merged into an image artifact
    "invalid-media-type": {"files: path int"},  # its media type is `true`
}


def _valid() -> Iterator[tuple[str, bytes]]:
    for line in _VECTORS.read_text("utf-8").splitlines():
        case = json.loads(line)
        if case["ok"] and case["validate_error"] == "":
            data = case["yaml"].encode() if "yaml" in case else base64.b64decode(case["yaml_b64"])
            yield case["name"], data


def test_valid_documents_of_the_original() -> None:
    found: dict[str, set[str]] = {}
    for name, data in _valid():
        for one in check(decode_bytes(data), ROOT / ".lazy", world(_FILES)).diagnostics:
            if one.severity >= Severity.WARNING and one.code != "official-namespace":  # their registry is short for it
                found.setdefault(one.code, set()).add(name)
    assert found == EXPECTED


@pytest.mark.parametrize("path", sorted(_EXAMPLES.glob("*/.lazy")), ids=lambda path: path.parent.name)
@pytest.mark.parametrize("face", [Face.FILE, Face.EDITOR])
def test_the_examples_are_clean(path: Path, face: Face) -> None:
    checked = check(path.read_text("utf-8"), path, real(face=face))
    left = [one for one in checked.diagnostics if one.code != "dirty-tree"]  # of this very repository
    assert [one for one in left if one.severity >= Severity.WARNING] == []


def test_a_release_of_the_examples_is_clean() -> None:
    told = {"LAZYOCI_REGISTRY": "localhost:5050", "LAZYOCI_VERSION": "1.4.2"}
    release = replace(real(face=Face.EDITOR, tag="v1.4.2"), environ=told)
    for path in sorted(_EXAMPLES.glob("*/.lazy")):
        found = check(path.read_text("utf-8"), path, release).diagnostics
        assert {one.code for one in found} <= {"dirty-tree"}

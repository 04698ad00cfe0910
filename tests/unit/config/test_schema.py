"""The schema as editors meet it: valid Draft-07, the same keys as the decoder, words on everything."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from jsonschema import Draft7Validator

from lazyoci.config import keys, schema
from lazyoci.config.load import load
from lazyoci.config.structure.violations import violations
from lazyoci.diagnostic import Source

SCHEMA = schema.load()


def properties(level: str) -> dict[str, Any]:
    found: dict[str, Any] = part(level)["properties"]
    return found


def part(level: str) -> dict[str, Any]:
    if level in ("attestations", "versionFrom"):
        return dict(properties("artifact")[level])
    return dict(SCHEMA if level == "root" else SCHEMA["definitions"][level])


LEVELS = {
    "root": keys.ROOT,
    "artifact": keys.ARTIFACT,
    "target": keys.TARGET,
    "file": keys.FILE,
    "tag": keys.TAG,
    "condition": keys.CONDITION,
    "versionFrom": keys.VERSION_FROM,
    "attestations": keys.ATTESTATIONS,
}
EVERY = [(level, name) for level in LEVELS for name in properties(level)]


def test_it_is_draft_7() -> None:
    Draft7Validator.check_schema(SCHEMA)
    assert SCHEMA["$schema"] == "http://json-schema.org/draft-07/schema#"
    assert SCHEMA["$id"] == schema.ID


def test_it_is_found_in_this_checkout() -> None:
    assert schema.find().name == "lazy.schema.json"
    assert schema.text() == schema.find().read_text(encoding="utf-8")


@pytest.mark.parametrize("level", LEVELS)
def test_decoder_and_schema_have_the_same_keys(level: str) -> None:
    assert properties(level).keys() == LEVELS[level]
    one = part(level)
    assert one["additionalProperties"] is False
    assert list(one["patternProperties"]) == [f"^{keys.EXTENSION}"]


def test_decoder_and_schema_agree_on_lists_and_maps() -> None:
    artifact = properties("artifact")
    lists = {name for name, one in artifact.items() if "array" in one.get("type", "") and "items" in one}
    assert lists == keys.LISTS | {"targets", "files"}
    maps = {name for name, one in artifact.items() if "object" in one.get("type", "") and "properties" not in one}
    assert maps == keys.MAPS
    assert properties("attestations")["provenance"]["enum"] == list(keys.PROVENANCE)
    assert properties("target")["moves"]["enum"] == properties("tag")["moves"]["enum"] == list(keys.MOVES)
    assert artifact["type"]["enum"] == list(keys.OF_TYPE)


@pytest.mark.parametrize(("level", "name"), EVERY)
def test_every_property_has_words(level: str, name: str) -> None:
    one = properties(level)[name]
    assert one["title"]
    assert one["examples"]
    assert one["description"].endswith(".")
    assert one["markdownDescription"].strip()
    home = keys.owner(name) if level == "artifact" else ""
    assert not home or one["description"].startswith(f"{home}")  # completion lists show which type it is for


@pytest.mark.parametrize(("level", "name"), EVERY)
def test_examples_and_defaults_are_valid(level: str, name: str) -> None:
    one = properties(level)[name]
    whole = {**one, "definitions": SCHEMA["definitions"]}
    values = [*one["examples"], *([one["default"]] if "default" in one else [])]
    assert [error.message for value in values for error in Draft7Validator(whole).iter_errors(value)] == []


def test_a_whole_example_is_valid() -> None:
    assert violations(SCHEMA["examples"][0]) == []


def snippets() -> Iterator[tuple[str, Any]]:
    """Whole files made of each snippet for a file or an artifact."""
    for one in SCHEMA["defaultSnippets"]:
        yield one["label"], one["body"]
    for one in SCHEMA["definitions"]["artifact"]["defaultSnippets"]:
        yield one["label"], {"version": 1, "artifacts": [one["body"]]}


@pytest.mark.parametrize(("label", "body"), list(snippets()))
def test_snippets_make_valid_files(label: str, body: Any) -> None:
    loaded = load(Source(inserted(body)))
    assert loaded.config is not None, loaded.diagnostics


def inserted(body: Any) -> str:
    """A snippet as yaml-language-server inserts it, in flow style: texts as they are, placeholders filled in."""
    if isinstance(body, dict):
        return "{" + ", ".join(f"{name}: {inserted(value)}" for name, value in body.items()) + "}"
    if isinstance(body, list):
        return "[" + ", ".join(inserted(item) for item in body) + "]"
    text = str(body)
    return text.partition(":")[2].removesuffix("}") if text.startswith("${") else text


def test_own_keys_are_allowed_in_every_mapping_of_the_format() -> None:
    target = {"registry": "r", "tags": ["t"], "x-a": {}}
    file = {"path": "p", "mediaType": "m", "x-b": [1]}
    artifact = {"type": "artifact", "targets": [target], "files": [file], "x-c": None}
    assert violations({"version": 1, "artifacts": [artifact], "x-d": "e"}) == []

"""192 cases recorded from Go's yaml.v3: we accept what it accepts, and read it the same way."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import pytest
from yaml import SafeLoader

from lazyoci.config.load import Loaded, load
from lazyoci.config.model import Config, DockerArtifact, FilesArtifact, HelmArtifact, ImageArtifact, Text
from lazyoci.config.syntax import explain
from lazyoci.diagnostic import Severity, Source
from lazyoci.yaml import compose
from lazyoci.yaml.encoding import EncodingError, decode_bytes

VECTORS = Path(__file__).parents[2] / "vectors" / "yaml-decode.jsonl"
CASES: list[dict[str, Any]] = [json.loads(line) for line in VECTORS.read_text(encoding="utf-8").splitlines()]

# Where the verdict differs on purpose, and what we say there; "" where we accept what Go refuses.
EXCEPTIONS = {
    "version: 1.5": "unsupported-version",  # Go cuts it to 1
    "version: 1.9": "unsupported-version",
    "BOM in middle": "yaml-syntax",  # libyaml's own difference
    "yaml 1.2 directive": "",  # libyaml's own difference
}


def raw(case: dict[str, Any]) -> bytes:
    if "yaml_b64" in case:
        return base64.b64decode(case["yaml_b64"])
    text: str = case["yaml"]
    return text.encode()


def errors(loaded: Loaded) -> list[str]:
    return [one.code for one in loaded.diagnostics if one.severity is Severity.ERROR]


def is_valid(case: dict[str, Any]) -> bool:
    return bool(case["ok"]) and not case["validate_error"]


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_verdict_and_config(case: dict[str, Any]) -> None:
    try:
        source = Source(decode_bytes(raw(case)))
    except EncodingError:
        assert not case["ok"]
        return
    loaded = load(source)
    found = errors(loaded)
    if case["name"] in EXCEPTIONS:
        assert found == [code for code in [EXCEPTIONS[case["name"]]] if code]
        return
    if found and is_valid(case):
        # The one thing that Go lets pass and we do not. With keys of the user's own, the rest must be right.
        assert set(found) == {"unknown-key"}, loaded.diagnostics
        loaded = load(Source(_with_own_keys(loaded, source.text)))
    assert (not errors(loaded)) == is_valid(case), loaded.diagnostics
    if is_valid(case):
        assert loaded.config is not None
        assert plain(loaded.config) == expected(case["config"])
    else:
        assert loaded.config is None


PURE_PYTHON_DIFFERS = {"BOM in middle", "tab after colon", "tab before comment", "flow adjacent value"}


def test_pyyaml_without_libyaml_serves_as_well(monkeypatch: pytest.MonkeyPatch) -> None:
    sources = [Source(case["yaml"]) for case in CASES if "yaml" in case and case["name"] not in PURE_PYTHON_DIFFERS]
    usual = [load(source) for source in sources]
    for module in (compose, explain):
        monkeypatch.setattr(module, "Parser", SafeLoader)
    for source, one in zip(sources, usual, strict=True):
        other = load(source)
        assert errors(other) == errors(one), source.text
        assert (other.config and plain(other.config)) == (one.config and plain(one.config))


def test_every_finding_points_into_the_text() -> None:
    for case in CASES:
        try:
            source = Source(decode_bytes(raw(case)))
        except EncodingError:
            continue
        for one in load(source).diagnostics:
            assert 0 <= one.span.start <= one.span.end <= len(source.text), case["name"]
            assert one.message, case["name"]
            assert "\n" not in one.message, case["name"]


def _with_own_keys(loaded: Loaded, text: str) -> str:
    """The text with its unknown keys renamed to begin with `x-`."""
    for one in sorted(loaded.diagnostics, key=lambda one: one.span, reverse=True):
        if one.code == "unknown-key":
            text = text[: one.span.start] + "x-" + text[one.span.start :]
    return text


def plain(config: Config) -> dict[str, Any]:
    """The config as the vectors write it."""
    return {"version": config.version, "artifacts": [_artifact(one) for one in config.artifacts]}


def _artifact(artifact: Any) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "type": artifact.type,
        "name": _text(artifact.name),
        "targets": [
            {"registry": target.registry.value, "tags": [tag.text.value for tag in target.tags]}
            for target in artifact.targets
        ],
    }
    match artifact:
        case ImageArtifact():
            shown["dockerfile"] = _text(artifact.dockerfile)
            shown["context"] = _text(artifact.context)
            shown["platforms"] = [one.value for one in artifact.platforms]
            shown["buildArgs"] = {name: one.value for name, one in artifact.build_args.items()}
        case HelmArtifact():
            shown["chartPath"] = artifact.chart_path.value
        case FilesArtifact():
            shown["mediaType"] = _text(artifact.media_type)
            shown["files"] = [{"path": one.path.value, "mediaType": one.media_type.value} for one in artifact.files]
        case DockerArtifact():
            shown["image"] = artifact.image.value
    return shown


def _text(text: Text | None) -> str:
    return "" if text is None else text.value


def expected(config: dict[str, Any]) -> dict[str, Any]:
    """The recorded config without the keys that are for other types of artifact."""
    own = {
        "image": {"dockerfile", "context", "platforms", "buildArgs"},
        "helm": {"chartPath"},
        "artifact": {"mediaType", "files"},
        "docker": {"image"},
    }
    common = {"type", "name", "targets"}
    return {
        "version": config["version"],
        "artifacts": [
            {name: value for name, value in artifact.items() if name in common | own[artifact["type"]]}
            for artifact in config["artifacts"]
        ],
    }

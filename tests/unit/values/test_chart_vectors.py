"""Charts judged, read and packed by Helm 3.21.4, and what we make of the same files."""

from __future__ import annotations

import io
import json
import tarfile
from pathlib import Path
from typing import Any

import pytest
import yaml

from lazyoci.build import build
from lazyoci.build.chart_config import config_json
from lazyoci.check import check
from lazyoci.errors import BuildError
from lazyoci.oci.descriptor import descriptor_from_json
from lazyoci.values.helm.read_chart import read_chart
from tests.unit.build.make import context, helm, manifest_of

LINES = Path("tests/vectors/helm-charts.jsonl").read_text("utf-8").splitlines()
CASES: list[dict[str, Any]] = [json.loads(line) for line in LINES]
# Helm's words for broken gzip are Go's; a broken pattern is named with its file
OURS = {"unexpected EOF": "is not a chart package"}


def essence(error: str) -> str:
    """The end of Helm's chain of reasons, without a line, which it counts otherwise."""
    for front in ("yaml: line 1: ", "validation: ", "while decoding JSON: json: ", ": "):
        if front in error:
            last = error.rpartition(front)[2] if front != ": " else error.split(": ")[-1]
            return OURS.get(last, last)
    return error


def lay(place: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        path = place / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="")
    return place


@pytest.mark.parametrize("case", CASES, ids=[str(case["name"]) for case in CASES])
def test_judged_and_packed_as_helm_does(case: dict[str, Any], tmp_path: Path) -> None:
    lay(tmp_path / "c", case["files"])
    if not case["ok"]:
        with pytest.raises(BuildError) as caught:
            build(helm("c"), context(tmp_path))
        assert essence(case["error"]) in caught.value.message
        assert caught.value.message.startswith(str(tmp_path / "c"))
        return
    built = build(helm("c"), context(tmp_path))
    manifest = manifest_of(built)
    (layer,) = manifest["layers"]
    with built.store.open(descriptor_from_json(layer)) as stream:
        package = stream.read()
    with tarfile.open(fileobj=io.BytesIO(package)) as archive:
        assert archive.getnames() == case["entries"]
    title = manifest["annotations"]["org.opencontainers.image.title"]
    version = manifest["annotations"]["org.opencontainers.image.version"]
    assert f"{title}-{version}.tgz" == case["package"]


@pytest.mark.parametrize(
    "case", [case for case in CASES if case["ok"]], ids=[str(case["name"]) for case in CASES if case["ok"]]
)
def test_read_as_helm_does(case: dict[str, Any]) -> None:
    requirements = case["files"].get("requirements.yaml")
    data = case["files"]["Chart.yaml"].encode()
    config = json.loads(config_json(read_chart(data, None if requirements is None else requirements.encode())))
    if config["apiVersion"] == "v1":
        config.pop("dependencies", None)  # these stay in requirements.yaml
    assert config == yaml.safe_load(case["chart_yaml"])


@pytest.mark.parametrize("case", CASES, ids=[str(case["name"]) for case in CASES])
def test_validate_says_what_helm_would_say(case: dict[str, Any], tmp_path: Path) -> None:
    lay(tmp_path / "c", case["files"])
    text = (
        "version: 1\nartifacts:\n  - type: helm\n    chartPath: c\n"
        "    targets: [{registry: r.example/c, tags: ['{{ .ChartVersion }}']}]\n"
    )
    found = [
        one for one in check(text, tmp_path / ".lazy").diagnostics if one.code in ("invalid-chart", "missing-chart")
    ]
    assert (found == []) == case["ok"]
    if found:
        assert essence(case["error"]) in found[0].message

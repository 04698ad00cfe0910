"""A packaged chart gives ChartVersion as its directory would."""

from __future__ import annotations

import io
import tarfile
from pathlib import Path

import pytest

from lazyoci.values import Values
from lazyoci.values.chart_version import chart_version
from lazyoci.values.helm.chart_yaml import ChartError
from lazyoci.values.helm.packed_chart import packed_chart_yaml
from lazyoci.world import World

CHART = b"apiVersion: v2\nname: x\nversion: 1.10.0\n"


def package(files: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
        for name, data in files.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(data)
            archive.addfile(entry, io.BytesIO(data))
    return buffer.getvalue()


def test_version(tmp_path: Path) -> None:
    (tmp_path / "x-1.10.0.tgz").write_bytes(package({"x/values.yaml": b"", "x/Chart.yaml": CHART}))
    value = chart_version(Values(World(), tmp_path), "x-1.10.0.tgz")
    assert (value.text, value.source) == ("1.10.0", "x-1.10.0.tgz/Chart.yaml:3")


@pytest.mark.parametrize(
    "data",
    [b"", b"no archive", package({"x/y/Chart.yaml": CHART}), package({"Chart.yaml": CHART})],
    ids=["empty", "no archive", "too deep", "no directory"],
)
def test_what_is_no_package(data: bytes) -> None:
    with pytest.raises(ChartError, match="expected what helm package makes"):
        packed_chart_yaml(data)

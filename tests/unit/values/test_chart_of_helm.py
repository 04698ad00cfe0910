"""What Helm's own test charts are about, as small charts of ours, with the verdict that Helm 3.21.4 gives on its own.

Each is named as in the Helm repository: pkg/chartutil/testdata, pkg/chart/loader/testdata, pkg/lint/rules/testdata and
cmd/helm/testdata/testcharts.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from lazyoci.build import build
from lazyoci.build.helm import read_directory
from lazyoci.errors import BuildError
from tests.unit.build.make import chart, context, helm

V2 = "apiVersion: v2\nname: {}\nversion: 0.1.0\n"
SUB = {"charts/alpine/Chart.yaml": V2.format("alpine")}

REFUSED: dict[str, tuple[dict[str, str | bytes], str]] = {
    "dotname": ({"Chart.yaml": V2.format(".")}, 'Chart.yaml:2: chart.metadata.name "." is not allowed'),
    "dotdotname": ({"Chart.yaml": V2.format("..")}, 'Chart.yaml:2: chart.metadata.name ".." is not allowed'),
    "slashinname": ({"Chart.yaml": V2.format("a/../b")}, 'Chart.yaml:2: chart.metadata.name "a/../b" is invalid'),
    "badchartname": ({"Chart.yaml": V2.format("../x")}, 'Chart.yaml:2: chart.metadata.name "../x" is invalid'),
    "badchartfile": ({"Chart.yaml": "description: x\nversion: 0.0.0.0\n"}, "chart.metadata.name is required"),
    "anotherbadchartfile": (
        {"Chart.yaml": "apiVersion: v2\nname: x\nversion: 72445e2\n"},
        'Chart.yaml:3: chart.metadata.version "7.2445e+06" is invalid',
    ),
    "badvaluesfile": (
        {"Chart.yaml": V2.format("x"), "values.yaml": "name value\n"},
        "values.yaml:1: not a mapping of keys to values (Helm: cannot unmarshal string into Go value of type map",
    ),
    "chart-bad-type": (
        {"Chart.yaml": V2.format("x") + "type: foobar\n"},
        "Chart.yaml:4: chart.metadata.type must be application or library",
    ),
    "lib-chart": (
        {"Chart.yaml": V2.format("x") + "type: Library\n"},
        "Chart.yaml:4: chart.metadata.type must be application or library",
    ),
    "chart-bad-requirements": (
        {"Chart.yaml": V2.format("x") + "dependencies:\n  - name: y\n    version: 1.0.0\n  name: z\n"},
        "Chart.yaml:7: not YAML: did not find expected '-' indicator",
    ),
    "chart-with-bad-subcharts": (
        {"Chart.yaml": V2.format("x"), "charts/bad/Chart.yaml": "description: bad\n", **SUB},
        "charts/bad/Chart.yaml: chart.metadata.name is required",
    ),
}
LOADED: dict[str, tuple[dict[str, str | bytes], tuple[str, ...]]] = {
    "albatross": ({"Chart.yaml": V2.format("albatross"), "values.yaml": "x: 1\n"}, ()),
    "frobnitz.v1": (
        {
            "Chart.yaml": "name: f\nversion: 1.2.3\n",
            "requirements.yaml": "dependencies: [{name: alpine, version: 0.1.0}]\n",
            "Chart.lock": "dependencies: []\n",
            "charts/_ignore_me": "x",
            **SUB,
        },
        (),
    ),
    "frobnitz.v2.reqs": (
        {
            "Chart.yaml": V2.format("f"),
            "requirements.yaml": "dependencies: [{name: alpine, version: 0.1.0}]\n",
            **SUB,
        },
        (),
    ),
    "frobnitz_with_bom": (
        {"Chart.yaml": b"\xef\xbb\xbf" + V2.format("f").encode(), "values.yaml": b"\xef\xbb\xbfa: 1\n", **SUB},
        (),
    ),
    "reqtest": (
        {
            "Chart.yaml": V2.format("x") + "dependencies: [{name: alpine, version: 0.1.0, repository: 'file://a'}]\n",
            "Chart.lock": "generated: 2024-01-02T03:04:05.123Z\ndigest: x\n",
            **SUB,
        },
        (),
    ),
    "chart-missing-deps": (
        {"Chart.yaml": V2.format("x") + "dependencies: [{name: alpine}, {name: redis}]\n", **SUB},
        ("redis",),
    ),
    "issue-7233": (
        {
            "Chart.yaml": "apiVersion: v1\nname: x\nversion: 0.1.0\n",
            "requirements.yaml": "dependencies: [{name: alpine, version: 0.1.0, repository: 'file://../alpine'}]\n",
            "requirements.lock": "dependencies: [{name: alpine, version: 0.1.0}]\ngenerated: '2019-10-16T00:00:00Z'\n",
        },
        ("alpine",),
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_refused(name: str, tmp_path: Path) -> None:
    files, message = REFUSED[name]
    chart(tmp_path / name, files)
    with pytest.raises(BuildError) as caught:
        build(helm(name), context(tmp_path))
    assert caught.value.message.startswith(str(tmp_path / name))
    assert message in caught.value.message


@pytest.mark.parametrize("name", LOADED)
def test_loaded(name: str, tmp_path: Path) -> None:
    files, missing = LOADED[name]
    chart(tmp_path / name, files)
    assert read_directory(tmp_path / name).missing == missing


def test_frobnitz_with_dev_null(tmp_path: Path) -> None:
    chart(tmp_path / "f", {"Chart.yaml": V2.format("f")})
    try:
        (tmp_path / "f" / "null").symlink_to("/dev/null")
    except OSError:
        pytest.skip("no symbolic links here")
    with pytest.raises(BuildError, match="null: is not a regular file"):
        build(helm("f"), context(tmp_path))


@pytest.mark.parametrize(
    ("lock", "message"),
    [
        ("generated: yesterday\n", "Chart.lock:1: generated is not a time"),
        ("generated: 5\n", "Chart.lock:1: generated is not a time"),
        ("dependencies: {a: b}\n", "dependencies is not a list"),
        ("- a\n", "Go value of type chart.Lock"),
    ],
)
def test_locks(lock: str, message: str, tmp_path: Path) -> None:
    chart(tmp_path / "c", {"Chart.yaml": V2.format("x"), "Chart.lock": lock})
    with pytest.raises(BuildError) as caught:
        build(helm("c"), context(tmp_path))
    assert message in caught.value.message


@pytest.mark.parametrize(
    "schema", ["", "{", '{"a": NaN}', '{"a": 1,}', "01", '"\t"', "[" * 100_000, '{"a": Infinity}', "{} {}"]
)
def test_schemas_that_are_not_json(schema: str, tmp_path: Path) -> None:
    chart(tmp_path / "c", {"Chart.yaml": V2.format("x"), "values.schema.json": schema})
    with pytest.raises(BuildError, match=r"Invalid JSON in values\.schema\.json"):
        build(helm("c"), context(tmp_path))


@pytest.mark.parametrize(
    "values", ["a: .nan\n", "a: [{b: -.inf}]\n", "a: *x\n", "<<: 1\n", "? [a]\n: 1\n", "a: !!int b\n"]
)
def test_values_that_helm_refuses(values: str, tmp_path: Path) -> None:
    chart(tmp_path / "c", {"Chart.yaml": V2.format("x"), "values.yaml": values})
    with pytest.raises(BuildError, match=r"values\.yaml"):
        build(helm("c"), context(tmp_path))

"""A chart of a bundle goes under no tag that is another version."""

from __future__ import annotations

from pathlib import Path

import pytest

from lazyoci.oci import mediatype
from tests.e2e.cli import git, repository
from tests.registry.fake import FakeRegistry
from tests.unit.bundle.made import bundle, image, part
from tests.unit.cli.running import Ran, Runner

LAZY = """\
version: 1
artifacts:
  - type: helm
    name: api
    chartPath: chart
    targets: [{registry: "{{ .Registry }}/charts/api", tags: [TAGS]}]
"""
OF_CHART = '"{{ .ChartVersion | replace \\"+\\" \\"_\\" }}"'
CHART = "apiVersion: v2\nname: api\nversion: 1.1.0\n"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    place = tmp_path / "project"
    (place / "chart").mkdir(parents=True)
    (place / "chart" / "Chart.yaml").write_text(CHART, "utf-8")
    (place / ".lazy").write_text(LAZY.replace("TAGS", OF_CHART), "utf-8")
    return repository(place)


def built_as(run: Runner, project: Path, version: str, place: Path) -> Path:
    """A bundle that was built after a program has set the chart's version."""
    file = project / "chart" / "Chart.yaml"
    file.write_text(CHART.replace("1.1.0", version), "utf-8")
    ran = run("build", str(project), "--tag", "v1.0.0", "--bundle", str(place))
    assert ran.code == 0, ran
    git(project, "checkout", "--quiet", "chart")
    return place


def publish(run: Runner, made: Path, project: Path) -> Ran:
    return run("publish", str(made), "--file", str(project), "--tag", "v1.0.0")


@pytest.mark.parametrize("version", ["1.2.0", "1.1.0+build", "1.1.0-rc.1"])
def test_another_version_here(run: Runner, fake: FakeRegistry, project: Path, tmp_path: Path, version: str) -> None:
    ran = publish(run, built_as(run, project, version, tmp_path / "made"), project)
    told = " ".join(ran.out.split())
    assert ran.code == 1
    assert f"api is a chart of version {version} in the bundle, and Chart.yaml here has 1.1.0" in told
    assert f"looks for the tag {version.replace('+', '_')}, and the file has 1.1.0" in told
    assert fake.requests() == []


def test_the_same_version(run: Runner, fake: FakeRegistry, project: Path, tmp_path: Path) -> None:
    assert publish(run, built_as(run, project, "1.1.0", tmp_path / "made"), project).code == 0
    assert fake.tag("charts/api", "1.1.0") != ""


def test_tags_that_are_no_version_of_a_chart(run: Runner, fake: FakeRegistry, project: Path, tmp_path: Path) -> None:
    """As the file has none, `chart-tag-mismatch` warns of it, and the publisher has decided so."""
    (project / ".lazy").write_text(LAZY.replace("TAGS", "stable"), "utf-8")
    assert publish(run, built_as(run, project, "1.2.0", tmp_path / "made"), project).code == 0
    assert fake.tag("charts/api", "stable") != ""


def test_a_chart_that_is_not_here(run: Runner, fake: FakeRegistry, project: Path, tmp_path: Path) -> None:
    (project / ".lazy").write_text(LAZY.replace("TAGS", '"{{ .VersionFull }}"'), "utf-8")
    for version, code in (("1.0.0", 0), ("1.2.0", 1)):
        made = built_as(run, project, version, tmp_path / version)
        (project / "chart" / "Chart.yaml").unlink()
        ran = publish(run, made, project)
        assert ran.code == code, ran
        git(project, "checkout", "--quiet", "chart")
    assert "api is a chart of version 1.2.0 in the bundle; Helm would not find it" in " ".join(ran.out.split())
    (project / ".lazyoci.yaml").write_text("ignore: [chart-tag-mismatch]\n", "utf-8")
    (project / "chart" / "Chart.yaml").unlink()
    assert publish(run, made, project).code == 0


def test_what_is_no_chart(run: Runner, fake: FakeRegistry, project: Path, tmp_path: Path) -> None:
    built = image("amd64")
    commit = git(project, "rev-parse", "HEAD")
    made = bundle(tmp_path / "b", part(built, f"{fake.host}/x:1", type="helm", commit=commit))
    assert built.root.media_type == mediatype.OCI_MANIFEST
    ran = publish(run, made, project)
    assert ran.code == 1 and "api is no chart in the bundle" in ran.out
    assert fake.requests() == []

"""Paths that leave the repository: an error whatever the way, unless the user, never the file, allows it."""

from __future__ import annotations

import os
import tarfile
from pathlib import Path

import pytest

from tests.e2e.cli import git, lazyoci

pytestmark = pytest.mark.skipif(os.name == "nt", reason="links need rights on Windows")
_TARGETS = "targets: [{registry: r.example/a, tags: [v1]}]"


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A repository with a `.lazy` in a directory of it, and what lies outside."""
    outside = tmp_path / "outside"
    (outside / "chart" / "templates").mkdir(parents=True)
    (outside / "secret").write_text("s3cret")
    (outside / "Dockerfile").write_text("FROM scratch\n")
    (outside / "chart" / "Chart.yaml").write_text("apiVersion: v2\nname: a\nversion: 1.0.0\n")
    inner = tmp_path / "repository" / "service"
    inner.mkdir(parents=True)
    git(inner.parent, "init", "--quiet")
    (inner.parent / "shared").write_text("fine")
    (inner / "Dockerfile").write_text("FROM scratch\n")
    (inner / "link").symlink_to(outside / "secret")
    (inner / "up").symlink_to(outside)
    (inner / "chart").mkdir()
    (inner / "chart" / "Chart.yaml").write_text("apiVersion: v2\nname: a\nversion: 1.0.0\n")
    (inner / "chart" / "values.yaml").symlink_to(outside / "secret")
    (inner / "x:").mkdir()
    (inner / "oci-layout:").mkdir()
    (inner / "git@up").symlink_to(outside)
    (inner / "github.com").mkdir()
    (inner / "github.com" / "up").symlink_to(outside)
    _chart(inner / "by shared")
    (inner / "shared").mkdir()
    (inner / "shared" / "x.yaml").symlink_to(outside / "secret")
    (inner / "by shared" / "templates").symlink_to("../shared")
    _chart(inner / "carrier")
    (inner / "carrier" / "charts").mkdir()
    _chart(inner / "carried")
    (inner / "carried" / "x.yaml").symlink_to(outside / "secret")
    (inner / "carrier" / "charts" / "a").symlink_to("../../carried")
    _chart(inner / "directory")
    (inner / "directory" / "charts").symlink_to("/")
    with tarfile.open(inner / "a-1.0.0.tgz", "w:gz") as package:
        package.add(inner / "chart" / "Chart.yaml", "a/Chart.yaml")
    (inner / "a-1.0.0.tgz.prov").symlink_to(outside / "secret")
    return inner


def _chart(place: Path) -> None:
    place.mkdir()
    (place / "Chart.yaml").write_text("apiVersion: v2\nname: a\nversion: 1.0.0\n")


def _files(path: str) -> str:
    return f"  - type: artifact\n    files: [{{path: '{path}', mediaType: text/plain}}]\n    {_TARGETS}\n"


def _image(key: str, value: str) -> str:
    return f"  - type: image\n    {key}: {value}\n    {_TARGETS}\n"


WAYS = {
    "dots": _files("../../outside/secret"),
    "absolute": _files("{outside}/secret"),
    "link": _files("link"),
    "link of a directory": _files("up/secret"),
    "a directory through a link": _files("up/chart"),
    "glob": _files("li*"),
    "chart": f"  - type: helm\n    chartPath: up/chart\n    {_TARGETS}\n",
    "link in a chart": f"  - type: helm\n    chartPath: chart\n    {_TARGETS}\n",
    "link in a directory that a chart's link leads to": f"  - type: helm\n    chartPath: by shared\n    {_TARGETS}\n",
    "link in a chart that a chart carries": f"  - type: helm\n    chartPath: carrier\n    {_TARGETS}\n",
    "link to a directory in a chart": f"  - type: helm\n    chartPath: directory/\n    {_TARGETS}\n",
    "provenance": f"  - type: helm\n    chartPath: a-1.0.0.tgz\n    {_TARGETS}\n",
    "context": _image("context", "../../outside"),
    "context by link": _image("context", "up"),
    "dockerfile": _image("dockerfile", "up/Dockerfile"),
    "contexts": _image("contexts", "{{more: ../../outside}}"),
    "secret": _image("secrets", "['id=x,src={outside}/secret']"),
    "secret by link": _image("secrets", "['id=x,src=link']"),
    "ssh": _image("ssh", "['default={outside}/secret']"),
    "context that looks like an address": _image("context", "'x://../../../outside'"),
    "context that looks like git": _image("context", "git@up"),
    "context that looks like GitHub": _image("context", "github.com/up"),
    "contexts that look like an address": _image("contexts", "{{more: 'x://../../../outside'}}"),
    "contexts that look like a layout": _image("contexts", "{{more: 'oci-layout://../../../outside'}}"),
    "secret said twice": _image("secrets", "['id=x,src=Dockerfile,source={outside}/secret']"),
    "secret said twice, the other way": _image("secrets", "['id=x,src={outside}/secret,source=Dockerfile']"),
    "secret of a variable that is a file": _image("secrets", "['id=x,env={outside}/secret,type=file']"),
    "secret in quotes that buildah does not know": _image("secrets", "['id=x,\"y,src={outside}/secret,z\"']"),
    "secret of a file by its name alone": _image("secrets", "['id={outside}/secret']"),
    "cache to": _image("cacheTo", "['type=local,dest={outside}/cache']"),
    "cache from": _image("cacheFrom", "['type=local,src=../../outside']"),
}


_NOT_ALLOWED = ("cache to", "contexts that look like a layout", "link to a directory in a chart")  # not there, or "/"


def _write(place: Path, artifact: str, more: str = "") -> None:
    outside = place.parent.parent / "outside"
    text = artifact.replace("{{", "{").replace("}}", "}").replace("{outside}", str(outside))
    (place / ".lazy").write_text(f"{more}version: 1\nartifacts:\n{text}")


@pytest.mark.parametrize("way", WAYS)
def test_it_is_an_error_for_every_face(way: str, place: Path) -> None:
    _write(place, WAYS[way])
    for command in (["validate"], ["preview"], ["build", "--dry-run"], ["build", "--no-push"]):
        ran = lazyoci(*command, cwd=place)
        assert ran.code == 1, (command, ran)
        assert "path-escapes" in ran.out + ran.err
        assert "--allow-outside" in ran.out + ran.err
        assert "invalid-chart" not in ran.out + ran.err  # one mistake, told once


@pytest.mark.parametrize("way", [way for way in WAYS if way not in _NOT_ALLOWED])
def test_the_user_allows_it(way: str, place: Path) -> None:
    _write(place, WAYS[way])
    outside = place.parent.parent / "outside"
    for command in (["validate"], ["preview"], ["build", "--dry-run"]):
        assert "path-escapes" not in lazyoci(*command, "--allow-outside", outside, cwd=place).err
        ran = lazyoci(*command, cwd=place, LAZYOCI_ALLOW_OUTSIDE=f"/nowhere:{outside}")
        assert "path-escapes" not in ran.out + ran.err
        ran = lazyoci(*command, "--allow-outside", place.parent, cwd=place)
        assert ran.code == 1, "another directory allows nothing"


def test_neither_the_file_nor_its_project_allows_it(place: Path) -> None:
    _write(place, WAYS["link"], "# lazyoci: ignore-file path-escapes\n# lazyoci: ignore path-escapes\n")
    for settings in ("ignore: [path-escapes]\n", "severities: {path-escapes: off}\n", "select: [invalid-tag]\n"):
        (place.parent / ".lazyoci.yaml").write_text(settings)
        for command in (["validate"], ["build", "--dry-run"]):
            ran = lazyoci(*command, cwd=place)
            assert ran.code == 1, (settings, command, ran)
            assert "path-escapes" in ran.out + ran.err


@pytest.mark.parametrize("artifact", [_files("../shared"), _image("context", ".."), _files("Dockerfile")])
def test_within_the_repository_all_is_fine(artifact: str, place: Path) -> None:
    _write(place, artifact)
    assert "path-escapes" not in lazyoci("validate", cwd=place).out
    assert lazyoci("build", "--dry-run", cwd=place).code == 0 or "image" in artifact


def test_without_git_the_directory_is_the_bound(tmp_path: Path) -> None:
    inner = tmp_path / "inner"
    inner.mkdir()
    (tmp_path / "beside").write_text("x")
    _write(inner, _files("../beside"))
    ran = lazyoci("build", "--dry-run", cwd=inner)
    assert ran.code == 1
    assert "outside the directory of the .lazy file" in ran.err


def test_a_directory_that_is_not_there_allows_nothing(place: Path) -> None:
    _write(place, _files("Dockerfile"))
    ran = lazyoci("validate", "--allow-outside", "nowhere", cwd=place)
    assert ran.code == 2
    assert "nowhere does not exist" in ran.err


def test_a_link_behind_more_files_than_a_chart_may_have(place: Path) -> None:
    """Those that `.helmignore` leaves out are not packed, so they hide nothing from the check either."""
    for number in range(20_001):
        (place / "chart" / f"a{number}").touch()
    (place / "chart" / ".helmignore").write_text("a[0-9]*\n")
    _write(place, WAYS["link in a chart"])
    ran = lazyoci("build", "--no-push", cwd=place)
    assert ran.code == 1
    assert "path-escapes" in ran.err


def test_what_a_chart_leaves_out_may_lead_anywhere(place: Path) -> None:
    (place / "chart" / ".helmignore").write_text("values.yaml\n")
    _write(place, WAYS["link in a chart"].replace("v1", "1.0.0"))
    assert lazyoci("build", "--dry-run", cwd=place).code == 0

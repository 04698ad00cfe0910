"""`metadata: auto`: what is known of an artifact stands in its annotations, and of an image in its labels."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from lazyoci.build.context import Context
from lazyoci.check import Run
from lazyoci.config.model import ImageArtifact
from lazyoci.errors import BuildError
from lazyoci.layout.store import Built
from lazyoci.online.expected import expected_digest
from lazyoci.values.version_file import read_license
from lazyoci.world import Face, real
from lazyoci.world.remote import web_address
from tests.schemas import conforms
from tests.unit.cli.running import Runner

LAZY = """version: 1
artifacts:
  - type: artifact
    name: settings
    metadata: auto
    versionFrom: {file: pyproject.toml}
    annotations: {org.opencontainers.image.title: Mine}
    files: [{path: a.json, mediaType: application/json}]
    targets: [{registry: r.example/a, tags: ["{{ .GitSHA }}"]}]
"""
FRONT = "org.opencontainers.image."


def git(root: Path, *arguments: str) -> str:
    who = ("-c", "user.name=a", "-c", "user.email=a@b.example", "-c", "commit.gpgsign=false")
    return subprocess.run(
        ("git", *who, *arguments),
        cwd=root,
        check=True,
        capture_output=True,
        text=True,
        env={"PATH": "/usr/bin:/bin", "GIT_COMMITTER_DATE": "2026-01-02T03:04:05Z", "HOME": str(root)},
    ).stdout.strip()


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Runner:
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".lazy").write_text(LAZY)
    (tmp_path / "a.json").write_text("{}")
    (tmp_path / "pyproject.toml").write_text('[project]\nversion = "1.4.0"\nlicense = "MIT"\n')
    git(tmp_path, "init", "-q", "-b", "main")
    git(tmp_path, "remote", "add", "origin", "https://anna:hunter2@git.example:8443/acme/app.git")
    git(tmp_path, "add", "-A")
    git(tmp_path, "commit", "-qm", "x")
    return Runner(monkeypatch, capsys, {"PATH": "/usr/bin:/bin", "HOME": str(tmp_path)})


def built(run: Runner, name: str, *arguments: str, **environ: str) -> tuple[str, dict[str, Any]]:
    layout = Path(name)
    ran = run("build", "--no-push", "--layout", name, "-o", "json", *arguments, environ=environ)
    assert ran.code == 0, ran.err
    digest = ran.json[0]["digest"]
    manifest = json.loads((layout / "blobs" / digest.replace(":", "/")).read_text())
    return digest, {key.removeprefix(FRONT): text for key, text in manifest["annotations"].items()}


def test_what_is_known(run: Runner, tmp_path: Path) -> None:
    digest, found = built(run, "../one")
    common = {
        "created": "2026-01-02T03:04:05Z",
        "revision": git(tmp_path, "rev-parse", "HEAD"),
        "source": "https://git.example:8443/acme/app",
        "licenses": "MIT",
        "title": "Mine",
    }
    assert found == common
    assert built(run, "../two")[0] == digest
    assert built(run, "../three", "--tag", "v1.4.0")[1] == common | {"version": "1.4.0"}
    assert built(run, "../four", SOURCE_DATE_EPOCH="0")[1]["created"] == "1970-01-01T00:00:00Z"


def test_labels_of_an_image_too(run: Runner, tmp_path: Path) -> None:
    """Those that are written win; the other types have none."""
    text = LAZY.replace("  - type: artifact", "  - type: image").replace(
        "    files: [{path: a.json, mediaType: application/json}]\n",
        '    labels: {org.opencontainers.image.title: "L"}\n',
    )
    (tmp_path / "Dockerfile").write_text("FROM scratch\nCOPY a.json /\n")
    (tmp_path / ".lazy").write_text(text)
    seen: list[tuple[dict[str, str], dict[str, str]]] = []

    def build(artifact: ImageArtifact, context: Context) -> Built:
        labels = {key.removeprefix(FRONT): text.value for key, text in artifact.labels.items()}
        seen.append((labels, {key.removeprefix(FRONT): text for key, text in context.annotations.items()}))
        raise BuildError("enough was seen")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("lazyoci.build.image.build_image", build)
        ran = run("build", "--no-push", "--tag", "v1.4.0")
    assert "enough was seen" in ran.out
    ((labels, annotations),) = seen
    assert (labels.pop("title"), annotations.pop("title")) == ("L", "Mine")
    assert labels == annotations
    assert set(labels) == {"created", "source", "licenses", "version"}  # .lazy is changed, so no revision


def test_a_chart_says_its_title_and_version_itself(run: Runner, tmp_path: Path) -> None:
    (tmp_path / "chart").mkdir()
    (tmp_path / "chart/Chart.yaml").write_text("apiVersion: v2\nname: chart\nversion: 0.3.0\n")
    text = LAZY.replace("type: artifact", "type: helm").replace("name: settings", "name: chart")
    text = text.replace("    annotations: {org.opencontainers.image.title: Mine}\n", "")
    text = text.replace("files: [{path: a.json, mediaType: application/json}]", "chartPath: chart")
    (tmp_path / ".lazy").write_text(text.replace("    versionFrom: {file: pyproject.toml}\n", ""))
    git(tmp_path, "add", "-A")
    git(tmp_path, "commit", "-qm", "chart")
    found = built(run, "../chart", "--tag", "v1.4.0")[1]
    assert (found["title"], found["version"]) == ("chart", "0.3.0")
    assert found["source"] == "https://git.example:8443/acme/app" and found["revision"]


@pytest.mark.parametrize("given", ["none", "true", "[auto]", "''"])
def test_what_is_no_metadata(run: Runner, tmp_path: Path, given: str) -> None:
    (tmp_path / ".lazy").write_text(LAZY.replace("metadata: auto", f"metadata: {given}"))
    ran = run("validate")
    assert ran.code == 1 and "auto" in ran.out, ran.out


@pytest.mark.parametrize(
    ("name", "text", "found"),
    [
        ("package.json", '{"license": "Apache-2.0"}', "Apache-2.0"),
        ("package.json", '{"license": {"type": "MIT"}}', ""),
        ("package.json", "[1]", ""),
        ("Cargo.toml", '[package]\nlicense = "MIT OR Apache-2.0"\n', "MIT OR Apache-2.0"),
        ("pyproject.toml", '[project]\nlicense = {text = "MIT"}\n', ""),
        ("pyproject.toml", "[", ""),
        ("VERSION", "1.4.0", ""),
    ],
)
def test_licenses(name: str, text: str, found: str) -> None:
    assert read_license(f"x/{name}", text.encode) == found


def test_changes_have_no_revision(run: Runner, tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text("[]")
    assert "revision" not in built(run, "../one")[1]


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("git@github.com:acme/app.git", "https://github.com/acme/app"),
        ("ssh://git@git.example:2222/acme/app", "https://git.example/acme/app"),
        ("https://anna:hunter2@github.com/acme/app.git?x=y", "https://github.com/acme/app"),
        ("http://git.lan:3000/acme/app.git", "http://git.lan:3000/acme/app"),
        ("https://git.example:x/acme/app", ""),
        ("/srv/git/app.git", ""),
        ("file:///srv/git/app.git", ""),
        ("C:/git/app.git", ""),
        ("../app", ""),
        ("https://anna:hunt@er2@github.com/acme/app.git", "https://github.com/acme/app"),
        ("https://anna:12/er2@github.com/acme/app.git", ""),
        ("https://hunter/2@github.com/acme/app", ""),
        ("https://anna:hun?ter2@github.com/acme/app", ""),
        ("https://anna:1#ter2@github.com/acme/app", ""),
        ("anna:hunter2@github.com:acme/app.git", ""),
        ("git.example:acme/hunter2@app", ""),
        ("git@work:acme/app.git", ""),
        ("git@github.com-work:acme/app.git", ""),
        ("ssh://git@work/acme/app", ""),
        ("gh:acme/app", ""),
        ("http://localhost:3000/acme/app", ""),
        ("http://127.0.0.1:3000/acme/app", ""),
        ("http://[::1]:3000/acme/app", ""),
        ("http://git.localhost/acme/app", ""),
        ("http://host.docker.internal:3000/acme/app", ""),
        ("http://gitea:3000/acme/app.git", "http://gitea:3000/acme/app"),
        ("https://git.xn--p1ai/acme/app", "https://git.xn--p1ai/acme/app"),
        ("git@git.xn--p1ai:acme/app", "https://git.xn--p1ai/acme/app"),
        ("https://github.com/acme/a\nb", ""),
        ("https://github.com/acme/a b", ""),
        ("", ""),
    ],
)
def test_addresses(url: str, address: str) -> None:
    """What is published holds neither a password, however it is written, nor a name that only this machine knows."""
    assert web_address(url) == address


@pytest.mark.parametrize(
    ("url", "short", "long", "source"),
    [
        ("gh:acme/app.git", "gh:", "git@github.com:", "https://github.com/acme/app"),
        ("gh:acme/app.git", "gh:", "https://anna:hunter2@github.com/", "https://github.com/acme/app"),
        (
            "https://github.com/acme/app.git",
            "https://github.com/",
            "http://localhost:8080/",
            "https://github.com/acme/app",
        ),
        ("gh:acme/app.git", "gh:", "/srv/git/", None),
        ("gh:acme/app.git", "other:", "git@github.com:", None),
    ],
)
def test_an_address_that_the_users_settings_give_for_short(
    run: Runner, tmp_path: Path, url: str, short: str, long: str, source: str | None
) -> None:
    git(tmp_path, "remote", "set-url", "origin", url)
    git(tmp_path, "config", f"url.{long}.insteadOf", short)
    assert built(run, "../one")[1].get("source") == source


def test_it_is_shown_before_it_is_published(run: Runner, tmp_path: Path) -> None:
    """In the preview with the source of each, what is left out with the reason, and in a dry run as it is set."""
    shown = run("preview", "-o", "json").json
    conforms(shown, "preview")
    commit = git(tmp_path, "rev-parse", "HEAD")
    found = {key.removeprefix(FRONT): one for key, one in shown["artifacts"][0]["metadata"].items()}
    assert found == {
        "created": {"text": "2026-01-02T03:04:05Z", "source": "the time of the commit"},
        "revision": {"text": commit, "source": "git HEAD"},
        "source": {"text": "https://git.example:8443/acme/app", "source": "git remote"},
        "version": {"text": None, "source": "this run is not for a version"},
        "licenses": {"text": "MIT", "source": "pyproject.toml"},
    }, "the title is the file's own"
    told = run("preview").out
    assert f"metadata {FRONT}revision={commit}  git HEAD" in told
    assert f"metadata {FRONT}version  left out: this run is not for a version" in told
    page = run("preview", "-o", "html", "--tag", "v1.4.0").out
    assert f"<code>{FRONT}version</code> = <code" in page and "left out" not in page
    ran = run("build", "--dry-run", "-o", "json", "--tag", "v1.4.0", environ={"SOURCE_DATE_EPOCH": "0"})
    conforms(ran.json, "build")
    assert ran.json[0]["annotations"] == {
        f"{FRONT}created": "1970-01-01T00:00:00Z",
        f"{FRONT}revision": commit,
        f"{FRONT}source": "https://git.example:8443/acme/app",
        f"{FRONT}version": "1.4.0",
        f"{FRONT}licenses": "MIT",
    }
    (tmp_path / "a.json").write_text("[]")
    assert "revision  left out: there are changes that no commit holds" in run("preview").out


def test_a_dry_run_of_an_image_sets_labels_too(run: Runner, tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").write_text("FROM scratch\n")
    text = LAZY.replace("type: artifact", "type: image").replace(
        "    files: [{path: a.json, mediaType: application/json}]\n",
        f"    platforms: [linux/amd64]\n    labels: {{{FRONT}licenses: Apache-2.0}}\n",
    )
    (tmp_path / ".lazy").write_text(text)
    found = run("build", "--dry-run", "-o", "json").json[0]
    assert f"{FRONT}licenses" in found["annotations"] and f"{FRONT}licenses" not in found["labels"]
    assert found["labels"][f"{FRONT}created"] == "2026-01-02T03:04:05Z"
    assert f"{FRONT}title" in found["labels"] and f"{FRONT}title" not in found["annotations"]


def test_the_digest_that_is_compared_with_a_registrys_is_the_one_that_is_built(run: Runner, tmp_path: Path) -> None:
    digest, _ = built(run, "../one")
    world = real(face=Face.EDITOR)
    checked = Run(world).check((tmp_path / ".lazy").read_text(), tmp_path / ".lazy")
    assert checked.plan is not None
    assert expected_digest(checked.plan.artifacts[0], tmp_path) == digest
    unasked = Run(real(git=False)).check((tmp_path / ".lazy").read_text(), tmp_path / ".lazy")
    assert unasked.plan is not None
    assert expected_digest(unasked.plan.artifacts[0], tmp_path) is None, "the commit is not known"


PIN = f"sha256:{'a' * 64}"


@pytest.mark.parametrize(
    ("dockerfile", "more", "name", "digest"),
    [
        (f"FROM alpine:3.20@{PIN}", "", "docker.io/library/alpine:3.20", PIN),
        (f"FROM acme/base:1@{PIN}", "", "docker.io/acme/base:1", PIN),
        (f"FROM --platform=linux/amd64 ghcr.io/acme/base:1@{PIN} AS x", "", "ghcr.io/acme/base:1", PIN),
        (f"FROM r.example:5000/base@{PIN}", "", None, PIN),
        (f"FROM golang:1@{PIN} AS build\nFROM alpine:3.20\nCOPY --from=build /a /a", "", None, None),
        (
            f"FROM golang:1 AS build\nFROM alpine:3.20@{PIN}\nCOPY --from=build /a /a",
            "",
            "docker.io/library/alpine:3.20",
            PIN,
        ),
        (
            f"FROM alpine:3.20@{PIN} AS Base\nRUN x\nFROM base AS more\nFROM more",
            "",
            "docker.io/library/alpine:3.20",
            PIN,
        ),
        (f"FROM alpine:3.20@{PIN} AS one\nFROM debian AS two", ", target: one", "docker.io/library/alpine:3.20", PIN),
        (f"FROM alpine:3.20@{PIN} AS one\nFROM debian AS two", ", target: 0", "docker.io/library/alpine:3.20", PIN),
        (f"FROM alpine:3.20@{PIN} AS one\nFROM debian AS two", "", None, None),
        ("FROM alpine:3.20", "", None, None),
        ("FROM alpine@sha256:1234", "", None, None),
        ("FROM scratch", "", None, None),
        (f"ARG V=3.20\nFROM alpine:$V@{PIN}", "", None, None),
        (f"# syntax=acme/other\nFROM alpine:3.20@{PIN}", "", None, None),
        (f"FROM alpine:3.20@{PIN}", ", contexts: {alpine: docker-image://debian}", None, None),
        (f"FROM localhost:5000/base:1@{PIN}", "", None, None),
        (f"FROM alpine:3.20@{PIN}", ", target: none", None, None),
        ("", "", None, None),
    ],
)
def test_the_base_of_an_image(
    run: Runner, tmp_path: Path, dockerfile: str, more: str, name: str | None, digest: str | None
) -> None:
    """Known where the Dockerfile pins it: not a tag, which may move, and no image that only files are copied from."""
    (tmp_path / "Dockerfile").write_text(dockerfile)
    target = "targets: [{registry: r.example/a, tags: [x]}]"
    (tmp_path / ".lazy").write_text(
        f"version: 1\nartifacts: [{{type: image, name: a, metadata: auto{more}, {target}}}]\n"
    )
    found = run("preview", "-o", "json").json["artifacts"][0]["metadata"]
    assert found.get(f"{FRONT}base.name", {}).get("text") == name
    assert found[f"{FRONT}base.digest"]["text"] == digest
    assert found[f"{FRONT}base.digest"]["source"]

"""Where completion has its proposals from: the project, the user, registries; and what comes first."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest
from lsprotocol import types

from lazyoci_lsp.state.projects import Project, survey
from lazyoci_lsp.state.user_registries import user_registries
from tests.e2e.cli import git, repository
from tests.lsp.desk import Desk, desk
from tests.lsp.kit import MARK, cursor, editor, environment
from tests.registry.fake import FakeRegistry

HEAD = "version: 1\nartifacts:\n"
IMAGE = HEAD + "  - type: image\n"
TARGET = "    targets:\n      - registry: ghcr.io/acme/a\n        tags: "


@pytest.fixture
def project(tmp_path: Path) -> Path:
    root = repository(tmp_path / "shop")
    git(root, "remote", "add", "origin", "git@github.com:Acme/Shop.git")
    for name in ("charts/shop", "docker", "deep/er/chart"):
        (root / name).mkdir(parents=True)
    for name in ("Dockerfile", "docker/worker.Dockerfile"):
        (root / name).write_text("ARG BASE=alpine:3\nFROM $BASE AS build\nFROM build\n", "utf-8")
    for name in ("charts/shop", "deep/er/chart"):
        (root / name / "Chart.yaml").write_text("apiVersion: v2\nname: shop\nversion: 0.3.0\n", "utf-8")
    return root


def labels(here: Desk, marked: str) -> list[str]:
    return [item.label for item in here.items(marked.replace(MARK, ""), marked.index(MARK))]


def accepted(here: Desk, marked: str, label: str) -> str:
    text = marked.replace(MARK, "")
    item = next(one for one in here.items(text, marked.index(MARK)) if one.label == label)
    return here.accept(text, item)[0]


@pytest.mark.parametrize(
    ("url", "repository_"),
    [
        ("git@github.com:Acme/Shop.git", "ghcr.io/acme/shop"),
        ("https://user:secret@github.com/acme/shop", "ghcr.io/acme/shop"),
        ("ssh://git@gitlab.com:22/team/sub/shop.git", "registry.gitlab.com/team/sub/shop"),
        ("https://git.example.com/acme/shop.git", "{{ .Registry }}/shop"),
    ],
)
def test_the_git_remote_tells_the_registry(project: Path, url: str, repository_: str) -> None:
    git(project, "remote", "set-url", "origin", url)
    here = desk(project)
    marked = IMAGE + "    targets:\n      - registry: ¦"
    assert labels(here, marked)[0] == repository_
    assert "secret" not in str(here.items(marked.replace(MARK, ""), len(marked) - 1))
    chart = HEAD + "  - type: helm\n    chartPath: charts/shop\n    targets:\n      - registry: ¦"
    assert labels(here, chart)[0] == (repository_ if "{{" not in repository_ else "{{ .Registry }}") + "/charts/shop"


def test_other_targets_come_before_the_remote(project: Path) -> None:
    here = desk(project)
    other = IMAGE + "    targets: [{registry: a.io/b, tags: [x]}]\n  - type: docker\n    name: web\n"
    block = (
        IMAGE + "    targets:\n      - registry: reg.lan/team/api\n        tags: [x]\n  - type: docker\n    name: web\n"
    )
    assert labels(here, block + "    targets:\n      - registry: ¦")[:2] == ["reg.lan/team/web", "{{ .Registry }}/"]
    assert "reg.lan/team/api" in labels(here, block + "    targets:\n      - registry: ¦")
    assert labels(here, other + "    targets:\n      - registry: ¦")[0] == "ghcr.io/acme/shop/web"
    # a second target of the same artifact goes elsewhere
    second = IMAGE + "    targets:\n      - registry: ghcr.io/acme/shop\n        tags: [x]\n      - registry: ¦"
    assert labels(here, second)[0] == "docker.io/acme/shop"


def test_logins_are_proposed_by_name_and_only_where_the_workspace_is_trusted(project: Path) -> None:
    auths = {"https://index.docker.io/v1/": {"auth": "c2VjcmV0OnNlY3JldA=="}, "reg.example.com": {}, "quay.io/acme": {}}
    helpers = {"1.dkr.ecr.eu-west-1.amazonaws.com": "ecr-login"}
    (project / "config.json").write_text(json.dumps({"auths": auths, "credHelpers": helpers}), "utf-8")
    marked = IMAGE + "    targets:\n      - registry: ¦"
    found = labels(desk(project), marked)
    assert {"docker.io/", "reg.example.com/", "quay.io/acme/", "1.dkr.ecr.eu-west-1.amazonaws.com/"} <= set(found)
    assert found.index("reg.example.com/") < found.index("ghcr.io/")
    environ = environment(project, {"HOME": str(project), "DOCKER_CONFIG": str(project)})
    assert "c2Vj" not in str(user_registries(environ, trusted=True))
    distrusted = labels(desk(project, settings={"trusted": False}), marked)
    assert not {"reg.example.com/", "quay.io/acme/"} & set(distrusted)
    (project / "config.json").write_text('{"auths": {"new.example.com": {}}}', "utf-8")
    assert "new.example.com/" in labels(desk(project), marked)
    (project / "config.json").write_text('{"auths": [', "utf-8")
    assert "ghcr.io/" in labels(desk(project), marked)


def test_charts_and_dockerfiles_are_found_below(project: Path) -> None:
    here = desk(project)
    assert labels(here, HEAD + "  - type: helm\n    chartPath: ¦")[:2] == ["charts/shop", "deep/er/chart"]
    assert labels(here, HEAD + "  - type: helm\n    chartPath:¦")[0] == "charts/shop"
    assert labels(here, HEAD + "  - type: helm\n    chartPath: deep/¦") == ["er/chart", "er"]
    assert labels(here, IMAGE + "    dockerfile: ¦")[:2] == ["Dockerfile", "docker/worker.Dockerfile"]
    assert accepted(here, IMAGE + "    dockerfile: wor¦", "docker/worker.Dockerfile").endswith(
        "dockerfile: docker/worker.Dockerfile"
    )
    assert accepted(here, IMAGE + "    dock¦", "dockerfile").endswith("dockerfile: docker/worker.Dockerfile")


@pytest.mark.parametrize(
    ("path", "kind"),
    [("a.json", "application/json"), ("docs/a.MD", "text/markdown"), ("x.tar.gz", "application/gzip")],
)
def test_media_types_by_the_files_name(project: Path, path: str, kind: str) -> None:
    begun = HEAD + f"  - type: artifact\n    files:\n      - path: {path}\n        "
    assert labels(desk(project), begun + "mediaType: ¦")[0] == kind
    assert accepted(desk(project), begun + "¦", "mediaType").endswith(f"mediaType: {kind}")
    assert labels(desk(project), HEAD + f"  - files: [{{path: {path}, mediaType: ¦}}]")[0] == kind


def test_what_the_base_image_has_comes_first(project: Path) -> None:
    here = desk(project)
    found = labels(here, IMAGE + "    platforms: [linux/amd64, ¦]")
    assert found[:2] == ["linux/s390x", "linux/arm64"], "as the fake registry told of alpine:3"
    assert "linux/amd64" not in found, "the list has it"


def test_aliases(project: Path) -> None:
    here = desk(project)
    text = "x-t: &texts [a]\nx-m: &mapping {a: b}\n" + HEAD + "  - type: image\n    targets: &targets\n"
    text += "      - registry: ghcr.io/acme/a\n        tags: *¦"
    assert labels(here, text) == ["*texts"], "neither what is no list of texts, nor what the place is in"
    assert accepted(here, text, "*texts").endswith("tags: *texts")
    labelled = "x-t: &texts [a]\nx-m: &mapping {a: b}\n" + IMAGE + "    labels: *¦"
    assert labels(here, labelled) == ["*mapping"]
    assert labels(here, labelled.replace("labels: *", "labels:\n      <<: *")) == ["*mapping"]
    assert labels(here, "# &comment\n" + IMAGE + "    labels: *¦") == []


def test_suppressions(project: Path) -> None:
    here = desk(project)
    assert "invalid-tag" in labels(here, "version: 1  # lazyoci: ignore[¦")
    assert "invalid-tag" in labels(here, "version: 1  # lazyoci: ignore[¦]")
    both = labels(here, "version: 1  # lazyoci: ignore[invalid-tag, ¦]")
    assert "invalid-tag" not in both and "invalid-registry" in both
    marked = "version: 1  # lazyoci: ignore[invalid-tag, inv¦alid-x]"
    assert accepted(here, marked, "invalid-registry") == "version: 1  # lazyoci: ignore[invalid-tag, invalid-registry]"
    assert accepted(here, "# la¦", "lazyoci: ignore[ ]") == "# lazyoci: ignore[]"
    assert labels(here, "# note ¦") == []


def test_what_comes_next_comes_first(project: Path) -> None:
    here = desk(project)
    assert labels(here, HEAD + "¦")[0] == "image Dockerfile", "in column 0 below artifacts"
    assert accepted(here, HEAD + "¦", "helm").startswith(HEAD + "  - type: helm\n    name: ")
    assert labels(here, "version: 1\n¦")[0] == "artifacts"
    assert labels(here, IMAGE + "    ¦")[:2] == ["name", "targets"]
    assert labels(here, HEAD + "  - type: helm\n    ¦")[:3] == ["name", "chartPath", "targets"]
    assert labels(here, HEAD + "  - type: helm\n" + TARGET + "[¦]")[0] == "{{ .ChartVersion }}"
    assert labels(here, IMAGE + TARGET + "[¦]")[0] == "{{ .VersionFull }}"
    assert "{{ .VersionFull }}" not in labels(here, IMAGE + TARGET + '["{{ .VersionFull }}", ¦]')
    piped = labels(here, IMAGE + TARGET + '["{{ .GitBranch | ¦ }}"]')
    assert piped[0] == "tagify"
    assert [label for label in piped if not label.startswith(".")] == piped[: -sum(one[0] == "." for one in piped)]
    assert labels(here, IMAGE + TARGET + '["{{ if .VersionPrerelease }}x{{ ¦ }}"]')[:2] == ["end", "else"]
    assert "end" not in labels(here, IMAGE + TARGET + '["{{ if .Tag }}x{{ end }}{{ ¦ }}"]')
    member = IMAGE + TARGET + "[x]\n¦"
    assert labels(here, member)[0] == "image docker/worker.Dockerfile", "the next of the nearest list around"
    assert "target" in labels(here, member)
    assert labels(here, member.replace(MARK, "      ¦"))[:1] == ["target"]
    assert accepted(here, member, "image docker/worker.Dockerfile").startswith(
        member.replace(MARK, "") + "  - type: image\n    name: worker\n"
    )


def test_a_key_that_asks_for_a_list_brings_it(project: Path) -> None:
    here = desk(project)
    item = next(one for one in here.items(IMAGE + "    pl", len(IMAGE) + 6) if one.label == "platforms")
    assert item.command is not None and item.command.command == "editor.action.triggerSuggest"
    text, selected = here.accept(IMAGE + "    pl", item)
    assert here.items(text, selected.start)[0].label == "linux/amd64"
    other = desk(project, name="Neovim")
    assert all(one.command is None for one in other.items(IMAGE + "    pl", len(IMAGE) + 6))


def test_a_project_is_surveyed_as_init_does(project: Path) -> None:
    found = survey(project)
    assert (found.name, found.repository, found.web) == ("shop", "ghcr.io/acme/shop", "https://github.com/Acme/Shop")
    assert found.charts == ("charts/shop", "deep/er/chart")
    assert found.dockerfiles == ("Dockerfile", "docker/worker.Dockerfile")
    assert [one.type for one in found.drafts] == ["image", "image", "helm", "helm"]
    assert survey(project / "docker").repository == "ghcr.io/acme/shop/docker"


def test_nothing_is_known_of_a_project_that_is_not_trusted(project: Path) -> None:
    here = desk(project, project=Project())
    assert labels(here, HEAD + "  - ¦")[:2] == ["type", "name"]
    assert labels(here, IMAGE + "    targets:\n      - registry: ¦")[0] == "{{ .Registry }}/app"


@pytest.mark.asyncio
async def test_one_of_fifty_thousand_tags_is_found_by_its_beginning(tmp_path: Path, fake: FakeRegistry) -> None:
    tags = [f"v{major}.{minor}.{patch}" for major in range(50) for minor in range(20) for patch in range(50)]
    kind = "application/vnd.oci.image.manifest.v1+json"
    fake.seed_manifest("team/app", b'{"schemaVersion": 2}', kind, *tags)
    root = tmp_path / "project"
    root.mkdir()
    target = f"    targets:\n      - registry: {fake.host}/team/app\n        tags: "
    (root / ".lazy").write_text(HEAD + "  - type: docker\n    image: a\n" + target + "[x]\n", "utf-8")
    async with editor(root, tmp_path / "home", options={"registry": {"checks": "anonymous"}}) as one:
        uri = one.open(".lazy")
        while not fake.log:
            await one.hover(uri, (6, 15))  # the registries of a file are asked once it was opened

        async def listed(begun: str, label: str) -> types.CompletionList:
            text, position = cursor(HEAD + "  - type: docker\n    image: a\n" + target + f"[{begun}¦]\n")
            one.change(uri, text)
            while True:
                params = types.CompletionParams(**one.at(uri, position))
                found = await one.client.text_document_completion_async(params)
                assert isinstance(found, types.CompletionList)
                if label in [item.label for item in found.items]:
                    return found
                await asyncio.sleep(0.02)

        some = await listed("", "v0.0.0")
        assert some.is_incomplete
        assert "v19.4.7" not in [item.label for item in some.items]
        told = {item.detail for item in some.items if item.label.startswith("v")}
        assert told == {f"in {fake.host}/team/app, which has more"}
        found = await listed("v19.4", "v19.4.7")
        of_line = [item.label for item in sorted(found.items, key=lambda item: item.sort_text or "")]
        assert [label for label in of_line if label.startswith("v19.4.")][:2] == ["v19.4.49", "v19.4.48"]
        assert {item.detail for item in found.items if item.label == "v19.4.7"} == {f"in {fake.host}/team/app"}
        asked = fake.count("GET", "/tags/list")
        await listed("v19.4.", "v19.4.44")
        assert fake.count("GET", "/tags/list") == asked, "the list of v19.4 is complete, and has them"


@pytest.mark.asyncio
async def test_enter_indents_as_the_format_goes_on(project: Path, tmp_path: Path) -> None:
    listed = IMAGE + "    platforms:\n      - a\n"
    async with editor(project, tmp_path / "home") as one:
        uri = one.open(".lazy", "")
        for marked, after in (
            ("version: 1\nartifacts:\n¦", "version: 1\nartifacts:\n  "),
            ("artifacts:  # what\n¦", "artifacts:  # what\n  "),
            (IMAGE + "  ¦", IMAGE + "    "),
            (IMAGE + "    targets:\n    ¦", IMAGE + "    targets:\n      "),
            (HEAD + "  - targets:\n  ¦", HEAD + "  - targets:\n      "),
            (listed + "      ¦", listed + "      - "),
            (listed + "      - \n      ¦", listed + "      \n      "),
            (IMAGE + "    name: a\n    ¦", None),
            (IMAGE + "    targets:\n¦\n      - registry: a\n", None),
            (IMAGE + "    annotations:\n      a: |\n        - b:\n        ¦", None),
            (IMAGE + "    annotations:\n      a: |\n      ¦", IMAGE + "    annotations:\n      a: |\n        "),
            (IMAGE + "    platforms: [\n    ¦", None),
        ):
            text, position = cursor(marked)
            one.change(uri, text)
            params = types.DocumentOnTypeFormattingParams(
                **one.at(uri, position), ch="\n", options=types.FormattingOptions(2, True)
            )
            edits = await one.client.text_document_on_type_formatting_async(params)
            if after is None:
                assert not edits, marked
            else:
                assert one.applied(uri, types.WorkspaceEdit({uri: list(edits or ())})) == after, marked

"""What completion proposes at each kind of place, and that what is accepted is right."""

from __future__ import annotations

from pathlib import Path

import pytest
from lsprotocol import types

from tests.e2e.cli import repository
from tests.lsp.kit import MARK, Editor, apply, capabilities, cursor, editor

pytestmark = pytest.mark.asyncio

HEAD = "version: 1\nartifacts:\n"
TARGET = "    targets:\n      - registry: ghcr.io/acme/app\n        tags: "
# what a file says of other files that are not there
OF_FILES = {"missing-file", "missing-dockerfile", "missing-context", "missing-chart", "unresolved-variable"}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    root = repository(tmp_path / "project")
    for directory in ("charts/shop", "charts/empty", "docker/api", "conf"):
        (root / directory).mkdir(parents=True)
    (root / "charts/shop/Chart.yaml").write_text("apiVersion: v2\nname: shop\nversion: 0.3.0\n", "utf-8")
    dockerfile = "ARG BASE=alpine\nFROM $BASE AS build\nARG VERSION\nFROM scratch AS run\nARG VERSION\n"
    for path in ("Dockerfile", "docker/api/Dockerfile", "docker/api.dockerfile"):
        (root / path).write_text(dockerfile, "utf-8")
    (root / "conf/one.json").write_text("{}\n", "utf-8")
    return root


async def proposed(one: Editor, uri: str, marked: str) -> dict[str, types.CompletionItem]:
    text, position = cursor(marked)
    one.change(uri, text)
    return {item.label: item for item in await one.complete(uri, position)}


def accepted(marked: str, item: types.CompletionItem) -> str:
    assert isinstance(item.text_edit, types.TextEdit)
    return apply(marked.replace(MARK, ""), [item.text_edit])


async def test_paths_of_each_kind(project: Path, tmp_path: Path) -> None:
    async with editor(project, tmp_path / "home") as one:
        uri = one.open(".lazy", "")

        async def labels(marked: str) -> list[str]:
            found = await proposed(one, uri, HEAD + marked)
            return sorted(found, key=lambda label: found[label].sort_text or label)

        assert (await labels("  - type: image\n    dockerfile: ¦"))[0] == "Dockerfile"
        inside = await labels("  - type: image\n    dockerfile: docker/¦")
        assert (inside[0], set(inside) - {"api/Dockerfile"}) == ("api.dockerfile", {"api.dockerfile", "api/"})
        assert set(await labels("  - type: image\n    context: ¦")) == {"charts/", "docker/", "conf/"}
        assert (await labels("  - type: helm\n    chartPath: charts/¦"))[0] == "shop"
        assert await labels("  - type: artifact\n    files:\n      - path: conf/¦") == ["one.json"]
        assert await labels("  - type: artifact\n    files: [{path: 'conf/o¦'}]") == ["one.json"]
        assert await labels("  - type: image\n    target: ¦") == ["build", "run"]
        assert await labels("  - type: artifact\n    files:\n      - path: nowhere/¦") == []
        found = await proposed(one, uri, HEAD + "  - type: image\n    dockerfile: docker/ap¦")
        text = accepted(HEAD + "  - type: image\n    dockerfile: docker/ap¦", found["api.dockerfile"])
        assert text.endswith("dockerfile: docker/api.dockerfile")


async def test_build_arguments_of_the_dockerfile(project: Path, tmp_path: Path) -> None:
    async with editor(project, tmp_path / "home") as one:
        uri = one.open(".lazy", "")
        found = await proposed(one, uri, HEAD + "  - type: image\n    buildArgs:\n      ¦")
        assert found["BASE"].detail == "ARG, line 1, default alpine"
        assert found["VERSION"].detail == "ARG, line 3, no default"
        beside = HEAD + "  - type: image\n    dockerfile: docker/api.dockerfile\n    buildArgs: {BASE: a, V¦}"
        found = await proposed(one, uri, beside)
        assert "BASE" not in found
        assert "VERSION" in found
        # as it is in the editor, not on the disk
        one.open("docker/api.dockerfile", "FROM scratch\nARG UNSAVED\n", language="dockerfile")
        assert "UNSAVED" in await proposed(one, uri, beside)


async def test_registries_of_the_user_and_of_other_targets(project: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    (home / ".config/lazyoci").mkdir(parents=True)
    settings = "registries:\n  - name: work\n    url: https://reg.lan:5000\n"
    (home / ".config/lazyoci/config.yaml").write_text(settings, "utf-8")
    async with editor(project, home, environ={"LAZYOCI_REGISTRY": "env.lan"}) as one:
        uri = one.open(".lazy", HEAD)
        await one.diagnostics(uri)
        text = HEAD + "  - type: docker\n    targets:\n      - registry: quay.io/acme/one\n      - registry: ¦"
        found = await proposed(one, uri, text)
        assert found["quay.io/acme/one"].detail == "used in this file"
        assert "ghcr.io/" in found
        assert found["{{ .Registry }}/"].detail == "env.lan  (LAZYOCI_REGISTRY)"
        assert accepted(text, found["{{ .Registry }}/"]).endswith('registry: "{{ .Registry }}/"')
        assert "reg.lan:5000/" in found, sorted(found)


async def test_words_that_the_format_knows(project: Path, tmp_path: Path) -> None:
    async with editor(project, tmp_path / "home") as one:
        uri = one.open(".lazy", "")
        assert "linux/arm64" in await proposed(one, uri, HEAD + "  - type: image\n    platforms: [linux/amd64, ¦]")
        assert "linux/arm64" in await proposed(one, uri, HEAD + "  - type: image\n    platforms:\n      - li¦")
        files = HEAD + "  - type: artifact\n    files:\n      - path: a\n        mediaType: ¦"
        assert "application/json" in await proposed(one, uri, files)
        assert "version" in await proposed(one, uri, "ver¦")
        assert set(await proposed(one, uri, HEAD + "  - type: ¦\n")) == {"image", "helm", "artifact", "docker", "copy"}
        annotations = await proposed(one, uri, HEAD + "  - type: helm\n    annotations:\n      org¦")
        assert "org.opencontainers.image.source" in annotations
        assert ".Name" in await proposed(one, uri, HEAD + '  - type: helm\n    annotations: {a: "{{ ¦ }}"}')
        codes = await proposed(one, uri, "version: 1  # lazyoci: ignore[inv¦]")
        assert "invalid-tag" in codes


async def test_whole_artifacts_are_right_as_they_come(project: Path, tmp_path: Path) -> None:
    """In a client without snippets: each placeholder is then what it proposes."""
    able = capabilities(pull=True)
    assert able.text_document is not None
    able.text_document.completion = None
    async with editor(project, tmp_path / "home", client_capabilities=able) as one:
        uri = one.open(".lazy", "")
        seen = set()
        for marked in (
            "¦",
            HEAD + "  - ¦",
            HEAD + "- ¦",
            HEAD + "  ¦",
            HEAD + "  - type: helm\n    targets:\n      - ¦",
        ):
            for label, item in (await proposed(one, uri, marked)).items():
                if item.kind != types.CompletionItemKind.Snippet:
                    continue
                seen.add(label)
                assert "$" not in accepted(marked, item)
                if "targets" in marked:
                    continue  # the artifact around is not whole
                one.change(uri, accepted(marked, item))
                codes = {str(found.code) for found in (await one.pull(uri)).items}
                assert not codes & {"yaml-syntax", "unknown-key", "wrong-type", "missing-key", "unquoted-template"}, (
                    label,
                    accepted(marked, item),
                    codes,
                )
        assert {"image", "helm", "artifact", "docker"} <= {label.rpartition(" ")[2] for label in seen} | seen


async def test_whole_tags_are_quoted_where_they_must_be(project: Path, tmp_path: Path) -> None:
    async with editor(project, tmp_path / "home") as one:
        uri = one.open(".lazy", HEAD)
        await one.diagnostics(uri)
        quoted = (("[¦]", '["{{ .Version }}"]'), ('["¦"]', '["{{ .Version }}"]'), ("['¦']", "['{{ .Version }}']"))
        for begun, ending in quoted:
            marked = HEAD + "  - type: image\n" + TARGET + begun
            found = await proposed(one, uri, marked)
            assert accepted(marked, found["{{ .Version }}"]).endswith(f"tags: {ending}")
            assert "{{ .ChartVersion }}" not in found
        marked = HEAD + "  - type: helm\n" + TARGET + "\n          - ¦"
        assert "{{ .ChartVersion }}" in await proposed(one, uri, marked)

"""`lazyoci browse` on the real docker-registry, and on stand-ins for those that list nothing."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from lazyoci.oci import mediatype
from tests.e2e.cli import Ran, lazyoci
from tests.hosts import Named
from tests.registry.fake import FakeRegistry, Reply, faults
from tests.schemas import conforms
from tests.servers import RealRegistry, docker_registry, program

ROOT = Path(__file__).parents[2]
ARCHIVES = ROOT / "tests/vectors/containers"


@pytest.fixture(scope="module")
def registry(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RealRegistry]:
    """Holds two examples, an image of two platforms, and repositories of one and of four segments."""
    place = tmp_path_factory.mktemp("browse")
    shutil.copytree(ROOT / "examples", place / "project")
    with docker_registry(place / "registry") as running:
        for example in ("artifact", "helm"):
            ran = lazyoci("build", example, "--tag", "v1.0.0", cwd=place / "project", LAZYOCI_REGISTRY=running.host)
            assert ran.code == 0, ran
        for tag in ("v1.2.0", "v1.10.0", "v1.10.0-rc.1", "nightly"):
            copy(running, "multi.tar", f"one:{tag}")
        copy(running, "single-tag.tar", "a/b/c/d:latest")
        yield running


def copy(registry: RealRegistry, archive: str, name: str) -> None:
    command = [program("skopeo"), "copy", "--all", "--quiet", "--insecure-policy", "--dest-tls-verify=false"]
    source, goal = f"oci-archive:{ARCHIVES / 'buildx' / archive}", f"docker://{registry.host}/{name}"
    subprocess.run([*command, source, goal], check=True)


def browse(tmp_path: Path, *arguments: str, **environ: str) -> Ran:
    return lazyoci("browse", *arguments, cwd=tmp_path, **environ)


def as_json(tmp_path: Path, *arguments: str, **environ: str) -> Any:
    ran = browse(tmp_path, *arguments, "-o", "json", **environ)
    assert (ran.code, ran.err) == (0, ""), ran
    return conforms(json.loads(ran.out), f"browse/{arguments[0]}")


class TestRepos:
    def test_every_depth(self, registry: RealRegistry, tmp_path: Path) -> None:
        found = as_json(tmp_path, "repos", registry.host)
        assert [(item["namespace"], item["repository"]) for item in found] == [
            ("a", "b/c/d"), ("examples", "hello"), ("examples", "settings"), ("", "one"),
        ]  # fmt: skip
        assert found[0]["fullPath"] == f"{registry.host}/a/b/c/d"

    def test_a_part_of_it(self, registry: RealRegistry, tmp_path: Path) -> None:
        found = as_json(tmp_path, "repos", f"http://{registry.host}/examples/")
        assert [item["repository"] for item in found] == ["hello", "settings"]
        assert as_json(tmp_path, "repos", f"{registry.host}/none") == []

    def test_a_table(self, registry: RealRegistry, tmp_path: Path) -> None:
        lines = browse(tmp_path, "repos", registry.host).out.splitlines()
        assert lines[0].split() == ["NAMESPACE", "REPOSITORY", "FULL", "PATH"]
        assert lines[-1].split() == ["-", "one", f"{registry.host}/one"]

    def test_the_default_registry(self, registry: RealRegistry, tmp_path: Path) -> None:
        lazyoci("config", "set", "default-registry", registry.host, cwd=tmp_path)
        assert len(as_json(tmp_path, "repos")) == 4
        assert as_json(tmp_path, "search", "hell")[0]["name"] == "examples/hello"

    @pytest.mark.parametrize("host", ["docker.io", "ghcr.io"])
    def test_a_registry_that_lists_none(self, host: str, named: Named, tmp_path: Path) -> None:
        with FakeRegistry() as fake:
            fake.script.on("GET", "/_catalog", faults.answer(404, "UNSUPPORTED"), nth=None)
            served = "registry-1.docker.io" if host == "docker.io" else host
            ran = browse(tmp_path, "repos", host, **named({served: fake.url}).environ)
        assert ran.code == 1 and f"{host} does not list repositories" in ran.err
        assert f"lazyoci browse tags {host}/REPOSITORY" in ran.err
        assert (f"lazyoci browse search {host} QUERY" in ran.err) is (host == "docker.io")


class TestTags:
    def test_versions_from_the_newest(self, registry: RealRegistry, tmp_path: Path) -> None:
        found = as_json(tmp_path, "tags", f"{registry.host}/one")
        assert found == [{"tag": tag} for tag in ("v1.10.0", "v1.10.0-rc.1", "v1.2.0", "nightly")]

    def test_pages_and_filters(self, registry: RealRegistry, tmp_path: Path) -> None:
        where = f"{registry.host}/one"
        assert as_json(tmp_path, "tags", where, "--filter", "V1", "--limit", "1", "--offset", "1") == [
            {"tag": "v1.10.0-rc.1"}
        ]
        assert as_json(tmp_path, "tags", where, "--offset", "9") == []
        assert as_json(tmp_path, "tags", where, "--filter", "none") == []
        ran = browse(tmp_path, "tags", where, "--limit", "2")
        assert ran.out == "v1.10.0\nv1.10.0-rc.1\n"
        assert "2 of 4 tags; more with --offset 2, all with --limit 0" in ran.err
        assert browse(tmp_path, "tags", where, "--limit", "0").out.count("\n") == 4

    def test_details(self, registry: RealRegistry, tmp_path: Path) -> None:
        (found, *_) = as_json(tmp_path, "tags", f"{registry.host}/one", "--details")
        assert found["type"] == "image" and found["digest"] == registry.tag("one", "v1.10.0")
        assert found["platforms"] == ["linux/amd64", "linux/arm64"] and found["size"] > 500
        (chart,) = as_json(tmp_path, "tags", f"{registry.host}/examples/hello", "--details")
        manifest = registry.blob(chart["digest"])
        parts = [json.loads(manifest)["config"], *json.loads(manifest)["layers"]]
        assert (chart["type"], chart["size"]) == ("helm", len(manifest) + sum(part["size"] for part in parts))
        lines = browse(tmp_path, "tags", f"{registry.host}/one", "--details").out.splitlines()
        assert lines[0].startswith("TAG") and "linux/amd64, linux/arm64" in lines[1]

    def test_details_that_fail(self, tmp_path: Path) -> None:
        with FakeRegistry() as fake:
            fake.seed_manifest("a/b", b"nonsense", mediatype.OCI_MANIFEST, "broken")
            ran = browse(tmp_path, "tags", f"{fake.host}/a/b", "--details", "-o", "json")
        (found,) = conforms(json.loads(ran.out), "browse/tags")
        assert ran.code == 1 and found["tag"] == "broken" and "not JSON" in found["error"]

    def test_a_short_name_is_of_docker_hub(self, named: Named, tmp_path: Path) -> None:
        with FakeRegistry() as fake:
            fake.seed_manifest("library/nginx", b"{}", mediatype.OCI_MANIFEST, "1.2", "latest")
            hub = named({"registry-1.docker.io": fake.url}).environ
            for name in ("nginx", "docker.io/nginx", "index.docker.io/library/nginx"):
                found = as_json(tmp_path, "tags", name, **hub)
                assert [item["tag"] for item in found] == ["latest", "1.2"]

    def test_a_reference_is_not_a_repository(self, tmp_path: Path) -> None:
        ran = browse(tmp_path, "tags", "localhost:1/a/b:v1")
        assert ran.code == 2 and "lazyoci browse manifest localhost:1/a/b:v1" in ran.err


class TestManifest:
    def test_an_artifact(self, registry: RealRegistry, tmp_path: Path) -> None:
        found = as_json(tmp_path, "manifest", f"{registry.host}/examples/settings:v1.0.0")
        assert (found["type"], found["artifactType"]) == ("artifact", "application/vnd.example.settings.v1")
        titles = [layer["annotations"]["org.opencontainers.image.title"] for layer in found["layers"]]
        assert titles == ["settings.json", "motd.txt"] and found["platforms"] == [] and found["labels"] == {}

    def test_a_chart(self, registry: RealRegistry, tmp_path: Path) -> None:
        found = as_json(tmp_path, "manifest", f"{registry.host}/examples/hello:0.1.0")
        assert found["type"] == "helm"
        assert found["annotations"]["org.opencontainers.image.title"] == "hello"

    def test_an_index(self, registry: RealRegistry, tmp_path: Path) -> None:
        where = f"{registry.host}/one:v1.2.0"
        found = as_json(tmp_path, "manifest", where, "--platform", "linux/arm64")
        assert found["digest"] == registry.tag("one", "v1.2.0")
        assert (found["platform"], found["platforms"]) == ("linux/arm64", ["linux/amd64", "linux/arm64"])
        child = json.loads(registry.blob(found["manifestDigest"]))
        assert [layer["digest"] for layer in found["layers"]] == [layer["digest"] for layer in child["layers"]]
        config = json.loads(registry.blob(child["config"]["digest"]))
        assert config["architecture"] == "arm64" and found["created"] == config["created"]
        assert found["manifests"] == json.loads(registry.blob(found["digest"]))["manifests"]
        missing = browse(tmp_path, "manifest", where, "--platform", "linux/s390x")
        assert missing.code == 1 and "linux/amd64, linux/arm64" in missing.err
        text = browse(tmp_path, "manifest", where).out
        assert found["digest"] in text and "Manifests" in text and "linux/amd64" in text

    def test_raw_is_the_exact_bytes(self, registry: RealRegistry, tmp_path: Path) -> None:
        where = f"{registry.host}/one:v1.2.0"
        digest = registry.tag("one", "v1.2.0")
        raw = browse(tmp_path, "manifest", where, "--raw").out.encode()
        assert "sha256:" + hashlib.sha256(raw).hexdigest() == digest and raw == registry.blob(digest)
        child = browse(tmp_path, "manifest", where, "--raw", "--platform", "linux/arm64").out
        assert "layers" in json.loads(child)
        assert browse(tmp_path, "manifest", where, "--raw", "-o", "json").code == 2

    def test_the_digest_decides(self, registry: RealRegistry, tmp_path: Path) -> None:
        digest = registry.tag("examples/hello", "0.1.0")
        found = as_json(tmp_path, "manifest", f"{registry.host}/examples/hello:other@{digest}")
        assert (found["tag"], found["digest"]) == ("other", digest)
        assert as_json(tmp_path, "manifest", f"{registry.host}/examples/hello@{digest}")["tag"] == ""

    def test_what_is_not_there(self, registry: RealRegistry, tmp_path: Path) -> None:
        ran = browse(tmp_path, "manifest", f"{registry.host}/one:v9")
        assert ran.code == 1 and ran.out == ""
        assert f"{registry.host}/one:v9 does not exist" in ran.err
        assert f"lazyoci browse tags {registry.host}/one" in ran.err

    def test_control_characters_do_not_reach_the_terminal(self, tmp_path: Path) -> None:
        config = {"mediaType": "a/b", "digest": "sha256:" + "0" * 64, "size": 2}
        annotations = {"evil": "\x1b]0;owned\x07", "\u202ekey": "x"}
        document = {"schemaVersion": 2, "config": config, "layers": [], "annotations": annotations}
        with FakeRegistry() as fake:
            fake.seed_manifest("a/b", json.dumps(document).encode(), mediatype.OCI_MANIFEST, "v1")
            ran = browse(tmp_path, "manifest", f"{fake.host}/a/b:v1")
        assert ran.code == 0 and "owned" in ran.out
        assert not {"\x1b", "\x07", "\u202e"} & set(ran.out)


class TestSearch:
    def test_the_catalog(self, registry: RealRegistry, tmp_path: Path) -> None:
        assert as_json(tmp_path, "search", registry.host, "EXAMPLES") == [
            {"name": "examples/hello", "registry": registry.host},
            {"name": "examples/settings", "registry": registry.host},
        ]
        assert as_json(tmp_path, "search", registry.host, "none") == []
        assert "matches 'none'" in browse(tmp_path, "search", registry.host, "none").err

    def test_docker_hub(self, named: Named, tmp_path: Path) -> None:
        results = [
            {"repo_name": "someone/redis", "short_description": "d" * 90, "pull_count": 12_345, "star_count": 1},
            {"repo_name": "redis", "short_description": "fast", "pull_count": 10**9, "is_official": True},
        ]

        def answer(_reply: Reply) -> Reply:
            return Reply(200, [("Content-Type", "application/json")], json.dumps({"results": results}).encode())

        with FakeRegistry() as fake:
            fake.script.on("GET", "/v2/search/repositories/", faults.rewrite(answer), nth=None)
            hub = named({"hub.docker.com": fake.url}).environ
            found = as_json(tmp_path, "search", "docker.io", "redis", **hub)
            text = browse(tmp_path, "search", "docker.io", "redis", **hub).out
        assert found[0] == {
            "name": "redis", "description": "fast", "pulls": 10**9, "official": True, "registry": "docker.io",
        }  # fmt: skip
        assert [item["name"] for item in found] == ["redis", "someone/redis"]
        lines = [line.split() for line in text.splitlines()]
        assert lines[1][-2:] == ["1.0B", "yes"] and lines[2][-2:] == ["12.3K", "-"]
        assert max(map(len, text.splitlines())) < 110


def test_an_unknown_command_suggests(tmp_path: Path) -> None:
    ran = browse(tmp_path, "tag", "x/y")
    assert ran.code == 2 and "to list tags: lazyoci browse tags HOST/REPOSITORY" in ran.err
    assert "manifest" in browse(tmp_path).out

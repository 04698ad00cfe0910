"""`lazyoci build` on the examples, against the real docker-registry: what is pushed is what was promised."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.certs import Certificate, make
from tests.e2e.cli import Ran, lazyoci
from tests.registry.fake import FakeRegistry, Reply, Traits, error_reply
from tests.registry.token_server import TokenServer
from tests.servers import RealRegistry, docker_registry, program

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "examples"
SECRET = "s3cret"


@pytest.fixture
def registry(tmp_path: Path) -> Iterator[RealRegistry]:
    with docker_registry(tmp_path / "registry") as running:
        yield running


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """The examples, away from this repository's own git."""
    shutil.copytree(EXAMPLES, tmp_path / "project")
    return tmp_path / "project"


def local(registry: RealRegistry) -> str:
    return registry.host.replace("127.0.0.1", "localhost")


def build(project: Path, registry: RealRegistry, *arguments: str, **environ: str) -> Ran:
    return lazyoci("build", *arguments, cwd=project, LAZYOCI_REGISTRY=local(registry), **environ)


def skopeo(*arguments: str) -> str:
    done = subprocess.run([program("skopeo"), *arguments], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def sha256(data: bytes) -> str:
    return "sha256:" + hashlib.sha256(data).hexdigest()


def test_an_artifact_comes_back_byte_for_byte(project: Path, registry: RealRegistry, tmp_path: Path) -> None:
    ran = build(project, registry, "artifact", "--tag", "v1.0.0", "--insecure")
    assert ran.code == 0, ran
    reference = f"{local(registry)}/examples/settings:v1.0.0"
    assert f"{reference}  pushed" in " ".join(ran.out.split()).replace(f"{reference} ", f"{reference}  ")

    raw = skopeo("inspect", "--raw", "--tls-verify=false", f"docker://{reference}").encode()
    digest = sha256(raw)
    assert digest in ran.out
    assert registry.tag("examples/settings", "v1.0.0") == registry.tag("examples/settings", "latest") == digest
    manifest = json.loads(raw)
    assert manifest["artifactType"] == "application/vnd.example.settings.v1"
    assert manifest["config"]["mediaType"] == "application/vnd.oci.empty.v1+json"
    assert "org.opencontainers.image.created" not in manifest.get("annotations", {})

    skopeo("copy", "--src-tls-verify=false", f"docker://{reference}", f"dir:{tmp_path / 'back'}")
    for layer in manifest["layers"]:
        name = layer["annotations"]["org.opencontainers.image.title"]
        back = (tmp_path / "back" / layer["digest"].removeprefix("sha256:")).read_bytes()
        assert back == (project / "artifact" / name).read_bytes()


def test_a_chart_has_the_manifest_helm_gives_it(project: Path, registry: RealRegistry) -> None:
    ran = build(project, registry, "helm", "--insecure")
    assert ran.code == 0, ran
    reference = f"{local(registry)}/examples/hello:0.1.0"
    manifest = json.loads(skopeo("inspect", "--raw", "--tls-verify=false", f"docker://{reference}"))
    assert list(manifest) == ["schemaVersion", "config", "layers", "annotations"]
    assert manifest["config"]["mediaType"] == "application/vnd.cncf.helm.config.v1+json"
    assert [layer["mediaType"] for layer in manifest["layers"]] == [
        "application/vnd.cncf.helm.chart.content.v1.tar+gzip"
    ]
    assert manifest["annotations"] == {
        "org.opencontainers.image.authors": "Ada Example (ada@example.com)",
        "org.opencontainers.image.description": "A chart with one config map",
        "org.opencontainers.image.title": "hello",
        "org.opencontainers.image.url": "https://example.com/hello",
        "org.opencontainers.image.version": "0.1.0",
    }
    config = json.loads(registry.blob(manifest["config"]["digest"]))
    assert config["maintainers"] == [{"name": "Ada Example", "email": "ada@example.com"}]


def test_created_only_with_source_date_epoch(project: Path, registry: RealRegistry) -> None:
    assert build(project, registry, "helm", SOURCE_DATE_EPOCH="1700000000").code == 0
    manifest = json.loads(registry.blob(registry.tag("examples/hello", "0.1.0")))
    assert manifest["annotations"]["org.opencontainers.image.created"] == "2023-11-14T22:13:20Z"


@pytest.mark.parametrize("example", ["artifact", "helm"])
def test_again_is_unchanged_and_sends_nothing(example: str, project: Path, registry: RealRegistry) -> None:
    assert build(project, registry, example, "--tag", "v1.0.0").code == 0
    puts, posts = registry.requests("PUT"), registry.requests("POST")
    again = build(project, registry, example, "--tag", "v1.0.0")
    assert again.code == 0
    assert "unchanged" in again.out
    assert "pushed" not in again.out
    assert registry.requests("PUT") == puts
    assert registry.requests("POST") == posts


def test_json_is_the_array_of_the_original(project: Path, registry: RealRegistry) -> None:
    ran = build(project, registry, "artifact", "helm", "--tag", "v1.0.0", "-o", "json")
    assert ran.code == 0, ran
    assert ran.err == ""
    results = json.loads(ran.out)
    assert [(one["name"], one["type"]) for one in results] == [("settings", "artifact"), ("hello-chart", "helm")]
    for one in results:
        for target in one["targets"]:
            assert target["pushed"] is True
            assert target["state"] == "new"
            repository, _, tag = target["reference"].partition("/")[2].rpartition(":")
            assert registry.tag(repository, tag) == target["digest"] == one["digest"]


def test_nothing_is_pushed_when_one_chart_is_missing(project: Path, registry: RealRegistry) -> None:
    shutil.rmtree(project / "helm" / "charts")
    ran = build(project, registry, "artifact", "helm", "--tag", "v1.0.0", "-o", "json")
    assert ran.code == 1
    settings, chart = json.loads(ran.out)
    assert "not attempted, because hello-chart failed" in settings["error"]
    assert "charts/hello" in chart["error"]
    assert registry.requests() == []

    going = build(project, registry, "artifact", "helm", "--tag", "v1.0.0", "-o", "json", "--keep-going")
    assert going.code == 1
    settings, chart = json.loads(going.out)
    assert "error" not in settings
    assert "error" in chart
    assert registry.tag("examples/settings", "v1.0.0") == settings["digest"]


def test_nothing_is_pushed_when_one_registry_is_down(project: Path, registry: RealRegistry) -> None:
    lazy = (project / "helm" / ".lazy").read_text(encoding="utf-8")
    (project / "helm" / ".lazy").write_text(lazy.replace("{{ .Registry }}", "localhost:1"), encoding="utf-8")
    ran = build(project, registry, "artifact", "helm", "--tag", "v1.0.0", "-o", "json")
    assert ran.code == 1
    settings, chart = json.loads(ran.out)
    assert "not attempted" in settings["error"]
    assert "localhost:1" in chart["error"]
    assert registry.requests("PUT") == []
    assert registry.requests("POST") == []

    going = build(project, registry, "artifact", "helm", "--tag", "v1.0.0", "-o", "json", "--keep-going")
    assert going.code == 1
    assert [("error" in one) for one in json.loads(going.out)] == [False, True]
    assert registry.tag("examples/settings", "latest") != ""


def test_one_registry_of_three_is_down(project: Path, registry: RealRegistry) -> None:
    text = """\
version: 1
artifacts:
  - type: artifact
    name: notes
    mediaType: application/vnd.example.notes.v1
    files: [{path: notes.txt, mediaType: text/plain}]
    targets:
      - {registry: "{{ .Registry }}/one", tags: [v1]}
      - {registry: localhost:1/two, tags: [v1, latest]}
      - {registry: "{{ .Registry }}/three", tags: [v1]}
"""
    (project / "three").mkdir()
    (project / "three" / ".lazy").write_text(text, encoding="utf-8")
    (project / "three" / "notes.txt").write_text("notes", encoding="utf-8")
    ran = build(project, registry, "three", "-o", "json")
    assert ran.code == 1
    (notes,) = json.loads(ran.out)
    assert [one["state"] for one in notes["targets"]] == ["skipped", "failed", "failed", "skipped"]
    assert registry.requests("POST") == []

    going = build(project, registry, "three", "-o", "json", "--keep-going")
    assert going.code == 1
    (notes,) = json.loads(going.out)
    assert [one["state"] for one in notes["targets"]] == ["new", "failed", "failed", "new"]
    assert [one["pushed"] for one in notes["targets"]] == [True, False, False, True]
    assert "localhost:1" in notes["error"]
    assert registry.tag("one", "v1") == registry.tag("three", "v1") == notes["digest"]


def docker_config(home: Path, host: str, user: str, password: str) -> dict[str, str]:
    import base64

    home.mkdir(parents=True, exist_ok=True)
    auth = base64.b64encode(f"{user}:{password}".encode()).decode()
    (home / "config.json").write_text(json.dumps({"auths": {host: {"auth": auth}}}), encoding="utf-8")
    return {"DOCKER_CONFIG": str(home)}


def test_basic_auth(project: Path, tmp_path: Path) -> None:
    with docker_registry(tmp_path / "registry", basic=True) as registry:
        right = docker_config(tmp_path / "right", local(registry), "alice", SECRET)
        ran = build(project, registry, "artifact", "helm", "--tag", "v1.0.0", **right)
        assert ran.code == 0, ran
        assert registry.tag("examples/settings", "v1.0.0") != ""
        assert build(project, registry, "artifact", "--tag", "v1.0.0", **right).out.count("unchanged") == 2

        wrong = docker_config(tmp_path / "wrong", local(registry), "alice", "hunter2-wrong")
        refused = build(project, registry, "artifact", "--tag", "v2.0.0", **wrong)
        assert refused.code == 1
        everything = refused.out + refused.err
        assert "config.json" in everything
        assert "hunter2-wrong" not in everything
        assert everything.count("refused the credentials") <= 1, everything
        assert registry.tag("examples/settings", "v2.0.0") == ""


def test_bearer_tokens(project: Path, tmp_path: Path) -> None:
    certificate = make(tmp_path, "tokens", use_rsa=True)
    with (
        TokenServer(certificate) as tokens,
        docker_registry(tmp_path / "registry", token=(tokens.realm, certificate)) as registry,
    ):
        alice = docker_config(tmp_path / "alice", local(registry), "alice", SECRET)
        ran = build(project, registry, "artifact", "helm", "--tag", "v1.0.0", **alice)
        assert ran.code == 0, ran
        assert registry.tag("examples/settings", "v1.0.0") != ""

        bob = docker_config(tmp_path / "bob", local(registry), "bob", SECRET)
        denied = build(project, registry, "artifact", "--tag", "v2.0.0", **bob)
        assert denied.code == 1
        assert "bob" in denied.out + denied.err
        assert "denied" in denied.out + denied.err
        assert registry.tag("examples/settings", "v2.0.0") == ""


def test_digests_do_not_depend_on_the_place(project: Path, tmp_path: Path) -> None:
    """Two copies, in other directories, with other modes, times and time zones."""
    digests = []
    for name, umask, zone in (("a", 0o022, "UTC"), ("b/c d", 0o077, "Asia/Tokyo")):
        place = tmp_path / name
        shutil.copytree(project, place, copy_function=shutil.copyfile)
        for path in place.rglob("*"):
            path.chmod((0o755 if path.is_dir() else 0o644) & ~umask)
            os.utime(path, (10**9 + len(name), 10**9 + len(name)))
        ran = lazyoci(
            "build",
            "artifact",
            "helm",
            "--tag",
            "v1.0.0",
            "--no-push",
            "-o",
            "json",
            cwd=place,
            TZ=zone,
            LAZYOCI_REGISTRY="r.example",
        )
        assert ran.code == 0, ran
        digests.append([one["digest"] for one in json.loads(ran.out)])
    assert digests[0] == digests[1]


def test_no_push_writes_a_layout(project: Path, tmp_path: Path) -> None:
    layout = tmp_path / "layout"
    ran = lazyoci(
        "build",
        "artifact",
        "helm",
        "--tag",
        "v1.0.0",
        "--no-push",
        "--layout",
        layout,
        "-o",
        "json",
        cwd=project,
        LAZYOCI_REGISTRY="r.example",
    )
    assert ran.code == 0, ran
    results = json.loads(ran.out)
    assert {target["state"] for one in results for target in one["targets"]} == {"built"}
    assert not any(target["pushed"] for one in results for target in one["targets"])
    names = {
        entry["annotations"]["org.opencontainers.image.ref.name"]: entry["digest"]
        for entry in json.loads((layout / "index.json").read_text(encoding="utf-8"))["manifests"]
    }
    assert names == {target["reference"]: one["digest"] for one in results for target in one["targets"]}


def test_insecure_and_unusual_hosts_say_what_to_do(project: Path) -> None:
    for host, says in (("no-such-host.invalid", "no-such-host.invalid"), ("localhost:1", "localhost:1")):
        ran = lazyoci("build", "artifact", "--tag", "v1.0.0", cwd=project, LAZYOCI_REGISTRY=host)
        assert ran.code == 1
        assert says in ran.out + ran.err


@pytest.fixture
def certificate(tmp_path: Path) -> Certificate:
    return make(tmp_path, "tls", "localhost", "127.0.0.1")


def test_tls(project: Path, tmp_path: Path, certificate: Certificate) -> None:
    with docker_registry(tmp_path / "registry", tls=certificate) as registry:
        unknown = build(project, registry, "artifact", "--tag", "v1.0.0")
        assert unknown.code == 1
        assert "certificate" in unknown.out
        assert "--ca" in unknown.out
        trusted = build(project, registry, "artifact", "--tag", "v1.0.0", "--ca", str(certificate.cert))
        assert trusted.code == 0, trusted
        fallen = build(project, registry, "artifact", "--tag", "v1.0.0", "--insecure")
        assert fallen.code == 0, fallen
        assert "going on with HTTPS without verifying the certificate" in fallen.err


def test_a_directory_that_is_no_layout_is_left_alone(project: Path, registry: RealRegistry, tmp_path: Path) -> None:
    place = tmp_path / "taken"
    place.mkdir()
    (place / "mine.txt").write_text("mine", encoding="utf-8")
    for push in ([], ["--no-push"]):
        ran = build(project, registry, "artifact", "--tag", "v1.0.0", "--layout", str(place), *push, "-o", "json")
        assert ran.code == 1, ran
        assert str(place) in json.loads(ran.out)[0]["error"]
        assert [path.name for path in place.iterdir()] == ["mine.txt"]
    assert registry.requests("PUT") == []


def test_an_immutable_tag_is_refused_in_the_registrys_own_terms(project: Path) -> None:
    def refuse(repository: str, tag: str, old: str, new: str) -> Reply | None:
        message = "The image tag 'v1.0.0' already exists in the 'settings' repository and cannot be overwritten"
        return (
            error_reply(400, "TAG_INVALID", f"{message} because the repository is immutable.")
            if tag == "v1.0.0"
            else None
        )

    with FakeRegistry(traits=Traits(refuse_tag=refuse)) as fake:
        fake.seed_manifest("examples/settings", b"{}", "application/vnd.oci.image.manifest.v1+json", "v1.0.0")
        ran = lazyoci("build", "artifact", "--tag", "v1.0.0", "-o", "json", cwd=project, LAZYOCI_REGISTRY=fake.host)
        assert ran.code == 1, ran
        (result,) = json.loads(ran.out)
        assert [(one["state"], one["pushed"]) for one in result["targets"]] == [("refused", False), ("skipped", False)]
        assert "exists and may not be moved" in result["error"]
        assert "Push another tag" in result["hint"]
        asked = lazyoci(
            "build",
            "artifact",
            "--tag",
            "v1.0.0",
            "--no-clobber",
            "-o",
            "json",
            cwd=project,
            LAZYOCI_REGISTRY=fake.host,
        )
        assert "--no-clobber forbids to move it" in asked.out

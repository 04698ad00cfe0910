"""Pushing to the real docker-registry, and reading back with skopeo: what was pushed is what was built."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from lazyoci.layout.store import Built, Staged
from lazyoci.oci import mediatype
from lazyoci.oci.descriptor import EMPTY, Descriptor, dump
from lazyoci.registry.credentials.credential import Credential
from lazyoci.registry.errors import Denied, TlsError, Unauthorized
from lazyoci.transfer.preflight import preflight
from tests import certs
from tests.registry.kit import ALICE, BOB, artifact, index, kit, noise, run, states, wanted
from tests.registry.token_server import TokenServer
from tests.servers import RealRegistry, docker_registry, program

WRONG = Credential("the test", "alice", "wr0ng-s3cret")


@pytest.fixture
def plain(tmp_path: Path) -> Iterator[RealRegistry]:
    """Open to everybody, over plain HTTP."""
    with docker_registry(tmp_path / "registry") as registry:
        yield registry


@pytest.fixture(scope="module")
def signer(tmp_path_factory: pytest.TempPathFactory) -> certs.Certificate:
    """Signs tokens."""
    return certs.make(tmp_path_factory.mktemp("signer"), "signer", authority=True, use_rsa=True)


@pytest.fixture
def tokens(signer: certs.Certificate) -> Iterator[TokenServer]:
    """The token server that docker-registry sends us to."""
    with TokenServer(signer) as server:
        yield server


@pytest.fixture
def bearer(tmp_path: Path, tokens: TokenServer, signer: certs.Certificate) -> Iterator[RealRegistry]:
    """Wants tokens."""
    with docker_registry(tmp_path / "registry", token=(tokens.realm, signer)) as registry:
        yield registry


def image() -> Built:
    """An index of two real images and an attestation."""
    store = Staged()
    found = []
    for architecture in ("amd64", "arm64"):
        config = store.add_bytes(
            mediatype.OCI_CONFIG,
            dump({"architecture": architecture, "os": "linux", "rootfs": {"type": "layers", "diff_ids": []}}),
        )
        layer = store.add_bytes(mediatype.OCI_LAYER_GZIP, noise(5000, len(architecture)))
        document = {"schemaVersion": 2, "mediaType": mediatype.OCI_MANIFEST, "config": config.to_json(),
                    "layers": [layer.to_json()]}  # fmt: skip
        found.append(store.add_bytes(mediatype.OCI_MANIFEST, dump(document)))
    attestation = artifact(b'{"_type":"https://in-toto.io/Statement/v0.1"}', store=store).root
    marked = {"vnd.docker.reference.type": "attestation-manifest", "vnd.docker.reference.digest": found[0].digest}
    found.append(Descriptor(attestation.media_type, attestation.digest, attestation.size, annotations=marked))
    return index(store, found)


def test_push_and_push_again(plain: RealRegistry) -> None:
    built = artifact(noise(3_000_000), b"small", key="value")
    references = wanted(f"{plain.host}/team/app:v1", f"{plain.host}/team/app:latest")
    first = run(kit(), references, built)
    assert set(states(first).values()) == {"new"}
    assert plain.tag("team/app", "v1") == plain.tag("team/app", "latest") == built.root.digest
    assert plain.blob(built.root.digest) == built.store.read(built.root)
    writes = len(plain.requests("PUT")) + len(plain.requests("POST"))
    again = run(kit(), references, built)
    assert set(states(again).values()) == {"unchanged"}
    assert len(plain.requests("PUT")) + len(plain.requests("POST")) == writes


def test_an_index_with_attestations(plain: RealRegistry) -> None:
    built = image()
    pushed = run(kit(), wanted(f"{plain.host}/team/image:v1"), built)
    assert set(states(pushed).values()) == {"new"}
    assert plain.tag("team/image", "v1") == built.root.digest
    tags = plain.root / "docker/registry/v2/repositories/team/image/_manifests/tags"
    assert [entry.name for entry in tags.iterdir()] == ["v1"]


def test_blobs_are_mounted(plain: RealRegistry) -> None:
    pushed = run(kit(), wanted(*(f"{plain.host}/team/{name}:v1" for name in "abc")), artifact(noise(100_000), b"x"))
    assert set(states(pushed).values()) == {"new"}
    assert (pushed.new_blobs, pushed.mounted) == (3, 6)
    assert len(plain.requests("PUT", "/blobs/uploads/")) == 3


def test_two_pushes_of_one_reference_at_once(plain: RealRegistry) -> None:
    ones = [artifact(noise(500_000, seed), b"common") for seed in range(4)]
    with ThreadPoolExecutor(4) as pool:
        done = list(pool.map(lambda built: run(kit(), wanted(f"{plain.host}/team/app:v1"), built), ones))
    digests = {built.root.digest for built in ones}
    assert plain.tag("team/app", "v1") in digests
    for built in ones:
        assert plain.blob(built.root.digest) == built.store.read(built.root)
    # whoever saw another's digest at the tag says so
    assert all(
        outcome.state in ("new", "moved", "failed") and outcome.pushed for one in done for outcome in one.outcomes
    )


def test_basic(tmp_path: Path) -> None:
    with docker_registry(tmp_path / "registry", basic=True) as registry:
        built, references = artifact(b"one"), wanted(f"{registry.host}/team/app:v1")
        assert set(states(run(kit(keys=ALICE), references, built)).values()) == {"new"}
        (wrong,) = preflight([references], kit(keys=WRONG).client).errors
        assert isinstance(wrong, Unauthorized)
        assert 'refused the credentials of user "alice" (from the test)' in wrong.message
        assert "wr0ng" not in f"{wrong.message} {wrong.hint}"
        (none,) = preflight([references], kit().client).errors
        assert isinstance(none, Unauthorized)
        assert "none were found" in none.message


def test_bearer(bearer: RealRegistry, tokens: TokenServer) -> None:
    built = image()
    references = wanted(f"{bearer.host}/team/app:v1", f"{bearer.host}/team/copy:v1")
    pushed = run(kit(keys=ALICE), references, built)
    assert set(states(pushed).values()) == {"new"}
    assert pushed.mounted == pushed.new_blobs == pushed.all_blobs
    before = len(tokens.asked)
    again = run(kit(keys=ALICE), wanted(f"{bearer.host}/team/app:v1"), built)
    assert set(states(again).values()) == {"unchanged"}
    assert len(tokens.asked) - before == 1


def test_bearer_bob_may_only_pull(bearer: RealRegistry) -> None:
    (error,) = preflight([wanted(f"{bearer.host}/team/app:v1")], kit(keys=BOB).client).errors
    assert isinstance(error, Denied)
    assert error.message == (
        f'push to {bearer.host}/team/app denied: the token of user "bob" (from the test) has no write access'
    )
    assert not bearer.requests("POST") and not bearer.requests("PUT")


def test_bearer_wrong_password_and_nobody(bearer: RealRegistry) -> None:
    references = [wanted(f"{bearer.host}/team/app:v1")]
    (wrong,) = preflight(references, kit(keys=WRONG).client).errors
    assert isinstance(wrong, Unauthorized)
    assert "refused the credentials" in wrong.message and "wr0ng" not in f"{wrong.message} {wrong.hint}"
    (nobody,) = preflight(references, kit().client).errors
    assert isinstance(nobody, Unauthorized)


def test_tls(tmp_path: Path) -> None:
    authority = certs.make(tmp_path, "authority", authority=True)
    certificate = certs.make(tmp_path, "server", "127.0.0.1", "localhost", issuer=authority)
    with docker_registry(tmp_path / "registry", tls=certificate) as registry:
        references = wanted(f"{registry.host}/team/app:v1")
        (unknown,) = preflight([references], kit().client).errors
        assert isinstance(unknown, TlsError)
        assert "is not trusted" in unknown.message and "--ca" in unknown.hint
        pushed = run(kit(ca=authority.cert), references, artifact(b"one"))
        assert set(states(pushed).values()) == {"new"}


def test_skopeo_reads_it_back_byte_for_byte(plain: RealRegistry, tmp_path: Path) -> None:
    skopeo = program("skopeo")
    data = noise(2_000_000)
    built = artifact(data)
    run(kit(), wanted(f"{plain.host}/team/app:v1"), built)
    source = f"docker://{plain.host}/team/app:v1"
    raw = subprocess.run([skopeo, "inspect", "--tls-verify=false", "--raw", source], check=True, capture_output=True)
    assert raw.stdout == built.store.read(built.root)
    target = tmp_path / "copy"
    subprocess.run(
        [skopeo, "copy", "-q", "--src-tls-verify=false", source, f"oci:{target}:v1"], check=True, capture_output=True
    )
    (entry,) = json.loads((target / "index.json").read_bytes())["manifests"]
    assert entry["digest"] == built.root.digest
    layer = json.loads(raw.stdout)["layers"][0]["digest"].partition(":")[2]
    assert (target / "blobs" / "sha256" / layer).read_bytes() == data
    assert (target / "blobs" / "sha256" / EMPTY.digest.partition(":")[2]).read_bytes() == b"{}"


def test_skopeo_reads_every_platform_of_an_index(plain: RealRegistry, tmp_path: Path) -> None:
    skopeo = program("skopeo")
    built = image()
    run(kit(), wanted(f"{plain.host}/team/image:v1"), built)
    subprocess.run(
        [
            skopeo, "copy", "-q", "--all", "--preserve-digests", "--src-tls-verify=false",
            f"docker://{plain.host}/team/image:v1", f"oci:{tmp_path / 'copy'}:v1",
        ],
        check=True, capture_output=True,
    )  # fmt: skip
    (entry,) = json.loads((tmp_path / "copy" / "index.json").read_bytes())["manifests"]
    assert entry["digest"] == built.root.digest

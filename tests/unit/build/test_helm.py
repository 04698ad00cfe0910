"""Charts: the package, config, annotations and layers are those of Helm."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import os
import tarfile
from pathlib import Path

import pytest

from lazyoci.build import Built, build
from lazyoci.errors import BuildError
from lazyoci.oci.descriptor import descriptor_from_json
from tests.unit.build.make import MINIMAL, chart, context, helm, manifest_of

FULL = """\
# a comment that stays in the package
type: application
name: api
version: 1.2.3+build.4
apiVersion: v2
appVersion: 1.10
kubeVersion: ">=1.25.0-0"
description: |
  Serves <things> & more
  on two lines
home: https://example.test/?a=1&b=2
sources: [https://example.test/src, https://example.test/other]
keywords: [api, rest]
maintainers:
  - name: Ann
    email: ann@example.test
  - {name: Bob, url: https://bob.example.test}
icon: https://example.test/icon.svg
deprecated: true
annotations:
  org.opencontainers.image.title: not this
  org.opencontainers.image.licenses: MIT
  z: "1"
dependencies:
  - name: redis
    version: 1.0
    alias: cache
    tags: [db]
    condition: cache.enabled
    import-values:
      - data
      - child: a
        parent: b
unknown: ignored
"""


def package_of(built: Built, kind: str = "application/vnd.cncf.helm.chart.content.v1.tar+gzip") -> bytes:
    (layer,) = [layer for layer in manifest_of(built)["layers"] if layer["mediaType"] == kind]
    with built.store.open(descriptor_from_json(layer)) as stream:
        return stream.read()


def names_of(built: Built) -> list[str]:
    with tarfile.open(fileobj=io.BytesIO(package_of(built))) as archive:
        return archive.getnames()


def test_manifest_as_helm_pushes_it(tmp_path: Path) -> None:
    chart(tmp_path / "p" / "some-directory", {"Chart.yaml": MINIMAL})
    manifest = manifest_of(build(helm("some-directory"), context(tmp_path / "p")))
    assert list(manifest) == ["schemaVersion", "config", "layers", "annotations"]
    assert manifest["config"]["mediaType"] == "application/vnd.cncf.helm.config.v1+json"
    assert [sorted(layer) for layer in manifest["layers"]] == [["digest", "mediaType", "size"]]
    assert manifest["annotations"] == {
        "org.opencontainers.image.title": "api",
        "org.opencontainers.image.version": "0.1.0",
    }


def test_config_is_the_whole_chart_yaml_as_go_writes_it(tmp_path: Path) -> None:
    chart(tmp_path / "c", {"Chart.yaml": FULL})
    built = build(helm("c"), context(tmp_path))
    assert built.store.read(descriptor_from_json(manifest_of(built)["config"])).decode() == (
        '{"name":"api","home":"https://example.test/?a=1\\u0026b=2",'
        '"sources":["https://example.test/src","https://example.test/other"],"version":"1.2.3+build.4",'
        '"description":"Serves \\u003cthings\\u003e \\u0026 more on two lines ","keywords":["api","rest"],'
        '"maintainers":[{"name":"Ann","email":"ann@example.test"},{"name":"Bob","url":"https://bob.example.test"}],'
        '"icon":"https://example.test/icon.svg","apiVersion":"v2","appVersion":"1.1","deprecated":true,'
        '"annotations":{"org.opencontainers.image.licenses":"MIT","org.opencontainers.image.title":"not this",'
        '"z":"1"},"kubeVersion":"\\u003e=1.25.0-0","dependencies":[{"name":"redis","version":"1","repository":"",'
        '"condition":"cache.enabled","tags":["db"],"import-values":["data",{"child":"a","parent":"b"}],'
        '"alias":"cache"}],"type":"application"}'
    )


def test_annotations(tmp_path: Path) -> None:
    chart(tmp_path / "c", {"Chart.yaml": FULL})
    here = context(tmp_path, epoch=1700000000, annotations={"z": "mine"})
    assert manifest_of(build(helm("c"), here))["annotations"] == {
        "org.opencontainers.image.authors": "Ann (ann@example.test), Bob",
        "org.opencontainers.image.created": "2023-11-14T22:13:20Z",
        "org.opencontainers.image.description": "Serves <things> & more on two lines ",
        "org.opencontainers.image.licenses": "MIT",
        "org.opencontainers.image.source": "https://example.test/src",
        "org.opencontainers.image.title": "api",
        "org.opencontainers.image.url": "https://example.test/?a=1&b=2",
        "org.opencontainers.image.version": "1.2.3+build.4",
        "z": "mine",
    }


def test_package_layout(tmp_path: Path) -> None:
    chart(
        tmp_path / "directory",
        {
            "values.yaml": "a: 1\n",
            "templates/b.yaml": "b",
            "templates/.hidden": "never packed",
            "templates/a/deep.yaml": "deep",
            "README.md": "r",
            ".dotfile": "kept",
            ".helmignore": "*.tmp\n",
            "x.tmp": "ignored",
            "values.schema.json": "{}",
            "crds/c.yaml": "c",
            "Chart.lock": "digest: x\n",
            "Chart.yaml": b"\xef\xbb\xbf" + MINIMAL.encode(),
            "charts/sub/Chart.yaml": "apiVersion: v2\nname: sub-name\nversion: 1.0.0\n",
            "charts/sub/templates/t.yaml": "t",
            "charts/_note.md": "skipped",
        },
    )
    built = build(helm("directory"), context(tmp_path, epoch=1700000000))
    assert names_of(built) == [
        "api/Chart.yaml",
        "api/Chart.lock",
        "api/values.yaml",
        "api/values.schema.json",
        "api/templates/a/deep.yaml",
        "api/templates/b.yaml",
        "api/.dotfile",
        "api/.helmignore",
        "api/README.md",
        "api/crds/c.yaml",
        "api/charts/sub-name/Chart.yaml",
        "api/charts/sub-name/templates/t.yaml",
    ]
    with tarfile.open(fileobj=io.BytesIO(package_of(built))) as archive:
        entries = archive.getmembers()
        assert {(e.mode, e.uid, e.gid, e.uname, e.gname, e.mtime) for e in entries} == {
            (0o644, 0, 0, "", "", 1700000000)
        }
        first = archive.extractfile(entries[0])
        assert first is not None
        assert first.read() == MINIMAL.encode()


def test_golden_bytes(tmp_path: Path) -> None:
    """The tar may never change; how it is compressed may, between kinds of CPU."""
    chart(tmp_path / "c", {"Chart.yaml": FULL, "values.yaml": "a: 1\n", "templates/x.yaml": "kind: X\n"})
    built = build(helm("c"), context(tmp_path))
    tar = gzip.decompress(package_of(built))
    assert hashlib.sha256(tar).hexdigest() == "9fd804ab6a437a156857945adfcd7dbe000626153a65f5fc7022bebba0b48689"


def test_packed_subcharts_are_unpacked_and_share_no_name(tmp_path: Path) -> None:
    for version in ("1.0.0", "2.0.0"):
        built = build(
            helm("sub"),
            context(chart(tmp_path / version, {"sub/Chart.yaml": f"apiVersion: v2\nname: sub\nversion: {version}\n"})),
        )
        chart(tmp_path / "p" / "c" / "charts", {f"sub-{version}.tgz": package_of(built)})
    chart(tmp_path / "p" / "c", {"Chart.yaml": MINIMAL})
    assert names_of(build(helm("c"), context(tmp_path / "p"))) == [
        "api/Chart.yaml",
        "api/charts/sub/Chart.yaml",
        "api/charts/sub-2.0.0/Chart.yaml",
    ]


def test_requirements_of_a_v1_chart_are_its_dependencies(tmp_path: Path) -> None:
    contents = {
        "Chart.yaml": "name: old\nversion: 0.1.0\n",
        "requirements.yaml": "dependencies: [{name: db, version: 1.0.0, repository: https://x.test}]\n",
        "Chart.lock": "digest: not for v1",
    }
    chart(tmp_path / "c", dict(contents))
    built = build(helm("c"), context(tmp_path))
    config = json.loads(built.store.read(descriptor_from_json(manifest_of(built)["config"])))
    assert config["apiVersion"] == "v1"
    assert config["dependencies"] == [{"name": "db", "version": "1.0.0", "repository": "https://x.test"}]
    assert names_of(built) == ["old/Chart.yaml", "old/requirements.yaml"]


def test_links_are_followed(tmp_path: Path) -> None:
    (tmp_path / "real.yaml").write_text("real")
    chart(tmp_path / "c", {"Chart.yaml": MINIMAL})
    try:
        (tmp_path / "c" / "linked.yaml").symlink_to(tmp_path / "real.yaml")
    except OSError:
        pytest.skip("links need a right here")
    built = build(helm("c"), context(tmp_path))
    with tarfile.open(fileobj=io.BytesIO(package_of(built))) as archive:
        entry = archive.getmember("api/linked.yaml")
        assert entry.isreg()
        assert entry.size == 4


def signed(tmp_path: Path, digest: str) -> str:
    return f"-----BEGIN PGP SIGNED MESSAGE-----\nfiles:\n  api-0.1.0.tgz: {digest}\n"


def test_a_package_is_taken_as_it_is_with_its_provenance(tmp_path: Path) -> None:
    chart(tmp_path / "c", {"Chart.yaml": MINIMAL})
    data = package_of(build(helm("c"), context(tmp_path)))
    (tmp_path / "api-0.1.0.tgz").write_bytes(data)
    (tmp_path / "api-0.1.0.tgz.prov").write_text("signed by hand")
    built = build(helm("api-0.1.0.tgz"), context(tmp_path))
    assert package_of(built) == data
    assert package_of(built, "application/vnd.cncf.helm.chart.provenance.v1.prov") == b"signed by hand"
    digests = [layer["digest"] for layer in manifest_of(built)["layers"]]
    assert digests == sorted(digests)
    assert len(digests) == 2


def test_provenance_beside_a_directory_must_sign_this_very_package(tmp_path: Path) -> None:
    chart(tmp_path / "c", {"Chart.yaml": MINIMAL})
    provenance = tmp_path / "api-0.1.0.tgz.prov"
    provenance.write_text(signed(tmp_path, "sha256:" + "0" * 64))
    notes: list[str] = []
    built = build(helm("c"), context(tmp_path, on_output=notes.append))
    (layer,) = manifest_of(built)["layers"]
    assert "signs another package" in notes[0]
    provenance.write_text(signed(tmp_path, layer["digest"]))
    assert len(manifest_of(build(helm("c"), context(tmp_path)))["layers"]) == 2


@pytest.mark.parametrize(
    ("contents", "message"),
    [
        ({"values.yaml": "a: 1"}, "Chart.yaml file is missing"),
        ({"Chart.yaml": "name: api\n"}, "chart.metadata.version is required"),
        ({"Chart.yaml": "name: a/b\nversion: 1.0.0\n"}, 'chart.metadata.name "a/b" is invalid'),
        ({"Chart.yaml": "name: api\nversion: one\n"}, 'Chart.yaml:2: chart.metadata.version "one" is invalid'),
        ({"Chart.yaml": "[" * 50_000}, "nested more than"),
        ({"Chart.yaml": MINIMAL, "big": b"x" * ((5 << 20) + 1)}, "Helm loads no file"),
        ({"Chart.yaml": MINIMAL, "charts/README.md": "x"}, "Chart.yaml file is missing"),
        ({"Chart.yaml": MINIMAL, "charts/x.tgz": b"\x1f\x8bjunk"}, "charts/x.tgz: is not a chart package"),
        ({"Chart.yaml": MINIMAL, "charts/x.tgz": b"this is no gzip"}, "charts/x.tgz: is not a chart package"),
        ({"Chart.yaml": MINIMAL, ".helmignore": "a/**\n"}, ".helmignore:1: double-star"),
    ],
)
def test_what_is_refused(tmp_path: Path, contents: dict[str, str | bytes], message: str) -> None:
    chart(tmp_path / "c", contents)
    with pytest.raises(BuildError) as caught:
        build(helm("c"), context(tmp_path))
    assert message in caught.value.message
    assert str(tmp_path / "c") in caught.value.message


def test_a_missing_chart_is_named_with_its_remedy(tmp_path: Path) -> None:
    with pytest.raises(BuildError) as caught:
        build(helm("charts/api"), context(tmp_path))
    assert str(tmp_path / "charts" / "api") in caught.value.message
    assert "relative to the .lazy file" in caught.value.hint


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="pipes are POSIX")
def test_irregular_files_and_circles_are_refused(tmp_path: Path) -> None:
    chart(tmp_path / "c", {"Chart.yaml": MINIMAL})
    (tmp_path / "c" / "loop").symlink_to(".")
    with pytest.raises(BuildError, match="leads back"):
        build(helm("c"), context(tmp_path))
    (tmp_path / "c" / "loop").unlink()
    os.mkfifo(tmp_path / "c" / "pipe")
    with pytest.raises(BuildError, match="is not a regular file"):
        build(helm("c"), context(tmp_path))


def hostile(name: str, data: bytes = b"x", **fields: object) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz") as archive:
        first = tarfile.TarInfo("api/Chart.yaml")
        first.size = len(MINIMAL)
        archive.addfile(first, io.BytesIO(MINIMAL.encode()))
        info = tarfile.TarInfo(name)
        info.size = len(data)
        for key, value in fields.items():
            setattr(info, key, value)
        archive.addfile(info, io.BytesIO(data))
    return out.getvalue()


@pytest.mark.parametrize(
    "package",
    [
        hostile("api/../../x"),
        hostile("/x"),
        hostile("toplevel"),
        hostile("api\\..\\..\\x"),
        hostile("api/c:/x"),
        hostile("api/link", b"", type=tarfile.SYMTYPE, linkname="/etc/passwd"),
        hostile("api/device", b"", type=tarfile.CHRTYPE),
        hostile("api/big", bytes((5 << 20) + 1)),
        gzip.compress(b"no tar", mtime=0),
        b"no gzip",
        hostile("api/x")[:-20],
        gzip.compress(bytes(210 << 20), 1),
    ],
)
def test_hostile_packages_are_refused(tmp_path: Path, package: bytes) -> None:
    (tmp_path / "x.tgz").write_bytes(package)
    with pytest.raises(BuildError) as caught:
        build(helm("x.tgz"), context(tmp_path))
    assert "x.tgz" in caught.value.message

"""What is wrong with a bundle is told before anything is sent, with a remedy, by `lazyoci publish` itself."""

from __future__ import annotations

import gzip
import io
import json
import tarfile
from collections.abc import Callable, Iterator
from pathlib import Path

import jsonschema
import pytest

from lazyoci.layout.image import complete
from lazyoci.layout.read import PLAN
from lazyoci.layout.store import Staged
from lazyoci.oci import mediatype
from lazyoci.oci.descriptor import dump
from tests.registry.fake import FakeRegistry
from tests.schemas import schema
from tests.unit.bundle.made import AMD64, ARM64, bundle, edit, edit_index, image, part, shards
from tests.unit.cli.running import Ran, Runner
from tests.unit.registry.homes import Home

VALIDATOR = jsonschema.Draft7Validator(schema("bundle"))

Publish = Callable[..., Ran]


@pytest.fixture
def fake() -> Iterator[FakeRegistry]:
    with FakeRegistry() as registry:
        yield registry


@pytest.fixture
def publish(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], fake: FakeRegistry
) -> Publish:
    """`lazyoci publish … --allow HOST`, which must fail before any request."""
    run = Runner(monkeypatch, capsys, Home.make(tmp_path).environ)

    def publish(*arguments: Path | str, code: int = 1) -> Ran:
        ran = run("publish", *map(str, arguments), "--allow", fake.host)
        assert ran.code == code, ran
        assert fake.requests() == []
        assert "\n  " in ran.err or "; " in ran.err or ran.out, "a remedy"
        return ran

    return publish


@pytest.fixture
def made(tmp_path: Path, fake: FakeRegistry) -> Path:
    """A good bundle."""
    return bundle(tmp_path / "bundle", part(image("amd64", b"layer" * 1000), f"{fake.host}/api:v1"))


def blobs(place: Path) -> list[Path]:
    return sorted((place / "blobs" / "sha256").iterdir(), key=lambda path: -path.stat().st_size)


def test_a_flipped_bit(made: Path, publish: Publish) -> None:
    for path in blobs(made):
        before = path.read_bytes()
        path.write_bytes(bytes([before[0] ^ 1]) + before[1:])
        assert "does not have the content its digest promises" in publish(made).err
        path.write_bytes(before)


def test_a_missing_blob_and_a_truncated_one(made: Path, publish: Publish) -> None:
    path = blobs(made)[0]
    before = path.read_bytes()
    path.write_bytes(before[:-1])
    assert f"has {len(before) - 1} bytes; its descriptor says {len(before)}" in publish(made).err
    path.unlink()
    assert "lacks the blob" in publish(made).err


def test_a_blob_that_is_a_link(made: Path, publish: Publish, tmp_path: Path) -> None:
    path = blobs(made)[0]
    (tmp_path / "elsewhere").write_bytes(path.read_bytes())
    path.unlink()
    path.symlink_to(tmp_path / "elsewhere")
    assert "is not a file" in publish(made).err


def test_an_added_manifest(made: Path, publish: Publish) -> None:
    store = Staged()
    other = image("arm64", b"evil", base=store)
    path = made / "blobs" / "sha256" / other.root.digest.partition(":")[2]
    path.write_bytes(store.read(other.root))
    assert "holds 1 blob that no artifact names" in publish(made).err
    edit_index(made, [other.root.to_json()])
    assert f"its index lists {other.root.digest}, which its plan does not name" in publish(made).err


def test_an_added_name(made: Path, publish: Publish) -> None:
    entry = json.loads((made / "index.json").read_text("utf-8"))["manifests"][0]
    entry["annotations"] = {"org.opencontainers.image.ref.name": "ghcr.io/evil/x:v1"}
    edit_index(made, [entry])
    assert "its index has the name 'ghcr.io/evil/x:v1', which its plan has not" in publish(made).err


def test_an_index_that_names_what_is_not_there(tmp_path: Path, fake: FakeRegistry, publish: Publish) -> None:
    store = Staged()
    built = image("amd64", b"x", base=store)
    missing = image("arm64", b"y")
    index = {
        "schemaVersion": 2,
        "mediaType": mediatype.OCI_INDEX,
        "manifests": [built.root.to_json(), missing.root.to_json()],
    }
    whole = bundle(tmp_path / "whole", part(built, f"{fake.host}/api:v1"))
    raw = dump(index)
    descriptor = store.add_bytes(mediatype.OCI_INDEX, raw)
    (whole / "blobs" / "sha256" / descriptor.digest.partition(":")[2]).write_bytes(raw)
    text = (whole / "index.json").read_text("utf-8")
    (whole / "index.json").write_text(
        text.replace(built.root.digest, descriptor.digest)
        .replace(f'"size":{built.root.size}', f'"size":{descriptor.size}')
        .replace(mediatype.OCI_MANIFEST, mediatype.OCI_INDEX),
        "utf-8",
    )
    edit(
        whole,
        manifest={"mediaType": descriptor.media_type, "digest": descriptor.digest, "size": descriptor.size},
    )
    assert f"lacks the blob {missing.root.digest}" in publish(whole).err


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"size": 7}, "its plan gives api the size 7, and its content has"),
        (
            {"platforms": ["linux/arm64"]},
            "its plan gives api the platforms linux/arm64, and its content has linux/amd64",
        ),
        ({"platforms": ["linux/arm64"], "declared": ["linux/amd64"]}, "platforms has what declared does not name"),
        ({"manifest": {"mediaType": mediatype.OCI_MANIFEST, "digest": "sha256:" + "0" * 64, "size": 9}}, "index lists"),
        ({"type": "virus"}, "type is 'virus'; expected image, helm, artifact, docker"),
        ({"name": ""}, "name is no name"),
        ({"references": "all"}, "references is no list"),
        ({"references": [{"reference": "../../etc:v1"}]}, "references[0]: reference"),
        ({"references": [{"reference": "nginx"}]}, "'nginx' is not HOST/REPOSITORY:TAG, written out"),
        ({"references": [{"reference": "a.b/c:v1", "moves": "sideways"}]}, "moves is 'sideways'"),
        ({"references": [{"reference": f"a.b/c:{n}"} for n in range(10_000)]}, "has 10000 references"),
        ({"platforms": ["windows95"]}, "platforms"),
        ({"annotations": {"a": 1}}, "annotations holds what is no text"),
        ({"occasion": [1]}, "occasion is no list of texts"),
        ({"commit": "HEAD"}, "commit is 'HEAD', which is no commit"),
        ({"releaseVersion": "latest"}, "releaseVersion is 'latest', which is no version"),
        ({"file": ".lazy\nOK  api pushed"}, "which is no path of a file"),
        ({"event": "party"}, "event is 'party'; expected tag, pull-request, branch"),
        ({"dirty": 0}, "dirty is no true or false"),
        ({"references": [{"reference": "a.b/c:1", "moves": one} for one in ("", "never")]}, "names a.b/c:1 twice"),
        ({"references": [{"reference": f"{h}/c:1", "moves": ""} for h in ("a.b", "A.b:443")]}, "names a.b/c:1 twice"),
    ],
)
def test_a_plan_that_was_edited(made: Path, publish: Publish, fields: dict[str, object], message: str) -> None:
    edit(made, **fields)
    assert message in publish(made).err


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"version": 2}, "is of version 2; this lazyoci reads version 1"),
        ({"version": True}, "version is no number"),
        ({"artifacts": []}, "names 0 artifacts"),
        ({"artifacts": [{}] * 10_000}, "names 10000 artifacts"),
        ({"artifacts": [7]}, "artifacts[0] is not a JSON object"),
        ({"clock": "yesterday"}, "clock is 'yesterday', which is no moment in UTC"),
    ],
)
def test_a_plan_that_is_none(made: Path, publish: Publish, change: dict[str, object], message: str) -> None:
    edit(made, change)
    assert message in publish(made).err


def test_a_plan_that_leaves_something_out(made: Path, publish: Publish) -> None:
    """Nothing is taken for good because it is not said, such as that there were no changes."""
    whole = json.loads((made / PLAN).read_text("utf-8"))
    (artifact,) = whole["artifacts"]
    (reference,) = artifact["references"]
    for name, fields in ((PLAN, whole), ("artifacts[0]", artifact), ("references[0]", reference)):
        for key in list(fields):
            left = fields.pop(key)
            assert not VALIDATOR.is_valid(whole), key
            (made / PLAN).write_text(json.dumps(whole), "utf-8")
            told = publish(made).err
            assert name in told and (f"{key} is absent" in told or key == "manifest"), key
            fields[key] = left
    assert VALIDATOR.is_valid(whole)


def test_an_index_that_lists_an_image_for_another_platform(
    tmp_path: Path, fake: FakeRegistry, publish: Publish
) -> None:
    store = Staged()
    entries = [
        {**image(one, base=store).root.to_json(), "platform": {"os": "linux", "architecture": other}}
        for one, other in (("amd64", "arm64"), ("arm64", "amd64"))
    ]
    index = {"schemaVersion": 2, "mediaType": mediatype.OCI_INDEX, "manifests": entries}
    built = complete(store, store.add_json(mediatype.OCI_INDEX, index))
    made = bundle(tmp_path / "swapped", part(built, f"{fake.host}/api:v1", declared=(AMD64, ARM64)))
    said = f"an index of api lists {entries[0]['digest']} for linux/arm64, and its config names linux/amd64"
    assert said in publish(made).err


def test_a_name_twice(made: Path, publish: Publish) -> None:
    plan = json.loads((made / PLAN).read_text("utf-8"))
    edit(made, {"artifacts": plan["artifacts"] * 2})
    assert "names two artifacts 'api'" in publish(made).err


@pytest.mark.parametrize("text", ["", "{", "[]", "[" * 100_000, "\0"])
def test_a_plan_that_is_no_json(made: Path, publish: Publish, text: str) -> None:
    (made / PLAN).write_text(text, "utf-8")
    assert PLAN in publish(made).err


def test_what_is_no_bundle(tmp_path: Path, made: Path, publish: Publish) -> None:
    assert "does not exist" in publish(tmp_path / "nothing").err
    (tmp_path / "empty").mkdir()
    assert "is no bundle: it has no lazyoci.json" in publish(tmp_path / "empty").err
    (tmp_path / "empty" / ".lazy").write_text("version: 1\n", "utf-8")
    assert f"lazyoci build {tmp_path / 'empty'}" in publish(tmp_path / "empty").err
    assert f"lazyoci build {tmp_path / 'empty' / '.lazy'}" in publish(tmp_path / "empty" / ".lazy").err
    (made / PLAN).unlink()
    ran = publish(made)
    assert "is an OCI layout without lazyoci.json" in ran.err
    assert f"lazyoci publish {made} --to HOST/REPOSITORY:TAG" in ran.err
    (tmp_path / "file.tar").write_bytes(b"no tar at all" * 100)
    assert "is not a tar archive" in publish(tmp_path / "file.tar").err


def tar(path: Path, source: Path, extra: dict[str, bytes] | None = None) -> Path:
    with tarfile.open(path, "w") as out:
        for file in sorted(source.rglob("*")):
            if file.is_file():
                out.add(file, file.relative_to(source).as_posix())
        for name, data in (extra or {}).items():
            entry = tarfile.TarInfo(name)
            entry.size = len(data)
            out.addfile(entry, io.BytesIO(data))
    return path


def test_tars(tmp_path: Path, made: Path, publish: Publish) -> None:
    whole = tar(tmp_path / "b.tar", made)
    (tmp_path / "b.tar.gz").write_bytes(gzip.compress(whole.read_bytes()))
    assert f"is compressed\n  uncompress it first: gunzip {tmp_path / 'b.tar.gz'}" in publish(tmp_path / "b.tar.gz").err
    assert "a name that leads out of it" in publish(tar(tmp_path / "dots.tar", made, {"../x": b"x"})).err
    assert "holds 'blobs/sha256/../../x'" in publish(tar(tmp_path / "in.tar", made, {"blobs/sha256/../../x": b"x"})).err
    assert "which no bundle has" in publish(tar(tmp_path / "more.tar", made, {"run.sh": b"x"})).err
    many = {f"blobs/sha256/{number:064x}": b"" for number in range(10_000)}
    assert "holds 10000 blobs that no artifact names" in publish(tar(tmp_path / "many.tar", made, many)).err
    assert "holds no index.json" in publish(tar(tmp_path / "plan.tar", _only_plan(made, tmp_path))).err
    data = whole.read_bytes()
    (tmp_path / "cut.tar").write_bytes(data[: len(data) // 2])
    assert "cut.tar" in publish(tmp_path / "cut.tar").err


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"type": tarfile.SYMTYPE, "linkname": "/etc/passwd", "size": 0}, "a link that leads out of it"),
        (
            {"type": tarfile.LNKTYPE, "linkname": "index.json", "size": 0},
            "which is neither a file nor a link inside it",
        ),
        ({"type": tarfile.CHRTYPE, "size": 0}, "which is neither a file nor a link inside it"),
        ({"type": tarfile.FIFOTYPE, "size": 0}, "which is neither a file nor a link inside it"),
        ({"name": "/blobs/sha256/x"}, "a name that leads out of it"),
        ({"pax_headers": {"path": "../../x"}}, "a name that leads out of it"),
        ({"pax_headers": {"size": str(10**18)}}, "claims 1000000000000000000 bytes"),
        ({"pax_headers": {"size": "-5"}}, "claims -5 bytes"),
        (
            {"pax_headers": {"GNU.sparse.major": "1", "GNU.sparse.minor": "0", "GNU.sparse.realsize": "9"}},
            "a header in it is broken",
        ),
    ],
)
def test_tars_with_odd_entries(
    tmp_path: Path, made: Path, publish: Publish, changes: dict[str, object], message: str
) -> None:
    odd = blobs(made)[0]
    with tarfile.open(tmp_path / "odd.tar", "w", format=tarfile.PAX_FORMAT) as out:
        for file in sorted(one for one in made.rglob("*") if one.is_file()):
            entry = tarfile.TarInfo(file.relative_to(made).as_posix())
            entry.size = file.stat().st_size
            for key, value in changes.items() if file == odd else ():
                setattr(entry, key, value)
            out.addfile(entry, io.BytesIO(file.read_bytes()) if entry.isreg() else None)
    assert message in publish(tmp_path / "odd.tar").err


def test_a_second_plan_in_a_tar(tmp_path: Path, made: Path, publish: Publish) -> None:
    data = (made / PLAN).read_bytes().replace(b"api", b"evil")
    for name in (PLAN, f"./{PLAN}"):
        assert f"holds '{name}' twice" in publish(tar(tmp_path / "two.tar", made, {name: data})).err
    assert "which no bundle has" in publish(tar(tmp_path / "upper.tar", made, {PLAN.upper(): data})).err


def _only_plan(made: Path, tmp_path: Path) -> Path:
    place = tmp_path / "only-plan"
    place.mkdir()
    for name in (PLAN, "oci-layout"):
        (place / name).write_bytes((made / name).read_bytes())
    return place


def test_a_shard_is_missing(tmp_path: Path, fake: FakeRegistry, publish: Publish) -> None:
    one, _ = shards(tmp_path, f"{fake.host}/api:v1")
    ran = publish(one)
    assert "api lacks linux/arm64: no bundle has it" in ran.out
    assert "--partial" in ran.out


def test_one_platform_twice(tmp_path: Path, fake: FakeRegistry, publish: Publish) -> None:
    one, _ = shards(tmp_path, f"{fake.host}/api:v1")
    other = bundle(tmp_path / "other", part(image("amd64", b"other"), f"{fake.host}/api:v1", declared=(ARM64, AMD64)))
    ran = publish(one, other)
    assert "api for linux/amd64 is" in ran.out
    assert str(one) in ran.out and str(other) in ran.out
    assert "build each platform once" in ran.out


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("commit", "1" * 40, f"its commit is {'0' * 40}"),
        ("declared", ["linux/arm64"], "its declared platforms are"),
        ("annotations", {"a": "b"}, "its annotations are none"),
        ("releaseVersion", "2.0.0", "its version is 1.0.0"),
        ("event", "branch", "its event is tag"),
        ("type", "docker", "its type is image"),
    ],
)
def test_shards_of_two_builds(
    tmp_path: Path, fake: FakeRegistry, publish: Publish, field: str, value: object, message: str
) -> None:
    one, other = shards(tmp_path, f"{fake.host}/api:v1", commit="0" * 40, version="1.0.0", event="tag")
    edit(other, **{field: value})
    ran = publish(one, other)
    assert "api is of two builds" in ran.out
    assert message in ran.out


def test_an_artifact_of_two_contents(tmp_path: Path, fake: FakeRegistry, publish: Publish) -> None:
    one = bundle(tmp_path / "one", part(image("amd64", b"one"), f"{fake.host}/api:v1"))
    other = bundle(tmp_path / "other", part(image("arm64", b"other"), f"{fake.host}/api:v1"))
    ran = publish(one, other)
    assert "is in several bundles with different content, and it declares no platforms" in ran.out


def test_references_that_are_not_allowed(tmp_path: Path, fake: FakeRegistry, publish: Publish) -> None:
    place = bundle(tmp_path / "b", part(image("amd64"), f"{fake.host}/api:v1", "ghcr.io/evil/x:v1"))
    ran = publish(place)
    assert "the bundle would publish api as ghcr.io/evil/x:v1, which --allow does not" in ran.err
    several = bundle(tmp_path / "more", part(image("amd64"), "a.example/x:v1", "a.example/x:v2", "b.example/y:v1"))
    assert "if that is meant: --allow a.example/x --allow b.example/y\n" in publish(several, "--allow", "c.example").err
    near = bundle(tmp_path / "near", part(image("amd64"), "ghcr.io/acmes/api:v1"))
    assert "ghcr.io/acmes/api:v1, which --allow does not" in publish(near, "--allow", "ghcr.io/acme").err


def test_maps_that_cannot_be(tmp_path: Path, fake: FakeRegistry, publish: Publish) -> None:
    place = bundle(tmp_path / "b", part(image("amd64"), "ghcr.io/a/api:v1", "ghcr.io/b/api:v1"))
    ran = publish(place, "--map", f"ghcr.io/a={fake.host}/x", "--map", f"ghcr.io/b={fake.host}/x")
    assert f"--map makes ghcr.io/a/api:v1 and ghcr.io/b/api:v1 the same: {fake.host}/x/api:v1" in ran.err
    assert "fits nothing that is published" in publish(place, "--map", f"quay.io={fake.host}").err
    assert "makes ghcr.io/a/api a repository that is none" in publish(place, "--map", f"ghcr.io/a/api={fake.host}").err
    assert "has no '='" in publish(place, "--map", "ghcr.io", code=2).err
    assert "names no registry host" in publish(place, "--map", f"acme={fake.host}", code=2).err
    twice = publish(place, "--map", "ghcr.io=a.b/c", "--map", "ghcr.io=a.b/d", code=2)
    assert "ghcr.io is mapped to a.b/c and to a.b/d" in twice.err


def test_options_that_contradict_each_other(made: Path, publish: Publish) -> None:
    assert "--allow and --to contradict" in publish(made, "--to", "a.b/c:v1", code=2).err
    assert "--file and --allow contradict" in publish(made, "--file", ".lazy", code=2).err
    assert "--check is for a dry run" in publish(made, "--check", code=2).err
    assert "is given twice" in publish(made, made, code=2).err
    assert "--tag is for templates" in publish(made, "--tag", "v1", code=2).err
    assert "no artifact matches 'web'" in publish(made, "-a", "web", code=2).err
    assert "no artifact matches 'web'" in publish(made, "-a", "api", "-a", "web", code=2).err
    assert "--no-referrers is for a layout" in publish(made, "--no-referrers", code=2).err

"""Content of a bundle goes only where its own file says, and what plans decide together must agree."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from lazyoci.layout.image import complete
from lazyoci.layout.store import Staged
from lazyoci.oci import mediatype
from tests.e2e.cli import git, repository
from tests.registry.fake import FakeRegistry
from tests.schemas import conforms
from tests.unit.bundle.made import bundle, edit, image, part, shards
from tests.unit.cli.running import Runner


def lazy(directory: str, name: str = "") -> str:
    named = f"    name: {name}\n" if name else ""
    return (
        f"version: 1\nartifacts:\n  - type: artifact\n{named}    files: [{{path: x.txt, mediaType: text/plain}}]\n"
        f'    targets: [{{registry: "{{{{ .Registry }}}}/{directory}", tags: ["{{{{ .VersionFull }}}}"]}}]\n'
    )


def two_files(tmp_path: Path, name: str = "") -> Path:
    """A clone with a file in `a`, and one in `b`."""
    place = tmp_path / "project"
    for directory in ("a", "b"):
        (place / directory).mkdir(parents=True)
        (place / directory / ".lazy").write_text(lazy(directory, name), "utf-8")
        (place / directory / "x.txt").write_text(f"of {directory}", "utf-8")
    return repository(place)


@pytest.mark.parametrize("name", ["", "app"])
def test_content_goes_where_its_own_file_says(name: str, run: Runner, fake: FakeRegistry, tmp_path: Path) -> None:
    project = two_files(tmp_path, name)
    made = tmp_path / "made"
    ran = run("build", str(project / "a"), "--tag", "v1.4.0", "--bundle", str(made))
    assert ran.code == 0, ran
    plan = conforms(json.loads((made / "lazyoci.json").read_text("utf-8")), "bundle")
    assert plan["artifacts"][0]["file"] == "a/.lazy"

    ran = run("publish", str(made), "--file", str(project / "b"), "--tag", "v1.4.0")
    label = name or "artifact[0]"
    assert ran.code == 1
    assert f"{label} was built from a/.lazy, and b/.lazy is to publish it" in " ".join(ran.out.split()), ran
    both = ("--file", str(project / "a"), "--file", str(project / "b"))
    ran = run("publish", str(made), *both, "--tag", "v1.4.0")
    assert ran.code == 1 and f"two artifacts are called {label}" in ran.err, ran
    assert fake.requests() == []
    told = json.dumps(plan).replace('"file": "a/.lazy"', '"file": ""')
    (made / "lazyoci.json").write_text(told, "utf-8")
    ran = run("publish", str(made), "--file", str(project / "a"), "--tag", "v1.4.0")
    assert ran.code == 1 and f"does not tell from which file {label} was built" in " ".join(ran.out.split()), ran
    assert fake.requests() == []
    (made / "lazyoci.json").write_text(json.dumps(plan), "utf-8")
    ran = run("publish", str(made), "--file", str(project / "a"), "--tag", "v1.4.0")
    assert ran.code == 0 and fake.tag("a", "1.4.0") != "", ran


def test_the_hint_for_names_that_repeat_holds(run: Runner, tmp_path: Path) -> None:
    project = two_files(tmp_path)
    made = ("--tag", "v1.4.0", "--bundle", str(tmp_path / "made"))
    ran = run("build", str(project / "a"), str(project / "b"), *made)
    assert ran.code == 1 and "build and publish each file by itself" in " ".join(ran.out.split()), ran


def test_no_reference_is_published_twice(run: Runner, fake: FakeRegistry, tmp_path: Path) -> None:
    reference = f"{fake.host}/app:v1"
    parts = [part(image("amd64", name.encode()), reference, name=name) for name in ("api", "web")]
    one = bundle(tmp_path / "one.tar", *parts)
    several = [bundle(tmp_path / made.artifact.name, made) for made in parts]
    for places in ([one], several):
        ran = run("publish", *map(str, places), "--allow", fake.host)
        assert ran.code == 1 and f"api and web would both be published as {reference}" in ran.err, ran
    elsewhere = bundle(tmp_path / "else", part(image("amd64", b"web"), "ghcr.io/acme/app:v1", name="web"))
    maps = ("--map", f"ghcr.io/acme={fake.host}", "--allow", fake.host)
    assert run("publish", str(several[0]), str(elsewhere), *maps).code == 1
    assert fake.requests() == []


def test_parts_agree_on_references(run: Runner, fake: FakeRegistry, tmp_path: Path) -> None:
    one, other = shards(tmp_path, f"{fake.host}/api:v1")
    edit(other, references=[{"reference": f"{fake.host}/api:v1", "moves": "never"}])
    third = shards(tmp_path / "others", f"{fake.host}/api:v2")[1]
    for second, shown in ((other, "api:v1 (moves: never)"), (third, "api:v2")):
        ran = run("publish", str(one), str(second), "--allow", fake.host)
        told = "".join(ran.out.split())
        assert ran.code == 1 and "apiisoftwobuilds:itsreferencesare" in told and shown.replace(" ", "") in told, ran
    assert fake.requests() == []


@pytest.mark.parametrize("options", [(), ("--to", "r.example/x:1"), ("--allow", "r.example")])
def test_a_pipe_is_no_bundle(options: tuple[str, ...], run: Runner, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    ran = run("publish", *options, str(tmp_path / "pipe"))
    assert ran.code == 1 and "is no regular file or directory" in ran.err, ran


@pytest.mark.parametrize("given", [(), ("--tag", "v1.4.0")], ids=["git", "given"])
def test_changes_that_are_not_committed_are_no_release(
    given: tuple[str, ...], run: Runner, fake: FakeRegistry, tmp_path: Path
) -> None:
    project = two_files(tmp_path, "app")
    (project / "a" / "x.txt").write_text("changed", "utf-8")
    made = tmp_path / "made"
    ran = run("build", str(project / "a"), "--tag", "v1.4.0", "--bundle", str(made))
    assert ran.code == 0, ran
    plan = conforms(json.loads((made / "lazyoci.json").read_text("utf-8")), "bundle")
    assert plan["artifacts"][0]["dirty"] is True

    git(project, "checkout", "--quiet", ".")
    ran = run("publish", str(made), "--file", str(project / "a"), "--tag", "v1.5.0")
    assert ran.code == 0 and "app was built with changes that are not committed" in " ".join(ran.err.split()), ran
    ran = run("publish", str(made), "--allow", fake.host)
    assert ran.code == 0 and "app was built with changes that are not committed" in " ".join(ran.err.split()), ran
    git(project, "tag", "v1.4.0")
    sent = len(fake.requests())
    ran = run("publish", str(made), "--file", str(project / "a"), *given)
    assert ran.code == 1 and "1.4.0 is the tag of a release" in " ".join(ran.out.split()), ran
    assert len(fake.requests()) == sent


def test_a_map_onto_the_source_of_a_copy(run: Runner, fake: FakeRegistry, tmp_path: Path) -> None:
    project = two_files(tmp_path, "app")
    copy = "version: 1\nartifacts:\n  - type: copy\n    name: promoted\n    from: h.example/m/a:1.4.0\n"
    copy += '    targets: [{registry: "{{ .Registry }}/production", tags: ["{{ .VersionFull }}"]}]\n'
    (project / "c").mkdir()
    (project / "c" / ".lazy").write_text(copy, "utf-8")
    assert run("build", str(project / "a"), "--tag", "v1.4.0", "--bundle", str(tmp_path / "made")).code == 0
    files = ("--file", str(project / "a"), "--file", str(project / "c"), "--tag", "v1.4.0")
    ran = run("publish", str(tmp_path / "made"), *files, "--map", f"{fake.host}/a=h.example/m/a")
    assert ran.code == 1
    assert "--map has app published as h.example/m/a:1.4.0, of which promoted is a copy in this run" in ran.err
    ran = run("publish", str(tmp_path / "made"), *files, "--map", f"{fake.host}/a=h.example/n/a", "--dry-run")
    assert ran.code == 0, ran
    assert fake.requests() == []


LAZY = """\
version: 1
artifacts:
  - type: image
    name: api
    platforms: [PLATFORMS]
    annotations: {team: ours}
    targets: [{registry: "{{ .Registry }}/api", tags: ["{{ .VersionFull }}"]}]
"""


def image_project(place: Path, platforms: str) -> Path:
    place.mkdir()
    (place / ".lazy").write_text(LAZY.replace("PLATFORMS", platforms))
    (place / "Dockerfile").write_text("FROM scratch\n")
    return repository(place)


def test_platforms_that_the_file_does_not_declare(run: Runner, fake: FakeRegistry, tmp_path: Path) -> None:
    here = image_project(tmp_path / "p", "linux/amd64")
    made = bundle(tmp_path / "b", part(image("arm64"), f"{fake.host}/api:v1", commit=git(here, "rev-parse", "HEAD")))
    ran = run("publish", str(made), "--file", str(here), "--tag", "v1.0.0")
    assert ran.code == 1
    assert "does not declare" in ran.out
    assert fake.requests() == []


def test_platforms_where_the_file_declares_none(run: Runner, fake: FakeRegistry, tmp_path: Path) -> None:
    here = image_project(tmp_path / "p", "linux/amd64")
    (here / ".lazy").write_text(LAZY.replace("    platforms: [PLATFORMS]\n", ""))
    store = Staged()
    entries = [
        {**image(one, base=store).root.to_json(), "platform": {"os": "linux", "architecture": one}}
        for one in ("amd64", "arm64")
    ]
    index = {"schemaVersion": 2, "mediaType": mediatype.OCI_INDEX, "manifests": entries}
    built = complete(store, store.add_json(mediatype.OCI_INDEX, index))
    commit = git(here, "rev-parse", "HEAD")
    made = bundle(tmp_path / "b", part(built, f"{fake.host}/api:v1", commit=commit))
    ran = run("publish", str(made), "--file", str(here), "--tag", "v1.0.0")
    assert ran.code == 1
    assert "the file declares no platforms" in ran.out
    assert fake.requests() == []


def test_annotations_of_the_joined_index_are_those_of_the_file(run: Runner, fake: FakeRegistry, tmp_path: Path) -> None:
    here = image_project(tmp_path / "p", "linux/arm64, linux/amd64")
    commit = git(here, "rev-parse", "HEAD")
    one, other = shards(tmp_path, f"{fake.host}/api:v1", commit=commit, annotations={"team": "evil"})
    ran = run("publish", str(one), str(other), "--file", str(here), "--tag", "v1.0.0")
    assert ran.code == 0, ran
    pushed = json.loads(fake.manifests("api")[fake.tag("api", "1.0.0")])
    assert pushed["annotations"] == {"team": "ours"}


@pytest.mark.parametrize("of_a_part", [False, True])
def test_a_subject_elsewhere_is_refused(run: Runner, fake: FakeRegistry, tmp_path: Path, of_a_part: bool) -> None:
    """It would attach what strangers built to an image that the file does not name."""
    here = image_project(tmp_path / "p", "linux/amd64")
    store = image("amd64").store
    document = json.loads(store.read(image("amd64").root))
    document["subject"] = {"mediaType": mediatype.OCI_MANIFEST, "digest": "sha256:" + "0" * 64, "size": 7}
    root = store.add_json(mediatype.OCI_MANIFEST, document)
    if of_a_part:
        entry = {**root.to_json(), "platform": {"os": "linux", "architecture": "amd64"}}
        index = {"schemaVersion": 2, "mediaType": mediatype.OCI_INDEX, "manifests": [entry]}
        root = store.add_json(mediatype.OCI_INDEX, index)
    commit = git(here, "rev-parse", "HEAD")
    made = bundle(tmp_path / "b", part(complete(store, root), f"{fake.host}/api:v1", commit=commit))
    ran = run("publish", str(made), "--file", str(here), "--tag", "v1.0.0")
    assert ran.code == 1
    assert "subject" in ran.out
    assert fake.requests() == []


def test_a_name_counts_before_a_type(run: Runner, fake: FakeRegistry, tmp_path: Path) -> None:
    one, other = image("amd64", b"one"), image("amd64", b"two")
    parts = [part(one, f"{fake.host}/one:1", name="image"), part(other, f"{fake.host}/two:1", name="web")]
    place = bundle(tmp_path / "b", *parts)
    ran = run("publish", str(place), "--allow", fake.host, "--artifact", "image")
    assert ran.code == 0, ran
    assert fake.tag("one", "1") and not fake.tag("two", "1")

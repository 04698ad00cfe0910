"""Bundles and copies by the Python API: what the commands do, and nothing where arguments contradict each other."""

from __future__ import annotations

from pathlib import Path
from typing import Any, cast

import pytest

from lazyoci import copy_artifact, publish_bundles, publish_files
from lazyoci.errors import BundleError, LazyociError, UsageError
from tests.e2e.cli import repository
from tests.registry.fake import FakeRegistry
from tests.unit.bundle.made import bundle, edit, image, part

LAZY = """\
version: 1
artifacts:
  - type: artifact
    name: notes
    files: [{path: notes.txt, mediaType: text/plain}]
    targets: [{registry: "HOST/notes", tags: ["{{ .VersionFull }}"]}]
"""


@pytest.fixture
def project(tmp_path: Path, fake: FakeRegistry, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("HOME", "XDG_CONFIG_HOME"):
        monkeypatch.setenv(name, str(tmp_path / "home"))
    for name in ("LAZYOCI_TAG", "LAZYOCI_VERSION", "LAZYOCI_OCCASION", "SOURCE_DATE_EPOCH"):
        monkeypatch.delenv(name, raising=False)
    place = tmp_path / "project"
    place.mkdir()
    (place / ".lazy").write_text(LAZY.replace("HOST", fake.host), "utf-8")
    (place / "notes.txt").write_text("notes", "utf-8")
    return repository(place)


@pytest.mark.parametrize("name", ["made", "made.tar"])
def test_built_published_and_copied(project: Path, fake: FakeRegistry, tmp_path: Path, name: str) -> None:
    made = tmp_path / name
    (built,) = publish_files(project, tag="v1.4.0", bundle=made)
    assert not built.failed and fake.requests() == []
    (published,) = publish_bundles(made, files=project, tag="v1.4.1")
    assert (published.failed, published.digest) == (False, built.digest)
    assert fake.tag("notes", "1.4.1") == built.digest and fake.tag("notes", "1.4.0") == ""
    (allowed,) = publish_bundles(made, allow=fake.host)
    assert not allowed.failed and fake.tag("notes", "1.4.0") == built.digest
    copied = copy_artifact(f"{fake.host}/notes:1.4.0", f"{fake.host}/production:1", tmp_path / "out.tar")
    assert [one.outcome.state for one in copied.references] == ["new", "new"]
    again = copy_artifact(tmp_path / "out.tar", f"{fake.host}/back:1")
    assert fake.tag("production", "1") == fake.tag("back", "1") == again.digest == built.digest


def test_what_does_not_belong_here(project: Path, fake: FakeRegistry, tmp_path: Path) -> None:
    made = bundle(tmp_path / "b", part(image("amd64"), f"{fake.host}/evil:1"))
    with pytest.raises(BundleError, match="which --allow does not"):
        publish_bundles(made, allow=[f"{fake.host}/notes"])
    with pytest.raises(BundleError, match="declares no such artifact"):
        publish_bundles(made, files=[project], tag="v1.4.0")
    with pytest.raises(BundleError, match="is a bundle"):
        copy_artifact(made, f"{fake.host}/x:1")
    edit(made, size=7)
    with pytest.raises(BundleError, match="gives api the size 7"):
        publish_bundles(made, allow=[fake.host])
    assert fake.requests() == []


def test_arguments_that_say_too_little_or_too_much(project: Path, tmp_path: Path) -> None:
    made = bundle(tmp_path / "b", part(image("amd64"), "r.example/api:1"))
    for arguments in ({}, {"files": project, "allow": "r.example"}):
        with pytest.raises(UsageError, match="either files or allow"):
            publish_bundles(made, **arguments)
    with pytest.raises(UsageError, match="give bundles"):
        publish_bundles(allow="r.example")
    for targets in ((), (f"r.example/x@sha256:{'0' * 64}",)):
        with pytest.raises(LazyociError, match="give targets"):
            copy_artifact("r.example/api:1", *targets)
    for vague in ("r.example/x", "out", "out:1"):
        with pytest.raises(UsageError, match="names no registry or no tag"):
            copy_artifact("r.example/api:1", vague)
    with pytest.raises(UsageError, match="5 is no target"):
        copy_artifact("r.example/api:1", "r.example/x:1", cast(Any, 5))
    with pytest.raises(UsageError, match="path of a bundle is empty"):
        publish_bundles("", allow="r.example")

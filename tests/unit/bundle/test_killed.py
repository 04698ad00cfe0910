"""`build --bundle` killed wherever it changes a file: nothing half is a bundle, and the next run ends the work."""

from __future__ import annotations

import os
import signal
import sys
import threading
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from lazyoci.bundle import write as writing
from lazyoci.bundle.plan import BundledArtifact, BundlePlan
from lazyoci.bundle.read import open_bundle, verify
from lazyoci.bundle.write import Part, check_place, write
from lazyoci.errors import BundleError, LayoutError
from lazyoci.layout.write import write as write_layout
from lazyoci.locks import locked
from tests.unit.bundle.made import CLOCK, bundle, image, part

pytestmark = pytest.mark.skipif(os.name == "nt", reason="needs SIGKILL")
CHANGES = ("open", "os.rename", "os.remove", "os.mkdir", "os.link", "os.chmod", "os.utime", "os.rmdir")


@pytest.fixture(autouse=True)
def _no_waiting_for_the_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only what outlives the process counts here, not what outlives the machine."""
    monkeypatch.setattr(os, "fsync", lambda _: None)


def parts(*names: str) -> list[Part]:
    return [part(image("amd64", name.encode() * 50), f"r.example/{name}:v1", name=name) for name in names]


def killed_at(moment: int, place: Path, made: list[Part]) -> bool:
    """Write a bundle in a process that is killed at the given change; whether it was."""
    child = os.fork()
    if child == 0:  # which never returns, so that no test runs twice
        left = [moment]

        def count(event: str, _arguments: tuple[object, ...]) -> None:
            if event in CHANGES:
                left[0] -= 1
                if left[0] == 0:
                    os.kill(os.getpid(), signal.SIGKILL)

        try:
            sys.addaudithook(count)
            write(place, made, BundlePlan("killed", CLOCK, tuple([one.artifact for one in made])))
        finally:
            os._exit(0)
    _, status = os.waitpid(child, 0)
    return os.WIFSIGNALED(status)


def whole(place: Path) -> list[BundledArtifact]:
    """The artifacts of what is a bundle, all of which is there; none of what is no bundle."""
    try:
        found = open_bundle(place)
    except BundleError as error:
        assert (
            "is no bundle" in error.message or "does not exist" in error.message or "is an OCI layout" in error.message
        )
        return []
    verify(found)
    return list(found.plan.artifacts)


@pytest.mark.parametrize("name", ["made", "made.tar"])
@pytest.mark.parametrize("over", [False, True])
def test_at_every_moment(tmp_path: Path, name: str, over: bool) -> None:
    old, new = parts("api", "old"), parts("api", "new")
    known = ([], [one.artifact for one in old], [one.artifact for one in new])
    moment = 0
    while True:
        moment += 1
        place = tmp_path / str(moment) / name
        place.parent.mkdir()
        if over:
            bundle(place, *old)
        if not killed_at(moment, place, new):
            break
        assert whole(place) in known, moment
        check_place(place)
        bundle(place, *new)
        assert whole(place) == known[2], moment
        left = [path.name for path in place.parent.rglob("*") if path.name.startswith(".partial")]
        assert left == [], moment
    assert whole(place) == known[2]
    assert moment > (10 if name == "made" else 3)


def test_what_is_unfinished_becomes_no_other_layout(tmp_path: Path) -> None:
    made = parts("api")
    moment = 1
    while killed_at(moment, tmp_path / "made", made):
        moment += 1
        unfinished = (tmp_path / "made" / ".partial-bundle").exists() and not (
            tmp_path / "made" / "lazyoci.json"
        ).exists()
        if unfinished:
            with pytest.raises(LayoutError, match="is a bundle that was not finished"):
                write_layout(image("amd64"), tmp_path / "made", ["x"])


def test_others_files_are_no_unfinished_bundle(tmp_path: Path) -> None:
    place = tmp_path / "mine"
    place.mkdir()
    (place / "mine").write_text("mine", "utf-8")
    with pytest.raises(BundleError, match="holds something else already"):
        check_place(place)
    assert [path.name for path in place.iterdir()] == ["mine"]


def test_two_runs_write_one_after_the_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place, asked = tmp_path / "made", threading.Event()
    first, second = parts("api", "one"), parts("api", "two")
    plan = BundlePlan("second", CLOCK, tuple([one.artifact for one in second]))
    other = threading.Thread(target=write, args=(place, second, plan))

    def told(path: Path) -> AbstractContextManager[None]:
        if threading.current_thread() is other:
            asked.set()
        return locked(path)

    def meanwhile(_size: int) -> None:
        if other.ident is None:
            other.start()
            while other.is_alive() and not asked.wait(0.01):
                pass
            assert other.is_alive(), "it did not wait"

    monkeypatch.setattr(writing, "locked", told)
    write(place, first, BundlePlan("first", CLOCK, tuple([one.artifact for one in first])), meanwhile)
    other.join()
    assert whole(place) == [one.artifact for one in second]
    assert sorted(path.name for path in place.iterdir()) == ["blobs", "index.json", "lazyoci.json", "oci-layout"]

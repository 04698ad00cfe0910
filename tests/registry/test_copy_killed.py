"""`publish` and `copy` killed at chosen moments: no tag is ever incomplete, and the next run ends the work."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from lazyoci.oci import mediatype
from lazyoci.oci.descriptor import Descriptor
from tests.registry.fake import FakeRegistry
from tests.registry.kit import artifact, kit, noise, run, wanted
from tests.registry.test_copy import SIGNATURE, about, listed
from tests.registry.test_push_killed import MOMENTS, Program, after, before
from tests.unit.bundle.made import bundle, part

Fakes = Callable[..., FakeRegistry]
pytestmark = pytest.mark.skipif(os.name == "nt", reason="needs SIGKILL")
TEN = {
    **MOMENTS,
    "at the third upload": ("POST", r"/blobs/uploads/", 3, after),
    "after latest": ("PUT", r"/manifests/latest$", 1, after),
}
OF_COPIES = {"before the list of referrers": ("PUT", r"/manifests/sha256-", 1, before)}
LAYERS = tuple(noise(2_000_000, number) for number in range(3))


def complete(fake: FakeRegistry) -> bool:
    """Whether every tag points to what is there with all that it names."""
    stored = fake.distribution.repository("team/parts")
    for digest in stored.tags.values():
        if digest not in stored.manifests:
            return False
        document = json.loads(stored.manifests[digest][1])
        below = {one["digest"] for one in document.get("manifests") or ()}
        blobs = {one["digest"] for one in [*document.get("layers", ()), *filter(None, [document.get("config")])]}
        if not below <= set(stored.manifests) or not blobs <= stored.blobs:
            return False
    return True


def killed(program: Program, fake: FakeRegistry, moment: str) -> None:
    """Kill the program at a moment, and run it again."""
    method, path, nth, when = (TEN | OF_COPIES)[moment]
    fake.script.on(method, path, when(lambda: program.send(signal.SIGKILL)), nth=nth)
    program.start()
    assert program.end()[0] == -signal.SIGKILL
    assert complete(fake)
    program.start()
    code, results, err = program.end()
    assert (code, err) == (0, "")
    assert fake.tag("team/parts", "v1") == fake.tag("team/parts", "latest") == results[0]["digest"]
    assert complete(fake)


@pytest.mark.parametrize("moment", TEN)
def test_a_publish(fake: FakeRegistry, tmp_path: Path, moment: str) -> None:
    references = [f"{fake.host}/team/parts:{tag}" for tag in ("v1", "latest")]
    place = bundle(tmp_path / "bundle", part(artifact(*LAYERS), *references, name="parts", type="artifact"))
    (tmp_path / "tmp").mkdir()
    killed(Program(tmp_path, fake.host, arguments=("publish", str(place), "--allow", fake.host)), fake, moment)


@pytest.mark.parametrize("moment", [*TEN, *OF_COPIES])
def test_a_copy(fakes: Fakes, tmp_path: Path, moment: str) -> None:
    source, fake = fakes(), fakes()
    run(kit(), wanted(f"{source.host}/staging:v1"), artifact(*LAYERS))
    root = source.tag("staging", "v1")
    size = len(source.manifests("staging")[root])
    image = Descriptor(mediatype.OCI_MANIFEST, root, size)
    signature = about(source, "staging", image, SIGNATURE, b"signed")
    (tmp_path / "tmp").mkdir()
    references = [f"{fake.host}/team/parts:{tag}" for tag in ("v1", "latest")]
    killed(Program(tmp_path, fake.host, arguments=("copy", f"{source.host}/staging:v1", *references)), fake, moment)
    assert listed(fake, "team/parts", image) == {signature.digest}

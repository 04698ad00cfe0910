"""The parameters of a build besides its artifact, and a few functions that all builders use."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from lazyoci.errors import BuildError, Interrupted
from lazyoci.frozen import field, frozen
from lazyoci.layout.store import Built, Staged
from lazyoci.oci.annotations import CREATED
from lazyoci.oci.descriptor import MANIFEST_LIMIT, dump
from lazyoci.oci.mediatype import OCI_MANIFEST


def _ignore(_: Any) -> None:
    """The callback if nobody listens."""


@frozen
class Context:
    """The run that a build belongs to, and callbacks for its progress.

    `directory` is that of the `.lazy` file; `scratch` an existing directory for temporary files, removed by the caller
    once everything is pushed. `epoch` is SOURCE_DATE_EPOCH in seconds, if set. `annotations` are rendered. `platforms`,
    `builder` and `engine` are those of the command line, where the first two override what an image artifact says.
    `layout` is where the run writes an OCI layout or a bundle.
    """

    directory: Path
    scratch: Path
    epoch: int | None = None
    annotations: Mapping[str, str] = field(default_factory=dict)
    platforms: Sequence[str] = ()
    builder: str = ""
    engine: str = "auto"  # auto, buildx, docker, buildah or podman
    layout: Path | None = None
    on_output: Callable[[str], None] = _ignore  # a line of a builder's output, or a note, without its line break
    on_bytes: Callable[[int], None] = _ignore  # bytes just read of what is hashed or packed
    cancelled: threading.Event = field(default_factory=threading.Event)

    def progress(self, count: int) -> None:
        """Report `count` more bytes. Raises Interrupted once the run is cancelled."""
        self.check_cancelled()
        self.on_bytes(count)

    def check_cancelled(self) -> None:
        """Raise Interrupted once the run is cancelled."""
        if self.cancelled.is_set():
            raise Interrupted("the build was interrupted")

    def refuse_own_output(self, label: str, path: Path) -> None:
        """Raise BuildError if the run's layout is part of `path`: each run would publish what the last one wrote."""
        if self.layout is None:
            return
        published, layout = path.resolve(), self.layout.resolve()
        if layout.is_relative_to(published) or published.is_relative_to(layout):
            raise BuildError(
                f"{label}: {path} is published, and this run writes {self.layout} there",
                hint="write the layout or bundle to a directory that no artifact publishes",
            )

    def scratch_file(self, suffix: str) -> Path:
        """An unused path in `scratch`."""
        return self.scratch / (os.urandom(8).hex() + suffix)

    def created(self) -> dict[str, str]:
        """The annotation `created`; only with SOURCE_DATE_EPOCH, otherwise each build would have another time."""
        if self.epoch is None:
            return {}
        return {CREATED: datetime.fromtimestamp(self.epoch, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")}


# a builder function; it takes only artifacts of the class that its row in the table names
Builder = Callable[[Any, Context], Built]


def finish(
    staged: Staged, manifest: Mapping[str, Any], label: str, *, dump: Callable[[Mapping[str, Any]], bytes] = dump
) -> Built:
    """Stage an image manifest and describe the whole; BuildError when it is larger than registries must accept."""
    data = dump(manifest)
    if len(data) > MANIFEST_LIMIT:
        raise BuildError(
            f"{label}: its manifest would have {len(data)} bytes; registries accept {MANIFEST_LIMIT}",
            hint="pack many files into a directory or an archive",
        )
    root = staged.add_bytes(OCI_MANIFEST, data)
    blobs = {item["digest"]: item["size"] for item in (manifest["config"], *manifest["layers"])}
    return Built(root, staged, root.size + sum(blobs.values()))

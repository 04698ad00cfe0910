"""What `metadata: auto` says of an artifact: the standard annotations of image-spec (annotations.md) that are known.

Nothing but the version depends on the occasion, so that what was built once has the same digest when it is built again.
"""

from __future__ import annotations

import os
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from lazyoci.config.model import HelmArtifact
from lazyoci.oci.annotations import CREATED, TITLE
from lazyoci.repository import repository_root
from lazyoci.values.version_file import read_license
from lazyoci.world.commit_time import commit_time
from lazyoci.world.remote import remote_url, remotes, web_address

if TYPE_CHECKING:
    from lazyoci.config.model import Artifact
    from lazyoci.values.variables import Values

_FRONT = "org.opencontainers.image."


def automatic(artifact: Artifact, values: Values, epoch: int | None) -> dict[str, str]:
    """The annotations, by key; `epoch` is SOURCE_DATE_EPOCH in seconds, which counts before the time of the commit."""
    found = {
        CREATED: _created(values, epoch),
        f"{_FRONT}revision": "" if values.git.dirty else values.git.sha_long,
        f"{_FRONT}source": _source(values),
        f"{_FRONT}licenses": _license(values),
    }
    if not isinstance(artifact, HelmArtifact):  # a chart says these itself
        exact = values.version.exact
        found[TITLE] = "" if artifact.name is None else artifact.name.value
        found[f"{_FRONT}version"] = "" if exact is None else exact.full
    return {key: text for key, text in found.items() if text and text.isprintable()}


def _created(values: Values, epoch: int | None) -> str:
    if epoch is None:
        epoch, _ = commit_time(values.directory)
    return "" if epoch is None else datetime.fromtimestamp(epoch, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _source(values: Values) -> str:
    root = repository_root(values.directory)
    listed = None if root is None else remotes(root)[0]
    return "" if listed is None else web_address(remote_url(listed))


def _license(values: Values) -> str:
    path = "" if values.origin is None else values.origin.path
    if not path:
        return ""
    place = os.path.join(values.directory, path)  # noqa: PTH118  # as where the version is read
    return read_license(path, lambda: values.world.files.read(place))

"""What `metadata: auto` says of an artifact: the standard annotations of image-spec (annotations.md) that are known.

Nothing but the version depends on the occasion, so that what was built once has the same digest when it is built again.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from lazyoci.config.model import HelmArtifact, ImageArtifact
from lazyoci.errors import UsageError
from lazyoci.oci.annotations import CREATED, TITLE
from lazyoci.repository import repository_root
from lazyoci.values.value import Value
from lazyoci.values.version_file import read_license
from lazyoci.world.commit_time import commit_time
from lazyoci.world.epoch import source_date_epoch
from lazyoci.world.remote import remotes, source_url

if TYPE_CHECKING:
    from lazyoci.config.model import Artifact
    from lazyoci.values.variables import Values

_FRONT = "org.opencontainers.image."


def automatic(artifact: Artifact, values: Values, epoch: int | None) -> dict[str, str]:
    """The annotations that are known, by key; none where the file does not ask. `epoch` as for `metadata`."""
    if artifact.metadata is None:
        return {}
    return {one.name: one.text for one in metadata(artifact, values, epoch) if one.text}


def added(artifact: Artifact, values: Values) -> tuple[Value, ...]:
    """What a build adds by `metadata: auto`, as `metadata`, without the annotations that the file has itself."""
    if artifact.metadata is None:
        return ()
    try:
        epoch = source_date_epoch(values.world.environ)
    except UsageError:
        epoch = None  # the build says what is wrong with it
    return tuple([one for one in metadata(artifact, values, epoch) if one.name not in artifact.annotations])


def metadata(artifact: Artifact, values: Values, epoch: int | None) -> tuple[Value, ...]:
    """Each annotation with its source, or without a text and why it is left out.

    `epoch` is SOURCE_DATE_EPOCH in seconds, which counts before the time of the commit. Git is asked twice.
    """
    return tuple(
        [one if one.text is None or one.text.isprintable() else _odd(one) for one in _all(artifact, values, epoch)]
    )


def _all(artifact: Artifact, values: Values, epoch: int | None) -> Iterator[Value]:
    yield _created(values, epoch)
    yield _revision(values)
    yield _source(values)
    if not isinstance(artifact, HelmArtifact):  # a chart says these itself
        name = None if artifact.name is None else artifact.name.value
        yield Value(TITLE, name, "the artifact's name" if name else "the artifact has no name")
        exact = values.version.exact
        why = values.version.source if exact is not None else "this run is not for a version"
        yield Value(f"{_FRONT}version", None if exact is None else exact.full, why)
    yield _license(values)
    if isinstance(artifact, ImageArtifact):
        from lazyoci.values.base_image import base_image  # of images alone

        base = base_image(artifact, values)
        if base.name:
            yield Value(f"{_FRONT}base.name", base.name, "FROM in the Dockerfile")
        yield Value(f"{_FRONT}base.digest", base.digest or None, base.reason or "FROM in the Dockerfile")


def _odd(one: Value) -> Value:
    return Value(one.name, None, f"{one.source} holds a control character")


def _created(values: Values, epoch: int | None) -> Value:
    source = "SOURCE_DATE_EPOCH"
    if epoch is None:
        epoch, reason = commit_time(values.directory) if values.world.has_git else (None, values.git.reason)
        if epoch is None:
            return Value(CREATED, None, reason or "there is no commit")
        source = "the time of the commit"
    return Value(CREATED, datetime.fromtimestamp(epoch, UTC).strftime("%Y-%m-%dT%H:%M:%SZ"), source)


def _revision(values: Values) -> Value:
    key, git = f"{_FRONT}revision", values.git
    if git.dirty:
        return Value(key, None, "there are changes that no commit holds")
    return Value(key, git.sha_long or None, "git HEAD" if git.sha_long else git.reason)


def _source(values: Values) -> Value:
    key = f"{_FRONT}source"
    if not values.world.has_git:
        return Value(key, None, values.git.reason)
    root = repository_root(values.directory)
    listed, reason = (None, "") if root is None else remotes(root)
    address = "" if listed is None or root is None else source_url(listed, root)
    return Value(key, address or None, "git remote" if address else reason or "no git remote has an address on the web")


def _license(values: Values) -> Value:
    key, path = f"{_FRONT}licenses", "" if values.origin is None else values.origin.path
    if not path:
        return Value(key, None, "no file of versionFrom names one")
    place = os.path.join(values.directory, path)  # noqa: PTH118  # as where the version is read
    found = read_license(path, lambda: values.world.files.read(place))
    return Value(key, found or None, path if found else f"{path} names none")

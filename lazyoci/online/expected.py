"""The digest that a push would give a tag now, if building is quick: for charts and files, up to a size."""

from __future__ import annotations

import threading
from pathlib import Path

from lazyoci import scratch
from lazyoci.errors import Interrupted, LazyociError
from lazyoci.plan import PlannedArtifact

MOST_BYTES = 32 << 20  # that are read to find the digest


class _TooMuch(Exception):
    """There are more than MOST_BYTES bytes to read."""


def expected_digest(
    planned: PlannedArtifact,
    directory: Path,
    *,
    epoch: int | None = None,
    most: int = MOST_BYTES,
    cancelled: threading.Event | None = None,
) -> str | None:
    """The digest of the artifact with its files as they are now; None if only a real build can tell it.

    `directory` is that of the `.lazy` file, `epoch` SOURCE_DATE_EPOCH. Raises Interrupted once `cancelled` is set.
    """
    from lazyoci import build  # imported only where something was found, because it takes long

    annotations = planned.resolved.annotations
    if planned.artifact.type not in build.CHEAP_TYPES or not all(one.certain for one in annotations.values()):
        return None
    known: dict[str, str] = {}
    if planned.artifact.metadata is not None:
        from lazyoci.values.metadata import automatic  # few files ask for it

        values = planned.resolved.values.base
        if not values.world.has_git:
            return None  # the commit is not known, and its time neither
        known = automatic(planned.artifact, values, epoch)
    left = most

    def count(size: int) -> None:
        nonlocal left
        left -= size
        if left < 0:
            raise _TooMuch

    with scratch.directory() as place:
        context = build.Context(
            directory=directory,
            scratch=place,
            epoch=epoch,
            annotations={**known, **{key: one.text for key, one in annotations.items()}},
            on_bytes=count,
            cancelled=cancelled or threading.Event(),
        )
        try:
            return build.build(planned.artifact, context).root.digest
        except Interrupted:
            raise
        except (LazyociError, _TooMuch):
            return None  # the check reports what is wrong with it

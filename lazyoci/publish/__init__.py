"""`lazyoci build`: builds and pushes what checked files declare, and returns the result for every reference."""

from __future__ import annotations

from lazyoci.publish.collect import about
from lazyoci.publish.options import MOST_JOBS, Options
from lazyoci.publish.result import ArtifactResult, ReferenceResult
from lazyoci.publish.run import publish, publish_content, refused
from lazyoci.world.epoch import source_date_epoch

__all__ = [
    "MOST_JOBS",
    "ArtifactResult",
    "Options",
    "ReferenceResult",
    "about",
    "publish",
    "publish_content",
    "refused",
    "source_date_epoch",
]

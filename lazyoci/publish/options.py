"""The options of a run of `lazyoci build`."""

from __future__ import annotations

from pathlib import Path

from lazyoci.frozen import frozen
from lazyoci.moves import MOST_TAGS

MOST_JOBS = 64  # limit for parallel jobs: more would only wait for each other


@frozen
class Options:
    """What the user asked for; see `lazyoci build --help`."""

    artifacts: tuple[str, ...] = ()
    platforms: tuple[str, ...] = ()
    push: bool = True
    dry_run: bool = False
    allow_unresolved: bool = False  # with dry_run: unresolved values are no errors
    ask: bool = False  # with dry_run: ask the registries what each reference would do
    keep_going: bool = False
    no_clobber: bool = False
    max_tags: int = MOST_TAGS  # how many tags are read from a repository to decide if a tag moves forward
    layout: Path | None = None
    bundle: Path | None = None  # without push: where a bundle is written
    jobs: int = 4
    builder: str = ""
    engine: str = "auto"
    epoch: int | None = None  # SOURCE_DATE_EPOCH, seconds

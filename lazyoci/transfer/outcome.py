"""What is wanted of a push, what was found before it, and what became of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from lazyoci.errors import LazyociError
from lazyoci.layout.store import Built
from lazyoci.oci.descriptor import Descriptor
from lazyoci.oci.reference import Reference, Repository

# what happened, or would happen, to one reference: docs/reference/output.md
State = Literal["planned", "built", "new", "unchanged", "moved", "refused", "failed", "skipped"]

# for each blob that a registry host handles at a time (`jobs`), so many small questions may be under way
QUESTIONS_PER_JOB = 8


@dataclass(frozen=True, slots=True)
class Wanted:
    """The references of one artifact, in the order of pushing (`latest` last)."""

    artifact: str
    references: tuple[Reference, ...]

    @property
    def repositories(self) -> tuple[Repository, ...]:
        """The distinct repositories, in the order of the references."""
        return tuple(dict.fromkeys(reference.repository for reference in self.references))


@dataclass(frozen=True, slots=True)
class Item:
    """An artifact that was built, and where it goes."""

    wanted: Wanted
    built: Built


@dataclass(frozen=True, slots=True)
class Asked:
    """What the preflight learnt of one reference: what it points to (None: it is free), or why it cannot be pushed."""

    reference: Reference
    descriptor: Descriptor | None = None
    error: LazyociError | None = None


@dataclass(frozen=True, slots=True)
class Preflight:
    """The answers of all registries, by reference."""

    found: Mapping[Reference, Asked]

    @property
    def errors(self) -> tuple[LazyociError, ...]:
        """Every distinct reason not to push."""
        return tuple({id(one.error): one.error for one in self.found.values() if one.error is not None}.values())


@dataclass(frozen=True, slots=True)
class Outcome:
    """What happened to one reference, or would happen. `pushed`: the tag was sent in this run, whatever came after.

    `digest` is what the tag should point to ("" while it is unknown), `previous_digest` what it pointed to before.
    """

    state: State
    digest: str = ""
    previous_digest: str = ""
    pushed: bool = False
    error: LazyociError | None = None

    @property
    def published(self) -> bool:
        """Whether the reference points where it should, by this run or one before."""
        return self.state == "unchanged" or (self.pushed and self.error is None)


@dataclass(frozen=True, slots=True)
class Pushed:
    """What became of one artifact: an outcome for each of `wanted.references`, in their order.

    `all_blobs` counts its distinct blobs, `new_blobs` those of them that were uploaded anywhere. `mounted` and
    `existing` count over all repositories. `bytes_sent` is what the uploads carried, without repetitions. `error` is
    what ended the whole push, not one reference of it.
    """

    wanted: Wanted
    outcomes: tuple[Outcome, ...]
    all_blobs: int = 0
    new_blobs: int = 0
    mounted: int = 0
    existing: int = 0
    bytes_sent: int = 0
    error: LazyociError | None = None

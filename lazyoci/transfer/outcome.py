"""What is wanted of a push, what was found before it, and what became of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from lazyoci.errors import LazyociError
from lazyoci.frozen import field, frozen
from lazyoci.layout.store import Built
from lazyoci.moves import MOST_TAGS, Moves, Ours
from lazyoci.oci.descriptor import Descriptor
from lazyoci.oci.reference import Reference, Repository

# what happened, or would happen, to one reference: docs/reference/output.md
State = Literal["planned", "built", "new", "unchanged", "moved", "kept", "refused", "failed", "skipped"]

# for each blob that a registry host handles at a time (`jobs`), so many small questions may be under way
QUESTIONS_PER_JOB = 8


@frozen
class Wanted:
    """The references of one artifact, in the order of pushing (`latest` last)."""

    artifact: str
    references: tuple[Reference, ...]
    moves: Mapping[Reference, Moves] = field(default_factory=dict)  # of those that say it
    ours: Ours = field(default_factory=Ours)  # what those that only move forward are to move to

    def beside(self, reference: Reference) -> tuple[str, ...]:
        """The tags that go into the same repository as `reference`, its own among them."""
        return tuple([one.tag for one in self.references if one.repository == reference.repository])

    @property
    def repositories(self) -> tuple[Repository, ...]:
        """The distinct repositories, in the order of the references."""
        return tuple(dict.fromkeys(reference.repository for reference in self.references))


@frozen
class Delivery:
    """An artifact that was built, and where it goes."""

    wanted: Wanted
    built: Built


@frozen
class Asked:
    """What the preflight learnt of one reference: what it points to (None: it is free), or why it cannot be pushed."""

    reference: Reference
    descriptor: Descriptor | None = None
    error: LazyociError | None = None


@frozen
class TagList:
    """The tags of a repository, or why they cannot be had. `holders` are the digests of some of them."""

    tags: tuple[str, ...] = ()
    error: LazyociError | None = None
    holders: Mapping[str, str] = field(default_factory=dict)


@frozen
class Preflight:
    """The answers of all registries, by reference; the tags of the repositories that were asked for them.

    At most `most_tags` are read of one.
    """

    found: Mapping[Reference, Asked]
    lists: Mapping[Repository, TagList] = field(default_factory=dict)
    most_tags: int = MOST_TAGS

    @property
    def errors(self) -> tuple[LazyociError, ...]:
        """Every distinct reason not to push."""
        return tuple({id(one.error): one.error for one in self.found.values() if one.error is not None}.values())


@frozen
class Holder:
    """The tag of a newer version, and its digest if that is known."""

    reference: str
    digest: str = ""


@frozen
class Outcome:
    """What happened to one reference, or would happen. `pushed`: the tag was sent in this run, whatever came after.

    `digest` is what the tag should point to ("" while it is unknown), `previous_digest` what it pointed to before; of
    a tag that was kept, both are what it points to.
    """

    state: State
    digest: str = ""
    previous_digest: str = ""
    pushed: bool = False
    error: LazyociError | None = None
    reason: str = ""  # why it was kept
    holder: Holder | None = None  # the newer version, for which it was kept

    @property
    def published(self) -> bool:
        """Whether the reference points where it should, by this run or one before."""
        return self.state == "unchanged" or (self.pushed and self.error is None)


@frozen
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

"""The request, the preflight's answers and the outcome of a push."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Literal

from lazyoci.errors import LazyociError
from lazyoci.frozen import field, frozen
from lazyoci.moves import MOST_TAGS, Moves, Ours
from lazyoci.oci.reference import Reference, Repository

if TYPE_CHECKING:
    from lazyoci.layout.store import Built
    from lazyoci.oci.descriptor import Descriptor
    from lazyoci.transfer.companions import Companion

# what happened, or would happen, to one reference; docs/reference/output.md describes each state
State = Literal["planned", "built", "new", "unchanged", "moved", "kept", "refused", "failed", "skipped"]

# small requests at the same time to one host, for each blob that it may transfer at the same time (`jobs`)
QUESTIONS_PER_JOB = 8


@frozen
class Wanted:
    """The references of one artifact, in the order of pushing (`latest` last)."""

    artifact: str
    references: tuple[Reference, ...]
    moves: Mapping[Reference, Moves] = field(default_factory=dict)  # where the file says it
    ours: Ours = field(default_factory=Ours)  # the version for tags that only move forward

    def beside(self, reference: Reference) -> tuple[str, ...]:
        """The tags that go into the same repository as `reference`, its own among them."""
        return tuple([one.tag for one in self.references if one.repository == reference.repository])

    @property
    def repositories(self) -> tuple[Repository, ...]:
        """The distinct repositories, in the order of the references."""
        return tuple(dict.fromkeys(reference.repository for reference in self.references))


@frozen
class Delivery:
    """An artifact that was built, and the references that it is pushed to.

    `lies_in` is a repository that has all of it: other repositories of the same host may mount its blobs from there.
    """

    wanted: Wanted
    built: Built
    lies_in: Repository | None = None
    companions: tuple[Companion, ...] = ()  # what is about it, and goes along; the store has that too


@frozen
class Asked:
    """The preflight's answer for one reference: what it points to (None: nothing), or why it cannot be pushed."""

    reference: Reference
    descriptor: Descriptor | None = None
    error: LazyociError | None = None


@frozen
class TagList:
    """The tags of a repository, or why they could not be listed. `holders` has the digests of some of them."""

    tags: tuple[str, ...] = ()
    error: LazyociError | None = None
    holders: Mapping[str, str] = field(default_factory=dict)


@frozen
class Preflight:
    """The answers of all registries by reference, and the tags of those repositories whose tags were needed.

    At most `most_tags` are read from each repository.
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
    """What happened to one reference, or would happen. `pushed`: the tag was sent in this run, even if it failed later.

    `digest` is what the tag should point to ("" while it is unknown), `previous_digest` what it pointed to before; of
    a tag that was kept, both are what it points to.
    """

    state: State
    digest: str = ""
    previous_digest: str = ""
    pushed: bool = False
    error: LazyociError | None = None
    reason: str = ""  # why the tag was kept
    holder: Holder | None = None  # the newer version that the tag was kept for

    @property
    def published(self) -> bool:
        """Whether the reference points where it should, because of this run or an earlier one."""
        return self.state == "unchanged" or (self.pushed and self.error is None)


@frozen
class Pushed:
    """The result of pushing one artifact: an outcome for each of `wanted.references`, in their order.

    `all_blobs` counts its distinct blobs, `new_blobs` those of them that were uploaded anywhere. `mounted` and
    `existing` count over all repositories. `bytes_sent` counts uploaded bytes, without retries. `error` is what
    ended the whole push, and not only one reference.
    """

    wanted: Wanted
    outcomes: tuple[Outcome, ...]
    all_blobs: int = 0
    new_blobs: int = 0
    mounted: int = 0
    existing: int = 0
    bytes_sent: int = 0
    not_carried: tuple[str, ...] = ()  # companions that a repository did not get, and why
    error: LazyociError | None = None

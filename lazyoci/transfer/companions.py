"""What travels with an artifact: signatures, attestations and SBOMs that are about one of its manifests.

They are found among the referrers (distribution-spec, "Listing Referrers"), and by the tags of cosign. Anyone who may
push to a repository can add some, so their number and size are limited, and what is left out is told.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import BinaryIO

from lazyoci.errors import Interrupted, LayoutError, LazyociError
from lazyoci.frozen import frozen
from lazyoci.layout.store import Built
from lazyoci.oci.descriptor import Descriptor, Manifest
from lazyoci.oci.digest import short
from lazyoci.transfer import content as _content
from lazyoci.transfer.content import Content
from lazyoci.transfer.seam import Source
from lazyoci.transfer.side_by_side import side_by_side

COSIGN = ("sig", "att", "sbom")  # endings of its tags: `sha256-….sig`
_MOST = 500  # companions of one artifact; real ones have a few
_MOST_ASKED = 200  # manifests whose referrers are asked for
_MANIFESTS = 2000  # of all companions
_MANIFEST_BYTES = 16 << 20  # of their manifests together, which are kept in memory
_BLOB_BYTES = 4 << 30
_DEEPEST = 3  # a signature of an SBOM of an image
_PARALLEL = 8


@frozen
class Companion:
    """A manifest about another one, the `subject`; `tag` is the tag of cosign that it is found by, if that is all."""

    subject: str
    content: Content
    tag: str = ""

    @property
    def root(self) -> Manifest:
        """The manifest itself."""
        return self.content.manifests[self.content.root.digest]


@frozen
class Companions:
    """All companions of an artifact, and what cannot be taken along, in words."""

    found: tuple[Companion, ...] = ()
    left_out: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.found)


def tags_of(digest: str) -> Iterator[str]:
    """The tags under which cosign keeps what is about a manifest."""
    for ending in COSIGN:
        yield f"{digest.replace(':', '-', 1)}.{ending}"


def companions(source: Source, content: Content) -> Companions:
    """What the source has about the manifests of `content`, and about what is found so.

    Raises Interrupted; what cannot be read is in `left_out`.
    """
    reader = _Reader(source)
    about = _asked(content)
    if len(about) > _MOST_ASKED:
        reader.left_out.append(f"only {_MOST_ASKED} of {len(about)} manifests were asked for referrers")
    wave = about[:_MOST_ASKED]
    asked = set(wave)
    with ThreadPoolExecutor(_PARALLEL, thread_name_prefix="referrers") as pool:
        for _ in range(_DEEPEST):
            before = len(reader.found)
            for digest, listed in zip(wave, pool.map(reader.listed, wave), strict=True):
                reader.take(digest, listed)
            new = [digest for one in reader.found[before:] for digest in one.content.manifests]
            wave = [digest for digest in dict.fromkeys(new) if digest not in asked]
            if len(wave) > _MOST:
                reader.left_out.append(f"only {_MOST} of {len(wave)} manifests of referrers were asked for referrers")
            wave = wave[:_MOST]
            asked.update(wave)
            if not wave:
                break
        for digest, listed in zip(wave, pool.map(reader.listed, wave), strict=True):
            if listed:
                told = f"{len(listed)} that are about {short(digest)} were not read"
                reader.left_out.append(f"{told}: referrers of referrers are followed {_DEEPEST} deep")
    return Companions(tuple(reader.found), tuple(dict.fromkeys(reader.left_out)))


def _asked(content: Content) -> list[str]:
    """The manifests that something may be about: the root first, and the attestations of an index last."""
    spoken = {
        child.digest for manifest in content.manifests.values() for child in manifest.manifests if child.is_attestation
    }
    others = [digest for digest in content.manifests if digest not in spoken and digest != content.root.digest]
    return list(
        dict.fromkeys([content.root.digest, *others, *[digest for digest in content.manifests if digest in spoken]])
    )


@frozen
class _Listed:
    """Something that is said to be about a manifest."""

    descriptor: Descriptor
    tag: str = ""


class _Reader:
    """Reads companions from a source, within limits. `listed` may be called from several threads, `take` from one."""

    def __init__(self, source: Source) -> None:
        self.found: list[Companion] = []
        self.left_out: list[str] = []
        self._source = source
        self._budget = _Budget(source)
        self._known: set[tuple[str, str]] = set()
        self._bytes = 0

    def listed(self, digest: str) -> Sequence[_Listed]:
        """What the source lists about a manifest: all that may say so is asked at once."""
        questions = [partial(self._referrers, digest), *[partial(self._tagged, tag) for tag in tags_of(digest)]]
        return [one for listed in side_by_side(lambda ask: ask(), questions, len(questions)) for one in listed]

    def _referrers(self, digest: str) -> Sequence[_Listed]:
        try:
            return [_Listed(one) for one in self._source.referrers(digest)]
        except Interrupted:
            raise
        except LazyociError as error:
            self.left_out.append(f"the referrers of {short(digest)} cannot be listed: {error.message}")
            return ()

    def _tagged(self, tag: str) -> Sequence[_Listed]:
        try:
            descriptor = self._source.resolve(tag)
        except Interrupted:
            raise
        except LazyociError as error:
            self.left_out.append(f"{tag} cannot be read: {error.message}")
            return ()
        return () if descriptor is None else [_Listed(descriptor, tag)]

    def take(self, subject: str, listed: Iterable[_Listed]) -> None:
        """Read what is listed about a manifest."""
        for one in listed:
            key = (one.tag or subject, one.descriptor.digest)
            if key in self._known:
                continue
            self._known.add(key)
            if len(self.found) >= _MOST:
                self.left_out.append(f"{short(subject)} has more than {_MOST} referrers")
                return
            try:
                self._take(subject, one)
            except Interrupted:
                raise
            except LazyociError as error:
                what = one.tag or short(one.descriptor.digest)
                self.left_out.append(f"{what}, which is about {short(subject)}, cannot be read: {error.message}")

    def _take(self, subject: str, one: _Listed) -> None:
        found = one.descriptor
        root = Descriptor(found.media_type, found.digest, found.size)
        content = _content.read(Built(root, self._budget))
        told = content.manifests[root.digest].subject
        if not one.tag and (told is None or told.digest != subject):
            raise LayoutError("it names another subject")
        size = sum(blob.size for blob in content.blobs.values())
        if self._bytes + size > _BLOB_BYTES:
            raise LayoutError(f"all that is about the artifact has more than {_BLOB_BYTES >> 30} GiB")
        self._bytes += size
        self.found.append(Companion(subject, content, one.tag))


class _Budget:
    """A source whose manifests are counted."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._count = self._bytes = 0

    def open(self, descriptor: Descriptor) -> BinaryIO:
        """See `Store.open`."""
        return self._source.open(descriptor)

    def read(self, descriptor: Descriptor) -> bytes:
        """See `Store.read`; LayoutError over the limits."""
        self._count += 1
        self._bytes += descriptor.size
        if self._count > _MANIFESTS or self._bytes > _MANIFEST_BYTES:
            raise LayoutError("all that is about the artifact has more manifests than are read")
        return self._source.read(descriptor)

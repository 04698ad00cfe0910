"""Reads and verifies all manifests of a reference in its registry, before any blob is fetched."""

from __future__ import annotations

import io
import json
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from lazyoci.errors import LazyociError
from lazyoci.frozen import frozen, replace
from lazyoci.layout.image import platform_of
from lazyoci.oci import kind as kinds
from lazyoci.oci import mediatype
from lazyoci.oci.descriptor import MANIFEST_READ_LIMIT, Descriptor, Manifest, dump, parse_manifest
from lazyoci.oci.digest import short
from lazyoci.oci.kind import Kind
from lazyoci.oci.platform import Platform
from lazyoci.oci.reference import Reference
from lazyoci.registry.errors import NotFound, RepositoryMissing
from lazyoci.registry.repository import RemoteRepository
from lazyoci.transfer.choose import Listed, PlatformChoice, pick, platforms_of, suitable, with_attestations
from lazyoci.transfer.content import Content
from lazyoci.transfer.near_tag import remedy

_MAX_DEPTH = 8  # how deep indexes may be nested; real ones have two levels
_MAX_MANIFESTS = 2000  # of one artifact; real ones have dozens
_MAX_BYTES = 16 << 20  # of all manifests of one artifact together, which are kept in memory
_MAX_LISTED = 10_000  # entries of all its indexes
_PARALLEL = 4


class PullError(LazyociError):
    """What was found is not what was asked for, or cannot be pulled."""


@frozen
class Found:
    """An artifact in a registry. `named` is what the reference points to, `root` the part of it that was chosen.

    `manifests` has every manifest below `root`, `blobs` everything else, by digest; `listed` has the index's entries
    at `named`, and those of the indexes in it.
    """

    reference: Reference
    named: Manifest
    root: Descriptor
    manifests: Mapping[str, Manifest]
    blobs: Mapping[str, Descriptor]
    listed: tuple[Listed, ...] = ()
    platforms: tuple[Platform, ...] = ()

    @property
    def content(self) -> Content:
        """The manifests and blobs to fetch."""
        return Content(self.root, self.manifests, self.blobs)

    @property
    def kind(self) -> Kind:
        """The kind of the artifact; for an index with a single manifest, that manifest's kind."""
        single = self.single
        if single is None:
            return kinds.detect(self.manifests[self.root.digest])
        return kinds.detect(single)

    @property
    def single(self) -> Manifest | None:
        """The only manifest with layers, not counting attestations; None if there are several or none."""
        spoken = {one.descriptor.digest for one in self.listed if one.descriptor.is_attestation}
        images = [one for digest, one in self.manifests.items() if not one.is_index and digest not in spoken]
        return images[0] if len(images) == 1 else None

    @property
    def size(self) -> int:
        """The size of the whole artifact in bytes: of all distinct manifests and blobs."""
        return sum(len(one.raw) for one in self.manifests.values()) + sum(one.size for one in self.blobs.values())

    @property
    def layers(self) -> tuple[Descriptor, ...]:
        """The distinct layers of all manifests."""
        layers = (layer for manifest in self.manifests.values() for layer in manifest.layers)
        return tuple({layer.digest: layer for layer in layers}.values())


def find(repository: RemoteRepository, reference: Reference, choice: PlatformChoice) -> Found:
    """Read all manifests of `reference`. If it has a digest, that decides, and not its tag.

    Raises PullError, naming what there is, when the index lacks a platform that was asked for, or the failures of
    `named_by`.
    """
    named = named_by(repository, reference)
    if not named.is_index:
        return Found(reference, named, named.descriptor, {named.descriptor.digest: named}, _blobs([named]))
    reader = _Reader(repository)
    listed = reader.listed(named)
    platforms = platforms_of(listed)
    root, manifest = named.descriptor, named
    if platforms and not choice.every:
        root, manifest = _narrow(named, listed, choice, reference, reader)
    manifests = reader.below(root.digest, manifest)
    chosen = [one for one in listed if one.descriptor.digest in manifests]
    return Found(reference, named, root, manifests, _blobs(manifests.values()), tuple(listed), platforms_of(chosen))


def with_own_platform(
    found: Found, repository: RemoteRepository, choice: PlatformChoice
) -> tuple[Found, Mapping[str, bytes], Platform | None]:
    """Read the platform of an image without an index from its configuration, and compare it with the choice.

    Returns `found` with this platform; the content that was read, by digest, so that it is not fetched again; and the
    platform if it is not this machine's. Raises PullError if it is not one of those that were asked for.
    """
    if found.named.is_index or found.kind.name != "image":
        return found, {}, None
    config = read_config(repository, found.named)
    if config is None or found.named.config is None:
        return found, {}, None
    held = {found.named.config.digest: config.raw}
    there = platform_of(config.document)
    if there is None:
        return found, held, None
    fits = choice.every or any(there in suitable(wanted) for wanted in choice.wanted)
    if not fits and choice.platforms:
        raise PullError(
            f"{found.reference} is for {there} alone, not for {', '.join(map(str, choice.platforms))}",
            hint="name no platform, to take it as it is",
        )
    return replace(found, platforms=(there,)), held, None if fits else there


def named_by(repository: RemoteRepository, reference: Reference) -> Manifest:
    """The manifest that a reference points to; raises NotFound, naming the reference, and as `get_manifest`."""
    try:
        return repository.get_manifest(reference.target)
    except RepositoryMissing:
        raise
    except NotFound as failure:
        hint = remedy(repository, reference)
        raise NotFound(f"{reference} does not exist", failure.task, hint=hint, said=failure.said) from failure


def _blobs(manifests: Iterable[Manifest]) -> dict[str, Descriptor]:
    """Everything that the manifests name except manifests: configs, layers and other blobs."""
    children = (child for manifest in manifests for child in manifest.children)
    return {child.digest: child for child in children if not mediatype.is_manifest(child.media_type)}


def _narrow(
    named: Manifest, listed: list[Listed], choice: PlatformChoice, reference: Reference, reader: _Reader
) -> tuple[Descriptor, Manifest]:
    """The root for the chosen images: the manifest itself for a single one, for several a new index of them."""
    picked: dict[str, Listed] = {}
    for wanted in choice.wanted:
        one = pick(listed, wanted)
        if one is None and not choice.strict:
            one = next(one for one in listed if one.platform is not None)
        if one is None:
            there = ", ".join(map(str, platforms_of(listed)))
            raise PullError(
                f"{reference} has no image for {wanted}; it has {there}",
                hint="choose one that it has" + (f", or take all {choice.all_by}" if choice.all_by else ""),
            )
        picked[one.descriptor.digest] = one
    if len(picked) == 1:
        (descriptor,) = (one.descriptor for one in picked.values())
        return descriptor, reader.get(descriptor)
    kept = with_attestations(listed, list(picked.values()))
    if len(kept) == len(named.manifests) and {one.descriptor.digest for one in kept} == {
        child.digest for child in named.manifests
    }:
        return named.descriptor, named
    raw = dump({**named.document, "manifests": [one.raw for one in kept]})
    narrowed = parse_manifest(raw, named.media_type)
    return narrowed.descriptor, narrowed


class _Reader:
    """Reads manifests, each once, several at the same time."""

    def __init__(self, repository: RemoteRepository) -> None:
        self._repository = repository
        self._known: dict[str, Manifest] = {}
        self._opened: set[str] = set()  # indexes whose entries were listed already: each is listed once
        self._bytes = 0
        self._entries = 0

    def get(self, descriptor: Descriptor) -> Manifest:
        """A manifest; PullError if its size is not the one in its descriptor."""
        if descriptor.digest not in self._known:
            if len(self._known) >= _MAX_MANIFESTS:
                raise PullError(f"{self._repository.name}: the artifact has more than {_MAX_MANIFESTS} manifests")
            found = self._repository.get_manifest(descriptor.digest)
            if len(found.raw) != descriptor.size:
                raise PullError(
                    f"{self._repository.name}: manifest {short(descriptor.digest)} has {len(found.raw)} bytes; "
                    f"its index says {descriptor.size}"
                )
            self._bytes += len(found.raw)
            if self._bytes > _MAX_BYTES:
                raise PullError(
                    f"{self._repository.name}: the artifact's manifests have more than {_MAX_BYTES >> 20} MiB together"
                )
            self._known[descriptor.digest] = found
        return self._known[descriptor.digest]

    def listed(self, index: Manifest, depth: int = 0) -> list[Listed]:
        """The entries of an index. Indexes in it, which have no platform, are replaced by their entries."""
        if depth > _MAX_DEPTH:
            raise PullError(f"{self._repository.name}: indexes are nested more than {_MAX_DEPTH} deep")
        out: list[Listed] = []
        self._entries += len(index.manifests)
        if self._entries > _MAX_LISTED:
            raise PullError(f"{self._repository.name}: the artifact's indexes have more than {_MAX_LISTED} entries")
        for descriptor, raw in zip(index.manifests, index.document.get("manifests") or (), strict=True):
            if descriptor.media_type in mediatype.INDEXES and descriptor.platform is None:
                if descriptor.digest not in self._opened:
                    self._opened.add(descriptor.digest)
                    out += self.listed(self.get(descriptor), depth + 1)
            else:
                out.append(Listed(descriptor, raw))
        return out

    def _all(self, pool: ThreadPoolExecutor, descriptors: list[Descriptor]) -> list[Manifest]:
        """Read several manifests in parallel. After the first failure, or Ctrl-C, the others are not waited for."""
        futures = [pool.submit(self.get, one) for one in descriptors]
        try:
            return [future.result() for future in futures]
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise

    def below(self, digest: str, root: Manifest) -> dict[str, Manifest]:
        """`root`, under its known digest, and all manifests below it, children before parents."""
        found = {digest: root}
        level = [root]
        with ThreadPoolExecutor(_PARALLEL, thread_name_prefix="manifests") as pool:
            for _ in range(_MAX_DEPTH):
                children = {
                    child.digest: child
                    for manifest in level
                    for child in manifest.manifests
                    if mediatype.is_manifest(child.media_type) and child.digest not in found
                }
                if not children:
                    return dict(reversed(found.items()))
                level = self._all(pool, list(children.values()))
                found |= zip(children, level, strict=True)
        raise PullError(f"{self._repository.name}: indexes are nested more than {_MAX_DEPTH} deep")


@frozen
class ImageConfig:
    """An image configuration: its bytes, and the JSON in them (image-spec config.md)."""

    raw: bytes
    document: Mapping[str, Any]


def read_config(repository: RemoteRepository, manifest: Manifest) -> ImageConfig | None:
    """The image configuration of a manifest, verified; None if its config is of another type."""
    config = manifest.config
    if config is None or config.media_type not in (mediatype.OCI_CONFIG, mediatype.DOCKER_CONFIG):
        return None
    raw = read_small(repository, config)
    try:
        document = json.loads(raw)
    except (ValueError, RecursionError):
        raise PullError(f"{repository.name}: the image config {short(config.digest)} is not JSON") from None
    if not isinstance(document, dict):
        raise PullError(f"{repository.name}: the image config {short(config.digest)} is not a JSON object")
    return ImageConfig(raw, document)


def read_small(repository: RemoteRepository, descriptor: Descriptor) -> bytes:
    """A small blob, verified; PullError for one of more than 8 MiB."""
    if descriptor.size > MANIFEST_READ_LIMIT:
        raise PullError(
            f"{repository.name}: {short(descriptor.digest)} ({descriptor.media_type}) has {descriptor.size} bytes; "
            f"at most {MANIFEST_READ_LIMIT} are read"
        )
    file = io.BytesIO()
    repository.fetch_blob(descriptor, file)
    return file.getvalue()

"""Where a copy comes from: one artifact in a repository or a layout, with all that is about it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from lazyoci.bundle.read import open_plain, verify_layout
from lazyoci.errors import BundleError, LayoutError, LazyociError, RegistryError
from lazyoci.frozen import frozen
from lazyoci.layout.image import complete, image_of
from lazyoci.layout.read import REF_NAME, Layout
from lazyoci.layout.store import Built
from lazyoci.oci import kind as kinds
from lazyoci.oci.descriptor import Descriptor, ManifestError, parse_manifest
from lazyoci.oci.digest import short
from lazyoci.oci.platform import Platform
from lazyoci.oci.reference import Reference, ReferenceError, Repository, parse
from lazyoci.registry.client import Client
from lazyoci.transfer import content as _content
from lazyoci.transfer.choose import PlatformChoice, suitable
from lazyoci.transfer.companions import Companions, companions
from lazyoci.transfer.find import Found, PullError, find, with_own_platform
from lazyoci.transfer.seam import Source
from lazyoci.transfer.sources import Local, Remote


@frozen
class Origin:
    """An artifact to be copied. `built` is what is pushed; `named` is the digest of what the name points to.

    Of a registry, `found` has its manifests and `reference` its name; `lies_in` is the repository, unless what is
    pushed is a new index, which no repository has.
    """

    shown: str
    kind: str
    built: Built
    named: str
    companions: Companions = Companions()
    reference: Reference | None = None
    found: Found | None = None

    @property
    def lies_in(self) -> Repository | None:
        """The repository that has all its blobs."""
        return None if self.reference is None else self.reference.repository

    @property
    def note(self) -> str:
        """That it is not what the name points to, as only some platforms were wanted; else empty."""
        if self.built.root.digest == self.named:
            return ""
        return (
            f"{self.shown} is {short(self.named)}; with {', '.join(map(str, self.built.platforms))} alone it is "
            f"{short(self.built.root.digest)}, for which no signature of the whole counts"
        )


def from_registry(
    reference: Reference, client: Client, platforms: Sequence[Platform] = (), *, referrers: bool = True
) -> Origin:
    """The artifact of a reference, all its manifests read and verified. Raises as `find`."""
    repository = client.repository(reference.repository)
    choice = PlatformChoice(tuple(platforms), every=not platforms, all_by="by naming no platform")
    found, _, _ = with_own_platform(find(repository, reference, choice), repository, choice)
    _check_platforms(found, platforms)
    source = Remote(repository, found.manifests)
    built = Built(found.root, source, found.size, found.platforms)
    also = companions(source, _content.read(built)) if referrers else Companions()
    named = reference.digest or found.named.descriptor.digest
    return Origin(str(reference), found.kind.name, built, named, also, reference, found)


def _check_platforms(found: Found, platforms: Sequence[Platform]) -> None:
    """Raise PullError if what is no index is not for all of the platforms: of an index, they were chosen."""
    lacking = [str(one) for one in platforms if not any(there in suitable(one) for there in found.platforms)]
    if lacking:
        there = ", ".join(map(str, found.platforms))
        what = f"is for {there} alone" if there else "names no platform that it is for"
        raise PullError(
            f"{found.reference} {what}, and {', '.join(lacking)} is wanted",
            hint="name no platform, to take it as it is",
        )


def from_layout(
    place: Path,
    name: str,
    platforms: Sequence[Platform] = (),
    *,
    referrers: bool = True,
    progress: Callable[[int], None] | None = None,
) -> Origin:
    """The entry `name` of a layout in a directory or tar, or its only one that is not about another.

    Everything is read and verified; `progress` gets the bytes. Raises BundleError or LayoutError.
    """
    layout = open_plain(place)
    entry = layout.choose(name or _only(layout.entries))
    root = Descriptor(entry.media_type, entry.digest, entry.size)
    if platforms:
        built = image_of(layout, name=entry.annotations.get(REF_NAME, ""), platforms=platforms)
    else:
        built = complete(layout, root)
    verify_layout(layout, root, progress)
    source: Source = Local(layout, _repository_of(entry.annotations.get(REF_NAME, "")))
    also = _sound(companions(source, _content.read(built)), layout, progress) if referrers else Companions()
    kind = kinds.detect(parse_manifest(layout.read(root), root.media_type)).name
    return Origin(f"{place}:{name}" if name else str(place), kind, built, entry.digest, also)


def _sound(found: Companions, layout: Layout, progress: Callable[[int], None] | None) -> Companions:
    """The companions without those that have a blob which is missing or not as its digest says: these are told."""
    sound, left_out = [], list(found.left_out)
    for one in found.found:
        root = one.content.root
        try:
            verify_layout(layout, Descriptor(root.media_type, root.digest, root.size), progress)
        except (LayoutError, BundleError, ManifestError) as error:
            what = one.tag or short(root.digest)
            left_out.append(f"{what}, which is about {short(one.subject)}, is broken: {error.message}")
        else:
            sound.append(one)
    return Companions(tuple(sound), tuple(left_out))


def _only(entries: Sequence[Descriptor]) -> str:
    """The name to choose by: that of the only entry with one that is no tag of cosign; else empty."""
    names = {entry.annotations.get(REF_NAME, "") for entry in entries}
    own = {name for name in names if name and not name.rpartition(":")[2].startswith("sha256-")}
    return own.pop() if len(own) == 1 else ""


def _repository_of(name: str) -> str:
    """The repository in the name of an entry, if that is a whole reference."""
    try:
        return str(parse(name).repository) if name else ""
    except ReferenceError:
        return ""


def check_unmoved(origin: Origin, client: Client) -> LazyociError | None:
    """Why what was found is no longer what the name points to; None if it still is."""
    reference = origin.reference
    if reference is None or reference.digest:
        return None
    now = client.repository(reference.repository).head_manifest(reference.tag)
    if now is not None and now.digest == origin.named:
        return None
    fact = "is gone" if now is None else f"is {short(now.digest)} now"
    return RegistryError(
        f"{reference} was {short(origin.named)} when it was looked up, and {fact}",
        hint="run again, or name the digest that is meant",
    )

"""Chooses manifests of an index, for the host's platform, the requested ones or all, and their attestations."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from lazyoci.frozen import frozen
from lazyoci.oci import platform as _platform
from lazyoci.oci.descriptor import Descriptor
from lazyoci.oci.platform import Platform, PlatformError

_REFERENCE_DIGEST = "vnd.docker.reference.digest"  # on an attestation: what it describes
_ARM_VARIANTS = ("v8", "v7", "v6", "v5")  # each also runs images for those that follow


@frozen
class PlatformChoice:
    """The platforms to take from an index: `platforms`, or else the host's; with `every`, all that it lists.

    Without `strict`, the first platform is taken from an index that lacks the host's. `all_by` is how a user takes all,
    for hints.
    """

    platforms: tuple[Platform, ...] = ()
    every: bool = False
    strict: bool = True
    all_by: str = ""

    @property
    def wanted(self) -> tuple[Platform, ...]:
        """The platforms by name."""
        return self.platforms or (_platform.host(),)


@frozen
class Listed:
    """A manifest that an index lists, and the JSON of that entry, including unknown fields."""

    descriptor: Descriptor
    raw: Mapping[str, Any]

    @property
    def platform(self) -> Platform | None:
        """Its platform in normal form."""
        found = self.descriptor.platform
        return None if found is None else normal(found)

    @property
    def subject(self) -> str:
        """The digest of the manifest that this attestation describes; "" for an image."""
        return self.descriptor.annotations.get(_REFERENCE_DIGEST, "") if self.descriptor.is_attestation else ""


def normal(platform: Platform) -> Platform:
    """A platform in normal form; unchanged if it has none."""
    try:
        return _platform.parse(str(platform))
    except PlatformError:
        return platform


def suitable(wanted: Platform) -> Iterator[Platform]:
    """The platforms whose images run on `wanted`, the best first."""
    yield wanted
    if wanted.architecture == "arm" and wanted.variant in _ARM_VARIANTS:
        for variant in _ARM_VARIANTS[_ARM_VARIANTS.index(wanted.variant) + 1 :]:
            yield Platform(wanted.os, wanted.architecture, variant)
    elif wanted.variant:
        yield Platform(wanted.os, wanted.architecture)


def pick(listed: Sequence[Listed], wanted: Platform) -> Listed | None:
    """The first image for a platform, or else for the best platform that it can run; None if there is none."""
    images = [one for one in listed if not one.descriptor.is_attestation]
    for platform in suitable(wanted):
        for one in images:
            if one.platform == platform:
                return one
    return None


def with_attestations(listed: Sequence[Listed], images: Sequence[Listed]) -> list[Listed]:
    """`images` and their attestations, in the order in which they are listed."""
    digests = {one.descriptor.digest for one in images}
    return [one for one in listed if one.descriptor.digest in digests or one.subject in digests]


def platforms_of(listed: Sequence[Listed]) -> tuple[Platform, ...]:
    """The platforms of the images, each once, as listed."""
    found = (one.platform for one in listed if not one.descriptor.is_attestation)
    return tuple(dict.fromkeys(platform for platform in found if platform is not None))

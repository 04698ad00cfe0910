"""Describes an artifact without fetching its layers: for `browse manifest` and `browse tags --details`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from lazyoci.layout.image import platform_of
from lazyoci.oci.annotations import CREATED
from lazyoci.oci.descriptor import Descriptor, Manifest
from lazyoci.oci.kind import Kind
from lazyoci.oci.platform import Platform
from lazyoci.oci.reference import Reference
from lazyoci.registry.repository import RemoteRepository
from lazyoci.transfer.choose import Listed, PlatformChoice, platforms_of
from lazyoci.transfer.find import Found, find, read_config


@dataclass(frozen=True, slots=True)
class Description:
    """`named` is the manifest or index of the reference. `shown` is the manifest whose layers are shown: the same, or
    of an index the one for `platform`; None if there is none. `size` is the number of bytes that a pull fetches."""

    reference: Reference
    named: Manifest
    shown: Manifest | None
    kind: Kind
    size: int
    platform: Platform | None = None
    platforms: tuple[Platform, ...] = ()
    listed: tuple[Listed, ...] = ()
    created: str = ""
    labels: Mapping[str, str] = field(default_factory=dict)
    referrers: tuple[Descriptor, ...] | None = None  # of `named`; None if they were not asked for

    @property
    def layers(self) -> tuple[Descriptor, ...]:
        """The layers of the manifest that is shown."""
        return self.shown.layers if self.shown is not None else ()


def describe(
    repository: RemoteRepository, reference: Reference, choice: PlatformChoice | None = None, *, config: bool = True
) -> Description:
    """Read the manifest and, for an image with `config`, its configuration; raises as `find` and `read_config`."""
    found = find(repository, reference, choice or PlatformChoice(strict=False))
    shown = found.single
    about = read_config(repository, shown) if shown is not None and config else None
    document = about.document if about is not None else {}
    annotations = shown.annotations if shown is not None else found.named.annotations
    inner = document.get("config")
    labels = inner.get("Labels") if isinstance(inner, dict) else None
    created = document.get("created") or annotations.get(CREATED) or found.named.annotations.get(CREATED)
    own = _own_platform(found) or platform_of(document)
    return Description(
        reference,
        found.named,
        shown,
        found.kind,
        found.size,
        own,
        platforms_of(found.listed) or ((own,) if own is not None else ()),
        found.listed,
        created if isinstance(created, str) else "",
        {key: value for key, value in labels.items() if isinstance(value, str)} if isinstance(labels, dict) else {},
    )


def _own_platform(found: Found) -> Platform | None:
    """The platform of the chosen manifest, as the index gives it."""
    return next((one.platform for one in found.listed if one.descriptor.digest == found.root.digest), None)

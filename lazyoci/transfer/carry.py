"""Brings what is about an artifact to its new repository, in the way that its registry supports.

With the referrers API, the registry lists a manifest by its subject; without, an index under a tag does, to which is
added. A tag of cosign that holds something else stays as it is. What cannot be brought is told, and is no failure.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Sequence

from lazyoci.errors import Interrupted, LazyociError, RegistryError
from lazyoci.oci.descriptor import Descriptor
from lazyoci.oci.digest import short
from lazyoci.registry.repository import RemoteRepository
from lazyoci.transfer.companions import Companion

Bring = Callable[[Iterable[Descriptor]], object]


def carry(
    companions: Sequence[Companion], remote: RemoteRepository, bring: Bring, cancelled: threading.Event
) -> list[str]:
    """Put all companions into `remote`; `bring` uploads blobs there. Returns what could not be brought, and why.

    Raises Interrupted.
    """
    reasons: dict[str, list[Companion]] = {}
    for one in companions:
        if cancelled.is_set():
            raise Interrupted("stopped by the user")
        try:
            _carry(one, remote, bring)
        except Interrupted:
            raise
        except LazyociError as error:
            reasons.setdefault(error.message, []).append(one)
    return [_told(found, remote, reason) for reason, found in reasons.items()]


def _told(found: Sequence[Companion], remote: RemoteRepository, reason: str) -> str:
    what = ", ".join(_shown(one) for one in found[:3]) + (f" and {len(found) - 3} more" if len(found) > 3 else "")
    return f"{what} could not be carried to {remote.name}: {reason}"


def _shown(one: Companion) -> str:
    kind = one.root.artifact_type
    return one.tag or f"{short(one.content.root.digest)}" + (f" ({kind})" if kind else "")


def _carry(one: Companion, remote: RemoteRepository, bring: Bring) -> None:
    digest = one.content.root.digest
    if one.tag:
        there = remote.head_manifest(one.tag, push=True)
        if there is not None and there.digest != digest:
            raise RegistryError(f"the tag holds {short(there.digest)} there, and is not moved")
        if there is not None:
            return
    is_there = remote.head_manifest(digest, push=True) is not None
    is_listed = False
    if not is_there:
        bring(one.content.blobs.values())
        for name, manifest in one.content.manifests.items():
            is_listed = remote.put_manifest(manifest.raw, manifest.media_type, name, digest=name)
    root = one.root
    if one.tag:
        remote.put_manifest(root.raw, root.media_type, one.tag, digest=digest, exists=False)
    elif not is_listed and not (is_there and any(item.digest == digest for item in remote.referrers(one.subject))):
        remote.attach_to_subject(root)

"""What refers to a manifest: the referrers API, and the tag that stands in for it (distribution-spec "Referrers").

A registry that has no such API keeps, under the tag `sha256-…`, an index of what refers to the manifest of that digest.
Clients keep it: they read it, add to it, and write it back.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING

from lazyoci.oci import mediatype
from lazyoci.oci.descriptor import Descriptor, Manifest, ManifestError, descriptor_from_json, dump
from lazyoci.oci.digest import of, short
from lazyoci.registry import errors

if TYPE_CHECKING:
    from lazyoci.registry.repository import RemoteRepository

MOST = 10_000  # referrers of one manifest that are read
_TRIES = 3  # another client may write the same index between our reading and our writing


def tag_of(digest: str) -> str:
    """The tag that stands in for the referrers API: `sha256:ab…` is `sha256-ab…`, at most 128 characters."""
    algorithm, _, encoded = digest.partition(":")
    return f"{algorithm[:32]}-{encoded[:64]}"


def parse(body: bytes, what: str) -> list[Descriptor]:
    """The entries of an index of referrers; raises ManifestError for anything else."""
    try:
        document = json.loads(body)
    except (ValueError, RecursionError):
        raise ManifestError(f"{what} is not JSON") from None
    if not isinstance(document, dict) or not isinstance(document.get("manifests") or [], list):
        raise ManifestError(f"{what} is not an index")
    entries = document.get("manifests") or []
    if len(entries) > MOST:
        raise ManifestError(f"{what} has more than {MOST} entries")
    return [descriptor_from_json(entry, f"{what}: manifests[{i}]") for i, entry in enumerate(entries)]


def fallback(repository: RemoteRepository, subject: str) -> tuple[Manifest | None, list[Descriptor]]:
    """The index under the tag that stands in for the API, and what it lists; None where there is none.

    Raises ProtocolError where something else lies under that tag: it belongs to somebody, so it is left alone.
    """
    tag = tag_of(subject)
    try:
        found = repository.get_manifest(tag)
    except errors.NotFound:
        return None, []
    if not found.is_index or found.descriptor.digest == subject:
        # GitLab reads a tag with a dash after a digest as that digest, and answers with the subject itself
        what = "the manifest itself" if found.descriptor.digest == subject else "no index"
        message = f"the referrers of {short(subject)} cannot be kept: the tag {tag} of {repository.name} is {what}"
        raise errors.ProtocolError(message, errors.Task(repository.name.host, repository.name.path))
    return found, list(found.manifests)


def described(manifest: Manifest) -> Descriptor:
    """The entry of a manifest among the referrers of its subject: with its artifact type and its annotations."""
    own = manifest.descriptor
    return Descriptor(own.media_type, own.digest, own.size, manifest.annotations, None, manifest.artifact_type)


def attach(repository: RemoteRepository, manifest: Manifest) -> None:
    """List a manifest, which is in the repository, under the tag of its subject; what is listed there stays.

    Best effort where two clients write at once, since registries have no compare-and-set: what is written is read back,
    and written again, merged, while our entry is missing. Raises ProtocolError where the tag is taken, else Failure.
    """
    assert manifest.subject is not None
    subject, entry = manifest.subject.digest, described(manifest)
    for _ in range(_TRIES):
        _, listed = fallback(repository, subject)
        if any(one.digest == entry.digest for one in listed):
            return
        raw = _index([*listed, entry])
        repository.put_manifest(raw, mediatype.OCI_INDEX, tag_of(subject), digest=of(raw))
    _, listed = fallback(repository, subject)
    if not any(one.digest == entry.digest for one in listed):
        message = f"the referrers of {short(subject)} in {repository.name} are written by others all the time"
        raise errors.ProtocolError(message, errors.Task(repository.name.host, repository.name.path))


def _index(entries: Sequence[Descriptor]) -> bytes:
    return dump(
        {"schemaVersion": 2, "mediaType": mediatype.OCI_INDEX, "manifests": [entry.to_json() for entry in entries]}
    )

"""What refers to a manifest (distribution-spec "Listing Referrers", "Referrers Tag Schema").

Where a registry has no API for it, clients keep an index of what refers to a manifest under a tag made of its digest
(`sha256-…`): they read it, add to it, and write it back.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence

from lazyoci.oci import mediatype
from lazyoci.oci.descriptor import Descriptor, Manifest, ManifestError, descriptor_from_json, dump
from lazyoci.oci.digest import of, short
from lazyoci.registry import errors
from lazyoci.registry.auth import scope
from lazyoci.registry.errors import Task
from lazyoci.registry.manifests import Manifests
from lazyoci.registry.pages import PAGES, replies
from lazyoci.registry.session import Session

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
    entries = document.get("manifests") if isinstance(document, dict) else False
    entries = [] if entries is None else entries  # as registries written in Go say that there are none
    if not isinstance(entries, list):
        raise ManifestError(f"{what} is not an index")
    if len(entries) > MOST:
        raise ManifestError(f"{what} has more than {MOST} entries")
    return [descriptor_from_json(entry, f"{what}: manifests[{i}]") for i, entry in enumerate(entries)]


def find(session: Session, manifests: Manifests, digest: str, warn: Callable[[str], None]) -> list[Descriptor]:
    """What refers to the manifest of this digest: by the API, else by the tag that stands in for it.

    Raises ProtocolError where that tag holds something else, and for replies that cannot be read.
    """
    name = manifests.name
    task, scopes = Task.on(name, "list referrers of"), scope.of(name.path, push=False)
    found = list[Descriptor]()
    try:
        for reply in replies(session, f"/v2/{name.path}/referrers/{digest}", task, scopes, PAGES, warn):
            found += parse(reply.body, f"the list of referrers of {name}")
    except (errors.NotFound, errors.Unsupported, errors.Refused):  # GAR and older Harbors refuse what they do not know
        return fallback(manifests, digest)[1]
    except ManifestError as error:
        raise errors.ProtocolError(f"{task.what} failed: {error.message}", task) from None
    return found


def fallback(manifests: Manifests, subject: str) -> tuple[Manifest | None, list[Descriptor]]:
    """The index under the tag that stands in for the API, and what it lists; None where there is none.

    Raises ProtocolError where something else lies under that tag: it belongs to somebody, so it is left alone.
    """
    tag = tag_of(subject)
    try:
        found = manifests.get(tag)
    except errors.NotFound:
        return None, []
    if not found.is_index or found.descriptor.digest == subject:
        # GitLab reads a tag with a dash after a digest as that digest, and answers with the subject itself
        what = "the manifest itself" if found.descriptor.digest == subject else "no index"
        message = f"the referrers of {short(subject)} cannot be kept: the tag {tag} of {manifests.name} is {what}"
        raise errors.ProtocolError(message, Task(manifests.name.host, manifests.name.path))
    return found, list(found.manifests)


def described(manifest: Manifest) -> Descriptor:
    """The entry of a manifest in the list of its subject's referrers: with its artifact type and its annotations."""
    own = manifest.descriptor
    return Descriptor(own.media_type, own.digest, own.size, manifest.annotations, None, manifest.artifact_type)


def attach(manifests: Manifests, manifest: Manifest) -> None:
    """List a manifest, which is in the repository, under the tag of its subject; what is listed there stays.

    Best effort where two clients write at once, since registries have no compare-and-set: what is written is read back,
    and written again, merged, while our entry is missing. Raises ProtocolError where the tag is taken, else Failure.
    """
    assert manifest.subject is not None
    subject, entry = manifest.subject.digest, described(manifest)
    for _ in range(_TRIES):
        there, listed = fallback(manifests, subject)
        if any(one.digest == entry.digest for one in listed):
            return
        raw = _index(there, [*listed, entry])
        manifests.put(raw, mediatype.OCI_INDEX, tag_of(subject), digest=of(raw))
    _, listed = fallback(manifests, subject)
    if not any(one.digest == entry.digest for one in listed):
        message = f"the referrers of {short(subject)} in {manifests.name} are written by others all the time"
        raise errors.ProtocolError(message, Task(manifests.name.host, manifests.name.path))


def _index(there: Manifest | None, entries: Sequence[Descriptor]) -> bytes:
    """An index of such entries, with all else that the one which is `there` says, such as its annotations."""
    more = {} if there is None else dict(there.document)
    listed = [entry.to_json() for entry in entries]
    return dump({**more, "schemaVersion": 2, "mediaType": mediatype.OCI_INDEX, "manifests": listed})

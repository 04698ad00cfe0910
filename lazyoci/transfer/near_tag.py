"""Suggests the tag that was likely meant by one that does not exist, with one or two small requests."""

from __future__ import annotations

from difflib import get_close_matches

from lazyoci.errors import RegistryError
from lazyoci.oci.reference import Reference
from lazyoci.registry.errors import RepositoryMissing
from lazyoci.registry.pages import PAGE_SIZE
from lazyoci.registry.repository import RemoteRepository
from lazyoci.registry.tag_order import sort_tags


def remedy(repository: RemoteRepository, reference: Reference) -> str:
    """The remedy for a reference that does not exist; never raises RegistryError."""
    see = f"See what there is: lazyoci browse tags {reference.repository}"
    try:
        meant = _meant(repository, reference.tag) if reference.tag and not reference.digest else ""
    except RepositoryMissing as missing:
        return f"There is no repository {reference.repository.path}. {missing.hint.splitlines()[-1]}"
    except RegistryError:  # a registry need not list its tags for everyone; then there is no suggestion
        meant = ""
    return f"Did you mean {reference.repository}:{meant}?\n{see}" if meant else see


def _meant(repository: RemoteRepository, tag: str) -> str:
    """The same version with or without its v, else a similar tag; for `latest`, the newest version."""
    some = repository.some_tags()
    other = tag[1:] if tag[:1] in "vV" and tag[1:2].isdigit() else f"v{tag}" if tag[:1].isdigit() else ""
    if other and (other in some or (len(some) >= PAGE_SIZE and repository.head_manifest(other) is not None)):
        return other
    close = get_close_matches(tag, some, n=1, cutoff=0.8)
    if close:
        return close[0]
    return sort_tags(some)[0] if tag == "latest" and some else ""

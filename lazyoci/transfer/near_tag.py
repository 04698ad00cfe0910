"""Which tag was likely meant where there is none of a name: asked for only then, by one or two small requests."""

from __future__ import annotations

from difflib import get_close_matches

from lazyoci.errors import RegistryError
from lazyoci.oci.reference import Reference
from lazyoci.registry.errors import RepositoryMissing
from lazyoci.registry.pages import PAGE_SIZE
from lazyoci.registry.repository import RemoteRepository
from lazyoci.registry.tag_order import sort_tags


def remedy(repository: RemoteRepository, reference: Reference) -> str:
    """What to do about a reference that does not exist; never fails."""
    see = f"See what there is: lazyoci browse tags {reference.repository}"
    try:
        meant = _meant(repository, reference.tag) if reference.tag and not reference.digest else ""
    except RepositoryMissing as missing:
        return f"There is no repository {reference.repository.path}. {missing.hint.splitlines()[-1]}"
    except RegistryError:  # whether tags are listed, or to whom, is the registry's to say; that is not what was asked
        meant = ""
    return f"Did you mean {reference.repository}:{meant}?\n{see}" if meant else see


def _meant(repository: RemoteRepository, tag: str) -> str:
    """The same version with or without its v; else a tag that is much alike; in place of `latest` the newest."""
    some = repository.some_tags()
    other = tag[1:] if tag[:1] in "vV" and tag[1:2].isdigit() else f"v{tag}" if tag[:1].isdigit() else ""
    if other and (other in some or (len(some) >= PAGE_SIZE and repository.head_manifest(other) is not None)):
        return other
    close = get_close_matches(tag, some, n=1, cutoff=0.8)
    if close:
        return close[0]
    return sort_tags(some)[0] if tag == "latest" and some else ""

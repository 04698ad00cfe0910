"""Tags that stand for a version: which they are, and which of them say themselves that they are no release."""

from __future__ import annotations

from collections.abc import Iterator

from lazyoci.resolve import Resolution
from lazyoci.rules.base import Subject
from lazyoci.values.version import Version

# a tag that also names the commit, the time or the request is none that a release has
_TELLING_APART = frozenset({"GitSHA", "GitSHALong", "Timestamp", "Date", "PullRequest", "Tag"})
_TELLING_PRERELEASE = frozenset({"VersionPrerelease", "VersionFull", "VersionRaw"})


def version_of(resolution: Resolution) -> str | None:
    """The first variable by which a text names the version, if it is one that a release can have."""
    names = [value.name for value in resolution.used if value.text is not None]
    dirty = any(value.name == "GitDirty" and value.text for value in resolution.used)
    if dirty or not _TELLING_APART.isdisjoint(names):
        return None
    return next((name for name in names if name.startswith("Version")), None)


def tags_of_versions(subject: Subject) -> Iterator[tuple[Resolution, str]]:
    """Each tag that a release can have too, once, with the variable by which it names the version."""
    seen: set[int] = set()
    for artifact in subject.plan.artifacts:
        for reference in artifact.references:
            tag = reference.tag
            if tag.error is not None or id(tag.source.node) in seen:
                continue
            name = version_of(tag)
            if name is not None:
                seen.add(id(tag.source.node))
                yield tag, name


def version(subject: Subject) -> Version:
    """The version that the tags of a file name."""
    return subject.resolved.values.version


def drops_prerelease(resolution: Resolution) -> bool:
    """Whether a text names the version, but not whether it is a prerelease."""
    names = {value.name for value in resolution.used}
    return version_of(resolution) is not None and _TELLING_PRERELEASE.isdisjoint(names)

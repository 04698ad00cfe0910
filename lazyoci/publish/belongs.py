"""Whether content of a bundle belongs to the publisher's own file: the same artifact of the same file and commit."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from lazyoci.bundle.plan import BundledArtifact
from lazyoci.check import Checked
from lazyoci.errors import BundleError
from lazyoci.layout.store import Built, walk
from lazyoci.publish.job import Job
from lazyoci.values.version import Basis
from lazyoci.world import GitState
from lazyoci.world.events import TAG

_OF_VERSION = frozenset(
    {
        *("Version", "VersionFull", "VersionRaw", "VersionMajor", "VersionMinor", "VersionPatch", "VersionMajorMinor"),
        *("VersionPrerelease", "Tag", "GitTag"),
    }
)
_TELLING_COMMIT = frozenset({"GitSHA", "GitSHALong", "Timestamp", "Date", "PullRequest"})  # no release's tag has these


def file_of(checked: Checked | None, git: GitState) -> str:
    """The `.lazy` file relative to the work tree of git, with slashes; empty if it does not lie in one."""
    if checked is None or checked.source.path is None or not git.root:
        return ""
    path = os.path.relpath(os.path.realpath(checked.source.path), os.path.realpath(git.root))
    return "" if path.startswith(os.pardir) else Path(path).as_posix()


def check_names(jobs: Iterable[Job]) -> None:
    """Raise BundleError if two artifacts of the files have one name, as a bundle's content is found by it."""
    seen: dict[str, Job] = {}
    for job in jobs:
        if job.planned is None or job.checked is None or job.result.type == "copy":
            continue
        first = seen.setdefault(job.result.name, job)
        if first is not job and first.checked is not None:
            places = " and in ".join(dict.fromkeys((first.checked.source.name, job.checked.source.name)))
            raise BundleError(
                f"two artifacts are called {job.result.name}, in {places}, and a bundle tells artifacts by their names",
                hint="give each a name of its own, or publish the bundle of each file with that --file alone",
            )


def check(job: Job, artifact: BundledArtifact) -> None:
    """Raise BundleError if the bundle does not belong to the publisher's file."""
    assert job.planned is not None
    if artifact.type != job.result.type:
        raise BundleError(
            f"{artifact.name} is of type {artifact.type} in the bundle, and {job.result.type} in the file"
        )
    git = job.planned.resolved.values.base.git
    _check_commit(artifact, git)
    ours = file_of(job.checked, git)
    if ours and not artifact.file:
        raise BundleError(
            f"the bundle does not tell from which file {artifact.name} was built, and {ours} is to publish it",
            hint=f"build the bundle from {ours}, in a clone of the repository",
        )
    if ours and ours != artifact.file:
        raise BundleError(
            f"{artifact.name} was built from {artifact.file}, and {ours} is to publish it",
            hint=f"give --file {artifact.file}, or the bundle that was built from {ours}",
        )
    _check_version(job, artifact)
    tag = _release(job) if artifact.dirty else ""
    if tag:
        raise BundleError(
            f"{artifact.name} was built with changes that are not committed, and {tag} is the tag of a release",
            hint="build the bundle again without them (git status names them), or commit them and tag that commit",
        )


def _check_version(job: Job, artifact: BundledArtifact) -> None:
    """Raise BundleError if the content names the version of its build, and is to be published as another release."""
    assert job.planned is not None
    resolved = job.planned.resolved
    here = resolved.values.base.version.exact
    if here is None or artifact.version == here.full:
        return
    named = [value.name for one in resolved.content for value in one.used if value.name in _OF_VERSION]
    if not named and not (artifact.version and artifact.event == TAG and resolved.artifact.metadata is not None):
        return  # the same content may be published as any version
    origin = resolved.values.base.origin
    line = None if origin is None else origin.line
    theirs, ours = [f"v{one}" if line is None else line.tag(one) for one in (artifact.version, here.full)]
    by = f".{named[0]}" if named else "metadata: auto"
    was_release = artifact.event == TAG and artifact.version
    built = f"for the version {artifact.version}" if was_release else "for no release"
    again = f"build the bundle again with --tag {ours}"
    raise BundleError(
        f"{artifact.name} was built {built}, its content names a version, by {by}, and this run is for {here.full}",
        hint=f"{again}, or publish it with --tag {theirs}" if was_release else again,
    )


def _release(job: Job) -> str:
    """The first tag that names the version of a git tag on HEAD, or the one that CI runs for; empty if none does."""
    assert job.planned is not None
    values = job.planned.resolved.values.base
    for one in job.planned.references:
        names = {value.name for value in one.tag.used}
        if names & _TELLING_COMMIT:
            continue
        for name in sorted(names & _OF_VERSION):
            standing = values.standing(name)
            if standing is None:
                if values.version.basis in (Basis.EXACT, Basis.HEAD):
                    return one.tag.text or ""
            elif standing.by_ci or standing.on_head:
                return one.tag.text or ""
    return ""


def _check_commit(artifact: BundledArtifact, git: GitState) -> None:
    ours, theirs = git.sha_long, artifact.commit
    if ours == theirs:
        return
    if not ours:
        why = git.reason or "git does not tell it"
        raise BundleError(
            f"{artifact.name} was built from commit {theirs}, and which one is checked out here is not known: {why}",
            hint=f"check out that commit: git checkout {theirs}",
        )
    if not theirs:
        raise BundleError(
            f"the bundle does not tell from which commit {artifact.name} was built; here is {ours}",
            hint="build it in a clone of the repository, with git installed",
        )
    raise BundleError(
        f"{artifact.name} was built from commit {theirs}, and {ours} is checked out here",
        hint=f"check out the same commit: git checkout {theirs}",
    )


def check_subjects(name: str, built: Built) -> None:
    """Raise BundleError if a manifest is about another one that is not part of the content.

    A registry would list it among the referrers of that image, such as its signatures, which the file does not say.
    """
    found = list(walk(built.store, built.root))
    inside = {descriptor.digest for descriptor, _ in found}
    for descriptor, manifest in found:
        subject = None if manifest is None else manifest.subject
        if subject is not None and subject.digest not in inside:
            raise BundleError(
                f"{name}: {descriptor.digest} has the subject {subject.digest}, so it would become a referrer of "
                "another image, which the file does not say",
                hint="build it without a subject",
            )

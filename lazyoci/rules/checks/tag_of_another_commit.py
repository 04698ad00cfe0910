"""The version that was given already has a git tag, and that is on another commit than the one being built.

The checked out commit is then not the tagged one, and pushing it as `1.0.0` would overwrite the release of that name.
In a CI run for a tag it is also reported if another commit than the tag's is checked out, or if a version is given that
is not the tag's.

Fails with `--tag v1.0.0` some commits after the git tag v1.0.0:

```yaml
tags: ["{{ .VersionFull }}"]
```

Mended by `git checkout v1.0.0`, or by the next version, `--tag v1.0.1`; or where the release is not meant to be made:

```yaml
tags: ["{{ .VersionFull }}-{{ .GitSHA }}"]
```
"""

from __future__ import annotations

from collections.abc import Iterator

from lazyoci import semver
from lazyoci.resolve import Resolution
from lazyoci.rules.base import Finding, Subject
from lazyoci.rules.shared import versions
from lazyoci.rules.shared.wording import first_span, quoted
from lazyoci.semver import Semver
from lazyoci.values.standing import Standing
from lazyoci.world import GitState
from lazyoci.world.version_line import Line
from lazyoci.world.version_tags import GitTag

_SHORT = 7  # characters of a commit, as git shows them
_MOST_DIGITS = 9  # digits of a number that a person would increase by one


def check(subject: Subject) -> Iterator[Finding]:
    """One finding per tag: each would be written over a release's."""
    for tag, name, standing in versions.given_versions(subject):
        message = _message(quoted(tag.text), standing, _rival(tag, standing), subject.resolved.values.git)
        if message:
            yield Finding(tag.source.node, message, first_span(tag, name))


def _rival(tag: Resolution, standing: Standing) -> GitTag | None:
    """The git tag that would be published under the same text; build metadata counts only if the text contains it."""
    other = standing.elsewhere
    parsed = None if other is None else _parse(other.name, standing.line)
    if parsed is None or (parsed.build != standing.version.build and versions.shows_build(tag)):
        return None
    return other


def _message(tag: str, standing: Standing, other: GitTag | None, git: GitState) -> str:
    giver, raw = standing.giver, standing.version.raw
    if standing.ci_tag:
        return (
            f"tag {tag} is made of {giver} {raw}, but this run of CI is for the tag {standing.ci_tag}; "
            f"{_give(standing, standing.ci_tag)}"
        )
    if other is not None:
        fact = f"tag {tag} belongs to git tag {other.name}, on commit {other.commit[:_SHORT]}, and HEAD is {git.sha}"
        here = "" if standing.by_ci or standing.path else _here(standing, git)
        if here:
            return f"{fact}, of git tag {here}; {_give(standing, here)}, or run git checkout {other.name}"
        mend = "" if standing.by_ci else f", or {_another(standing, git)}"
        return f"{fact}; run git checkout {other.name}{mend}"
    if standing.told:
        return (
            f"tag {tag} belongs to {raw}, for which {giver} runs on commit {standing.told[:_SHORT]}, and HEAD is "
            f"{git.sha}; run git checkout {standing.told[:_SHORT]}"
        )
    return ""


def _here(standing: Standing, git: GitState) -> str:
    """The highest version tag on HEAD; empty if there is none, or if there are uncommitted changes."""
    if git.dirty:
        return ""
    if standing.line is not None:
        return standing.line.highest([tag.name for tag in git.tags if tag.commit == git.sha_long])
    return git.tag if not git.distance and semver.parse(git.tag) is not None else ""


def _another(standing: Standing, git: GitState) -> str:
    """How to give the artifact a version that is not released yet."""
    if standing.path:
        return f"raise the version in {standing.path}"
    return _give(standing, _next(standing, git))


def _give(standing: Standing, version: str) -> str:
    """How to give another version."""
    giver = standing.giver
    word = "release=" if standing.line is None else "tag="
    if giver.startswith("--"):
        return f"give {giver} {word if giver == '--occasion' else ''}{version}"
    return f"set {giver}={word if giver == 'LAZYOCI_OCCASION' else ''}{version}"


def _next(standing: Standing, git: GitState) -> str:
    """The git tag for the next version: the one after the highest release of the same series that git knows."""
    line = standing.line
    known = [(found, tag.name) for tag in git.tags if (found := _parse(tag.name, line)) is not None]
    releases = [one for one in known if not one[0].prerelease]
    if not releases:
        return "the next version"
    last, name = max(releases, key=lambda one: one[0].precedence)
    if len(last.patch) > _MOST_DIGITS:
        return "the next version"
    version = f"{last.major}.{last.minor}.{int(last.patch) + 1}"
    if line is not None:
        return line.tag(version)
    return f"{'v' if name.startswith('v') else ''}{version}"


def _parse(tag: str, line: Line | None) -> Semver | None:
    return semver.parse(tag) if line is None else line.version(tag)

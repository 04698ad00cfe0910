"""`--tag` is not a version, so a tag would be made from another version, that of an earlier release.

`.Version` comes from `--tag`, LAZYOCI_TAG or the tag that CI builds only if that is a semantic version: three numbers,
as in `v2.1.0`. `2.1`, `v1`, `V1.2.3` and `release-9` are not. With these, the version comes from git, and `build --tag
2.1` would move the tag `2.0.0` to the new build.

An artifact with `versionFrom` has its own git tags, such as `api-v*`. Then a tag that is not one of these is reported,
unless it is a version of another artifact in the file.

If LAZYOCI_VERSION and `--tag` give different versions, LAZYOCI_VERSION is used, and this rule asks which one you mean.

Fails with `--tag 2.1`, in a repository whose last git tag is v2.0.0:

```yaml
tags: ["{{ .Version }}"]
```

Mended by `--tag v2.1.0`, or where the tag is not meant to be a version:

```yaml
tags: ["{{ .Tag }}"]
```
"""

from __future__ import annotations

from collections.abc import Iterator

from lazyoci import semver
from lazyoci.rules.base import Finding, Subject
from lazyoci.rules.shared import versions
from lazyoci.rules.shared.wording import first_span, quoted
from lazyoci.values.version import Basis, Version
from lazyoci.world import GitState

_VARIABLE = "LAZYOCI_VERSION"  # LAZYOCI_VERSION has precedence over everything else


def check(subject: Subject) -> Iterator[Finding]:
    """One finding per tag: each would overwrite a tag of another release."""
    lines = subject.resolved.values.lines
    for tag, name, version in versions.tags_of_versions(subject):
        given, source = version.passed_over
        if not given or version.verbatim:
            continue  # LAZYOCI_VERSION is not a version: not-a-version reports both
        if version.source != _VARIABLE and lines is not None and lines.have(given):
            continue  # it is a version of another artifact, and this one keeps its own
        if version.source == _VARIABLE:
            yield Finding(
                tag.source.node,
                f"{source} {quoted(given)} is passed over, as {_VARIABLE} gives .{name} and is "
                f"{quoted(version.raw or '')}; unset {_VARIABLE}, or leave {source} out",
                first_span(tag, name),
            )
            continue
        by_user = source in ("--tag", "LAZYOCI_TAG")
        what = f"{source} {quoted(given)}" if by_user else f"the tag {quoted(given)}, for which this run is,"
        meant = _meant(given, version, subject.resolved.values.git) if by_user else "the version"
        other = "use .Tag" if by_user else "use .GitTag"
        kind = "a semantic version" if version.line is None else f"one of {version.line.pattern}"
        yield Finding(
            tag.source.node,
            f"{what} is not {kind}, so .{name} is not taken from it, but from {version.source}; "
            f"give --tag {meant}, or {other}",
            first_span(tag, name),
        )


def _meant(given: str, version: Version, git: GitState) -> str:
    """The version that was meant, if it is clear; never one that is already released."""
    line = version.line
    meant = (semver.near if line is None else line.near)(given)
    if meant is None:
        return f"a version such as {'v1.4.0' if line is None else line.tag('1.4.0')}"
    written = meant.raw if line is None else line.tag(meant.full)
    if version.semver is not None and version.semver.full == meant.full:
        return f"a version after {written}" if version.basis is Basis.ANCESTOR else written
    parse = semver.parse if line is None else line.version
    others = [parse(tag.name) for tag in git.tags]
    released = any(one is not None and one.full == meant.full for one in others)
    return f"a version after {written}" if released else written

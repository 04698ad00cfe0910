"""A tag has `moves: forward`, and no other tag of its target is a full version.

`moves: forward` means that a tag only moves to newer versions: `latest` stays at 1.4.0 when 1.3.9 is released after it.
lazyoci compares with the version tags in the repository. If no tag with the full version, such as `{{ .VersionFull }}`,
is pushed too, there is nothing to compare with, and an older release would move the tag back. Text after the version
makes a separate series: `{{ .VersionFull }}-alpine` is the version tag for `latest-alpine`. Text that is another with
each run, such as a commit or a date, makes a series that no other release is in.

The version compared is that of the artifact (`.VersionFull`), not the chart's. If the chart's own version is the one
that counts, write it into the git tag.

Fails:

```yaml
tags: [{tag: latest, moves: forward}, "{{ .VersionMajorMinor }}"]
```

Mended:

```yaml
tags: [{tag: latest, moves: forward}, "{{ .VersionMajorMinor }}", "{{ .VersionFull }}"]
```
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from lazyoci.plan import PlannedReference, PlannedTarget
from lazyoci.rules.base import Finding, Subject
from lazyoci.rules.shared.of_the_run import OF_THE_RUN
from lazyoci.semver import Semver

# a full version is made from these; only a known value shows whether it is one
_NAMING = frozenset({"VersionFull", "VersionRaw", "Version", "VersionPatch", "Tag", "GitTag", "ChartVersion"})
_LITERAL = re.compile(r"v?[0-9]+\.[0-9]+\.[0-9]+(?![0-9.]).*", re.ASCII)


def check(subject: Subject) -> Iterator[Finding]:
    """One finding per target, at its first tag with `moves: forward`."""
    for artifact in subject.plan.artifacts:
        for target in artifact.targets:
            first = next((one for one in target.references if one.moves == "forward"), None)
            if first is None or any(_may_be_version(one) for one in _unsure(target)):
                continue
            version = artifact.resolved.values.version.semver
            known = [one.tag.text for one in target.references if one.tag.certain and not _of_the_run(one)]
            if version is None or not _has_version(known, version):
                yield Finding(first.tag.source.node, _message(version, known))


def _unsure(target: PlannedTarget) -> list[PlannedReference]:
    """The tags whose text is not known, or of which it is not known whether they are published."""
    return [one for one in target.references if one.conditional or not one.tag.certain]


def _may_be_version(one: PlannedReference) -> bool:
    if one.tag.template is None:
        return _LITERAL.fullmatch(one.tag.source.value) is not None
    return any(name in _NAMING for name, _ in one.tag.template.fields()) and not _of_the_run(one)


def _of_the_run(one: PlannedReference) -> bool:
    """Whether the tag holds what the next release does not have, so that it would be compared with nothing."""
    return one.tag.template is not None and any(name in OF_THE_RUN for name, _ in one.tag.template.fields())


def _has_version(tags: list[str], version: Semver) -> bool:
    from lazyoci.moves import suffix_of  # few files have `moves: forward`

    return any(suffix_of(tag, version) is not None for tag in tags)


def _message(version: Semver | None, tags: list[str]) -> str:
    other = next((tag for tag in tags if _LITERAL.fullmatch(tag)), "")
    if version is not None and other:
        fact = f'"{other}" is not the version {version.full}'
    else:
        fact = "no tag beside it that is due is a full version"
    return f'moves: forward has nothing to compare with, as {fact}; add "{{{{ .VersionFull }}}}" on the same occasions'

"""A tag moves forward alone, and no tag beside it is a full version.

`moves: forward` compares with the version tags that the repository holds: `latest` stays at 1.4.0 when 1.3.9 is
released after it. Where no full version is pushed with it, such as `{{ .VersionFull }}`, the registry has nothing to
remember by, and an older release would move the tag back. A literal text behind the version makes a line of its own:
`{{ .VersionFull }}-alpine` is the version for `latest-alpine`.

The version is that of the artifact (`.VersionFull`); of a chart whose own version is what counts, write it into the
git tag.

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
from lazyoci.semver import Semver

# what a full version is made from; whether it is one is only seen where its value is known
_NAMING = frozenset({"VersionFull", "VersionRaw", "Version", "VersionPatch", "Tag", "GitTag", "ChartVersion"})
_LITERAL = re.compile(r"v?[0-9]+\.[0-9]+\.[0-9]+(?![0-9.]).*", re.ASCII)


def check(subject: Subject) -> Iterator[Finding]:
    """One finding per target, at its first tag that moves forward."""
    for artifact in subject.plan.artifacts:
        for target in artifact.targets:
            first = next((one for one in target.references if one.moves == "forward"), None)
            if first is None or any(_may_be_version(one) for one in _unsure(target)):
                continue
            version = artifact.resolved.values.version.semver
            known = [one.tag.text for one in target.references if one.tag.certain]
            if version is None or not _has_version(known, version):
                yield Finding(first.tag.source.node, _message(version, known))


def _unsure(target: PlannedTarget) -> list[PlannedReference]:
    """The tags of which the text is not known, or whether they are due."""
    return [one for one in target.references if one.conditional or not one.tag.certain]


def _may_be_version(one: PlannedReference) -> bool:
    if one.tag.template is None:
        return _LITERAL.fullmatch(one.tag.source.value) is not None
    return any(name in _NAMING for name, _ in one.tag.template.fields())


def _has_version(tags: list[str], version: Semver) -> bool:
    from lazyoci.moves import suffix_of  # few files have tags that move forward alone

    return any(suffix_of(tag, version) is not None for tag in tags)


def _message(version: Semver | None, tags: list[str]) -> str:
    other = next((tag for tag in tags if _LITERAL.fullmatch(tag)), "")
    if version is not None and other:
        fact = f'"{other}" is not the version {version.full}'
    else:
        fact = "no tag beside it that is due is a full version"
    return f'moves: forward has nothing to compare with, as {fact}; add "{{{{ .VersionFull }}}}" on the same occasions'

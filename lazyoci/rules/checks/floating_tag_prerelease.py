"""The version is a prerelease, and a tag that stands for releases would move to it.

People who pull `latest`, `stable`, `1` or `1.4` do not expect a prerelease. This rule reports tags that are written as
literal text or made from `.Tag`; `prerelease-as-release` reports tags made from the version. Where the version has a
suffix, as in `{{ .VersionFull }}-alpine`, `latest-alpine` is such a tag too.

Fails when the version is 1.4.0-rc.1:

```yaml
tags: ["{{ .VersionFull }}", latest]
```

Mended:

```yaml
tags: ["{{ .VersionFull }}", {tag: latest, when: release, moves: forward}]
```
"""

from __future__ import annotations

from collections.abc import Iterator

from lazyoci import semver
from lazyoci.moves import suffix_of
from lazyoci.plan import PlannedArtifact
from lazyoci.resolve import Resolution
from lazyoci.rules.base import Finding, Subject
from lazyoci.rules.shared import versions
from lazyoci.rules.shared.wording import quoted
from lazyoci.semver import Semver
from lazyoci.values.version import Basis

_WORDS = ("latest", "stable", "lts")
_FORWARD = ", moves: forward"


def check(subject: Subject) -> Iterator[Finding]:
    """One finding per tag of an artifact whose tags name the version."""
    for artifact in subject.plan.artifacts:
        version = _version(artifact)
        if version is None or not version.prerelease:
            continue
        releases = {*_WORDS}
        for text in (version.version, version.major_minor, version.major):
            releases |= {text, f"v{text}"}
        for target in artifact.targets:
            known = [one.tag.text for one in target.references if one.tag.certain]
            suffixes = {found for tag in known if (found := suffix_of(tag, version)) is not None}
            for reference in target.references:
                tag = reference.tag
                if reference.conditional or reference.moves == "forward" or not tag.certain:
                    continue  # a condition or `moves` keeps the tag where it is, or may do so
                bare = {tag.text.removesuffix(suffix) for suffix in suffixes} | {tag.text}
                if not releases.isdisjoint(bare) and not versions.drops_prerelease(tag):
                    message = (
                        f"tag {quoted(tag.text)} would move to the prerelease {version.full}; {_remedy(tag, version)}"
                    )
                    yield Finding(tag.source.node, message)


def _version(artifact: PlannedArtifact) -> Semver | None:
    """The version that the artifact's tags name, if it is the version of HEAD."""
    names = {value.name for reference in artifact.references for value in reference.tag.used if value.text is not None}
    values = artifact.resolved.values
    if any(name.startswith("Version") for name in names):
        version = values.version
        return None if version.basis is Basis.ANCESTOR else version.semver
    return semver.parse(values.get("Tag").text or "") if "Tag" in names else None


def _remedy(tag: Resolution, version: Semver) -> str:
    """What to do: leave the tag to releases."""
    written = tag.source.value
    shown = written if written.isalpha() else f'"{written}"'
    moves = "" if tag.text.removeprefix("v") == version.version else _FORWARD
    return f"write {{tag: {shown}, when: release{moves}}}"

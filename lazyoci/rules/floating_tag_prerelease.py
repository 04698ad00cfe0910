"""The version is a prerelease, and a tag that stands for releases would move to it.

`latest`, `1` and `1.4` are what people get who asked for no prerelease. `.Version` leaves the prerelease out, so that
1.4.0-rc.1 would be pushed as `1.4.0` and stand in the way of the release.

Fails when the version is 1.4.0-rc.1:

```yaml
tags: ["{{ .Version }}", latest]
```

Mended:

```yaml
tags: ["{{ .VersionFull }}", "{{ if .VersionPrerelease }}next{{ else }}latest{{ end }}"]
```
"""

from __future__ import annotations

from collections.abc import Iterator

from lazyoci.plan import PlannedArtifact
from lazyoci.resolve import Resolution
from lazyoci.rules.base import Finding, Subject
from lazyoci.rules.words import quoted
from lazyoci.values import semver
from lazyoci.values.semver import Semver


def check(subject: Subject) -> Iterator[Finding]:
    """One finding per tag of an artifact that is made of the version."""
    for artifact in subject.plan.artifacts:
        version = _version(subject, artifact)
        if version is None or not version.prerelease:
            continue
        releases = {"latest"}
        for text in (version.version, version.major_minor, version.major):
            releases |= {text, f"v{text}"}
        for reference in artifact.references:
            tag = reference.tag
            if tag.certain and tag.text in releases:
                message = f"tag {quoted(tag.text)} would move to the prerelease {version.full}; {_remedy(tag, version)}"
                yield Finding(tag.source.node, message)


def _version(subject: Subject, artifact: PlannedArtifact) -> Semver | None:
    """The version an artifact is published under, if its tags name it and it is that of HEAD."""
    names = {value.name for reference in artifact.references for value in reference.tag.used if value.text is not None}
    values = subject.resolved.values
    if any(name.startswith("Version") for name in names):
        version = values.version
        return None if version.from_git and values.git.distance else version.semver
    return semver.parse(values.get("Tag").text or "") if "Tag" in names else None


def _remedy(tag: Resolution, version: Semver) -> str:
    if version.version in tag.text:
        return "use .VersionFull, which names it"
    return f"write {{{{ if .VersionPrerelease }}}}next{{{{ else }}}}{tag.source.value}{{{{ end }}}}"

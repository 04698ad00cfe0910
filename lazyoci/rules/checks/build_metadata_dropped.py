"""The version has build metadata, and a tag would leave it out.

`3.0.0+build.5` and `3.0.0+build.6` are then both published as `3.0.0`, and the second push moves the tag of the first.
A tag cannot hold a `+`. Helm writes `_` instead of it, and so can you.

Fails when the version is 3.0.0+build.5:

```yaml
tags: ["{{ .VersionFull }}"]
```

Mended:

```yaml
tags: ["{{ .VersionFull }}{{ if .VersionBuild }}_{{ .VersionBuild }}{{ end }}"]
```
"""

from __future__ import annotations

from collections.abc import Iterator

from lazyoci.rules.base import Finding, Subject
from lazyoci.rules.shared import versions
from lazyoci.rules.shared.wording import first_span, quoted


def check(subject: Subject) -> Iterator[Finding]:
    """One finding per tag that names all three numbers of the version: other tags move anyway."""
    for tag, name, version in versions.tags_of_versions(subject):
        parsed = version.semver
        if parsed is None or not parsed.build:
            continue
        if parsed.version in tag.text and not versions.shows_build(tag):
            message = (
                f"tag {quoted(tag.text)} leaves out +{parsed.build} of the version, so that other builds have the "
                "same tag; append {{ if .VersionBuild }}_{{ .VersionBuild }}{{ end }}"
            )
            yield Finding(tag.source.node, message, first_span(tag, name))

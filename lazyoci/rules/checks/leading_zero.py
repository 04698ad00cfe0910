"""The first number of the version begins with a zero, so the tag differs from the usual tag of that release.

`01.2.3` and `1.2.3` are two tags, and programs that look for the highest version, such as Helm, find only `1.2.3`.
Zeros in the other numbers are not reported, because dates have them: `2024.01.15`.

Fails with `--tag v01.2.3`:

```yaml
tags: ["{{ .VersionFull }}"]
```

Mended by `--tag v1.2.3`, or where the text is meant as it is:

```yaml
tags: ["{{ .Tag }}"]
```
"""

from __future__ import annotations

from collections.abc import Iterator

from lazyoci.rules.base import Finding, Subject
from lazyoci.rules.shared import versions
from lazyoci.rules.shared.wording import first_span, quoted


def check(subject: Subject) -> Iterator[Finding]:
    """One finding per tag."""
    for tag, name, version in versions.tags_of_versions(subject):
        parsed = version.semver
        if parsed is None or not (parsed.major.startswith("0") and len(parsed.major) > 1):
            continue
        meant = f"v{parsed.major.lstrip('0') or 0}.{parsed.minor}.{parsed.patch}"
        if parsed.prerelease:
            meant += f"-{parsed.prerelease}"
        mend = f"set {version.giver} to" if version.giver.startswith("LAZYOCI_") else "give --tag"
        message = f"tag {quoted(tag.text)} names a version that begins with a zero; {mend} {meant}"
        yield Finding(tag.source.node, message, first_span(tag, name))

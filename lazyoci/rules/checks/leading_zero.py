"""A number of the version begins with a zero, so the tag differs from the usual tag of that release.

`01.2.3` and `1.2.3` are two tags, and programs that look for the highest version, such as Helm, find only `1.2.3`. The
same goes for `1.01.0` and `1.1.0-rc.01`. Dates have such zeros, and are not reported: `2024.01.15`, `24.01.15`.

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

import re
from collections.abc import Iterator

from lazyoci.rules.base import Finding, Subject
from lazyoci.rules.shared import versions
from lazyoci.rules.shared.wording import first_span, quoted
from lazyoci.semver import Semver

_ZERO = re.compile(r"(?<![0-9])0[0-9]", re.ASCII)


def check(subject: Subject) -> Iterator[Finding]:
    """One finding per tag."""
    for tag, name, version in versions.tags_of_versions(subject):
        parsed = version.semver
        if parsed is None or (meant := f"v{plain(parsed)}") == f"v{parsed.full}":
            continue
        if not _ZERO.search(tag.text):  # such as `1`, of 1.01.0
            continue
        mend = f"set {version.giver} to" if version.giver.startswith("LAZYOCI_") else "give --tag"
        message = f"tag {quoted(tag.text)} names a version with a number that begins with a zero; {mend} {meant}"
        yield Finding(tag.source.node, message, first_span(tag, name))


def plain(version: Semver) -> str:
    """The full version without leading zeros; those of a date stay, which begins with a year of 2 or 4 digits."""
    numbers = [version.major, version.minor, version.patch]
    dated = len(version.major) in (2, 4) and not version.major.startswith("0")
    core = ".".join(numbers if dated else map(_plain, numbers))
    parts = [_plain(part) if part.isdigit() else part for part in version.prerelease.split(".")]
    return core + (f"-{'.'.join(parts)}" if version.prerelease else "")


def _plain(number: str) -> str:
    return number.lstrip("0") or "0"

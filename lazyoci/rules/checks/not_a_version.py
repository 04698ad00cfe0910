"""LAZYOCI_VERSION is no semantic version, and a tag would be that text as it stands.

A version is three numbers, as in `v2.1.0`. Of `2.1`, `latest` or `nightly`, `.Version` and `.VersionFull` are the whole
text, which the parts of a version such as `.VersionMajor` do not have: what is a tag for one release, in one template,
would be a tag that moves with every run. `.VersionRaw` says that any text is meant.

Fails with `LAZYOCI_VERSION=2.1`:

```yaml
tags: ["{{ .VersionFull }}"]
```

Mended by `LAZYOCI_VERSION=v2.1.0`, or where another text is meant:

```yaml
tags: ["{{ .VersionRaw }}"]
```
"""

from __future__ import annotations

from collections.abc import Iterator

from lazyoci import semver
from lazyoci.rules.base import Finding, Subject
from lazyoci.rules.shared import versions
from lazyoci.rules.shared.wording import first_span, quoted


def check(subject: Subject) -> Iterator[Finding]:
    """One finding per tag."""
    for tag, name, version in versions.tags_of_versions(subject):
        if not version.verbatim or version.raw is None:
            continue
        if name == "VersionRaw":
            continue
        passed_over, source = version.passed_over
        meant = semver.near(version.raw)
        if passed_over:
            remedy = f"unset it, and {source} {passed_over} is the version"
        else:
            remedy = f"set it to {'a version such as v1.4.0' if meant is None else meant.raw}, or use .VersionRaw"
        fact = f"{version.giver} {quoted(version.raw)} is not a semantic version, and .{name} would be that text"
        yield Finding(tag.source.node, f"{fact}; {remedy}", first_span(tag, name))

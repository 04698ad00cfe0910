"""LAZYOCI_VERSION is not a semantic version, and a tag would be this text unchanged.

A version has three numbers, as in `v2.1.0`. If LAZYOCI_VERSION is `2.1`, `latest` or `nightly`, then `.Version` and
`.VersionFull` are that whole text, and parts such as `.VersionMajor` have no value. A tag that is meant for one release
would then move with every run. If any text is allowed, write `.VersionRaw`.

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

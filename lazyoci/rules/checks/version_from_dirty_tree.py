"""The version is that of the git tag on HEAD, but the work tree has changes that are not committed.

What is built then is not what was tagged, and pushing it as `1.4.2` would overwrite the release of that name, or stand
where it belongs. Where the version was given, by `--tag`, LAZYOCI_VERSION or the tag that CI builds, nothing is
reported: a build may change files.

Fails on the tag v1.4.2, while there are uncommitted changes:

```yaml
tags: ["{{ .VersionFull }}"]
```

Mended, where such builds are wanted (else commit the changes and tag that commit):

```yaml
tags: ["{{ .VersionFull }}{{ if .GitDirty }}-dirty{{ end }}"]
```
"""

from __future__ import annotations

from collections.abc import Iterator

from lazyoci.rules.base import Finding, Subject
from lazyoci.rules.shared import versions
from lazyoci.rules.shared.wording import first_span, quoted
from lazyoci.values.version import Basis


def check(subject: Subject) -> Iterator[Finding]:
    """One finding per tag: each would be written over the release's."""
    for tag, name in versions.tags_of_versions(subject):
        if versions.version(subject).basis is not Basis.DIRTY:
            return
        message = (
            f"tag {quoted(tag.text)} names git tag {subject.resolved.values.git.tag}, but the work tree has "
            "uncommitted changes; commit and tag them, give --tag the new version, or add the change: "
            f"{tag.source.value}{{{{ if .GitDirty }}}}-dirty{{{{ end }}}}"
        )
        yield Finding(tag.source.node, message, first_span(tag, name))

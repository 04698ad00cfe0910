"""The version comes from a git tag that is not on HEAD: an earlier commit was released under it.

If no version is given (by LAZYOCI_VERSION, by a `--tag` that is a version, or by the tag that CI builds), the version
is that of the nearest git tag. Commits after that tag are not that release, and pushing them as `1.4.2` would overwrite
it. Tags that also hold the commit, the time or the pull request, such as `{{ .Version }}-{{ .GitSHA }}`, overwrite
nothing and are not reported.

Fails some commits after the tag v1.4.2:

```yaml
tags: ["{{ .VersionFull }}"]
```

Mended for such builds, or by tagging HEAD, by `--tag` or by LAZYOCI_VERSION:

```yaml
tags: ["{{ .VersionFull }}-{{ .GitSHA }}"]
```
"""

from __future__ import annotations

from collections.abc import Iterator

from lazyoci.rules.base import Finding, Subject
from lazyoci.rules.shared import versions
from lazyoci.rules.shared.wording import first_span, quoted
from lazyoci.values.version import Basis


def check(subject: Subject) -> Iterator[Finding]:
    """One finding per tag: each would overwrite a tag of the earlier release."""
    for tag, name, version in versions.tags_of_versions(subject):
        if version.basis is not Basis.ANCESTOR:
            continue
        if version.source.startswith("git tag "):
            fact, mend = f"the version of {version.source}", "tag HEAD, give --tag the new version"
        else:
            fact, mend = f"the version in {version.source}, which an earlier commit has", "raise it there"
        message = (
            f"tag {quoted(tag.text)} names {fact}; {mend}, or add the commit: {tag.source.value}-{{{{ .GitSHA }}}}"
        )
        yield Finding(tag.source.node, message, first_span(tag, name))

"""The version that was given differs from the git tag on HEAD.

One commit can be released under two versions, but usually one of them is a mistake: a variable that is still set from
an earlier command, or a version that was meant for the next commit. A prerelease and its release count as the same
version. If there are uncommitted changes, `dirty-tree` reports that instead. Only `build` and `preview` report this.

Fails with `LAZYOCI_VERSION=v0.9.0`, on the git tag v1.4.2:

```yaml
tags: ["{{ .VersionFull }}"]
```

Mended by leaving the version out, as git tells it; or where the tag is not to be a release:

```yaml
tags: ["{{ .VersionFull }}-{{ .GitSHA }}"]
```
"""

from __future__ import annotations

from collections.abc import Iterator

from lazyoci.rules.base import Finding, Subject
from lazyoci.rules.shared import versions
from lazyoci.rules.shared.wording import first_span, quoted


def check(subject: Subject) -> Iterator[Finding]:
    """One finding per tag."""
    for tag, name, standing in versions.given_versions(subject):
        if not standing.head_tag or standing.ci_tag or standing.by_ci:
            continue
        giver, other = standing.giver, standing.head_tag
        mend = f"leave {giver} out" if giver.startswith("--") else f"unset {giver}"
        if name == "Tag":
            mend = f"give {giver} {other}" if giver.startswith("--") else f"set {giver}={other}"
        message = (
            f"tag {quoted(tag.text)} is made of {giver} {standing.version.raw}, and HEAD has the git tag {other}; "
            f"{mend} if that one is meant"
        )
        yield Finding(tag.source.node, message, first_span(tag, name))

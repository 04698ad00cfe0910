"""The version is that of the git tag on HEAD, but the work tree has changes that are not committed.

The build is then not what was tagged, and pushing it as `1.4.2` would overwrite the release of that name, or take its
place. It does not matter whether the version comes from git, from `--tag` or from a CI run for the tag. If git has no
tag for the version yet, `dirty-tree` reports it. Only files that git tracks count, as for `git describe --dirty`: files
that a build creates are not changes.

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

from lazyoci.resolve import Resolution
from lazyoci.rules.base import Finding, Subject
from lazyoci.rules.shared import versions
from lazyoci.rules.shared.wording import first_span, quoted
from lazyoci.values.version import Basis


def check(subject: Subject) -> Iterator[Finding]:
    """One finding per tag: each would overwrite a tag of the release."""
    for tag, name, version in versions.tags_of_versions(subject):
        if version.basis is not Basis.DIRTY:
            continue
        what = version.source.removesuffix(", on HEAD")
        yield _finding(tag, name, what, "commit them and tag that commit")
    for tag, name, standing in versions.given_versions(subject):
        if not subject.resolved.values.git.dirty:
            return
        if standing.by_ci:
            what = f"{standing.version.raw}, for which {standing.giver} runs"
            yield _finding(tag, name, what, "undo them (git status names them)")
        elif standing.on_head:
            mend = (
                f"raise the version in {standing.path}" if standing.path else f"give {standing.giver} the next version"
            )
            remedy = f"commit them and {mend}"
            yield _finding(tag, name, f"git tag {standing.on_head}", remedy)


def _finding(tag: Resolution, name: str, what: str, remedy: str) -> Finding:
    message = (
        f"tag {quoted(tag.text)} names {what}, but the work tree has uncommitted changes; {remedy}, "
        f"or add the change: {tag.source.value}{{{{ if .GitDirty }}}}-dirty{{{{ end }}}}"
    )
    return Finding(tag.source.node, message, first_span(tag, name))

"""A file of a generic artifact does not exist, or a glob matches nothing.

Paths are relative to the directory of the `.lazy` file. If a file has exactly the name that is written, the path means
this file, and is not read as a glob. A missing file that git ignores is expected to be created by a build, so only
`lazyoci build` reports it.

Fails where there is only `config.json`:

```yaml
files: [{path: conf.json, mediaType: application/json}]
```

Mended:

```yaml
files: [{path: config.json, mediaType: application/json}]
```
"""

from __future__ import annotations

from collections.abc import Iterator

from lazyoci.config.model import FilesArtifact
from lazyoci.rules.base import Finding, Subject
from lazyoci.rules.shared.paths import absence, is_absent, kind, matches
from lazyoci.rules.shared.wording import quoted
from lazyoci.world.glob import is_magic


def check(subject: Subject) -> Iterator[Finding]:
    """One finding per path."""
    for artifact in subject.config.artifacts:
        if not isinstance(artifact, FilesArtifact):
            continue
        for file in artifact.files:
            message = _message(subject, file.path.value)
            if message:
                yield Finding(file.path.node, message)


def _message(subject: Subject, path: str) -> str:
    found = matches(subject, path)
    if found is None:
        return ""
    if not found:
        if not is_absent(subject, path):
            return ""
        if is_magic(path):
            return f"nothing matches {quoted(path)}; paths are relative to the directory of the .lazy file"
        return f"file {quoted(path)} {absence(subject, path)}"
    odd = next((one for one in found if not kind(subject, one)), None)
    if odd is None:
        return ""
    return f"{quoted(path)} matches {quoted(odd)}, which is neither a file nor a directory; leave it out, or remove it"

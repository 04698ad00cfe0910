"""A file of a generic artifact does not exist, or a glob matches nothing.

Paths are relative to the directory of the `.lazy` file. What exists under the very name wins over its reading as a
glob. A file that git ignores is taken for one that a build makes, so only `lazyoci build` misses it.

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
from lazyoci.rules.characters import is_magic
from lazyoci.rules.paths import is_absent, matches, remedy
from lazyoci.rules.words import quoted


def check(subject: Subject) -> Iterator[Finding]:
    """One finding per path."""
    for artifact in subject.config.artifacts:
        if not isinstance(artifact, FilesArtifact):
            continue
        for file in artifact.files:
            path = file.path.value
            if not is_absent(subject, path):
                continue
            if not is_magic(path):
                yield Finding(file.path.node, f"file {quoted(path)} does not exist{remedy(subject, path)}")
            elif matches(subject, path) == ():
                message = f"nothing matches {quoted(path)}; paths are relative to the directory of the .lazy file"
                yield Finding(file.path.node, message)

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
from lazyoci.rules.shared.missing_paths import absence, exists
from lazyoci.rules.shared.paths import is_absent, kind, matches
from lazyoci.rules.shared.wording import quoted
from lazyoci.world.glob import is_magic
from lazyoci.yaml.nodes import Scalar


def check(subject: Subject) -> Iterator[Finding]:
    """One finding per path."""
    for artifact in subject.config.artifacts:
        if not isinstance(artifact, FilesArtifact):
            continue
        for file in artifact.files:
            yield from _finding(subject, file.path.value, file.path.node)


def _finding(subject: Subject, path: str, node: Scalar) -> Iterator[Finding]:
    found = matches(subject, path)
    if found is None:
        return
    odd = next((one for one in found if not kind(subject, one)), None)
    if odd is not None:
        what = f"{quoted(path)} matches {quoted(odd)}, which is neither a file nor a directory"
        yield Finding(node, f"{what}; leave it out, or remove it")
    elif not found and is_absent(subject, path):
        if is_magic(path):
            yield Finding(
                node, f"nothing matches {quoted(path)}; paths are relative to the directory of the .lazy file"
            )
            return
        missing = absence(subject, path, exists(subject))
        message = f"file {quoted(path)} {missing.words}"
        yield Finding(node, message, fix=missing.fix(subject, node), choices=missing.choices(subject, node))

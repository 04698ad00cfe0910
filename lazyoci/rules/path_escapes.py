"""A path leads out of where it should stay.

A file of a generic artifact that lies outside the directory of the `.lazy` file loses its path: its title, under which
it is unpacked, can only be its name, and other tools refuse titles with `..`. A Dockerfile, context or chart may lie
anywhere in the repository, but what is outside it is missing from every other checkout.

Fails:

```yaml
files: [{path: ../shared/config.json, mediaType: application/json}]
```

Mended by moving the `.lazy` file up, or the file down:

```yaml
files: [{path: shared/config.json, mediaType: application/json}]
```
"""

from __future__ import annotations

import os.path
from collections.abc import Iterator

from lazyoci.config.model import Artifact, FilesArtifact, HelmArtifact, ImageArtifact, Text
from lazyoci.rules.base import Finding, Subject
from lazyoci.rules.paths import leads_out, repository_root
from lazyoci.rules.words import quoted
from lazyoci.values.image_inputs import is_remote
from lazyoci.world.title import title


def check(subject: Subject) -> Iterator[Finding]:
    """One finding per path. Outside a repository, only the paths of files are judged."""
    for artifact in subject.config.artifacts:
        if isinstance(artifact, FilesArtifact):
            for file in artifact.files:
                if leads_out(file.path.value):
                    name = title(file.path.value)
                    message = (
                        f"{quoted(file.path.value)} lies outside the directory of the .lazy file, "
                        f"so its title is only {quoted(name)}; move one of them"
                    )
                    yield Finding(file.path.node, message)
        for text in _places(artifact):
            if leads_out(text.value) and not is_remote(text.value) and _leaves_repository(subject, text.value):
                message = (
                    f"{quoted(text.value)} lies outside the git repository, so other checkouts lack it; move it in"
                )
                yield Finding(text.node, message)


def _places(artifact: Artifact) -> list[Text]:
    if isinstance(artifact, HelmArtifact):
        return [artifact.chart_path]
    if isinstance(artifact, ImageArtifact):
        return [text for text in (artifact.dockerfile, artifact.context) if text is not None]
    return []


def _leaves_repository(subject: Subject, path: str) -> bool:
    root = repository_root(subject)
    if root is None:
        return False
    target = os.path.abspath(subject.directory / path)  # noqa: PTH100  # resolve() would follow links
    return os.path.commonpath((str(root), target)) != str(root)

"""An image lists the same platform twice, perhaps under two names.

`linux/arm64`, `linux/arm64/v8` and `linux/aarch64` are the same platform. Some builders build it once, others put it
into the index twice.

Fails:

```yaml
type: image
platforms: [linux/amd64, linux/arm64, linux/aarch64]
```

Mended:

```yaml
type: image
platforms: [linux/amd64, linux/arm64]
```
"""

from __future__ import annotations

from collections.abc import Iterator

from lazyoci.config.model import CopyArtifact, DockerArtifact, ImageArtifact, Text
from lazyoci.oci import platform
from lazyoci.oci.platform import Platform, PlatformError
from lazyoci.rules.base import Finding, Subject
from lazyoci.rules.shared.fixes import remove_item
from lazyoci.rules.shared.shared_nodes import repeated
from lazyoci.rules.shared.wording import quoted


def check(subject: Subject) -> Iterator[Finding]:
    """One finding per repetition."""
    for artifact in subject.config.artifacts:
        if not isinstance(artifact, ImageArtifact | DockerArtifact | CopyArtifact):
            continue
        seen: dict[Platform, Text] = {}
        for text in artifact.platforms:
            try:
                parsed = platform.parse(text.value)
            except PlatformError:
                continue  # unknown-platform reports it
            first = seen.setdefault(parsed, text)
            if first is text:
                continue
            node, there = text.node, first.node
            fix = None
            if node is not there:
                fix = remove_item(subject.source, artifact.node.get("platforms"), node, "remove the repeated platform")
            equal = "" if first.value == text.value else f" ({first.value} is the same)"
            message = f"platform {quoted(text.value)} repeats line {subject.line(there)}{equal}; list it once"
            here = repeated(subject, node) if node is there else node
            yield Finding(here, message, related=((there, "the first of the two"),), fix=fix, unnecessary=True)

"""There are no containers for this platform.

`darwin/arm64` is the platform of programs for a Mac. On a Mac, containers run in a virtual machine with Linux, so their
platform is `linux/arm64`.

Fails:

```yaml
type: image
platforms: [darwin/arm64]
```

Mended:

```yaml
type: image
platforms: [linux/arm64]
```
"""

from __future__ import annotations

from collections.abc import Iterator

from lazyoci.config.model import CopyArtifact, DockerArtifact, ImageArtifact, Text
from lazyoci.diagnostic import Fix, Span
from lazyoci.oci import platform
from lazyoci.oci.platform import PlatformError
from lazyoci.rules.base import Finding, Subject
from lazyoci.rules.shared.fixes import remove_item, replace
from lazyoci.rules.shared.wording import quoted

_WITHOUT_CONTAINERS = frozenset(
    {"aix", "android", "darwin", "dragonfly", "illumos", "ios", "netbsd", "openbsd", "plan9", "solaris", "zos"}
)


def check(subject: Subject) -> Iterator[Finding]:
    """One finding per platform."""
    for artifact in subject.config.artifacts:
        if isinstance(artifact, ImageArtifact | DockerArtifact | CopyArtifact):
            listed = [text.value for text in artifact.platforms]
            for text in artifact.platforms:
                found = instead(text.value)
                if found:
                    message = f"there are no containers for {quoted(text.value)}; did you mean {found}?"
                    if found in listed:
                        message = f"there are no containers for {quoted(text.value)}; remove it"
                    fix = _fix(subject, artifact, text, found, listed)
                    yield Finding(text.node, message, fix=fix)


def instead(value: str) -> str:
    """The platform that was probably meant instead of one without containers; empty for all other texts."""
    try:
        parsed = platform.parse(value)
    except PlatformError:
        return ""
    if parsed.os not in _WITHOUT_CONTAINERS or not platform.is_known(parsed):
        return ""
    meant = f"linux/{parsed.architecture}" + (f"/{parsed.variant}" if parsed.variant else "")
    return meant if platform.is_known(platform.parse(meant)) else "linux/amd64"


def _fix(
    subject: Subject, artifact: ImageArtifact | DockerArtifact | CopyArtifact, text: Text, found: str, listed: list[str]
) -> Fix | None:
    if found in listed:
        return remove_item(subject.source, artifact.node.get("platforms"), text.node, "remove it")
    whole = Span(0, len(text.value))
    return replace(subject.source, text.node, whole, found, f"replace with {found}")

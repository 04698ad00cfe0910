"""A media type does not have the form `type/subtype`.

Both parts begin with a letter or digit and hold letters, digits and `!#$&^_.+-` (RFC 6838, 4.2); the image-spec
requires this of every descriptor, and some registries refuse others.

Fails:

```yaml
files: [{path: config.json, mediaType: json}]
```

Mended:

```yaml
files: [{path: config.json, mediaType: application/json}]
```
"""

from __future__ import annotations

from collections.abc import Iterator

from lazyoci.config.model import FilesArtifact
from lazyoci.oci.mediatype import is_valid
from lazyoci.rules.base import Finding, Subject
from lazyoci.rules.shared.wording import quoted


def check(subject: Subject) -> Iterator[Finding]:
    """One finding per media type; parameters, as in `text/plain; charset=utf-8`, are not judged."""
    for artifact in subject.config.artifacts:
        if not isinstance(artifact, FilesArtifact):
            continue
        own = [] if artifact.media_type is None or not artifact.media_type.value else [artifact.media_type]
        for text in (*own, *(file.media_type for file in artifact.files)):
            name, semicolon, _ = text.value.partition(";")
            if not is_valid(name.rstrip() if semicolon else name):
                message = f"{quoted(text.value)} is not a media type; write type/subtype, such as application/json"
                yield Finding(text.node, message)

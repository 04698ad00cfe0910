"""An annotation or a label looks like a secret.

Everyone who can pull an image can read the annotations in its manifest and the labels in its configuration; and this
one is in the repository too. Write an address without user and password, and put no other secret here.

Fails:

```yaml
type: docker
image: nginx:alpine
annotations: {org.opencontainers.image.source: "https://anna:hunter22@git.example.com/acme/api"}
```

Mended:

```yaml
type: docker
image: nginx:alpine
annotations: {org.opencontainers.image.source: "https://git.example.com/acme/api"}
```
"""

from __future__ import annotations

from collections.abc import Iterator

from lazyoci.mask import begins_as_secret, may_be_secret, names_secret
from lazyoci.rules.base import Finding, Subject, entry_key
from lazyoci.rules.shared.secrets import has_password
from lazyoci.rules.shared.wording import quoted


def check(subject: Subject) -> Iterator[Finding]:
    """One finding per annotation or label, at its name; the value is never repeated."""
    for artifact in subject.resolved.artifacts:
        for key, what, entries in (
            ("annotations", "annotation", artifact.annotations),
            ("labels", "label", artifact.labels),
        ):
            for name, one in entries.items():
                place = entry_key(artifact.artifact, key, name) or one.source.node
                texts = (one.source.value, one.text)
                if any(map(has_password, texts)):
                    message = (
                        f"{what} {quoted(name)} holds a password, for everyone to read; leave user and password out"
                    )
                    yield Finding(place, message)
                elif any(map(begins_as_secret, texts)) or (
                    names_secret(name.rpartition(".")[2].rpartition("/")[2])
                    and one.error is None
                    and may_be_secret(one.text)
                ):
                    yield Finding(place, f"{what} {quoted(name)} looks like a secret, for everyone to read; remove it")

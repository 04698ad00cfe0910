"""A build argument looks like a secret.

Everyone who can pull the image can read its build arguments, in its history and in provenance attestations; and this
one is in the repository too. Give a secret to the build by a mount: `RUN --mount=type=secret,id=npm`.

Fails:

```yaml
type: image
buildArgs: {NPM_TOKEN: npm_0123456789abcdef}
```

Mended (`NPM_TOKEN` is then read from the environment of the build):

```yaml
type: image
secrets: ["id=npm,env=NPM_TOKEN"]
```
"""

from __future__ import annotations

from collections.abc import Iterator

from lazyoci.rules.base import Finding, Subject, entry_key
from lazyoci.rules.shared.secrets import begins_as_secret, has_password, may_be_secret, names_secret


def check(subject: Subject) -> Iterator[Finding]:
    """One finding per argument, at its name; the value, as written or rendered, is never repeated."""
    for artifact in subject.resolved.artifacts:
        for name, one in artifact.build_args.items():
            named = names_secret(name) and one.error is None and may_be_secret(one.text)
            if named or any(begins_as_secret(text) or has_password(text) for text in (one.source.value, one.text)):
                what = name if named else f"the value of {name}"
                message = f"{what} looks like a secret, and the image would show it; pass it by secrets: instead"
                yield Finding(entry_key(artifact.artifact, "buildArgs", name) or one.source.node, message)

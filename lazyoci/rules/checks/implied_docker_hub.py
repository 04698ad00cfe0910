"""A registry has no host, which means Docker Hub.

The first part of a registry is a host if it contains a dot or a port, or is `localhost`. Otherwise the whole text is a
repository on Docker Hub, as for `docker push`. So `m8/data` is `docker.io/m8/data`, and not a repository on a machine
`m8`. Write the host, so that readers of the file need not know this rule.

Fails:

```yaml
registry: acme/api
tags: [v1]
```

Mended:

```yaml
registry: docker.io/acme/api
tags: [v1]
```
"""

from __future__ import annotations

from collections.abc import Iterator

from lazyoci.oci.reference import DOCKER_HUB
from lazyoci.rules.base import Finding, Subject
from lazyoci.rules.shared.wording import quoted


def check(subject: Subject) -> Iterator[Finding]:
    """One finding per target."""
    for artifact in subject.plan.artifacts:
        for target in artifact.targets:
            repository, registry = target.repository, target.resolved.registry
            if repository is None or repository.host != DOCKER_HUB or not registry.text.startswith(repository.path):
                continue
            if repository.path.startswith("library/"):
                continue  # reported by official-namespace
            first, _, rest = repository.path.partition("/")
            message = (
                f"{quoted(registry.text)} means {repository}; write that, or {first}:PORT/{rest} for a machine {first}"
            )
            yield Finding(registry.source.node, message)

"""A registry has neither a host nor an account, which means one of the official images on Docker Hub.

`registry: myapp` means `docker.io/library/myapp`, by the shorthand of `docker pull`. `library` contains the official
images, and only Docker can push there. Write the registry and the account or organisation that the repository belongs
to.

Fails:

```yaml
registry: myapp
tags: [v1]
```

Mended:

```yaml
registry: docker.io/acme/myapp
tags: [v1]
```
"""

from __future__ import annotations

from collections.abc import Iterator

from lazyoci.oci.reference import DOCKER_HUB
from lazyoci.rules.base import Finding, Subject
from lazyoci.rules.shared.wording import quoted

_OFFICIAL = "library/"


def check(subject: Subject) -> Iterator[Finding]:
    """One finding per target that does not itself say `library`."""
    for artifact in subject.plan.artifacts:
        for target in artifact.targets:
            registry, repository = target.resolved.registry, target.repository
            if repository is None or repository.host != DOCKER_HUB or not repository.path.startswith(_OFFICIAL):
                continue
            if _OFFICIAL not in registry.text and not _is_host(registry.text):
                name = repository.path.removeprefix(_OFFICIAL)
                message = (
                    f"{quoted(registry.text)} means {repository}, among Docker's official images; "
                    f"name the registry and the account, such as ghcr.io/acme/{name} or docker.io/acme/{name}"
                )
                yield Finding(registry.source.node, message)


def _is_host(text: str) -> bool:
    """Whether it is a host without a repository, which invalid-registry reports."""
    return "/" not in text and ("." in text or text == "localhost")

"""The host of a registry is nearly that of a well-known one, or is its website.

`gchr.io` is not GitHub's `ghcr.io`, and may be somebody's who waits for what is sent there by mistake. `docker.com` and
`quay.com` are websites, which take no images.

Fails:

```yaml
registry: gchr.io/acme/api
tags: [v1]
```

Mended:

```yaml
registry: ghcr.io/acme/api
tags: [v1]
```
"""

from __future__ import annotations

from collections.abc import Iterator

from lazyoci.diagnostic import Span
from lazyoci.plan import PlannedTarget
from lazyoci.rules.base import Finding, Subject
from lazyoci.rules.characters import REPOSITORY_CHARACTERS, only
from lazyoci.rules.fixes import replace
from lazyoci.rules.registry_text import SITES
from lazyoci.rules.words import is_slip, quoted

# long enough that a slip is no other name, the likeliest first
_KNOWN = ("ghcr.io", "docker.io", "quay.io", "registry.gitlab.com", "public.ecr.aws", "mcr.microsoft.com")
# registries one letter away from those
_OTHERS = frozenset({"gcr.io", "cr.io", "registry.gitlab.io"})
# the websites that people copy addresses from are errors of invalid-registry
_WEBSITES = {
    "docker.com": "docker.io",
    "www.docker.com": "docker.io",
    "hub.docker.io": "docker.io",
    "dockerhub.com": "docker.io",
    "dockerhub.io": "docker.io",
    "github.io": "ghcr.io",
    "ghcr.com": "ghcr.io",
    "gitlab.io": "registry.gitlab.com",
    "quay.com": "quay.io",
    "gcr.com": "gcr.io",
}


def check(subject: Subject) -> Iterator[Finding]:
    """One finding per target."""
    for artifact in subject.plan.artifacts:
        for target in artifact.targets:
            host = _host(target)
            meant = _meant(host)
            if meant:
                yield _finding(subject, target, host, meant)


def _host(target: PlannedTarget) -> str:
    """The host, as far as it is certain: all of it written out, or rendered."""
    registry = target.resolved.registry
    if registry.error is not None:
        return ""
    head, slash, _ = (registry.text if registry.certain else registry.source.value).partition("/")
    host = head.lower()
    return host if slash and only(host, REPOSITORY_CHARACTERS) else ""  # others are invalid-registry's


def _meant(host: str) -> str:
    if host in _WEBSITES:
        return _WEBSITES[host]
    if host in _KNOWN or host in _OTHERS or host in SITES:
        return ""
    swapped = [known for known in _KNOWN if len(known) == len(host) and sorted(known) == sorted(host)]
    return next((known for known in (*swapped, *_KNOWN) if is_slip(host, known)), "")


def _finding(subject: Subject, target: PlannedTarget, host: str, meant: str) -> Finding:
    registry = target.resolved.registry
    what = f"{quoted(host)} is a website and no registry" if host in _WEBSITES else f"{quoted(host)} is nearly {meant}"
    if registry.source.value[: len(host)].lower() == host:
        span = Span(0, len(host))
        fix = replace(subject.source, registry.source.node, span, meant, f"replace with {meant}")
        return Finding(registry.source.node, f"{what}; did you mean {meant}?", span, fix=fix)
    source = next((value.source for value in registry.used if (value.text or "").lower().startswith(host)), "")
    where = f" in {source}" if source else ""
    return Finding(registry.source.node, f"{what}; did you mean {meant}{where}?")

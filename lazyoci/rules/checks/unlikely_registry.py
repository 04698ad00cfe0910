"""The host of a registry is nearly that of a well-known one, or is its website.

`gchr.io` is not GitHub's `ghcr.io`, and may belong to somebody who collects what others push there by mistake.
`docker.com` and `quay.com` are websites, not registries. A registry without a host means Docker Hub, where repositories
have two parts: `ghcr/acme/api` cannot be one, and `harbor/api` more likely means a registry of your own.

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

from collections.abc import Iterator, Mapping

from lazyoci.diagnostic import Fix, Span
from lazyoci.oci.reference import DOCKER_HUB, Repository
from lazyoci.plan import PlannedTarget
from lazyoci.rules.base import Finding, Subject
from lazyoci.rules.shared.characters import REPOSITORY_CHARACTERS, only
from lazyoci.rules.shared.fixes import replace
from lazyoci.rules.shared.registry_text import SITES
from lazyoci.rules.shared.wording import is_slip, quoted

# names long enough that a mistyped one is no other name; the likeliest first
_KNOWN = ("ghcr.io", "docker.io", "quay.io", "registry.gitlab.com", "public.ecr.aws", "mcr.microsoft.com")
# registries where repositories have more than two parts
_WITH_PATHS = ("ghcr.io", "quay.io", "gcr.io", "registry.gitlab.com")
# names that people give to their own registry, but not to an account on Docker Hub
_PRODUCTS = frozenset(("registry", "harbor", "nexus", "artifactory", "jfrog", "ghcr", "quay", "ecr", "gcr", "acr"))
# ends of names of private hosts
_DOMAINS = ("azurecr.io", "amazonaws.com")
# real registries whose names differ from those by one letter
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
    others = [one.repository.host for artifact in subject.plan.artifacts for one in artifact.targets if one.repository]
    hosts = {name: host for host in others if (name := host.partition(":")[0].partition(".")[0]) and host != DOCKER_HUB}
    for artifact in subject.plan.artifacts:
        for target in artifact.targets:
            host = _host(target)
            meant = _meant(host)
            if meant:
                yield _finding(subject, target, host, meant)
            elif target.repository is not None and target.repository.host == DOCKER_HUB:
                yield from _on_the_hub(subject, target, target.repository, hosts)


def _host(target: PlannedTarget) -> str:
    """The host, if all of it is certain, as written or as rendered."""
    registry = target.resolved.registry
    if registry.error is not None:
        return ""
    head, slash, _ = (registry.text if registry.certain else registry.source.value).partition("/")
    host = head.lower()
    return host if slash and only(host, REPOSITORY_CHARACTERS) else ""  # invalid-registry reports the others


def _meant(host: str) -> str:
    if host in _WEBSITES:
        return _WEBSITES[host]
    if host in _KNOWN or host in _OTHERS or host in SITES:
        return ""
    swapped = [known for known in (*_KNOWN, "gcr.io") if len(known) == len(host) and sorted(known) == sorted(host)]
    found = next((known for known in (*swapped, *_KNOWN) if known in swapped or is_slip(host, known)), "")
    front, dot, domain = host.rpartition(".")
    front, dot, last = front.rpartition(".")
    if found or not dot:
        return found
    own = f"{last}.{domain}"
    near = next((known for known in _DOMAINS if own not in _DOMAINS and is_slip(own, known)), "")
    return f"{front}.{near}" if near else ""


def _on_the_hub(
    subject: Subject, target: PlannedTarget, repository: Repository, hosts: Mapping[str, str]
) -> Iterator[Finding]:
    """Findings for what is hardly a repository on Docker Hub. `hosts` are those of other targets."""
    first, _, rest = repository.path.partition("/")
    if "/" not in rest:
        host = "" if target.resolved.registry.text.startswith(DOCKER_HUB) else hosts.get(first, "")
        if host or (first in _PRODUCTS and target.resolved.registry.text.startswith(first)):
            meant = (
                f"did you mean {host}/{rest}?" if host else f"write the whole host, such as {first}.example.com/{rest}"
            )
            what = f"{quoted(target.resolved.registry.text)} means {repository}, on Docker Hub"
            choices = _choices(subject, target, first, host)
            yield Finding(target.resolved.registry.source.node, f"{what}; {meant}", choices=choices)
        return
    registry = target.resolved.registry
    names = {one.split(".")[-2]: one for one in _WITH_PATHS}
    meant = names.get(first) or next((one for name, one in names.items() if is_slip(first, name)), "")
    front = f"put the registry's host in front, such as ghcr.io/{repository.path}"
    remedy = f"did you mean {meant}/{rest}?" if meant else front
    what = f"{quoted(registry.text)} means {repository}, and " if registry.text != str(repository) else ""
    message = f"{what}Docker Hub has repositories of two parts alone; {remedy}"
    yield Finding(registry.source.node, message, choices=_choices(subject, target, first, meant))


def _choices(subject: Subject, target: PlannedTarget, first: str, host: str) -> tuple[Fix, ...]:
    """The choice to write a host in place of the first part of a repository, where that stands in the file."""
    text = target.resolved.registry.source
    if not host or not text.value.startswith(f"{first}/"):
        return ()
    fix = replace(subject.source, text.node, Span(0, len(first)), host, f"replace with {host}")
    return () if fix is None else (fix,)


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

"""A registry is not `host/repository`.

No scheme, no tag, no digest, no credentials; the path in lower case (distribution-spec, "Pulling manifests"). GitHub's
owner names may have capitals, but the names of its packages may not. Tags are listed under `tags`. A registry that
begins with `/` mostly lacks the value of LAZYOCI_REGISTRY.

Fails:

```yaml
registry: https://ghcr.io/Acme/api:latest
tags: [latest]
```

Mended:

```yaml
registry: ghcr.io/acme/api
tags: [latest]
```
"""

from __future__ import annotations

from collections.abc import Iterator

from lazyoci.plan import PlannedTarget
from lazyoci.resolve import Resolution
from lazyoci.rules.base import Finding, Subject
from lazyoci.rules.fixes import replace
from lazyoci.rules.registry_text import Problem, literal_problems, problems
from lazyoci.rules.words import quoted


def check(subject: Subject) -> Iterator[Finding]:
    """Findings in the text itself first; what only shows once rendered is told where nothing is wrong with the text."""
    for artifact in subject.plan.artifacts:
        for target in artifact.targets:
            registry = target.resolved.registry
            if registry.error is not None:
                continue
            if registry.template is None:
                found = problems(registry.text)
            else:
                found = literal_problems(registry)
                if not found and registry.certain:
                    yield from _rendered(target, registry)
            for problem in found:
                yield _at(subject, target, problem)
            if not found and registry.template is None and target.problem is not None:
                yield Finding(registry.source.node, target.problem.message)


def _at(subject: Subject, target: PlannedTarget, problem: Problem) -> Finding:
    """A problem with a part of the text as written, and its fix if that is certain."""
    node = target.resolved.registry.source.node
    fix = None
    listed = problem.tag and any(tag.source.value == problem.tag for tag in target.resolved.tags)
    if problem.instead is not None and (listed or not problem.tag):
        fix = replace(subject.source, node, problem.within, problem.instead, problem.title)
    return Finding(node, f"{problem.fact}; {problem.remedy}", problem.within, fix=fix)


def _rendered(target: PlannedTarget, registry: Resolution) -> Iterator[Finding]:
    """What is wrong with a value: the place is the whole text, and the remedy elsewhere."""
    node = registry.source.node
    found = problems(registry.text)
    if registry.text.startswith("/") and _uses_registry(registry):
        yield Finding(node, f"{found[0].fact}; set LAZYOCI_REGISTRY")
    elif found:
        sources = [value.source for value in registry.used if value.text and problems(value.text + "/x")]
        remedy = f"correct {sources[0]}" if sources else found[0].remedy
        yield Finding(node, f"{found[0].fact} (rendered from {quoted(registry.source.value)}); {remedy}")
    elif target.problem is not None:
        yield Finding(node, f"{target.problem.message} (rendered from {quoted(registry.source.value)})")


def _uses_registry(registry: Resolution) -> bool:
    return registry.template is not None and any(name == "Registry" for name, _ in registry.template.fields())

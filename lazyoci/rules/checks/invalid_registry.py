"""A registry does not have the form `host/repository`.

It has no scheme, tag, digest or credentials, and its path is in lower case (distribution-spec, "Pulling manifests").
Names of owners on GitHub may have capital letters, but the names of its packages may not. Tags are listed under `tags`.
If a registry begins with `/`, usually LAZYOCI_REGISTRY has no value.

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

import re
from collections.abc import Iterator

from lazyoci.plan import PlannedTarget
from lazyoci.resolve import Resolution
from lazyoci.rules.base import Finding, Subject
from lazyoci.rules.shared.characters import TAG_CHARACTERS, only
from lazyoci.rules.shared.fixes import replace
from lazyoci.rules.shared.registry_text import BadRegistry, literal_problems, problems
from lazyoci.rules.shared.wording import quoted


def check(subject: Subject) -> Iterator[Finding]:
    """Findings in the text as written; if there are none, those in the text as rendered."""
    for artifact in subject.plan.artifacts:
        for target in artifact.targets:
            registry = target.resolved.registry
            if registry.error is not None:
                continue
            stranger = _stranger(subject, registry)
            if stranger is not None:
                yield stranger
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


def _stranger(subject: Subject, registry: Resolution) -> Finding | None:
    """Text copied from another program or a web page, which no valid registry contains."""
    if only(_VARIABLE.sub("", registry.source.value), _USUAL):
        return None
    from lazyoci.rules.shared import pasted_text  # imported only when something is wrong

    return pasted_text.finding(subject, registry, registry=True)


_USUAL = TAG_CHARACTERS + "/:@"
_VARIABLE = re.compile(r"\{\{ *\.\w+ *\}\}")


def _at(subject: Subject, target: PlannedTarget, problem: BadRegistry) -> Finding:
    """A problem with a part of the text as written, with a fix if it is certain."""
    node = target.resolved.registry.source.node
    fix = None
    listed = problem.tag and any(tag.text.source.value == problem.tag for tag in target.resolved.tags)
    if problem.instead is not None and (listed or not problem.tag):
        fix = replace(subject.source, node, problem.within, problem.instead, problem.title)
    return Finding(node, f"{problem.fact}; {problem.remedy}", problem.within, fix=fix)


def _rendered(target: PlannedTarget, registry: Resolution) -> Iterator[Finding]:
    """What is wrong with the rendered text; the finding is at the whole text, as the value is set elsewhere."""
    node = registry.source.node
    found = problems(registry.text)
    if registry.text.startswith("/") and _uses_registry(registry):
        yield Finding(node, f"{found[0].fact}; set LAZYOCI_REGISTRY")
    elif found:
        culprit = next((value for value in registry.used if value.text and problems(value.text + "/x")), None)
        if culprit is not None and culprit.text:
            yield Finding(node, _of_value(culprit.source, culprit.text))
            return
        remedy = found[0].remedy
        yield Finding(node, f"{found[0].fact} (rendered from {quoted(registry.source.value)}); {remedy}")
    elif target.problem is not None:
        yield Finding(node, f"{target.problem.message} (rendered from {quoted(registry.source.value)})")


def _of_value(source: str, text: str) -> str:
    """What is wrong with the value from `source`, and what to set instead."""
    bare = re.sub(r"/{2,}", "/", text.rpartition("://")[2].strip("/ ")).lower()
    if text != text.rstrip("/"):
        return f"{source} is {quoted(text)}, with a slash at its end; give {quoted(bare)}"
    fact = (problems(text + "/x") or problems(text))[0].fact
    good = bool(bare) and not problems(bare + "/x")
    return f"{source} is {quoted(text)}: {fact}; {f'give {quoted(bare)}' if good else f'correct {source}'}"


def _uses_registry(registry: Resolution) -> bool:
    return registry.template is not None and any(name == "Registry" for name, _ in registry.template.fields())

"""A condition is no occasion that lazyoci knows, or one that can never be.

The words are `release`, `prerelease`, `tag`, `branch`, `default-branch`, `pull-request`, `schedule`, `manual` and
`local`; `tag:GLOB` and `branch:GLOB` compare names, where `*` stops at a slash and `**` crosses it. `not` before any of
them turns it round. A list holds if one of it does, `{all: […]}` if all do. Text with `{{` is a template: the empty
text and `false` mean no.

Fails:

```yaml
tags: [{tag: latest, when: realease}]
```

Mended:

```yaml
tags: [{tag: latest, when: release}]
```
"""

from __future__ import annotations

from collections.abc import Iterator

from lazyoci.config.model import Condition
from lazyoci.diagnostic import Edit, Fix, Span
from lazyoci.rules.base import Finding, Subject
from lazyoci.yaml.nodes import Scalar


def check(subject: Subject) -> Iterator[Finding]:
    """One finding per text that is none."""
    for artifact in subject.config.artifacts:
        conditions = [artifact.when]
        for target in artifact.targets:
            conditions += [target.when, *[tag.when for tag in target.tags]]
        for condition in conditions:
            if condition is not None:
                yield from _unknown(condition)


def _unknown(condition: Condition) -> Iterator[Finding]:
    from lazyoci.when import texts  # few files have conditions
    from lazyoci.when.misspelt import misspelt

    for text in texts(condition):
        found = None if text.is_template else misspelt(text.value)
        if found is not None:
            yield Finding(text.node, found.message, fix=_fix(text.node, found.instead))


def _fix(node: Scalar, instead: str) -> Fix | None:
    """Write what was certainly meant, in the quotes that are there."""
    if not instead or node.tag or node.style in ("|", ">"):
        return None
    inner = 1 if node.style else 0
    return Fix(f'replace with "{instead}"', (Edit(Span(node.start + inner, node.end - inner), instead),))

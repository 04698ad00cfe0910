"""A condition (`when`) is not one that lazyoci knows, or can never be true.

The words are `release`, `prerelease`, `tag`, `branch`, `default-branch`, `pull-request`, `schedule`, `manual` and
`local`; `tag:GLOB` and `branch:GLOB` compare names, where `*` stops at a slash and `**` crosses it. `not` before any of
them reverses it. A list is true if one of its conditions is, `{all: […]}` if all of them are. Text with `{{` is a
template: if it gives the empty text or `false`, the condition is false. Text outside of its braces is an error:
`{{ .GitBranch }} == main` compares nothing, and `{{ eq .GitBranch "main" }}` is meant.

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
from typing import TYPE_CHECKING

from lazyoci import template
from lazyoci.config.model import Condition, Text
from lazyoci.rules.base import Finding, Subject
from lazyoci.rules.shared import meant
from lazyoci.rules.shared.condition_words import write_condition
from lazyoci.rules.shared.wording import quoted
from lazyoci.template import TemplateError

if TYPE_CHECKING:
    from lazyoci.when.misspelt import Meant


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
        found = _beside(text) if text.is_template else misspelt(text.value)
        if found is not None:
            yield meant.finding(
                text.node, found.message, None, write_condition(text.node, found.instead), found.certain
            )


def _beside(text: Text) -> Meant | None:
    """What is wrong with a template that has text outside of its braces; None if it has none, or does not parse."""
    from lazyoci.when import outcome
    from lazyoci.when.misspelt import Meant

    try:
        literal = outcome.literal(template.parse(text.value))
    except TemplateError:
        return None  # template-syntax tells it
    if not literal:
        return None
    return Meant(f"{quoted(literal)} is outside of the braces, where nothing is compared; {outcome.remedy(text.value)}")

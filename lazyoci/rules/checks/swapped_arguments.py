"""A function gets its text where something else belongs, so that its result no longer depends on the variable.

The text comes last, as in Helm's functions: `trimPrefix "v" .Tag`. In `trimPrefix .Tag "v"` the text is `v`, which
would be published whatever the tag is, and `default .Tag "latest"` is always `latest`. In a pipe it is in front of the
`|`: `.Tag | trimPrefix "v"`.

Fails:

```yaml
tags: ['{{ trimPrefix .GitTag "v" }}']
```

Mended:

```yaml
tags: ['{{ trimPrefix "v" .GitTag }}']
```
"""

from __future__ import annotations

from collections.abc import Iterator

from lazyoci.diagnostic import Span
from lazyoci.resolve import Resolution
from lazyoci.rules.base import Finding, Subject
from lazyoci.rules.shared.fixes import replace
from lazyoci.template import nodes as ast

_COUNTS = {"trimPrefix": 2, "trimSuffix": 2, "default": 2, "replace": 3}


def check(subject: Subject) -> Iterator[Finding]:
    """One finding per call."""
    for artifact in subject.resolved.artifacts:
        for resolution in artifact.texts:
            if resolution.template is not None and any(name in resolution.source.value for name in _COUNTS):
                for node in resolution.template.walk():
                    if isinstance(node, ast.Pipe) and node.commands:
                        yield from _swapped(subject, resolution, node.commands[0])


def _swapped(subject: Subject, resolution: Resolution, command: ast.Command) -> Iterator[Finding]:
    """The finding for a call that begins a pipe, with a variable first and a literal last."""
    function, *arguments = command.args
    if not isinstance(function, ast.Identifier) or len(arguments) != _COUNTS.get(function.name):
        return
    first, *others = arguments
    if not isinstance(first, ast.Field) or not all(isinstance(one, ast.String) for one in others):
        return
    value = resolution.source.value
    texts = [value[one.span.start : one.span.end] for one in (*others, first)]
    span = Span(first.span.start, others[-1].span.end)
    instead = " ".join(texts)
    node = resolution.source.node
    message = (
        f"the text that {function.name} works on comes last, and is {texts[-2]} here; write {function.name} {instead}"
    )
    fix = replace(subject.source, node, span, instead, f"write {function.name} {instead}")
    yield Finding(node, message, span, fix=fix)

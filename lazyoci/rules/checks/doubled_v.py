"""A tag begins with `vv`: the text has a `v` before a value that begins with `v` itself.

With `--tag v1.0.0` the value of `.Tag` is `v1.0.0`, so `v{{ .Tag }}` becomes `vv1.0.0`. `.VersionFull` never begins
with `v`; `.VersionRaw` and `.GitTag` do if the git tag does.

Fails with `--tag v1.0.0`:

```yaml
tags: ["v{{ .Tag }}"]
```

Mended:

```yaml
tags: ["{{ .Tag }}"]
```
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from lazyoci.diagnostic import Span
from lazyoci.resolve import Resolution
from lazyoci.rules.base import Finding, Subject
from lazyoci.rules.shared.fixes import replace
from lazyoci.rules.shared.wording import quoted

_TWICE = re.compile(r"(?<![A-Za-z])[vV]{2}[0-9]")
_AS_FOUND = ("Tag", "VersionRaw", "GitTag")  # the variables that keep the v of a git tag
_LITERAL = re.compile(rf"(?<![A-Za-z])[vV](?=\{{\{{-?\s*\.(?:{'|'.join(_AS_FOUND)})\s*-?\}}\}})")


def check(subject: Subject) -> Iterator[Finding]:
    """One finding per text."""
    for artifact in subject.resolved.artifacts:
        for one in artifact.resolutions:
            if one.certain and one.template is not None and _TWICE.search(one.text):
                name = next((value.name for value in one.used if _begins_with_v(value.text)), "")
                if name and not _TWICE.search(one.source.value):
                    yield _finding(subject, one, name)


def _begins_with_v(text: str | None) -> bool:
    return text is not None and re.match(r"[vV][0-9]", text) is not None


def _finding(subject: Subject, one: Resolution, name: str) -> Finding:
    node = one.source.node
    fact = f"{quoted(one.source.value)} becomes {quoted(one.text)}, as .{name} begins with a v"
    literals = list(_LITERAL.finditer(one.source.value))
    if len(literals) != 1:
        return Finding(node, f"{fact}; leave out the v before it")
    span = Span(*literals[0].span())
    fix = replace(subject.source, node, span, "", "remove the v")
    return Finding(node, f"{fact}; remove the v before it", span, fix=fix)

"""A template uses a variable that has no value now.

Go renders a missing value as the empty text, so `myapp:{{ .Tag }}` without `--tag` would be pushed as `myapp:`. lazyoci
never does: in `build` a missing value is an error. While you write, in the editor and in the hook, it is only
information: the value may well come from the release job.

Fails in `build` without `--tag`:

```yaml
tags: ["{{ .Tag }}"]
```

Mended by giving the value (`lazyoci build --tag v1.0.0`, or the variable that the message names), or by a default:

```yaml
tags: ['{{ .Tag | default "edge" }}']
```
"""

from __future__ import annotations

from collections.abc import Iterator

from lazyoci.rules.base import Finding, Subject
from lazyoci.diagnostic import Span


def check(subject: Subject) -> Iterator[Finding]:
    """One finding per variable and text, at its first use."""
    for artifact in subject.resolved.artifacts:
        for resolution in artifact.resolutions:
            if resolution.error is not None or resolution.template is None:
                continue
            for value in resolution.unknown:
                spans = [span for name, span in resolution.template.fields() if name == value.name]
                message = f".{value.name} has no value: {value.source}"
                yield Finding(resolution.source.node, message, Span(*spans[0]) if spans else None)

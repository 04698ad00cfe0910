"""A template does not parse, or fails when it is rendered.

Registries and tags are Go templates (`text/template`), and so are the values of annotations, build arguments and
labels. Braces that are meant as they stand, as in `{{.Names}}` for `docker ps`, are written `{{ "{{" }}.Names}}`. The
message is the one Go itself gives, as people search for it.

Fails:

```yaml
tags: ["{{ if .Tag }}{{ .Tag }}"]
```

Mended:

```yaml
tags: ["{{ if .Tag }}{{ .Tag }}{{ end }}"]
```
"""

from __future__ import annotations

from collections.abc import Iterator

from lazyoci.rules.base import Finding, Subject
from lazyoci.rules.literal_braces import or_text

_REMEDIES = {
    "unclosed action": "close it with }}",
    "unexpected EOF": "an {{ end }} is missing",
    "unexpected {{end}}": "remove it",
}


def check(subject: Subject) -> Iterator[Finding]:
    """One finding per template that fails for another reason than an unknown name."""
    for artifact in subject.resolved.artifacts:
        for resolution in artifact.resolutions:
            error = resolution.error
            if error is not None and error.what not in ("unknown-variable", "unknown-function"):
                remedy = next((f"; {text}" for end, text in _REMEDIES.items() if error.message.endswith(end)), "")
                found = Finding(resolution.source.node, error.message + remedy, error.span)
                yield or_text(subject.source, artifact, resolution, found)

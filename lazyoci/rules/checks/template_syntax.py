"""A template does not parse, or fails when it is rendered.

Registries and tags are Go templates (`text/template`), and so are the values of annotations, build arguments and
labels. To keep braces as literal text, such as `{{.Names}}` for `docker ps`, write `{{ "{{" }}.Names}}`. The message
includes Go's own error, so that you can search the web for it.

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

from lazyoci.resolve import Resolution, ResolvedArtifact
from lazyoci.rules.base import Finding, Subject
from lazyoci.rules.shared.fixes import replace
from lazyoci.rules.shared.literal_braces import or_text
from lazyoci.template import TemplateError


def check(subject: Subject) -> Iterator[Finding]:
    """One finding per template that fails for another reason than an unknown name."""
    for artifact in subject.resolved.artifacts:
        for resolution in artifact.texts:
            error = resolution.error
            if error is not None and error.what not in ("unknown-variable", "unknown-function"):
                yield or_text(subject.source, artifact, resolution, _finding(subject, artifact, resolution, error))


def _finding(subject: Subject, artifact: ResolvedArtifact, resolution: Resolution, error: TemplateError) -> Finding:
    """The finding: in lazyoci's words followed by Go's, or only in Go's where these say enough."""
    from lazyoci.rules.shared import condition_words  # imported only when something is wrong
    from lazyoci.rules.shared.template_mistakes import words

    foreign = condition_words.expression(artifact, resolution)
    if foreign is not None:
        return foreign
    node = resolution.source.node
    ours = words(resolution.source.value, error)
    if ours is None:
        return Finding(node, error.message, error.span)
    fix = None
    if ours.within is not None and ours.instead is not None:
        fix = replace(subject.source, node, ours.within, ours.instead, f"write {ours.instead}")
    return Finding(node, f"{ours.message} ({error.message})", error.span, fix=fix)

"""A template uses a variable or a function that only lazyoci knows. Off unless selected.

The Go tool of the same name refuses GitSHALong, GitDirty, GitTag, DefaultBranch, PullRequest, BaseBranch, VersionFull,
VersionBuild, Date, Name and all that begins with Var, and the functions `default`, `lower`, `replace`, `tagify`,
`trimPrefix`, `trimSuffix`, `trunc` and `upper`; it passes over `platforms` of a docker artifact, and takes build
arguments and labels as they stand. Select this rule if one file has to work with both:
`lazyoci validate --select not-portable`.

Fails:

```yaml
tags: ["{{ .VersionFull }}"]
```

Mended:

```yaml
tags: ["{{ .Version }}{{ if .VersionPrerelease }}-{{ .VersionPrerelease }}{{ end }}"]
```
"""

from __future__ import annotations

from collections.abc import Iterator

from lazyoci.config.model import DockerArtifact
from lazyoci.rules.base import Finding, Subject
from lazyoci.rules.shared.wording import quoted
from lazyoci.template import FUNCTIONS
from lazyoci.template.variables import is_extra


def check(subject: Subject) -> Iterator[Finding]:
    """One finding per place."""
    for one in subject.config.artifacts:
        if isinstance(one, DockerArtifact) and one.platforms and (list_ := one.node.get("platforms")) is not None:
            message = "platforms of a docker artifact mean nothing to the Go tool; do without where both publish"
            yield Finding(list_, message)
    for artifact in subject.resolved.artifacts:
        for key, text in (*artifact.build_args.items(), *artifact.labels.items()):
            if text.source.is_template:
                message = f"{quoted(key)} is no template to the Go tool, which takes its braces as they stand"
                yield Finding(text.source.node, f"{message}; do without them where both build the image")
        for resolution in artifact.resolutions:
            if resolution.template is None:
                continue
            node = resolution.source.node
            for name, span in resolution.template.fields():
                if is_extra(name):
                    yield Finding(node, _message(f".{name}"), span)
            for name, span in resolution.template.calls():
                if name in FUNCTIONS and FUNCTIONS[name].extra:
                    yield Finding(node, _message(f"the function {name}"), span)


def _message(what: str) -> str:
    return f"{what} is unknown to the Go tool, which refuses the file; do without it where both read the file"

"""The Go tool of the same name would treat this file differently.

It does not know `versionFrom`, `when` on an artifact or a target, or `moves` on a target: it ignores them and publishes
anyway. This is a warning unless you switch it off. It refuses tags that are mappings, such as `{tag: latest, when:
release}`, so these are safe.

Select this rule if one file has to work with both, `lazyoci validate --select not-portable`. Then it also reports
everything that the Go tool refuses: tags that are mappings, the variables GitSHALong, GitDirty, GitTag, DefaultBranch,
PullRequest, BaseBranch, VersionFull, VersionBuild, Date, Name and all that begins with Var, and the functions
`default`, `lower`, `replace`, `tagify`, `trimPrefix`, `trimSuffix`, `trunc` and `upper`; It also reports what the Go
tool reads differently: it ignores `metadata` and `platforms` of a docker artifact, and does not render templates in
build arguments and labels.

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
from lazyoci.yaml.nodes import Mapping


def check(subject: Subject) -> Iterator[Finding]:
    """One finding per key that the Go tool passes over, and publishes all the same."""
    for artifact in subject.config.artifacts:
        if artifact.version_from is not None:
            yield _passed_over(artifact.node, "versionFrom", "takes the version from the repository's tags")
        if artifact.when is not None:
            yield _passed_over(artifact.node, "when", "builds and pushes the artifact always")
        for target in artifact.targets:
            if target.when is not None:
                yield _passed_over(target.node, "when", "pushes to this repository always")
            if target.moves is not None:
                yield _passed_over(target.node, "moves", "moves every tag")


def _passed_over(mapping: Mapping, name: str, does: str) -> Finding:
    mend = "never use that tool here" if name == "versionFrom" else "write it on the tags, or never use that tool here"
    message = f"{name} means nothing to the Go tool, which {does}; {mend}"
    return Finding(mapping.key(name) or mapping, message)


def check_more(subject: Subject) -> Iterator[Finding]:
    """One finding per place that the Go tool refuses, or reads in another way."""
    for one in subject.config.artifacts:
        if isinstance(one, DockerArtifact) and one.platforms and (list_ := one.node.get("platforms")) is not None:
            message = "platforms of a docker artifact mean nothing to the Go tool; do without where both publish"
            yield Finding(list_, message)
    for one in subject.config.artifacts:
        if one.metadata is not None:
            message = "metadata means nothing to the Go tool, which adds none; write annotations where both publish"
            yield Finding(one.node.key("metadata") or one.node, message)
    for artifact in subject.resolved.artifacts:
        for tag in [tag.tag for target in artifact.targets for tag in target.tags if tag.tag.node is not None]:
            message = (
                "a tag that is a mapping makes the Go tool refuse the file; do without it where both read the file"
            )
            yield Finding(tag.text.node, message)
        for key, text in (*artifact.build_args.items(), *artifact.labels.items()):
            if text.source.is_template:
                message = f"{quoted(key)} is no template to the Go tool, which takes its braces as they stand"
                yield Finding(text.source.node, f"{message}; do without them where both build the image")
        for resolution in artifact.texts:
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

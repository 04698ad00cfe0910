"""The version is a prerelease, and a tag would name the release.

`.Version` leaves the prerelease out: for 1.4.2-rc.1 it is 1.4.2, and `.VersionMajorMinor` is 1.4. Whoever pulls 1.4.2
would get the release candidate, until the release is pushed under the same tag. `.VersionFull` is 1.4.2-rc.1 for the
candidate, and 1.4.2 for the release.

Fails when the version is 1.4.2-rc.1:

```yaml
tags: ["{{ .Version }}", "{{ .VersionMajorMinor }}"]
```

Mended:

```yaml
tags: ["{{ .VersionFull }}", "{{ .VersionMajorMinor }}{{ if .VersionPrerelease }}-next{{ end }}"]
```
"""

from __future__ import annotations

from collections.abc import Iterator

from lazyoci.diagnostic import Edit, Fix
from lazyoci.resolve import Resolution
from lazyoci.rules.base import Finding, Subject
from lazyoci.rules.shared import versions
from lazyoci.rules.shared.wording import first_span, quoted
from lazyoci.yaml.nodes import Scalar
from lazyoci.yaml.scalar_edits import edit_within


def check(subject: Subject) -> Iterator[Finding]:
    """One finding per tag."""
    for tag, name, version in versions.tags_of_versions(subject):
        if not versions.drops_prerelease(tag):
            continue
        parsed = version.semver
        if parsed is None or not parsed.prerelease:
            continue
        fix = None
        if name == "Version":
            remedy = "use .VersionFull, which names it"
            fix = _fix(subject, tag)
        else:
            remedy = f"write {tag.source.value}{{{{ if .VersionPrerelease }}}}-next{{{{ end }}}}"
        message = f"tag {quoted(tag.text)} would name the prerelease {parsed.full} as the release; {remedy}"
        yield Finding(tag.source.node, message, first_span(tag, name), fix=fix)


def _fix(subject: Subject, tag: Resolution) -> Fix | None:
    """The fix that writes .VersionFull for every .Version; None if the target has that tag already."""
    node, template = tag.source.node, tag.template
    if template is None or not isinstance(node, Scalar):
        return None
    edits: list[Edit] = []
    after = tag.source.value
    for name, span in reversed(template.fields()):
        if name == "Version" and tag.source.value[span.start : span.end] == ".Version":
            edit = edit_within(subject.source, node, span, ".VersionFull")
            if edit is None:
                return None
            edits.insert(0, edit)
            after = after[: span.start] + ".VersionFull" + after[span.end :]
    beside = {
        one.tag.source.value.replace(" ", "")
        for artifact in subject.plan.artifacts
        for target in artifact.targets
        if any(one.tag.source.node is node for one in target.references)
        for one in target.references
    }
    if not edits or after.replace(" ", "") in beside:
        return None
    return Fix("replace with .VersionFull", tuple(edits))

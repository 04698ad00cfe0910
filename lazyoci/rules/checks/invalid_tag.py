"""A tag is not one that registries accept.

A tag has 1 to 128 letters, digits, `_`, `.` and `-`, and begins with neither `.` nor `-` (distribution-spec, "Pulling
manifests"). Branch names are the usual cause: on `feature/x`, `{{ .GitBranch }}` holds a slash. The `+` of build
metadata is another: Helm writes it as `_`. A whole ref, as in `--tag refs/tags/v1.4.2`, is no tag either: give
`--tag v1.4.2`.

Fails on such a branch:

```yaml
tags: ["{{ .GitBranch }}"]
```

Mended with `tagify`, which turns any text into a valid tag:

```yaml
tags: ["{{ .GitBranch | tagify }}"]
```
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from lazyoci.diagnostic import Fix, Span
from lazyoci.plan import PlannedReference
from lazyoci.resolve import Resolution
from lazyoci.rules.base import Finding, Subject
from lazyoci.rules.shared.characters import TAG_CHARACTERS, only
from lazyoci.rules.shared.fixes import replace
from lazyoci.rules.shared.literal_parts import literals, simple_fields
from lazyoci.rules.shared.wording import first_span, quoted
from lazyoci.template import tagify
from lazyoci.values import Value

_REF = re.compile(r"refs/(tags|heads|pull|merge-requests|pull-requests)/(.+)", re.DOTALL)
_GIVEN = ("--tag", "LAZYOCI_TAG", "LAZYOCI_VERSION")
_ALLOWED = 'only letters, digits, "_", "." and "-" are allowed'


def check(subject: Subject) -> Iterator[Finding]:
    """One finding per tag: in its text if that is wrong whatever the values are, else about what it renders to."""
    for artifact in subject.plan.artifacts:
        for reference in artifact.references:
            tag = reference.tag
            if tag.error is not None:
                continue
            ref = _full_ref(tag)
            if ref is not None:
                yield ref
            if ref is not None or (tag.certain and reference.problem is None):
                continue
            found = _literal(subject, tag) or _rendered(subject, reference)
            if found is not None and not only(tag.source.value, TAG_CHARACTERS):
                from lazyoci.rules.shared import pasted_text  # imported only when something is wrong

                found = pasted_text.finding(subject, tag) or found
            if found is not None:
                yield found


def _full_ref(tag: Resolution) -> Finding | None:
    """A ref as CI services have it, `refs/tags/v1.4.2`, that was given as the tag: `tagify` would keep `refs-`."""
    for value in tag.used:
        match = _REF.match(value.text or "")
        if match is None or value.source not in _GIVEN or not ("refs/" in tag.text or "refs-" in tag.text):
            continue
        kind, rest = match.groups()
        option = value.source.startswith("-")
        without = f"leave {value.source} out" if option else f"unset {value.source}"
        if kind == "tags":
            remedy = f"{'give' if option else 'set'} {value.source}{'' if option else ' to'} {tagify(rest)}"
        elif kind == "heads":
            remedy = f"{without}, and write {{{{ .GitBranch | tagify }}}} for a branch"
        else:
            remedy = f"{without}, and write pr-{{{{ .PullRequest }}}} for a pull request"
        message = f"{value.source} is {quoted(value.text or '')}, a whole ref and no tag; {remedy}"
        return Finding(tag.source.node, message, first_span(tag, value.name))
    return None


def _literal(subject: Subject, tag: Resolution) -> Finding | None:
    """What is wrong with the literal text of the template."""
    node, value = tag.source.node, tag.source.value
    parts = [part.span for part in literals(tag)] if tag.template is not None else [Span(0, len(value))]
    for start, end in parts:
        text = value[start:end]
        if not only(text, TAG_CHARACTERS):
            at = start + next(i for i, ch in enumerate(text) if ch not in TAG_CHARACTERS)
            return Finding(node, f"a tag cannot contain {quoted(value[at])}; {_ALLOWED}", Span(at, at + 1))
        if start == 0 and text[:1] in (".", "-"):
            message = f'a tag cannot begin with {quoted(text[0])}; begin it with a letter, a digit or "_"'
            return Finding(node, message, Span(0, 1))
    length = sum(end - start for start, end in parts)
    if length > 128:
        return Finding(node, f"the tag has {length} characters; at most 128 are allowed")
    return None


def _rendered(subject: Subject, reference: PlannedReference) -> Finding | None:
    """What is wrong with the rendered values."""
    tag = reference.tag
    node = tag.source.node
    if reference.problem is None:
        return None
    if not tag.text:
        empty = next((value for value in tag.used if value.text == ""), None)
        if empty is None:
            return Finding(node, "the tag is empty; write one, or remove the item")
        if empty.name == "ChartVersion":  # always so, and no default for it is meant
            return Finding(node, f"the tag is empty, as .ChartVersion is: {empty.source}; use .VersionFull")
        why = f" ({empty.source})" if empty.name == "GitBranch" else ""
        message = (
            f'the tag is empty, as .{empty.name} is{why}; give a default: {{{{ .{empty.name} | default "edge" }}}}'
        )
        return Finding(node, message)
    bad = next((ch for ch in tag.text if ch not in TAG_CHARACTERS), "")
    culprit = next((value for value in tag.used if bad and bad in (value.text or "")), None)
    if culprit is None:
        empty = next((value for value in tag.used if value.text == "" and value.name == "GitBranch"), None)
        why = f", where .{empty.name} is empty: {empty.source}" if empty is not None and tag.text[:1] in "-." else ""
        return Finding(node, f"{reference.problem.message} (rendered from {quoted(tag.source.value)}{why})")
    function = _function(culprit)
    message = f"{tag.source.value} gives {quoted(tag.text)}, and a tag cannot contain {quoted(bad)}"
    return Finding(
        node,
        f"{message}; pipe .{culprit.name} through {function}",
        first_span(tag, culprit.name),
        fix=_fix(subject, tag, culprit.name, function),
    )


def _function(culprit: Value) -> str:
    """The function that turns the value into a valid tag. For a chart's version it writes `_` for `+`, as Helm does."""
    if culprit.name == "ChartVersion" and only(culprit.text or "", TAG_CHARACTERS + "+"):
        return 'replace "+" "_"'
    return "tagify"


def _fix(subject: Subject, tag: Resolution, name: str, function: str) -> Fix | None:
    if tag.template is None:
        return None
    field = simple_fields(tag.template).get(name)
    if field is None:
        return None
    end = field.span.end
    return replace(
        subject.source, tag.source.node, Span(end, end), f" | {function}", f"pipe .{name} through {function}"
    )

"""Braces that are meant literally: `{{.Names}}` for docker ps is not a template for lazyoci, but is read as one."""

from __future__ import annotations

from lazyoci.config.model import Text
from lazyoci.diagnostic import Edit, Fix, Source
from lazyoci.frozen import replace
from lazyoci.resolve import Resolution, ResolvedArtifact
from lazyoci.rules.base import Finding

_TITLE = "write the braces as text"


def escape(text: str) -> str:
    """The template that renders to `text`."""
    return text.replace("{{", '{{ "{{" }}')


def or_text(source: Source, artifact: ResolvedArtifact, resolution: Resolution, finding: Finding) -> Finding:
    """`finding` about an invalid template, plus how to keep the braces as text, which they were in version 0.1.0.

    Only for build arguments and labels, where this is as likely as a typing mistake, so its fix comes first, and any
    other becomes a choice. Braces in a tag can only be a template, so there the finding stays unchanged.
    """
    if not any(resolution is one for one in (*artifact.build_args.values(), *artifact.labels.values())):
        return finding
    joined = " If" if finding.message.endswith("?") else "; if"
    message = finding.message + joined + ' it is no template, write {{ "{{" }} for {{'
    choices = finding.choices if finding.fix is None else (finding.fix, *finding.choices)
    return replace(finding, message=message, fix=_fix(source, resolution.source), choices=choices)


def _fix(source: Source, text: Text) -> Fix | None:
    node = text.node
    written = source.text[node.start : node.end]
    if node.tag or node.anchor or node.style in ("|", ">"):
        return None  # quotes would join the lines of a block scalar
    if "\n" in written or "\r" in written:
        return None
    quoted = escape(text.value)
    if not quoted.isprintable():
        return None
    return Fix(_TITLE, (Edit(node.span, "'" + quoted.replace("'", "''") + "'"),))

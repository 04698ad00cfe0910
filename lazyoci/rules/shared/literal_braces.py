"""Braces that are meant as they stand: `{{.Names}}` for docker ps is no template of ours, but is read as one."""

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
    """The finding of a template that is none, with how to keep it as text: in 0.1.0 it was text.

    As that is as likely as a slip, it takes the place of any other fix. Of other texts than build arguments and labels
    the finding stays what it is: a tag with braces can be nothing but a template.
    """
    if not any(resolution is one for one in (*artifact.build_args.values(), *artifact.labels.values())):
        return finding
    joined = " If" if finding.message.endswith("?") else "; if"
    message = finding.message + joined + ' it is no template, write {{ "{{" }} for {{'
    return replace(finding, message=message, fix=_fix(source, resolution.source))


def _fix(source: Source, text: Text) -> Fix | None:
    node = text.node
    written = source.text[node.start : node.end]
    if node.tag or node.anchor or node.style in ("|", ">"):
        return None  # a block, whose lines the quotes would join
    if "\n" in written or "\r" in written:
        return None
    quoted = escape(text.value)
    if not quoted.isprintable():
        return None
    return Fix(_TITLE, (Edit(node.span, "'" + quoted.replace("'", "''") + "'"),))

"""Placeholders of other programs in an invalid text: the finding, with a fix if it is certain."""

from __future__ import annotations

import re

from lazyoci.config.foreign_names import field, meaning, own_value
from lazyoci.config.model import Artifact, HelmArtifact
from lazyoci.config.placeholders import placeholder, remedy
from lazyoci.diagnostic import Fix, Span
from lazyoci.resolve import Resolution
from lazyoci.rules.base import Finding, Subject
from lazyoci.rules.shared.fixes import replace, rewrite
from lazyoci.template import FUNCTIONS
from lazyoci.values.variables import NAMES


def finding(subject: Subject, resolution: Resolution, *, registry: bool = False) -> Finding | None:
    """The finding for the first placeholder of another program in a text; None if there is none."""
    found = placeholder(resolution.source.value, registry=registry)
    if found is None:
        return None
    fix: Fix | None = None
    node = resolution.source.node
    if found.instead:
        fix = rewrite(subject.source, node, found.within, found.instead, f"write {found.instead}")
    return Finding(node, found.message, found.within, fix=fix)


def field_finding(subject: Subject, artifact: Artifact, resolution: Resolution, span: Span) -> Finding | None:
    """The finding for a field of other programs' templates: of the environment, of a chart, of GoReleaser."""
    node, value = resolution.source.node, resolution.source.value
    chain = re.compile(r"\.\w+(?:\.\w+)*").match(value, span.start)
    if chain is None:
        return None
    names = chain[0][1:]
    first, _, rest = names.partition(".")
    ours, part = field(names)
    if ours and part != names:
        return Finding(node, f"{chain[0]} is not a template variable; {own_value(names)}", Span(*chain.span()))
    if ours:
        within = Span(span.start, span.start + 1 + len(part))
        if ours == "ChartVersion" and not isinstance(artifact, HelmArtifact):
            message = f".{part} is of charts, and type {artifact.type} has none; write .VersionFull"
            return Finding(node, message, within)
        written, instead = f".{part}", f".{ours}"
        fix = replace(subject.source, node, within, instead, f"replace with {instead}")
        return Finding(node, f"{written} is not a template variable; write {instead}", within, fix=fix)
    if first in ("Env", "Environment") and rest:
        meant = meaning(rest)
        message = f"templates do not see the environment; {remedy(meant, f'${rest}')}"
        return Finding(node, message, Span(*chain.span()))
    if first in ("Values", "Release", "Chart", "Vars", "Variables", "Params", "Inputs", "Secrets") and rest:
        meant = meaning(rest.replace(".", "_"))
        return Finding(node, f"there is no .{first} here; {remedy(meant, '…')}", Span(*chain.span()))
    return None


def parted_name(subject: Subject, resolution: Resolution, span: Span) -> Finding | None:
    """The finding for a variable with a dot or a space inside its name: `T.ag`, `. Tag`, `.Versio n`."""
    node, value = resolution.source.node, resolution.source.value
    function = re.compile(r"(\w+)[ .,]+(\w+)").match(value, span.start)
    if function is not None and function[1] + function[2] in FUNCTIONS:
        name, within = function[1] + function[2], Span(*function.span())
        space = "" if value[within.end : within.end + 1] in ("", " ", "}", "|") else " "
        fix = replace(subject.source, node, within, name + space, f"replace with {name}")
        return Finding(node, f"the name of a function is in one piece; write {name}", within, fix=fix)
    start = value.rfind("{{", 0, span.end)
    inner = None if start < 0 else re.compile(r"\{\{-?[ \t]*").match(value, start)
    found = None if inner is None else re.compile(r"[.\w]+(?:[ \t]+[.\w]+)?").match(value, inner.end())
    if found is None or not found.start() <= span.start < found.end():
        return None
    folded = re.sub(r"[. \t]", "", found[0]).casefold()
    name = next((one for one in NAMES if one.casefold() == folded), None)
    if name is None or re.fullmatch(r"\.?\w+", found[0]):
        return None
    within = Span(*found.span())
    fix = replace(subject.source, node, within, f".{name}", f"replace with .{name}")
    return Finding(node, f"the name of a variable is in one piece; write .{name}", within, fix=fix)

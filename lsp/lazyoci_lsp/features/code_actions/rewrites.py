"""Rewrites that mend nothing wrong: quotes around a template, a list for a text, `latest`, `tagify`, a missing ARG."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from lazyoci.check import Checked
from lazyoci.config.model import ImageArtifact
from lazyoci.diagnostic import Diagnostic, Edit, Source, Span
from lazyoci.plan import PlannedReference
from lazyoci.values.dockerfile import DEFAULT_DOCKERFILE, read_dockerfile
from lazyoci.yaml.edits import with_newlines_of
from lazyoci.yaml.nodes import Mapping, Scalar, Sequence
from lazyoci.yaml.tree_edits import add_item
from lazyoci_lsp.features.code_actions.offer import QUICK_FIX, REWRITE, Offer
from lazyoci_lsp.text import templates, tree


def offers(checked: Checked, span: Span) -> Iterator[Offer]:
    """What can be rewritten at a place."""
    source = checked.source
    for artifact in tree.artifacts(checked.document):
        if not artifact.start <= span.start <= artifact.end:
            continue
        for target in tree.targets(artifact):
            if target.start <= span.start <= target.end:
                yield from _target(source, target, span)
    for planned in checked.known.plan.artifacts if checked.known is not None else ():
        for reference in planned.references:
            node = reference.tag.source.node
            if node.start <= span.start <= node.end:
                yield from _tagify(source, reference)


def _target(source: Source, target: Mapping, span: Span) -> Iterator[Offer]:
    tags = target.get("tags")
    for scalar in (target.get("registry"), tags, *[tag for tag, _ in tree.tags(target)]):
        if isinstance(scalar, Scalar) and scalar.start <= span.start <= scalar.end:
            yield from _quote(source, scalar)
    if isinstance(tags, Scalar) and tags.start <= span.start <= tags.end and tags.value:
        written = source.text[tags.start : tags.end]
        yield Offer("Make it a list", REWRITE, (Edit(tags.span, f"[{written}]"),))
    if isinstance(tags, Sequence) and tags.items and not any(tag.value == "latest" for tag, _ in tree.tags(target)):
        # beside tags that are not always due it would be the one that every run moves
        conditional = any(isinstance(one, Mapping) and one.get("when") is not None for one in tags.items)
        edit = add_item(source, tags, "{tag: latest, when: release}" if conditional else "latest")
        if edit is not None:
            yield Offer('Add the tag "latest"', REWRITE, (with_newlines_of(source.text, edit),))


def _quote(source: Source, scalar: Scalar) -> Iterator[Offer]:
    written = source.text[scalar.start : scalar.end]
    if scalar.style == "" and "{{" in written and "\n" not in written:
        quoted = f"'{written}'" if '"' in written else f'"{written}"'
        if written.count("'") == 0 or quoted.startswith('"'):
            yield Offer("Quote the template", REWRITE, (Edit(scalar.span, quoted),))


def _tagify(source: Source, reference: PlannedReference) -> Iterator[Offer]:
    """Pipe a branch through tagify; where the tag is invalid now, that is a fix of the finding already."""
    if reference.problem is not None:
        return
    for line in {source.position(reference.tag.source.node.start).line}:
        for one in templates.on_line(source, line):
            node = reference.tag.source.node
            inner = source.text[one.span.start + 2 : one.span.end - 2].strip(" -")
            if one.closed and node.start <= one.span.start < node.end and inner == ".GitBranch":
                at = source.text.index(".GitBranch", one.span.start) + len(".GitBranch")
                yield Offer("Make any branch a valid tag: tagify", REWRITE, (Edit(Span(at, at), " | tagify"),))


def missing_arguments(checked: Checked, here: list[Diagnostic]) -> Iterator[Offer]:
    """`ARG NAME` in the Dockerfile for a build argument that it does not have; not for a secret, which would show."""
    secrets = {one.span for one in here if one.code == "secret-in-build-arg"}
    for one in here:
        if one.code != "unused-build-arg" or one.span in secrets:
            continue
        for artifact in checked.known.config.artifacts if checked.known is not None else ():
            if isinstance(artifact, ImageArtifact):
                yield from _argument(checked, artifact, one)


def _argument(checked: Checked, artifact: ImageArtifact, one: Diagnostic) -> Iterator[Offer]:
    arguments = artifact.node.get("buildArgs")
    keys = [key for key, _ in arguments.items] if isinstance(arguments, Mapping) else []
    key = next((key for key in keys if isinstance(key, Scalar) and key.span == one.span), None)
    if key is None:
        return
    name = artifact.dockerfile.value if artifact.dockerfile is not None else DEFAULT_DOCKERFILE
    path = checked.directory / name
    try:
        data = checked.world.files.read(path)
    except OSError:
        return
    stages = read_dockerfile(data).stages
    if not stages:
        return
    text = Source(data.decode("utf-8", "replace"), path)
    at = text.line_starts[min(stages[-1].line + 1, len(text.line_starts) - 1)]
    newline = "\r\n" if "\r\n" in text.text else "\n"
    before = newline if at == len(text.text) and not text.text.endswith("\n") else ""
    edits = (Edit(Span(at, at), f"{before}ARG {key.value}{newline}"),)
    yield Offer(f"Add ARG {key.value} to {name}", QUICK_FIX, elsewhere={Path(path): (text, edits)}, mends=(one,))

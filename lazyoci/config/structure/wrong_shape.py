"""Recognises parts of a file that have another shape than the format requires; one finding for each part.

For example `files` as a list of names, `registry` directly on an artifact, or a
superfluous dash. The finding says what was meant, and the fix writes it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import NamedTuple

from lazyoci.config import keys
from lazyoci.config.media_types import media_type
from lazyoci.config.structure import foreign_files
from lazyoci.config.structure.conversions import flow_text
from lazyoci.config.structure.instance import Path
from lazyoci.config.structure.keys_of_another_type import mistyped
from lazyoci.config.structure.move_to_targets import into_targets, to_every_target
from lazyoci.config.structure.name_as_key import names_as_keys
from lazyoci.diagnostic import Edit, Fix, Source, Span
from lazyoci.yaml.excerpt import excerpt
from lazyoci.yaml.nodes import Document, Mapping, Node, Scalar, Sequence
from lazyoci.yaml.scalars import is_null

_NEEDS = {"artifacts": ("type", "targets"), "targets": ("registry", "tags"), "files": ("path", "mediaType")}


class Shape(NamedTuple):
    """One finding in the mapping at `path`, and what needs no further finding from the schema.

    `settled` are values, `meant` missing keys, `unknown` unknown keys.
    """

    path: Path
    code: str
    node: Node
    message: str
    fix: Fix | None
    settled: tuple[Path, ...] = ()
    meant: tuple[tuple[Path, str], ...] = ()
    unknown: tuple[tuple[Path, str], ...] = ()


def shapes(document: Document, root: Node, sound: Collection[int]) -> Iterator[Shape]:
    """All such findings. Artifacts whose node id is in `sound` are valid and skipped."""
    if not isinstance(root, Mapping):
        return
    pasted = foreign_files.file(root)
    if pasted is not None:
        yield _pasted(pasted, ())
    elif not keys.ROOT.intersection(root.fields()) and root.items:
        yield from _nothing_known(root)
    listed = root.get("artifacts")
    if not isinstance(listed, Sequence):
        return
    yield from _split(document.source, listed, ("artifacts",))
    for number, artifact in enumerate(listed.items):
        if id(artifact) not in sound and isinstance(artifact, Mapping):
            path: Path = ("artifacts", number)
            yield from [_pasted(one, path) for one in foreign_files.entries(document.source, artifact)]
            yield from _unlisted(document, artifact, path)
            for name in ("targets", "files"):
                value = artifact.get(name)
                if isinstance(value, Sequence):
                    yield from _split(document.source, value, (*path, name))
                    yield from _keys(document.source, value, (*path, name))
                if value is not None:
                    yield from _names(document.source, value, (*path, name))
            yield from _path_of_files(artifact, path)
            for one in mistyped(artifact):
                unknown = tuple((path, name) for name in one.unknown)
                yield Shape(path, "missing-key", one.node, one.message, one.fix, (), ((path, one.missing),), unknown)


def _pasted(one: foreign_files.Pasted, path: Path) -> Shape:
    meant = tuple((path, name) for name in one.missing)
    unknown = tuple((path, name) for name in one.unknown)
    wrong = tuple((*path, name) for name in one.wrong)
    return Shape(path, "unknown-key" if path else "missing-key", one.node, one.message, one.fix, wrong, meant, unknown)


def _nothing_known(root: Mapping) -> Iterator[Shape]:
    names = [name for name in root.fields() if not name.startswith(keys.EXTENSION)]
    folded = {name.strip("+-_ ").casefold() for name in names}
    if folded & {"version", "versions", "artifact", "artifacts"} or not names:
        return
    message = (
        f'neither version nor artifacts is here, but "{excerpt(names[0])}", which is of another kind of file; '
        'begin with "version: 1" and list the artifacts'
    )
    unknown = tuple(((), name) for name in names)
    yield Shape((), "missing-key", root.items[0][0], message, None, (), (((), "version"), ((), "artifacts")), unknown)


def _split(source: Source, listed: Sequence, path: Path) -> Iterator[Shape]:
    """`- type: image` followed by `- targets: …`: one artifact that a superfluous dash splits in two."""
    needs = _NEEDS[str(path[-1])]
    after = zip(listed.items, listed.items[1:], strict=False)
    for number, (one, other) in enumerate(after):
        if listed.flow or not isinstance(one, Mapping) or not isinstance(other, Mapping) or one.flow or other.flow:
            continue
        own, more = one.fields(), other.fields()
        if not own.keys().isdisjoint(more) or not (own.keys() | more.keys()).issuperset(needs):
            continue
        lacks = {name for name in needs if name not in own}, {name for name in needs if name not in more}
        if not lacks[0] or not lacks[1]:
            continue
        line = source.position(other.start).line
        dash = source.text.rfind("-", source.line_starts[line], other.start)
        if dash < 0 or not other.items or not one.items:
            continue
        first, last = (getattr(entry, "value", "") for entry in (other.items[0][0], one.items[-1][0]))
        item = str(path[-1])[:-1]
        message = (
            f'this dash begins another {item}; remove it, to keep "{excerpt(str(first))}" with '
            f'"{excerpt(str(last))}" in line {source.position(one.items[-1][0].start).line + 1}'
        )
        blanks = " " * (source.position(one.items[0][0].start).column - (dash - source.line_starts[line]))
        fix = Fix("write spaces instead of the dash", (Edit(Span(dash, other.items[0][0].start), blanks),))
        meant = tuple(
            [((*path, number), name) for name in lacks[0]] + [((*path, number + 1), name) for name in lacks[1]]
        )
        node = Scalar(dash, dash + 1, "-")
        yield Shape(path[:2] if len(path) > 1 else (), "missing-key", node, message, fix, (), meant)


def _unlisted(document: Document, artifact: Mapping, path: Path) -> Iterator[Shape]:
    """`registry` and `tags` directly on an artifact."""
    fields = artifact.fields()
    names = [name for name in ("registry", "tags") if name in fields]
    if not names:
        return
    key = fields[names[0]][0]
    unknown = tuple((path, name) for name in names)
    listed = artifact.get("targets")
    verb = "belong" if len(names) > 1 else "belongs"
    fact = f'unknown key "{names[0]}"; {" and ".join(names)} {verb} in'
    if listed is None:
        text, fix = into_targets(document, artifact)
        message = f"{fact} an item of targets: write targets: {excerpt(text)}"
        yield Shape(path, "unknown-key", key, message, fix, (), ((path, "targets"),), unknown)
    elif isinstance(listed, Sequence):
        lacking = [
            ((*path, "targets", number), name)
            for number, item in enumerate(listed.items)
            if isinstance(item, Mapping)
            for name in names
            if name not in item.fields()
        ]
        fix = to_every_target(document, artifact, names)
        remedy = (
            "each item of targets; move it there" if lacking else "an item of targets, which has its own; remove it"
        )
        yield Shape(path, "unknown-key", key, f"{fact} {remedy}", fix, (), tuple(lacking), unknown)


def _names(source: Source, value: Node, path: Path) -> Iterator[Shape]:
    """`files: [a.json]` and `targets: [ghcr.io/acme/api:v1]`: names instead of mappings."""
    items = value.items if isinstance(value, Sequence) else [value]
    texts = [(number, one) for number, one in enumerate(items) if isinstance(one, Scalar) and not is_null(one)]
    if not texts or any(one.style in ("|", ">") or one.tag or one.anchor for _, one in texts):
        return
    if any(not _is_name(one.value) for _, one in texts):
        return
    written = [_as_file(one) if path[-1] == "files" else _as_target(one) for _, one in texts]
    whole = [text for text, complete in written if complete]
    fix = None
    inside = not isinstance(value, Sequence) or value.start <= texts[0][1].start < value.end
    if len(whole) == len(texts) and inside and all("\n" not in source.text[one.start : one.end] for _, one in texts):
        marks = ("", "") if isinstance(value, Sequence) else ("[", "]")
        edits = [Edit(one.span, marks[0] + text + marks[1]) for (_, one), text in zip(texts, whole, strict=True)]
        fix = Fix("write mappings", tuple(edits))
    node = texts[0][1]
    what = "a file" if path[-1] == "files" else "a target"
    form = "path and mediaType" if path[-1] == "files" else "registry and tags"
    message = f"{what} is a mapping with {form}, and this is text; write {excerpt(written[0][0])}"
    settled = (path, *((*path, number) for number, _ in texts)) if isinstance(value, Sequence) else (path,)
    yield Shape(path[:2], "wrong-type", node, message, fix, settled)


def _keys(source: Source, listed: Sequence, path: Path) -> Iterator[Shape]:
    """Items that use a value as key."""
    for number, key, message, fix in names_as_keys(source, listed, str(path[-1])):
        item = (*path, number)
        lacking = tuple((item, name) for name in _NEEDS[str(path[-1])])
        yield Shape(item, "unknown-key", key, message, fix, (), lacking, ((item, key.value),))


def _is_name(value: str) -> bool:
    return not value.isspace() and "\n" not in value and len(value) <= 200 and ": " not in value


def _as_file(node: Scalar) -> tuple[str, bool]:
    return f"{{path: {flow_text(node.value)}, mediaType: {media_type(node.value)}}}", True


def _as_target(node: Scalar) -> tuple[str, bool]:
    front, slash, last = node.value.rpartition("/")
    name, colon, tag = last.partition(":")
    if "{{" in node.value or not colon or not tag or not slash:
        return f"{{registry: {flow_text(node.value)}, tags: [TAG]}}", False
    return f"{{registry: {flow_text(f'{front}/{name}')}, tags: [{flow_text(tag)}]}}", True


def _path_of_files(artifact: Mapping, path: Path) -> Iterator[Shape]:
    """`path` directly on an artifact of type `artifact`, instead of in `files`; or on one of `docker`."""
    fields, type_ = artifact.fields(), artifact.get("type")
    if "path" not in fields or not isinstance(type_, Scalar):
        return
    key, value = fields["path"]
    if type_.value == "docker" and "image" not in fields:
        remedy = "docker pushes a local image: write image: and its name, after docker load for an archive"
        message = f'unknown key "path"; {remedy}'
        yield Shape(path, "unknown-key", key, message, None, (), ((path, "image"),), ((path, "path"),))
    if type_.value != "artifact" or "files" in fields:
        return
    if not isinstance(value, Scalar) or not value.value:
        return
    text = f"[{_as_file(value)[0]}]"
    fix = None
    if any(key is one for one, _ in artifact.items) and not value.tag and not value.anchor and value.start >= key.end:
        fix = Fix("list it under files", (Edit(Span(key.start, value.end), f"files: {text}"),))
    message = f'unknown key "path"; it belongs in an item of files: write files: {excerpt(text)}'
    yield Shape(path, "unknown-key", key, message, fix, (), ((path, "files"),), ((path, "path"),))

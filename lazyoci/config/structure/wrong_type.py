"""Values of the wrong kind, such as a text instead of a list, or a mapping instead of a text."""

from __future__ import annotations

from typing import Any, NamedTuple

from lazyoci.config import keys
from lazyoci.config.placeholders import placeholder
from lazyoci.config.structure import foreign_files
from lazyoci.config.structure.conversions import as_list, as_map
from lazyoci.config.structure.instance import Entry, Path, holds_list, is_template
from lazyoci.config.structure.wording import FORM, ITEM
from lazyoci.config.suggest import suggest
from lazyoci.diagnostic import Edit, Fix, Source, Span
from lazyoci.yaml.excerpt import excerpt
from lazyoci.yaml.key_errors import kind
from lazyoci.yaml.nodes import Mapping, Node, Scalar, Sequence

_SPLIT = frozenset(("tags", "platforms"))  # lists whose items cannot contain a comma


class WrongType(NamedTuple):
    """What is wrong with a value, and the key for which it was probably meant ("" for its own key)."""

    message: str
    fix: Fix | None = None
    meant: str = ""


def wrong_type(source: Source, path: Path, place: Entry) -> WrongType:
    """Why the value at `path` is of the wrong kind. The schema has already found that it is."""
    name = str(path[-1]) if path else ""
    is_found = f"and is {_called(source, place.value)}"
    if not path:
        whose = foreign_files.text(source.text) if isinstance(place.value, Scalar) else ""
        return WrongType(
            whose
            or f'a .lazy file must be a mapping with version and artifacts, {is_found}; begin it with "version: 1"'
        )
    if path == ("version",):
        return _version(place)
    if isinstance(path[-1], int) and path[-2] in ITEM:
        return WrongType(f"this must be {ITEM[str(path[-2])]}, {is_found}")
    if name == "target" and isinstance(place.parent, Mapping) and place.parent.get("targets") is None:
        key = place.key
        plain = key is not None and not (key.style or key.tag or key.anchor) and key.end <= place.value.start
        fix = Fix('replace with "targets"', (Edit(key.span, "targets"),)) if key is not None and plain else None
        message = f'target is the build stage and must be text, {is_found}; did you mean "targets"?'
        return WrongType(message, fix, "targets")
    if name in ("sbom", "referrers") and isinstance(place.value, Scalar):
        written = excerpt(source.text[place.value.start : place.value.end])
        return WrongType(f"{name} must be {FORM[name]}, and is {written}")
    if name in ("artifacts", "platforms") and isinstance(place.value, Mapping):
        found = _named(source, place.value) if name == "artifacts" else _pairs(place.value)
        if found is not None:
            return WrongType(f"{name} must be {FORM[name]}, {is_found}; {found.message}", found.fix)
    if name == "versionFrom" and isinstance(place.value, Scalar):
        return WrongType(f"versionFrom must be {FORM[name]}, {is_found}; {_version_from(place.value.value)}")
    if name in FORM:
        lists = holds_list(path)
        edit = _listed(source, name, place) if lists else as_map(source, place.key, place.value)
        fix = Fix(f"make it a {'list' if lists else 'mapping'}", (edit,)) if edit else None
        if edit is not None and "\n" not in edit.text:
            remedy = f"; write {excerpt(edit.text.strip())}"
        else:
            remedy = "" if not lists or isinstance(place.value, Scalar) else _DASHES if name in ITEM else _TEXTS
        return WrongType(f"{name} must be {FORM[name]}, {is_found}{remedy}", fix)
    if name == "registry" and isinstance(place.value, Sequence):
        return WrongType(f"registry must be text, {is_found}; write an item of targets for each")
    written = source.text[place.value.start : place.value.end]
    foreign = placeholder(written, registry=name == "registry") if isinstance(place.value, Mapping) else None
    if foreign is not None:
        return WrongType(f"{foreign.message} (the template in quotes)")
    subject = f"item {path[-1] + 1} of {path[-2]}" if isinstance(path[-1], int) else name
    if isinstance(path[-1], int) and path[-2] == "tags" and isinstance(place.value, Mapping):
        return _tag(source, subject, place.value)
    remedy = "write one text" if isinstance(place.value, Sequence) else "put it in quotes if it is meant as text"
    return WrongType(f"{subject} must be text, {is_found}; {remedy}")


def _version_from(text: str) -> str:
    """What to write for a text in place of a mapping: a pattern of tags, or the path of a file."""
    is_file = text.rpartition("/")[2] in ("Chart.yaml", "pyproject.toml", "package.json", "Cargo.toml", "VERSION")
    if is_file or "*" in text:
        return f"write {{file: {excerpt(text)}}}" if is_file else f'write {{tag: "{excerpt(text)}"}}'
    return 'write as in {tag: "api-v*"}'


def _tag(source: Source, subject: str, value: Mapping) -> WrongType:
    """A mapping in a list of tags without the key `tag`, such as `{name: v1}` or `{latest: {when: release}}`."""
    key, one = value.items[0] if len(value.items) == 1 else (None, None)
    fact = f"{subject} must be text, or a mapping with the key tag"
    if isinstance(key, Scalar) and isinstance(one, Scalar) and suggest(key.value, ("tag",), "tags") is not None:
        plain = not (key.style or key.tag or key.anchor)
        fix = Fix('replace with "tag"', (Edit(key.span, "tag"),)) if plain else None
        written = excerpt(source.text[one.start : one.end])
        return WrongType(f"{fact}; write {{tag: {written}}}", fix)
    if isinstance(key, Scalar) and isinstance(one, Mapping) and set(one.fields()) <= keys.TAG - {"tag"}:
        pairs = [source.text[name.start : each.end] for name, each in one.items]
        written = excerpt(", ".join([f"tag: {source.text[key.start : key.end]}", *pairs]))
        return WrongType(f"{fact}; write {{{written}}}")
    return WrongType(f"{fact}; write as in {{tag: latest, when: release}}")


def is_no_tag(value: Any) -> bool:
    """Whether a mapping in a list of tags can only be meant as text, such as `{ .Tag }` or `v1:`."""
    return bool(value) and keys.TAG.isdisjoint(value) and all(one is None for one in value.values())


_TEXTS = "; write texts between brackets, as in [one, two]"
_DASHES = '; begin each item with "- "'


def _version(place: Entry) -> WrongType:
    value = place.value
    if isinstance(value, Scalar) and value.value.strip(" v") in ("1", "1.0"):
        fix = Fix("write 1", (Edit(value.span, "1"),))
        return WrongType("version must be the number 1, and is text; write 1 without quotes", fix)
    return WrongType("version must be the number 1; write version: 1")


def _named(source: Source, value: Mapping) -> WrongType | None:
    """Artifacts as a mapping by name, like the services of a Compose file."""
    entries = [(key, one) for key, one in value.items if isinstance(key, Scalar) and isinstance(one, Mapping)]
    if not entries or len(entries) != len(value.items) or any("name" in one.fields() for _, one in entries):
        return None
    edits = []
    for key, one in entries:
        between = source.text[key.end : one.start]
        inner, outer = source.position(one.start).column, source.position(key.start).column
        plain = not (value.flow or one.flow or key.style or key.tag or key.anchor or one.anchor)
        if plain and inner == outer + 2 and between.startswith(":") and not between[1:].strip():
            edits.append(Edit(Span(key.start, key.end + 1), f"- name: {key.value}"))
    fix = Fix("make it a list", tuple(edits)) if len(edits) == len(entries) else None
    first = excerpt(entries[0][0].value)
    return WrongType(f'write "- name: {first}" in place of "{first}:"', fix)


def _pairs(value: Mapping) -> WrongType | None:
    """Platforms as `os: architecture`."""
    made = [
        f"{key.value}/{one.value}"
        for key, listed in value.items
        if isinstance(key, Scalar)
        for one in (listed.items if isinstance(listed, Sequence) else [listed])
        if isinstance(one, Scalar) and one.value
    ]
    written = f"[{', '.join(made)}]"
    return WrongType(f"write {excerpt(written)}") if made and len(made) >= len(value.items) else None


def _called(source: Source, node: Node) -> str:
    if isinstance(node, Mapping) and is_template(node, source.text):
        return "a template"
    return "text" if isinstance(node, Scalar) else f"a {kind(node)}"


def _listed(source: Source, name: str, place: Entry) -> Edit | None:
    """Put brackets around a value, if that makes it the item of a list."""
    if place.key is None or place.value.start < place.key.end:
        return None
    if isinstance(place.value, Scalar) and name in ITEM:
        return None  # the list's items are mappings
    return as_list(source, place.value, split=name in _SPLIT)

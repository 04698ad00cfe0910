"""Checks the next version of a text: reads and judges the artifacts that changed, and takes all else from before.

The result is that of a new check of the same text, which a property test holds. It is given only where that is certain;
a text whose artifacts depend on each other, such as by an alias, is checked as a whole.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from itertools import pairwise
from pathlib import Path

from lazyoci.check.known import Known
from lazyoci.check.parts import (
    EXPLAINED,
    NotInParts,
    Part,
    Parts,
    Placed,
    is_judged_apart,
    lost_part,
    pieces_of,
    read_at,
    read_part,
)
from lazyoci.check.text import Checked
from lazyoci.config.load import load, too_long, where_it_is_broken
from lazyoci.config.model import Config
from lazyoci.config.read import read
from lazyoci.config.recover import KEY
from lazyoci.diagnostic import Diagnostic, Edit, Fix, Related, Source, Span, in_order
from lazyoci.frozen import replace
from lazyoci.plan import Plan, plan
from lazyoci.resolve import Resolved, resolve, resolve_one
from lazyoci.rules.checks.reference_collision import file_of, label
from lazyoci.rules.written_references import Elsewhere, Written
from lazyoci.world import Face, World
from lazyoci.yaml.compose import compose_part
from lazyoci.yaml.nodes import Document, Mapping, Node, Scalar
from lazyoci.yaml.nodes import Sequence as SequenceNode

_MOST_SHARED = 500  # rendered texts that are kept: every letter that is typed makes another


def check_again(
    before: Checked, parts: Parts, source: Source, elsewhere: Elsewhere | None
) -> tuple[Checked, Parts] | None:
    """Check `source`, another version of the text of `before`, which is in `parts`; None where that takes a new check.

    The World is that of `before`, so it must not have changed.
    """
    world = before.world
    if world.face is Face.BUILD or too_long(source.text) or source.path != before.source.path:
        return None
    if world.has_git and world.git.state(before.directory) != parts.values.git:
        return None
    if len(parts.shared) > _MOST_SHARED:
        parts.shared.clear()
    try:
        now = _parts(before, parts, source)
        broken = _broken(now, source)
        _independent(now, elsewhere, file_of(source))
        if not is_judged_apart(source, now):
            return None
    except NotInParts:
        return None
    errors = [*before.selection.graded(broken), *_explained(now, source, before)]
    now = replace(now, beside=in_order([*now.around, *errors]))
    found = [*now.beside]
    for one in now.items:
        found += findings_at(one.part, one.start)
    valid = now.right and all(one.part.sound for one in now.items)
    directory = before.directory
    known = Known.later(lambda: _read(source, directory, world))  # it must not keep `before`, and all before that
    sound = frozenset([number for number, one in enumerate(now.items) if one.part.sound])
    told = in_order(found)
    checked = Checked(source, known, not broken, valid, told, world, directory, before.selection, (), sound)
    if elsewhere is not None and valid:
        checked = replace(checked, written=_written(now, parts, before, source))
    return checked, now


def _parts(before: Checked, parts: Parts, source: Source) -> Parts:
    """The parts of a version: those of the version before where the text is the same."""
    pieces = pieces_of(source)
    text, spans = source.text, pieces.items
    if text[: spans[0].start] != parts.head or text[spans[-1].end :] != parts.tail:
        raise NotInParts
    old = [one.part for one in parts.items]
    same = _common(text, spans, old)
    rest = _common_end(text, spans, old, same)
    items: list[Placed] = []
    for index, span in enumerate(spans):
        line = source.position(span.start).line
        known = index if index < same else index + len(old) - len(spans) if index >= len(spans) - rest else None
        found = parts.items[known] if known is not None else None
        if found is None or not _holds(found, span.start, line, moved=known != index):
            part = lost_part(source, span, index, parts.values) or read_part(
                source, span, index, parts.values, parts.shared, before.selection
            )
        elif known != index:
            part = _renumbered(found.part, index)
        else:
            part = found.part
        items.append(Placed(part, span.start, line))
    return replace(parts, items=tuple(items))


def _broken(now: Parts, source: Source) -> list[Diagnostic]:
    """Why the text is no YAML; raises NotInParts if something other than single artifacts is broken."""
    lost = tuple([_span(one) for one in now.items if one.part.lost])
    if not lost:
        return []
    document, errors = read(source)
    if document is not None:
        raise NotInParts  # a text in quotes goes on from one to the next
    errors = where_it_is_broken(source, errors, lost)
    if any(all(not span.start <= one.span.start < span.end for span in lost) for one in errors):
        raise NotInParts
    before = [one.part for one, other in pairwise(now.items) if other.part.lost and not one.part.lost]
    if not all(part.sound for part in before):
        raise NotInParts  # it may be the rest of the broken one
    return errors


def _span(one: Placed) -> Span:
    return Span(one.start, one.start + len(one.part.text))


def _common(text: str, spans: Sequence[Span], old: Sequence[Part]) -> int:
    """How many parts at the beginning are those of before."""
    for number, (span, part) in enumerate(zip(spans, old, strict=False)):
        if text[span.start : span.end] != part.text:
            return number
    return min(len(spans), len(old))


def _common_end(text: str, spans: Sequence[Span], old: Sequence[Part], same: int) -> int:
    """How many parts at the end are those of before; the first `same` ones are not looked at."""
    most = min(len(spans), len(old)) - same
    for number in range(most):
        span = spans[-1 - number]
        if text[span.start : span.end] != old[-1 - number].text:
            return number
    return most


def _holds(found: Placed, start: int, line: int, *, moved: bool) -> bool:
    """Whether a part is right at another place: not if what it says names lines, or the artifact's number."""
    part = found.part
    if moved and not part.name:
        return False
    return (part.start == start or part.sound) and not (part.lines and line != found.line)


def _renumbered(part: Part, index: int) -> Part:
    resolved = part.planned.resolved
    artifact = replace(resolved.artifact, index=index)
    return replace(part, planned=replace(part.planned, resolved=replace(resolved, artifact=artifact)), memo={})


def _independent(now: Parts, elsewhere: Elsewhere | None, file: str) -> None:
    """Raise NotInParts if artifacts have something in common that is a finding, with each other or another file."""
    names = [one.part.name for one in now.items if one.part.name and one.part.sound]
    if len(set(names)) != len(names):
        raise NotInParts
    hosts: set[str] = set()
    on_hub: set[str] = set()
    seen: dict[Hashable, int] = {}
    for number, (part, _, _) in enumerate(now.items):
        if not part.sound:
            continue
        hosts |= part.hosts
        on_hub |= part.on_hub
        for key, abroad, _ in part.keys:
            if seen.setdefault(key, number) != number:
                raise NotInParts
            if elsewhere is not None and any(elsewhere.find(one, file) is not None for one in abroad):
                raise NotInParts
    if not hosts.isdisjoint(on_hub):
        raise NotInParts


def nodes_at(source: Source, part: Part, start: int) -> Document:
    """The YAML of a part, a list of one artifact, where it begins at `start`."""
    return compose_part(source, Span(start, start + len(part.text)))[0]


def alone(checked: Checked, parts: Parts, number: int) -> Checked:
    """A version as if one artifact were all of it, at the place where that is; with all its findings."""
    start = parts.items[number].start
    span = Span(start, start + len(parts.items[number].part.text))
    artifact = read_at(checked.source, span, number)
    root = Mapping(parts.root.start, span.end, False)
    listed = SequenceNode(span.start, span.end, False)
    listed.items.append(artifact.node)
    root.items.append((Scalar(parts.root.start, parts.root.start, KEY), listed))
    root.settle()
    config = Config(1, (artifact,), Document(checked.source, root, [], []))
    resolved = Resolved((resolve_one(artifact, parts.values, parts.shared),), parts.values, checked.directory)
    return replace(checked, known=Known(config, resolved, plan(resolved)))


def _explained(now: Parts, source: Source, before: Checked) -> list[Diagnostic]:
    """What is wrong with the artifacts that do not decode, and with the file around them."""
    if now.right and all(one.part.sound or one.part.lost for one in now.items):
        return []
    from lazyoci.config.structure.explain import explain  # brings in jsonschema: only for invalid files

    known = Scalar(0, 0, "")
    listed = SequenceNode(now.items[0].start, now.items[-1].start, False)
    listed.items = [known if one.part.sound or one.part.lost else one.part.planned.artifact.node for one in now.items]
    root = Mapping(now.root.start, now.root.end, False)
    for key, value in now.root.items:
        is_list = isinstance(key, Scalar) and key.value == KEY
        entry: tuple[Node, Node] = (key, listed if is_list else value)
        root.items.append(entry)
    root.settle()
    found = explain(Document(source, root, [], []), {id(known)})
    return before.selection.graded([one for one in found if one.code in EXPLAINED])


def findings_at(part: Part, start: int) -> Sequence[Diagnostic]:
    """The findings of a part where it begins at `start`."""
    return part.found if start == part.start else list(_moved(part, start - part.start))


def _moved(part: Part, by: int) -> Iterator[Diagnostic]:
    def at(span: Span) -> Span:
        return Span(span.start + by, span.end + by)

    def fix(found: Fix) -> Fix:
        return Fix(found.title, tuple([Edit(at(edit.span), edit.text) for edit in found.edits]))

    for found in part.found:
        yield Diagnostic(
            found.code,
            found.severity,
            found.message,
            at(found.span),
            tuple(
                [
                    Related(other.message, at(other.span), other.source) if other.source is None else other
                    for other in found.related
                ]
            ),
            None if found.fix is None else fix(found.fix),
            found.unnecessary,
            tuple([fix(choice) for choice in found.choices]),
        )


def _written(now: Parts, parts: Parts, before: Checked, source: Source) -> tuple[Written, ...]:
    """What the file pushes to; that of the version before where no reference changed, nor its line."""
    if before.written and len(now.items) == len(parts.items):
        pairs = zip(now.items, parts.items, strict=True)
        if all(one.line == other.line and (one.part is other.part or _as_written(one, other)) for one, other in pairs):
            return before.written
    found: dict[Hashable, Written] = {}
    for part, start, _ in now.items:
        by = start - part.start
        for _, abroad, span in part.keys:
            for key in abroad:
                if key not in found:
                    found[key] = Written(key, label(part.planned), source, Span(span.start + by, span.end + by))
    return tuple(found.values())


def _as_written(one: Placed, other: Placed) -> bool:
    """Whether two parts push to the same references in the same lines."""
    if one.part.keys and len(one.part.keys) == len(other.part.keys):
        return one.part.planned.artifact.label == other.part.planned.artifact.label and all(
            new[:2] == old[:2] and _line(one.part, new[2]) == _line(other.part, old[2])
            for new, old in zip(one.part.keys, other.part.keys, strict=True)
        )
    return one.part.keys == other.part.keys


def _line(part: Part, span: Span) -> int:
    return part.text.count("\n", 0, span.start - part.start)


def _read(source: Source, directory: Path, world: World) -> tuple[Config, Resolved, Plan]:
    """All of a version, for who asks for that."""
    config = load(source).readable
    assert config is not None  # each part of it was read
    resolved = resolve(config, directory, world)
    return config, resolved, plan(resolved)

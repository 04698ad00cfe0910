"""Three real files typed character by character: what stands beside finished artifacts, and is found in them, stays.

A file is typed from its beginning, and each of its artifacts anew in the middle of the others. In the suite lines are
stepped through, and characters where lines begin and at quotes, brackets and colons; with LAZYOCI_EVERY_PREFIX=1 it is
every character.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from lazyoci.config.recover import KEY
from lazyoci.diagnostic import Severity, Source, Span
from lazyoci.world import NoGit
from lazyoci.yaml.pieces import cut
from lazyoci_lsp.features.inlay_hint import hints
from lazyoci_lsp.state.conditions import Conditions
from lazyoci_lsp.state.configuration import Configuration
from lazyoci_lsp.state.snapshot import Snapshot, take
from lazyoci_lsp.text.documents import Text
from tests.lsp.kit import EXAMPLES

FILES = ("multi", "helm", "image")
EVERY = bool(os.environ.get("LAZYOCI_EVERY_PREFIX"))
# what breaks a line, or makes it whole again, while it is typed
_INTERESTING = frozenset("\"'[]{}:-,#|&*!%@`\n")
Known = dict[str, tuple[list[tuple[str, str]], list[str]]]  # by artifact: the hints with their lines, and the findings


def stops(typed: str) -> Iterator[int]:
    """The lengths of the prefixes to look at."""
    for at, character in enumerate(typed):
        if EVERY or character in _INTERESTING or typed[at - 1 : at] in ("\n", *_INTERESTING):
            yield at
    yield len(typed)


def known(snapshot: Snapshot) -> Known:
    """What stands beside each artifact, by its text, and what is found in it; with places in the artifact."""
    source = snapshot.text.source
    pieces = cut(source.text, KEY)
    spans = [] if pieces is None else pieces.items
    found: Known = {source.text[span.start : span.end].rstrip(): ([], []) for span in spans}

    def within(span: Span | None) -> tuple[str, str] | None:
        if span is None:
            return None
        for piece in spans:
            if piece.start <= span.start < piece.end:
                return source.text[piece.start : piece.end].rstrip(), source.text[span.start : span.end]
        return None

    for shown in snapshot.shown:
        node = shown.here.artifact.node
        lens = within(shown.to_new(Span(node.start, node.start + 1)))
        if lens is not None:
            found[lens[0]][0].append(("lens", shown.here.artifact.label))
        for resolution, told, _ in hints(shown.planned):
            place = within(shown.to_new(resolution.source.node.span))
            if place is not None:
                found[place[0]][0].append((place[1], told))
    for one in snapshot.checked.diagnostics:
        place = within(one.span)
        if place is not None:
            found[place[0]][1].append(f"{one.code} {place[1]}")
    return found


class Desk:
    """One document that is typed; each version is checked with what is known of the one before."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._conditions = Conditions(Configuration(), NoGit(), {}, path.parent, 1)
        self._before: Snapshot | None = None
        self._version = 0

    def type(self, written: str) -> Snapshot:
        self._version += 1
        text = Text(self._path.as_uri(), self._path, self._version, "lazyoci", Source(written, self._path))
        self._before = take(text, self._conditions, lambda: False, self._before)
        return self._before


@pytest.mark.parametrize("name", FILES)
def test_finished_artifacts_stay_while_the_next_is_typed(name: str) -> None:
    path = EXAMPLES / name / ".lazy"
    text = path.read_text("utf-8")
    pieces = cut(text, KEY)
    assert pieces is not None
    right = known(Desk(path).type(text))
    assert all(beside for beside, _ in right.values())
    desk = Desk(path)
    for at in stops(text):
        now = known(desk.type(text[:at]))
        finished = [text[span.start : span.end].rstrip() for span in pieces.items if span.end <= at]
        for one in finished:
            assert now[one] == right[one], text[:at]


@pytest.mark.parametrize("name", FILES)
def test_all_others_stay_while_one_is_typed_in_their_middle(name: str) -> None:
    path = EXAMPLES / name / ".lazy"
    text = path.read_text("utf-8")
    pieces = cut(text, KEY)
    assert pieces is not None
    right = known(Desk(path).type(text))
    for span in pieces.items[:3]:
        desk, typed = Desk(path), text[span.start : span.end].rstrip()
        others = [text[one.start : one.end].rstrip() for one in pieces.items if one != span]
        for at in stops(typed):
            now = known(desk.type(f"{text[: span.start]}{typed[:at]}\n{text[span.end :]}"))
            for one in others:
                assert one in now, typed[:at]
                assert _hints(now[one]) == _hints(right[one]), typed[:at]
                assert now[one][1] == right[one][1], typed[:at]


def _hints(found: tuple[list[tuple[str, str]], list[str]]) -> list[tuple[str, str]]:
    """Without what an artifact without a name is called, which is its number."""
    return [one for one in found[0] if one[0] != "lens"]


@pytest.mark.parametrize("name", FILES)
def test_what_is_being_typed_keeps_what_it_had(name: str) -> None:
    """An artifact that was right keeps its hints, each at its own text, while a line is added that breaks it."""
    path = EXAMPLES / name / ".lazy"
    text = path.read_text("utf-8")
    pieces = cut(text, KEY)
    assert pieces is not None
    for span in pieces.items[:3]:
        desk = Desk(path)
        before = desk.type(text)
        at = text.index("\n", span.start) + 1
        for line in ('    x: "', "    x: [", "    key", "    x: {{ .Tag"):
            broken = desk.type(f"{text[:at]}{line}\n{text[at:]}")
            assert broken.checked.config is None
            assert _told(broken) == _told(before)
        assert any(one.severity is Severity.ERROR for one in broken.checked.diagnostics)


def _told(snapshot: Snapshot) -> list[tuple[str, str]]:
    source, found = snapshot.text.source, []
    for shown in snapshot.shown:
        for resolution, told, _ in hints(shown.planned):
            span = shown.to_new(resolution.source.node.span)
            found.append((source.text[slice(*span)] if span is not None else "", told))
    return found

"""Checks one text with given rules: gives its config, resolved, plan and all diagnostics in file order."""

from __future__ import annotations

from pathlib import Path

from lazyoci import rules
from lazyoci.check.known import Known
from lazyoci.config.load import load
from lazyoci.config.model import Artifact, Config
from lazyoci.diagnostic import Diagnostic, Source, Span, in_order
from lazyoci.frozen import frozen, replace
from lazyoci.plan import Plan, plan
from lazyoci.resolve import Resolved, resolve
from lazyoci.rules import Selection, Subject
from lazyoci.rules.checks.reference_collision import written
from lazyoci.rules.written_references import Elsewhere, Written
from lazyoci.world import World
from lazyoci.yaml.nodes import Document


@frozen
class Findings:
    """The part of a checked file that is kept when there are thousands: neither config nor plan."""

    source: Source
    diagnostics: tuple[Diagnostic, ...]


@frozen
class Checked:
    """What is known of one file. If any of it does not decode, config, resolved and plan are None.

    `known` is what can be read of it all the same, None if that is nothing: to be shown, never to be built.
    """

    source: Source
    known: Known | None
    is_yaml: bool
    valid: bool  # it decodes
    diagnostics: tuple[Diagnostic, ...]
    world: World
    directory: Path
    selection: Selection  # the rules that were run, and their severities
    written: tuple[Written, ...] = ()  # what it pushes to, to compare it with other files
    sound: frozenset[int] = frozenset()  # the indexes of the artifacts that decode, and so were judged
    is_text: bool = True  # False for bytes that are no text: `source` then only shows the place of the error

    @property
    def document(self) -> Document | None:
        """The text's YAML; None if it is none."""
        return self.known.config.document if self.known is not None and self.is_yaml else None

    @property
    def config(self) -> Config | None:
        """The decoded file; None if any of it does not decode."""
        return self.known.config if self.known is not None and self.valid else None

    @property
    def resolved(self) -> Resolved | None:
        """The same with its templates rendered."""
        return self.known.resolved if self.known is not None and self.valid else None

    @property
    def plan(self) -> Plan | None:
        """The same with all references."""
        return self.known.plan if self.known is not None and self.valid else None

    @property
    def findings(self) -> Findings:
        """The part to keep if there are many files."""
        return Findings(self.source, self.diagnostics)

    @property
    def failed(self) -> bool:
        """Whether any finding fails the check: it has the project's failing severity (default: error), or is graver."""
        return any(self.fails(one) for one in self.diagnostics)

    def fails(self, one: Diagnostic) -> bool:
        """Whether a finding fails the check in this project."""
        return one.severity >= self.selection.fails and one.code not in self.selection.lenient


def check_text(text: Source, world: World, selection: Selection, elsewhere: Elsewhere | None = None) -> Checked:
    """Read, decode, resolve, plan and check `text`; `elsewhere` is what other files of the run push to.

    Never raises for bad input: everything wrong becomes a diagnostic.
    """
    directory = Path() if text.path is None else text.path.parent
    loaded = load(text)
    found = selection.graded(loaded.diagnostics)
    known: Known | None = None
    writes: tuple[Written, ...] = ()
    valid = loaded.config is not None
    if loaded.readable is not None:
        resolved = resolve(loaded.readable, directory, world)
        known = Known(loaded.readable, resolved, plan(resolved))
        judged = known if valid else _sound(known, loaded.sound)
        subject = Subject(
            text,
            judged.config.document,
            judged.config,
            judged.resolved,
            judged.plan,
            world,
            directory,
            elsewhere,
            valid,
        )
        found.extend(rules.run(subject, selection))
        found.extend(_on_release(subject, selection, found))
        if elsewhere is not None and valid:
            writes = written(subject)
    if rules.MARK in text.text:  # the text may have a comment that silences rules; most have none
        found = silenced(found, text, loaded.document, world, selection, decoded=valid)
    is_yaml = loaded.document is not None
    return Checked(text, known, is_yaml, valid, in_order(found), world, directory, selection, writes, loaded.sound)


def _sound(known: Known, sound: frozenset[int]) -> Known:
    """The part that rules can judge: the artifacts with these indexes."""
    config = known.config
    config = replace(config, artifacts=tuple([one for one in config.artifacts if one.index in sound]))
    planned = tuple([one for one in known.plan.artifacts if one.artifact.index in sound])
    resolved = replace(known.resolved, artifacts=tuple([one.resolved for one in planned]))
    return Known(config, resolved, Plan(planned, resolved))


def _on_release(subject: Subject, selection: Selection, found: list[Diagnostic]) -> list[Diagnostic]:
    """What would fail on the next release, for files that depend on the occasion."""
    if not follows_occasions(subject.config):
        return []
    face = subject.world.face
    asked = [
        rule.code
        for rule in rules.RULES
        if rule.reporter == "scenario"
        and face in rule.faces
        and selection.wants(rule)
        and selection.severity(rule, face) >= selection.least
    ]
    if not asked:
        return []
    from lazyoci.check.on_release import on_release  # imported here, as most files do not need it

    return [one for one in on_release(subject, selection, found) if one.code in asked]


def follows_occasions(config: Config) -> bool:
    """Whether a file uses `when`, `moves` or `versionFrom`: without them all occasions are the same."""
    return any(map(follows_occasion, config.artifacts))


def follows_occasion(artifact: Artifact) -> bool:
    """Whether one artifact does."""
    if artifact.when is not None or artifact.version_from is not None:
        return True
    for target in artifact.targets:
        if target.when is not None or target.moves is not None:
            return True
        if any(tag.node is not None for tag in target.tags):
            return True
    return False


def written_by(text: Source, world: World) -> tuple[Written, ...]:
    """What a text pushes to; empty if it does not decode."""
    directory = Path() if text.path is None else text.path.parent
    loaded = load(text)
    if loaded.config is None or loaded.document is None:
        return ()
    resolved = resolve(loaded.config, directory, world)
    return written(Subject(text, loaded.document, loaded.config, resolved, plan(resolved), world, directory))


def silenced(
    found: list[Diagnostic],
    text: Source,
    document: Document | None,
    world: World,
    selection: Selection,
    *,
    decoded: bool,
    within: Span | None = None,
) -> list[Diagnostic]:
    """The findings that comments do not suppress, and findings about those comments.

    `decoded` says whether the whole file decodes; with `within`, only the comments there count.
    """
    from lazyoci.rules import suppressions

    def ran(code: str) -> bool:
        rule = rules.BY_CODE[code]
        shown = selection.wants(rule) and selection.severity(rule, world.face) >= selection.least
        return shown and world.face in rule.faces and rule.reporter in ("rule", "reader", "scenario")

    own = rules.BY_CODE[suppressions.CODE]
    severity = selection.severity(own, world.face)
    wanted = selection.wants(own) and severity >= selection.least
    locked = [one for one in found if one.code in rules.LOCKED]
    rest = suppressions.apply(
        text,
        document,
        [one for one in found if one.code not in rules.LOCKED],
        decoded=decoded,
        ran=ran,
        severity=severity if wanted else None,
        within=within,
    )
    return [*locked, *rest]

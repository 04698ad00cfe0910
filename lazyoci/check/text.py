"""One text judged by rules that are chosen already: config, resolved, plan and every diagnostic, in file order."""

from __future__ import annotations

from pathlib import Path

from lazyoci import rules
from lazyoci.config.load import Loaded, load
from lazyoci.config.model import Config
from lazyoci.diagnostic import Diagnostic, Source, in_order
from lazyoci.frozen import frozen
from lazyoci.plan import Plan, plan
from lazyoci.resolve import Resolved, resolve
from lazyoci.rules import Selection, Subject
from lazyoci.rules.checks.reference_collision import written
from lazyoci.rules.written_references import Elsewhere, Written
from lazyoci.world import World
from lazyoci.yaml.nodes import Document


@frozen
class Findings:
    """What is kept of a checked file: neither its config nor its plan, so thousands can be."""

    source: Source
    diagnostics: tuple[Diagnostic, ...]


@frozen
class Checked:
    """What is known of one file. Where it does not decode, config, resolved and plan are None."""

    source: Source
    document: Document | None
    config: Config | None
    resolved: Resolved | None
    plan: Plan | None
    diagnostics: tuple[Diagnostic, ...]
    world: World
    directory: Path
    selection: Selection  # the rules that were run, and how grave they are
    written: tuple[Written, ...] = ()  # what it pushes to, where other files are compared with it
    is_text: bool = True  # False for bytes that are no text: `source` only shows where not

    @property
    def findings(self) -> Findings:
        """What to keep where there are many files."""
        return Findings(self.source, self.diagnostics)

    @property
    def failed(self) -> bool:
        """Whether anything found is as grave as what fails in this project: an error, if it does not say."""
        return any(self.fails(one) for one in self.diagnostics)

    def fails(self, one: Diagnostic) -> bool:
        """Whether a finding is as grave as what fails in this project."""
        return one.severity >= self.selection.fails and one.code not in self.selection.lenient


def check_text(text: Source, world: World, selection: Selection, elsewhere: Elsewhere | None = None) -> Checked:
    """Read, decode, resolve, plan and judge `text`; `elsewhere` holds what other files of the run write.

    Never raises for bad input: all that is wrong becomes a diagnostic.
    """
    directory = Path() if text.path is None else text.path.parent
    loaded = load(text)
    found = [_judged(one, selection) for one in loaded.diagnostics]
    found = [one for one in found if _wanted(one, selection)]
    resolved = planned = None
    writes: tuple[Written, ...] = ()
    if loaded.config is not None and loaded.document is not None:
        resolved = resolve(loaded.config, directory, world)
        planned = plan(resolved)
        subject = Subject(text, loaded.document, loaded.config, resolved, planned, world, directory, elsewhere)
        found.extend(rules.run(subject, selection))
        found.extend(_on_release(subject, selection, found))
        if elsewhere is not None:
            writes = written(subject)
    if "lazyoci:" in text.text:  # perhaps a comment that silences rules; most files have none
        locked = [one for one in found if one.code in rules.LOCKED]
        rest = [one for one in found if one.code not in rules.LOCKED]
        found = [*locked, *_silenced(rest, text, loaded, world, selection)]
    return Checked(
        text,
        loaded.document,
        loaded.config,
        resolved,
        planned,
        in_order(found),
        world,
        directory,
        selection,
        writes,
    )


def _on_release(subject: Subject, selection: Selection, found: list[Diagnostic]) -> list[Diagnostic]:
    """What would fail on the next release, for files that say what is due then."""
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
    from lazyoci.check.on_release import on_release  # most files have nothing to ask for

    return [one for one in on_release(subject, selection, found) if one.code in asked]


def follows_occasions(config: Config) -> bool:
    """Whether a file uses `when`, `moves` or `versionFrom`: without them every run is as the next."""
    for artifact in config.artifacts:
        if artifact.when is not None or artifact.version_from is not None:
            return True
        for target in artifact.targets:
            if target.when is not None or target.moves is not None:
                return True
            if any(tag.node is not None for tag in target.tags):
                return True
    return False


def written_by(text: Source, world: World) -> tuple[Written, ...]:
    """What a text pushes to; nothing where it does not decode."""
    directory = Path() if text.path is None else text.path.parent
    loaded = load(text)
    if loaded.config is None or loaded.document is None:
        return ()
    resolved = resolve(loaded.config, directory, world)
    return written(Subject(text, loaded.document, loaded.config, resolved, plan(resolved), world, directory))


def _wanted(one: Diagnostic, selection: Selection) -> bool:
    rule = rules.BY_CODE.get(one.code)
    return one.severity >= selection.least and (rule is None or selection.wants(rule))


def _judged(one: Diagnostic, selection: Selection) -> Diagnostic:
    severity = selection.severities.get(one.code)
    if severity is None or severity is one.severity:
        return one
    return Diagnostic(one.code, severity, one.message, one.span, one.related, one.fix, one.unnecessary)


def _silenced(
    found: list[Diagnostic], text: Source, loaded: Loaded, world: World, selection: Selection
) -> list[Diagnostic]:
    """What is left after the suppressions in comments, with the findings about these."""
    from lazyoci.rules import suppressions

    def ran(code: str) -> bool:
        rule = rules.BY_CODE[code]
        shown = selection.wants(rule) and selection.severity(rule, world.face) >= selection.least
        return shown and world.face in rule.faces and rule.reporter in ("rule", "reader", "scenario")

    own = rules.BY_CODE[suppressions.CODE]
    severity = selection.severity(own, world.face)
    wanted = selection.wants(own) and severity >= selection.least
    return suppressions.apply(
        text,
        loaded.document,
        found,
        decoded=loaded.config is not None,
        ran=ran,
        severity=severity if wanted else None,
    )

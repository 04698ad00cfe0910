"""The one door for every face: text in, `Checked` out: config, resolved, plan and every diagnostic, in file order."""

from __future__ import annotations

from pathlib import Path

from lazyoci import rules
from lazyoci.config.load import Loaded, load
from lazyoci.config.model import Config
from lazyoci.config.nodes import Document
from lazyoci.diagnostic import Diagnostic, Severity, Source
from lazyoci.frozen import frozen
from lazyoci.plan import Plan, plan
from lazyoci.resolve import Resolved, resolve
from lazyoci.rules import Selection, Subject
from lazyoci.world import World, real


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

    @property
    def failed(self) -> bool:
        """Whether anything found is an error."""
        return any(one.severity is Severity.ERROR for one in self.diagnostics)


def check(source: str, path: Path | None, world: World | None = None, *, selection: Selection | None = None) -> Checked:
    """Read, decode, resolve, plan and judge `source`, the text of the file at `path` (None: standard input).

    Never raises for bad input: all that is wrong becomes a diagnostic.
    """
    world = real() if world is None else world
    selection = Selection() if selection is None else selection
    text = Source(source, path)
    directory = Path() if path is None else path.parent
    loaded = load(text)
    found = [_judged(one, selection) for one in loaded.diagnostics]
    found = [one for one in found if _wanted(one, selection)]
    resolved = planned = None
    if loaded.config is not None and loaded.document is not None:
        resolved = resolve(loaded.config, directory, world)
        planned = plan(resolved)
        subject = Subject(text, loaded.document, loaded.config, resolved, planned, world, directory)
        found.extend(rules.run(subject, selection))
    if "lazyoci:" in source:  # perhaps a comment that silences rules; most files have none
        found = _silenced(found, text, loaded, world, selection)
    found.sort(key=lambda one: (one.span, -one.severity, one.code))
    return Checked(text, loaded.document, loaded.config, resolved, planned, tuple(found), world, directory)


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
    from lazyoci.rules import suppress

    def ran(code: str) -> bool:
        rule = rules.BY_CODE[code]
        shown = selection.wants(rule) and selection.severity(rule, world.face) >= selection.least
        return shown and world.face in rule.faces and rule.reporter in ("rule", "reader")

    own = rules.BY_CODE[suppress.CODE]
    severity = selection.severity(own, world.face)
    wanted = selection.wants(own) and severity >= selection.least
    return suppress.apply(
        text,
        loaded.document,
        found,
        decoded=loaded.config is not None,
        ran=ran,
        severity=severity if wanted else None,
    )

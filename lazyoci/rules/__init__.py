"""Running the rules. Each rule is a module, whose docstring is its `explain` page; `table.py` lists them all."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from importlib import import_module
from typing import TYPE_CHECKING

from lazyoci.diagnostic import Diagnostic, Related, Severity, Span
from lazyoci.frozen import field, frozen, replace
from lazyoci.rules.base import Check, Finding, Rule, Subject
from lazyoci.rules.table import BY_CODE, RULES
from lazyoci.yaml.nodes import Scalar
from lazyoci.yaml.offsets import inner_span

if TYPE_CHECKING:
    from lazyoci.world import Face

__all__ = ["BY_CODE", "LOCKED", "MARK", "RULES", "Finding", "Rule", "Selection", "Subject", "run"]


@frozen
class Selection:
    """Which codes count. An empty `select` means all that are on by default; `ignore` wins over both."""

    select: Collection[str] = ()
    ignore: Collection[str] = ()
    severities: dict[str, Severity] = field(default_factory=dict)  # set by the user, by code
    least: Severity = Severity.INFORMATION  # less severe findings are not shown, so their rules need not run
    fails: Severity = Severity.ERROR  # the least severity that fails a run
    lenient: Collection[str] = ()  # codes that are at most warnings and fail no run
    _chosen: dict[Face, tuple[tuple[Rule, Severity], ...]] = field(default_factory=dict, hidden=True)

    def but(
        self,
        *,
        select: Collection[str] | None = None,
        ignore: Collection[str] | None = None,
        least: Severity | None = None,
    ) -> Selection:
        """A copy with some fields changed, which chooses its rules again."""
        return Selection(
            self.select if select is None else select,
            self.ignore if ignore is None else ignore,
            self.severities,
            self.least if least is None else least,
            self.fails,
            self.lenient,
        )

    def wants(self, rule: Rule) -> bool:
        """Whether findings of `rule` are to be shown."""
        if rule.code in self.ignore:
            return False
        return rule.code in self.select if self.select else rule.default or rule.code in self.severities

    def asks_for(self, rule: Rule) -> bool:
        """Whether the user has named the code of `rule`."""
        return rule.code in self.select or rule.code in self.severities

    def severity(self, rule: Rule, face: Face) -> Severity:
        """How severe findings of `rule` are."""
        severity = self.severities.get(rule.code) or rule.severity_for(face)
        return min(severity, Severity.WARNING) if rule.code in self.lenient else severity

    def graded(self, found: Iterable[Diagnostic]) -> list[Diagnostic]:
        """Findings that are made while a file is read: those that are wanted, as severe as the user has it."""
        graded = [self._graded(one) for one in found]
        return [one for one in graded if one.severity >= self.least and self._wants_code(one.code)]

    def _wants_code(self, code: str) -> bool:
        rule = BY_CODE.get(code)
        return rule is None or self.wants(rule)

    def _graded(self, one: Diagnostic) -> Diagnostic:
        severity = self.severities.get(one.code)
        return one if severity is None or severity is one.severity else replace(one, severity=severity)

    def chosen(self, face: Face) -> tuple[tuple[Rule, Severity], ...]:
        """The rules with a `check` to run for `face`, each with its severity; computed once."""
        found = self._chosen.get(face)
        if found is None:
            here = [rule for rule in RULES if rule.reporter == "rule" and face in rule.faces]
            wanted = [rule for rule in here if rule.locked or self.wants(rule)]
            graded = [(one, one.severity_for(face) if one.locked else self.severity(one, face)) for one in wanted]
            found = self._chosen[face] = tuple([one for one in graded if one[1] >= self.least])
        return found


MARK = "lazyoci:"  # text without this has no comment for us and need not be searched
LOCKED = frozenset(rule.code for rule in RULES if rule.locked)
_PRECEDING = frozenset(rule.unless for rule in RULES if rule.unless)
_CHECKS: dict[str, Check] = {}  # by code; a rule's module is imported when first needed


def run(subject: Subject, selection: Selection) -> Iterator[Diagnostic]:
    """Run every selected rule."""
    told: dict[tuple[str, int], int] = {}  # severity by code and node, of codes that other rules give way to
    for rule, severity in selection.chosen(subject.world.face):
        check = _CHECKS.get(rule.code)
        if check is None:
            check = _CHECKS[rule.code] = import_module(f"lazyoci.rules.checks.{rule.module}").check
        seen: set[tuple[int, Span | None, str]] = set()
        if rule.more is not None and selection.asks_for(rule):
            yield from _more(subject, rule, selection.severities.get(rule.code, rule.more))
        for finding in check(subject):
            key = (id(finding.node), finding.within, finding.message)
            if key not in seen:  # aliases and merge keys let artifacts share a node
                seen.add(key)
                if rule.code in _PRECEDING:
                    told[rule.code, id(finding.node)] = severity
                if rule.unless and told.get((rule.unless, id(finding.node)), 0) >= severity:
                    continue
                if rule.spares_forward and severity > Severity.WARNING and id(finding.node) in _forward(subject):
                    yield _diagnostic(subject, rule.code, Severity.WARNING, finding)
                else:
                    yield _diagnostic(subject, rule.code, severity, finding)


def _forward(subject: Subject) -> frozenset[int]:
    """The ids of the nodes of tags with `moves: forward`, if every use of the same node has it."""

    def find() -> frozenset[int]:
        found = [one for artifact in subject.plan.artifacts for one in artifact.references]
        others = {id(one.tag.source.node) for one in found if one.moves != "forward"}
        return frozenset({id(one.tag.source.node) for one in found if one.moves == "forward"} - others)

    return subject.once("forward", find)


def _more(subject: Subject, rule: Rule, severity: Severity) -> Iterator[Diagnostic]:
    """The findings that a rule reports only if it is selected."""
    check: Check = import_module(f"lazyoci.rules.checks.{rule.module}").check_more
    seen = {(id(one.node), one.within, one.message): one for one in reversed(tuple(check(subject)))}
    for finding in reversed(seen.values()):
        yield _diagnostic(subject, rule.code, severity, finding)


def _diagnostic(subject: Subject, code: str, severity: Severity, finding: Finding) -> Diagnostic:
    related = (*[Related(message, node.span) for node, message in finding.related], *finding.elsewhere)
    span = place(subject, finding)
    return Diagnostic(code, severity, finding.message, span, related, finding.fix, finding.unnecessary, finding.choices)


def place(subject: Subject, finding: Finding) -> Span:
    """Where a finding is in the source. Only here are nodes turned into offsets."""
    node = finding.node
    if finding.within is not None and isinstance(node, Scalar):
        return inner_span(subject.source, node, finding.within.start, finding.within.end)
    return node.span

"""Checks files one after the other: which rules count for each, what fails, what fixes mend. Behind `validate`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from lazyoci.check import Checked, check
from lazyoci.config.nodes import decode_bytes
from lazyoci.diagnostic import Diagnostic, Position, Severity, Source, Span
from lazyoci.errors import UsageError
from lazyoci.frozen import frozen
from lazyoci.rules import BY_CODE, Selection
from lazyoci.rules.settings import SEVERITIES, Finder, RuleSettings
from lazyoci.world import real

# what to do with a mended file: its path, and its text before and after
Finish = Callable[["Path | None", str, str], None]
# what registries say of a checked file (`lazyoci.online`)
Online = Callable[["Checked", "Selection"], "list[Diagnostic]"]


@frozen
class Findings:
    """What is kept of a checked file: neither its config nor its plan, so thousands can be."""

    source: Source
    diagnostics: tuple[Diagnostic, ...]


class Judge:
    """One run over many files. Counts as it goes, and keeps nothing of the files it has seen."""

    def __init__(
        self,
        *,
        select: tuple[str, ...] = (),
        ignore: tuple[str, ...] = (),
        severity: str | None = None,
        shown: Severity = Severity.WARNING,
        resolve: bool = False,
        tag: str = "",
        online: Online | None = None,
    ) -> None:
        """`severity` is the least that fails, in place of the project's; `shown` the least of those that do not.

        `online` adds what registries say of a file, as the last thing that is asked about it.
        """
        self.files = 0
        self.fixed = 0
        self.changed = 0  # files that fixes change
        self.failed = False
        self.unreadable: list[str] = []
        self.refused: list[str] = []  # fixes that would have made new errors
        self._select = select
        self._ignore = ignore
        self._severity = severity
        self._shown = shown
        self._online = online
        self._world = real(tag=tag, git=resolve)
        self._finder = Finder(self._world.files)
        self._choices: dict[int, tuple[Selection, Severity]] = {}

    def read(self, path: Path) -> bytes | None:
        """The content of a file; None where it cannot be read, which `unreadable` then tells."""
        try:
            return self._world.files.read(path)
        except OSError as error:
            remedy = f"; allow it: chmod u+r {path}" if isinstance(error, PermissionError) else ""
            self.unreadable.append(f"{path} cannot be read: {error.strerror or error}{remedy}")
            return None

    def check(self, data: bytes, path: Path | None) -> Findings:
        """Judge one file by its content."""
        selection, least = self._choice(path)
        text = self._text(data, path)
        if isinstance(text, Findings):
            return self._count(text, least)
        return self._count(self._all(check(text, path, self._world, selection=selection), selection), least)

    def _all(self, checked: Checked, selection: Selection) -> Findings:
        """The findings of the check, and of registries where they are asked."""
        found = checked.diagnostics
        if self._online is not None:
            more = (*found, *self._online(checked, selection))
            found = tuple(sorted(more, key=lambda one: (one.span, -one.severity, one.code)))
        return Findings(checked.source, found)

    def mend(self, data: bytes, path: Path | None, finish: Finish) -> Findings:
        """Apply the fixes of one file, hand the result to `finish`, and judge what is left."""
        from lazyoci.fix import fix

        selection, least = self._choice(path)
        text = self._text(data, path)
        if isinstance(text, Findings):
            return self._count(text, least)
        shown = selection.but(least=Severity.INFORMATION)  # what is wrong is mended, be it ever so slight
        codes = {rule.code for rule in BY_CODE.values() if rule.default}
        every = shown.but(select=frozenset(codes | set(selection.select)), ignore=frozenset())

        def again(text: str) -> Checked:
            return check(text, path, self._world, selection=every)

        def wanted(one: Diagnostic) -> bool:
            return one.code not in BY_CODE or shown.wants(BY_CODE[one.code])

        fixed = fix(again(text), again, wanted)
        self.refused += [f"{fixed.checked.source.name}: {one.message}" for one in fixed.refused]
        after = fixed.checked.source.text
        finish(path, text, after)
        self.fixed += len(fixed.applied)
        self.changed += text != after
        return self._count(self._all(check(after, path, self._world, selection=selection), selection), least)

    def _text(self, data: bytes, path: Path | None) -> str | Findings:
        """The text of a file, or the finding that it is none."""
        from lazyoci.config.encoding import EncodingError

        try:
            return decode_bytes(data)
        except EncodingError as error:
            source = Source(data.decode("utf-8", "replace"), path)
            at = source.offset(Position(error.line - 1, error.column - 1))
            message = f"{error.message}; {error.hint}"
            return Findings(source, (Diagnostic("yaml-syntax", Severity.ERROR, message, Span(at, at + 1)),))

    def _count(self, found: Findings, least: Severity) -> Findings:
        self.files += 1
        self.failed = self.failed or any(one.severity >= least for one in found.diagnostics)
        return found

    def _choice(self, path: Path | None) -> tuple[Selection, Severity]:
        """Which rules are to be shown for a file, and the least severity that fails."""
        settings = self._finder.find(Path() if path is None else path.parent)
        found = self._choices.get(id(settings))  # the finder keeps them alive
        if found is None:
            found = self._choices[id(settings)] = self._choose(settings)
        return found

    def _choose(self, settings: RuleSettings) -> tuple[Selection, Severity]:
        fails = settings.severity if self._severity is None else SEVERITIES[self._severity]
        shown = Severity.INFORMATION if self._select else min(fails, self._shown)  # what is asked for is shown
        selection = settings.selection(self._select, self._ignore, shown)
        if selection.select and selection.ignore and not set(selection.select) - set(selection.ignore):
            raise UsageError("every selected rule is ignored too", hint="see --select, --ignore and the settings")
        return selection, fails

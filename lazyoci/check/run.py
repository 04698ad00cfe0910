"""Checks several files, each with the rules that its project's settings select, and applies fixes."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from lazyoci.check.text import Checked, check_text, written_by
from lazyoci.diagnostic import Diagnostic, Position, Severity, Source, Span
from lazyoci.frozen import replace
from lazyoci.rules import BY_CODE, Selection
from lazyoci.rules.checks.reference_collision import file_of
from lazyoci.rules.project_settings import Choice, Finder, RuleSettings
from lazyoci.rules.written_references import Elsewhere, Written
from lazyoci.world import World, real
from lazyoci.yaml.encoding import decode_bytes

if TYPE_CHECKING:
    from lazyoci.check.fix import Fixed


# what --allow-unresolved turns into warnings, because the run that publishes will know the values
UNRESOLVED = (
    "unresolved-variable",
    "not-a-version",
    "version-ignores-tag",
    "prerelease-as-release",
    "tag-of-another-commit",
    "version-from-ancestor",
    "version-from-dirty-tree",
    "unresolved-occasion",
    "floating-tag-pull-request",
    "tag-makes-no-release",
)

OF_TAG = frozenset({"unused-tag", "tag-makes-no-release"})  # `--tag` is not for this file, but may be for another


class Run:
    """Checks files in one World, each by its project's settings, which the user's choice overrides."""

    def __init__(
        self,
        world: World | None = None,
        choice: Choice | None = None,
        *,
        settings: RuleSettings | None = None,
        elsewhere: Elsewhere | None = None,
    ) -> None:
        """`settings` apply to every file, instead of those in its directory or above.

        `elsewhere` is what other files push to; without it, files are compared with those checked before.
        """
        self._settings = settings
        self.world = real() if world is None else world
        self._choice = Choice() if choice is None else choice
        self._finder = Finder(self.world.files)
        self._selections: dict[int, tuple[Selection, World]] = {}
        self._elsewhere = Elsewhere() if elsewhere is None else elsewhere
        self._adds = elsewhere is None

    def selection(self, path: Path | None) -> Selection:
        """The rules for the file at `path` (None: standard input, which counts as in the current directory).

        Raises SettingsError for settings that cannot be read, UsageError if settings and choice leave no rule.
        """
        return self._project(path)[0]

    def _project(self, path: Path | None) -> tuple[Selection, World]:
        """The rules for a file, and the World with its project's settings."""
        settings = self._settings
        if settings is None:
            settings = self._finder.find(Path() if path is None else path.parent)
        found = self._selections.get(id(settings))  # the finder keeps them alive, so ids stay valid
        if found is None:
            world = replace(self.world, default_branch=settings.default_branch)
            found = self._selections[id(settings)] = settings.selection(self._choice), world
        return found

    def check(self, text: str, path: Path | None) -> Checked:
        """Check the text of the file at `path`. Raises as `selection`; errors in the text become diagnostics."""
        selection, world = self._project(path)
        return self._checked(Source(text, path), world, selection)

    def written(self, text: str, path: Path) -> tuple[Written, ...]:
        """What a file pushes to, without checking it; empty if it does not decode."""
        return written_by(Source(text, path), self.world)

    def beside(self, elsewhere: Elsewhere) -> Run:
        """The same, but `elsewhere` is what other files push to now."""
        found = Run(self.world, self._choice, settings=self._settings, elsewhere=elsewhere)
        found._finder, found._selections = self._finder, self._selections
        return found

    def check_bytes(self, data: bytes, path: Path | None) -> Checked:
        """Check a file by its content. Bytes that cannot be decoded are a finding too."""
        from lazyoci.yaml.encoding import EncodingError

        try:
            return self.check(decode_bytes(data), path)
        except EncodingError as error:
            source = Source(data.decode("utf-8", "replace"), path)
            at = source.offset(Position(error.line - 1, error.column - 1))
            found = Diagnostic("yaml-syntax", Severity.ERROR, error.sentence, Span(at, at + 1))
            directory = Path() if path is None else path.parent
            selection = self.selection(path)
            return Checked(source, None, False, False, (found,), self.world, directory, selection, is_text=False)

    def fix(self, checked: Checked) -> Fixed:
        """Apply the certain fixes of the rules selected for a file, whatever their severity.

        Each result is checked with every rule, selected or not, to notice if a fix causes another error.
        """
        from lazyoci.check.fix import Fixed, fix

        if not checked.is_text:
            return Fixed(checked, (), ())
        path = checked.source.path
        shown = checked.selection.but(least=Severity.INFORMATION)
        every = shown.but(
            select=frozenset({rule.code for rule in BY_CODE.values() if rule.default} | set(shown.select)),
            ignore=frozenset(),
        )

        def again(text: str) -> Checked:
            return check_text(Source(text, path), checked.world, every, self._elsewhere)

        def wanted(one: Diagnostic) -> bool:
            return one.code not in BY_CODE or shown.wants(BY_CODE[one.code])

        fixed = fix(again(checked.source.text), again, wanted)
        return replace(fixed, checked=self._checked(fixed.checked.source, checked.world, checked.selection))

    def _checked(self, source: Source, world: World, selection: Selection) -> Checked:
        checked = check_text(source, world, selection, self._elsewhere)
        if self._adds:
            self._elsewhere.put(file_of(source), checked.written)
        return checked


def together(files: Sequence[Checked], artifacts: tuple[str, ...] = ()) -> list[Checked]:
    """The files of one run, of which `artifacts` are published: compared with each other.

    The finding that `--tag` has no effect, or makes no release, stays only if every file has one of them.
    """
    if len(files) > 1:
        from lazyoci.check.across import with_copies  # most runs are of one file

        files = with_copies(files, artifacts)
    told = [any(one.code in OF_TAG for one in checked.diagnostics) for checked in files]
    if all(told):
        return list(files)
    return [
        replace(checked, diagnostics=tuple([one for one in checked.diagnostics if one.code not in OF_TAG]))
        if has_one
        else checked
        for checked, has_one in zip(files, told, strict=True)
    ]


def for_build(*, allow_unresolved: bool = False, push: bool = True) -> Choice:
    """How `lazyoci build` chooses rules; with `allow_unresolved`, unresolved values are only warnings.

    Without `push`, what is due does not matter.
    """
    if allow_unresolved:
        return Choice(lenient=UNRESOLVED)
    of_due = ("unresolved-occasion", "floating-tag-pull-request", "tag-makes-no-release")
    return Choice() if push else Choice(lenient=of_due)


def check(source: str, path: Path | None, world: World | None = None, *, selection: Selection | None = None) -> Checked:
    """Check `source`, the text of the file at `path`, with the settings of its project, or with `selection` instead.

    Raises SettingsError for settings that cannot be read; what is wrong in the text becomes a diagnostic.
    """
    if selection is None:
        return Run(world).check(source, path)
    return check_text(Source(source, path), real() if world is None else world, selection)

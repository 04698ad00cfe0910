"""The count of files and findings: the last line of the output for people."""

from __future__ import annotations

from collections.abc import Iterable

from lazyoci.diagnostic import Diagnostic, Severity
from lazyoci.frozen import frozen


@frozen
class Summary:
    """Checked files, findings by severity, how many of these have a certain fix, and how many were just fixed."""

    files: int = 0
    errors: int = 0
    warnings: int = 0
    information: int = 0
    fixable: int = 0
    fixed: int = 0

    @classmethod
    def of(cls, files: int, diagnostics: Iterable[Diagnostic], fixed: int = 0) -> Summary:
        """The counts for `diagnostics`, which were found in `files` files."""
        counts = dict.fromkeys(Severity, 0)
        fixable = 0
        for one in diagnostics:
            counts[one.severity] += 1
            fixable += one.fix is not None
        return cls(
            files, counts[Severity.ERROR], counts[Severity.WARNING], counts[Severity.INFORMATION], fixable, fixed
        )

    def plus(self, other: Summary) -> Summary:
        """The sum of both."""
        return Summary(
            self.files + other.files,
            self.errors + other.errors,
            self.warnings + other.warnings,
            self.information + other.information,
            self.fixable + other.fixable,
            self.fixed + other.fixed,
        )

    @property
    def text(self) -> str:
        """The last line for people: `3 files, 3 errors, 1 warning (2 fixable with --fix)`."""
        parts = [
            _count(number, word) for number, word in ((self.errors, "error"), (self.warnings, "warning")) if number
        ]
        if self.information:
            parts.append(f"{self.information} info")
        if self.fixed:
            parts.append(f"{self.fixed} fixed")
        text = ", ".join([_count(self.files, "file"), *(parts or ["no problems"])])
        return f"{text} ({self.fixable} fixable with --fix)" if self.fixable else text


def _count(number: int, word: str) -> str:
    return f"{number} {word}{'s' * (number != 1)}"

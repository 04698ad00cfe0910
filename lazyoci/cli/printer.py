"""Prints findings: for people file by file, without keeping them; for machines all at the end."""

from __future__ import annotations

from importlib import import_module
from typing import TextIO

import click

from lazyoci.check import Findings
from lazyoci.cli.common import console, echo
from lazyoci.report.findings import MACHINE_FORMATS, Presentation, render
from lazyoci.report.presentation import layout
from lazyoci.report.summary import Summary


class Printer:
    """Prints in one format on one stream."""

    def __init__(self, output: str, stream: TextIO) -> None:
        self._output = output
        self._stream = stream
        self._kept: list[Findings] = []  # for machines
        self._summary = Summary()
        self._layout: Presentation | None = None

    def add(self, file: Findings) -> None:
        """Print, or keep, the findings of one file."""
        self._summary = self._summary.plus(Summary.of(0, file.diagnostics))
        if self._output in MACHINE_FORMATS:
            self._kept.append(file)
        else:
            self._print(import_module(f"lazyoci.report.{self._output}").of_file(file, self._how()))

    def end(self, files: int, fixed: int) -> None:
        """Print what comes last: the count of the `files` seen and the findings `fixed`, or all for machines."""
        summary = self._summary.plus(Summary(files=files, fixed=fixed))
        if self._output in MACHINE_FORMATS:
            shown = render(self._output, self._kept, summary, self._how())
            # always UTF-8; half a surrogate, from a file name that is none, becomes its JSON escape
            click.echo(shown.encode("utf-8", "backslashreplace"), file=self._stream, nl=False)
        elif console().quiet:
            return
        elif summary.errors or summary.warnings or summary.information:
            self._print(import_module(f"lazyoci.report.{self._output}").last(summary, self._how()))
        else:  # the usual case, which needs no reporter
            self._print(f"{summary.text}\n")

    def _how(self) -> Presentation:
        if self._layout is None:
            self._layout = layout(self._stream, color=console().colored(self._stream))
        return self._layout

    def _print(self, text: str) -> None:
        if self._output == "github":  # workflow commands are what it is made of; texts in them are escaped
            click.echo(text, file=self._stream, nl=False)
        else:
            echo(text, file=self._stream, nl=False)

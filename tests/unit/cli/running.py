"""Runs commands in this process, with the real mapping of errors to exit codes, in an environment of the test's own."""

from __future__ import annotations

import io
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pytest

from lazyoci.cli import main


@dataclass(frozen=True, slots=True)
class Ran:
    """What a command printed and how it ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """Stdout, which must be JSON."""
        return json.loads(self.out)


class Terminalless(io.StringIO):
    """Standard input that is a pipe."""

    def isatty(self) -> bool:
        return False


class Terminal(io.StringIO):
    """Standard input on which somebody types."""

    def isatty(self) -> bool:
        return True


@dataclass(slots=True)
class Runner:
    """Runs `lazyoci` with `environ` as the whole environment."""

    monkeypatch: pytest.MonkeyPatch
    capsys: pytest.CaptureFixture[str]
    environ: Mapping[str, str]

    def __call__(
        self, *arguments: str, stdin: str = "", terminal: bool = False, environ: Mapping[str, str] | None = None
    ) -> Ran:
        with self.monkeypatch.context() as patch:
            for name in list(os.environ):
                patch.delenv(name)
            for name, value in (dict(self.environ) | dict(environ or {})).items():
                patch.setenv(name, value)
            patch.setattr("sys.stdin", Terminal(stdin) if terminal else Terminalless(stdin))
            self.capsys.readouterr()
            code = main(arguments)
            captured = self.capsys.readouterr()
        assert "Traceback" not in captured.err or "--debug" in arguments
        return Ran(code, captured.out, captured.err)

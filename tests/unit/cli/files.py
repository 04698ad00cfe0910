"""A directory of `.lazy` files to run commands in."""

from __future__ import annotations

import io
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.unit.cli.running import Ran, Runner

CLEAN = """\
version: 1
artifacts:
  - type: docker
    name: proxy
    image: nginx:1.27
    targets:
      - registry: ghcr.io/acme/proxy
        tags:
          - v1.2.3
"""
MISSPELT = CLEAN.replace("    image:", "    imgae:")  # an error, with a fix
REPEATED = CLEAN.replace(
    "          - v1.2.3\n", "          - v1.2.3\n          - latest\n          - latest\n"
)  # a warning
BROKEN = "version: 1\nartifacts: [\n"


def of(repository: str, text: str = CLEAN) -> str:
    """The same file for a repository of its own: two files must not push to one."""
    return text.replace("acme/proxy", f"acme/{repository}")


@dataclass(slots=True)
class Place:
    """A directory that commands run in, without any environment but what they are given."""

    path: Path
    runner: Runner
    monkeypatch: pytest.MonkeyPatch

    def write(self, name: str, text: str | bytes = CLEAN) -> Path:
        """Write a file, and the directories that it needs."""
        path = self.path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode() if isinstance(text, str) else text)
        return path

    def read(self, name: str = ".lazy") -> str:
        """The text of a file, its line breaks as they are."""
        return (self.path / name).read_bytes().decode()

    def __call__(self, *arguments: str, stdin: str | bytes | None = None, **environ: str) -> Ran:
        """Run a command."""
        if stdin is None:
            return self.runner(*arguments, environ=environ)
        data = stdin.encode() if isinstance(stdin, str) else stdin
        with self.monkeypatch.context() as patch:
            # the runner puts text on stdin; what is piped into a program are bytes
            patch.setattr("tests.unit.cli.running.Terminalless", lambda _: io.TextIOWrapper(io.BytesIO(data)))
            return self.runner(*arguments, environ=environ)


def make_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Place:
    """A fresh directory, which is the current one."""
    monkeypatch.chdir(tmp_path)
    home = tmp_path.parent / f"{tmp_path.name}-home"
    environ = {"HOME": str(home), "PATH": "", "PYTHONPATH": ":".join(sys.path)}
    return Place(tmp_path, Runner(monkeypatch, capsys, environ), monkeypatch)

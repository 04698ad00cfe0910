"""A small GitHub runner: runs the steps of action.yml with bash, and reads log, outputs and summary as it does.

https://docs.github.com/actions/reference/workflows-and-actions/metadata-syntax
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from tests import warm
from tests.e2e.checkout import ROOT
from tests.e2e.cli import environment
from tests.servers import program

ACTION: dict[str, Any] = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
_EXPRESSION = re.compile(r"\$\{\{ (inputs|steps)\.([\w-]+)(?:\.outputs\.([\w-]+))? \}\}")


@dataclass(frozen=True, slots=True)
class Command:
    """A workflow command that the runner would obey: `::name key=value::data`, decoded."""

    name: str
    properties: Mapping[str, str]
    data: str


@dataclass(frozen=True, slots=True)
class Step:
    """What one step left behind."""

    code: int
    log: str
    commands: tuple[Command, ...]
    outputs: Mapping[str, str]
    summary: str
    paths: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Job:
    """A job's work space; `checkout` is where the action lies, `environ` is added to every step."""

    workspace: Path
    temporary: Path
    checkout: Path = ROOT
    environ: Mapping[str, str] | None = None

    def uses(self, **inputs: str) -> Step:
        """Run the whole action; its outputs are those of action.yml."""
        given = self._defaults() | {key.replace("_", "-"): value for key, value in inputs.items()}
        done: dict[str, Mapping[str, str]] = {}
        for step in ACTION["runs"]["steps"]:
            last = self._step(step, given, done)
            done[step["id"]] = last.outputs
            if last.code:
                break
        return self._told(last, given, done)

    def runs(self, **inputs: str) -> Step:
        """Run the action without its first step: the lazyoci under test is there already."""
        given = self._defaults() | {key.replace("_", "-"): value for key, value in inputs.items()}
        self.temporary.mkdir(exist_ok=True)
        lazyoci = warm.program(self.temporary / "lazyoci-under-test")
        done: dict[str, Mapping[str, str]] = {"install": {"program": str(lazyoci), "python": sys.executable}}
        (step,) = (one for one in ACTION["runs"]["steps"] if one["id"] == "run")
        last = self._step(step, given, done)
        return self._told(last, given, done | {"run": last.outputs})

    @staticmethod
    def _defaults() -> dict[str, str]:
        return {name: one["default"] for name, one in ACTION["inputs"].items()}

    @staticmethod
    def _told(last: Step, given: Mapping[str, str], done: Mapping[str, Mapping[str, str]]) -> Step:
        outputs = {name: _evaluate(one["value"], given, done) for name, one in ACTION["outputs"].items()}
        return Step(last.code, last.log, last.commands, outputs, last.summary, last.paths)

    def _step(self, step: dict[str, Any], given: Mapping[str, str], done: Mapping[str, Mapping[str, str]]) -> Step:
        assert step["shell"] == "bash"
        self.temporary.mkdir(exist_ok=True)
        script = self.temporary / f"{step['id']}.sh"
        script.write_text(step["run"], encoding="utf-8")  # as it is: an expression in it would be seen
        files = {name: self.temporary / name for name in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY", "GITHUB_PATH")}
        for file in files.values():
            file.write_bytes(b"")
        environ = environment(self.workspace) | {name: str(file) for name, file in files.items()}
        environ |= {"GITHUB_ACTIONS": "true", "GITHUB_WORKSPACE": str(self.workspace), "CI": "true"}
        environ |= {"GITHUB_ACTION_PATH": str(self.checkout), "RUNNER_TEMP": str(self.temporary)}
        environ |= {name: _evaluate(value, given, done) for name, value in step.get("env", {}).items()}
        ran = subprocess.run(
            [program("bash"), "--noprofile", "--norc", "-e", "-o", "pipefail", script],
            cwd=self.workspace,
            env=environ | dict(self.environ or {}),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
        )
        assert "Traceback" not in ran.stdout, ran.stdout
        return Step(
            ran.returncode,
            ran.stdout,
            commands(ran.stdout),
            outputs(files["GITHUB_OUTPUT"].read_text(encoding="utf-8")),
            files["GITHUB_STEP_SUMMARY"].read_text(encoding="utf-8"),
            tuple(files["GITHUB_PATH"].read_text(encoding="utf-8").splitlines()),
        )


def _evaluate(text: str, given: Mapping[str, str], done: Mapping[str, Mapping[str, str]]) -> str:
    """The two expressions that action.yml needs; any other stays, and a test would see it."""

    def value(found: re.Match[str]) -> str:
        if found[1] == "inputs":
            return given[found[2]]
        return done.get(found[2], {}).get(found[3], "")

    return _EXPRESSION.sub(value, text)


def outputs(text: str) -> dict[str, str]:
    """A file of outputs, read as the runner reads it: `name=value`, or `name<<end`, lines, `end`."""
    found: dict[str, str] = {}
    lines = iter(text.split("\n"))
    for line in lines:
        if not line:
            continue
        name, mark, rest = line.partition("<<") if "<<" in line.partition("=")[0] else line.partition("=")
        assert mark, line
        if mark == "<<":
            value = []
            for inner in lines:
                if inner == rest:
                    break
                value.append(inner)
            else:
                raise AssertionError(f"{name} has no end")
            rest = "\n".join(value)
        assert name not in found, name
        found[name] = rest
    return found


def commands(log: str) -> tuple[Command, ...]:
    """The commands that the runner would obey: none between `stop-commands` and its token."""
    found = []
    token = ""
    for line in log.split("\n"):  # a Unicode line separator ends no line
        command = _command(line)
        if command is None:
            continue
        if token:
            token = "" if command.name == token else token
        elif command.name == "stop-commands":
            token = command.data
            assert len(token) >= 32
        else:
            found.append(command)
    assert not token, "commands were never taken up again"
    return tuple(found)


def _command(line: str) -> Command | None:
    """`::name properties::data` at the start of a line, or `##[name properties]data` anywhere in it."""
    match = re.match(r"\s*::([^\s:]+)(?: ([^:]*(?::(?!:)[^:]*)*))?::(.*)", line) or re.search(
        r"##\[([^\s\]]+)(?: ([^\]]*))?\](.*)", line
    )
    if match is None:
        return None
    pairs = (pair.partition("=") for pair in (match[2] or "").split(",") if pair)
    return Command(match[1], {key: _decoded(value) for key, _, value in pairs}, _decoded(match[3]))


def _decoded(text: str) -> str:
    for code, character in (("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ","), ("%25", "%")):
        text = text.replace(code, character)
    return text

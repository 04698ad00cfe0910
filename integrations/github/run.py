"""One run of lazyoci in a GitHub job: inputs from the environment, annotations, outputs, summary, exit code.

Run by action.yml, with nothing but Python's standard library. No input is ever part of a shell's text: each becomes
one argument of the program, after `=` or behind `--`, where it can't be an option.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import runner
import summary

_WOULD_BE = frozenset({"new", "unchanged", "moved", "planned"})
_ANNOTATIONS = ("::error ", "::warning ", "::notice ")
_OURS = frozenset({"--metadata-file", "--output", "-o", "--file", "-f"})  # the action gives these itself
_LAST = 20  # lines of a message


class BadInput(Exception):
    """An input that the action doesn't take; the message says which, and what it takes."""


@dataclass(frozen=True, slots=True)
class Inputs:
    """The inputs of action.yml."""

    command: str
    paths: tuple[str, ...]
    tag: str
    artifacts: tuple[str, ...]
    push: bool
    check: bool
    insecure: bool
    args: tuple[str, ...]

    @classmethod
    def read(cls) -> Inputs:
        """From the environment. Raises BadInput."""
        found = cls(
            command=_input("COMMAND") or "validate",
            paths=_lines("PATHS"),
            tag=_input("TAG"),
            artifacts=_lines("ARTIFACTS"),
            push=_flag("PUSH", default=True),
            check=_flag("CHECK"),
            insecure=_flag("INSECURE"),
            args=_lines("ARGS"),
        )
        if found.command not in ("validate", "dry-run", "build", "install"):
            raise BadInput("the input command is validate, dry-run, build or install")
        for one in found.args:
            if one == "--" or one.partition("=")[0] in _OURS:
                raise BadInput(
                    "the input args holds only options, and none of --metadata-file, --output, -o, --file, -f"
                )
        return found

    @property
    def tagged(self) -> list[str]:
        """`--tag`, where the input is given; lazyoci takes none that is empty."""
        return [f"--tag={self.tag}"] if self.tag else []


def _input(name: str) -> str:
    return os.environ.get(f"INPUT_{name}", "")


def _lines(name: str) -> tuple[str, ...]:
    return tuple(line.strip() for line in _input(name).splitlines() if line.strip())


def _flag(name: str, *, default: bool = False) -> bool:
    value = _input(name).strip().lower()
    if value not in ("true", "false", ""):
        raise BadInput(f"the input {name.lower()} is true or false")
    return value == "true" if value else default


def main() -> int:
    """What the step ends with: the exit code of lazyoci, 2 for a bad input."""
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(encoding="utf-8", errors="backslashreplace")  # type: ignore[union-attr]  # no TextIO
    try:
        inputs = Inputs.read()
        os.chdir(_input("WORKING_DIRECTORY") or ".")
    except BadInput as error:
        runner.error(str(error))
        return 2
    except (OSError, ValueError):
        runner.error("the input working-directory names no directory that can be entered")
        return 2
    if inputs.command == "install":
        return 0
    return _validate(inputs) if inputs.command == "validate" else _build(inputs)


def _validate(inputs: Inputs) -> int:
    options = [*inputs.args, *inputs.tagged]
    code = _annotate([*options, "--output=github", *_behind(inputs.paths)])
    shown = _captured(["validate", *options, "--output=json", *_behind(inputs.paths)])
    try:
        result = json.loads(shown)
    except ValueError:  # a usage error, told by the first run
        result = {"diagnostics": [], "summary": {"files": 0, "errors": 0, "warnings": 0}}
    else:
        runner.summary(summary.found(result))
    _write(result)
    return code


def _build(inputs: Inputs) -> int:
    dry_run = inputs.command == "dry-run"
    # the findings of the build's own check stand in the log; here they become annotations
    files = [str(Path(path) / ".lazy") if Path(path).is_dir() else path for path in inputs.paths]
    shared = _of_values(inputs.args)
    _annotate(["--resolve", *inputs.tagged, *shared, "--output=github", *_behind(files)], loud=False)
    with tempfile.TemporaryDirectory(prefix="lazyoci-", dir=os.environ.get("RUNNER_TEMP")) as directory:
        metadata = Path(directory) / "result.json"
        arguments = ["build", *inputs.args, *inputs.tagged, f"--metadata-file={metadata}"]
        arguments += [f"--artifact={one}" for one in inputs.artifacts]
        arguments += ["--dry-run"] * dry_run + ["--check"] * (dry_run and inputs.check)
        arguments += ["--no-push"] * (not inputs.push) + ["--insecure"] * inputs.insecure
        code, said = _run([*arguments, *_behind(inputs.paths)])
        result: list[dict[str, Any]] = json.loads(metadata.read_text("utf-8")) if metadata.exists() else []
    for one in result:
        if "error" in one:
            message = "\n".join(filter(None, (one["error"], one.get("hint", ""))))
            runner.error(message, title=f"lazyoci: {one['name']}", file=_in_work_space(one.get("file") or ""))
    if code and not any("error" in one for one in result):
        runner.error(said or f"lazyoci build ended with exit code {code}")
    runner.summary(summary.built(result, dry_run=dry_run))
    targets = [target for one in result for target in one["targets"]]
    published = [one for one in targets if (one["state"] in _WOULD_BE if dry_run else summary.is_published(one))]
    runner.output("references", [target["reference"] for target in published])
    runner.output("digests", {one["reference"]: one["digest"] for one in published if "digest" in one})
    _write(result)
    return code


def _of_values(arguments: Sequence[str]) -> list[str]:
    """Those of a build's arguments by which `validate` would judge otherwise."""
    found: list[str] = []
    for at, one in enumerate(arguments):
        if one == "--allow-unresolved" or one.startswith(("--var=", "--occasion=", "--allow-outside=")):
            found.append(one)
        elif one in ("--var", "--occasion", "--allow-outside"):
            found += [f"{one}={following}" for following in arguments[at + 1 : at + 2]]
    return found


def _write(result: Any) -> None:
    """The outputs `result` and `result-file`."""
    handle, name = tempfile.mkstemp(".json", "lazyoci-", os.environ.get("RUNNER_TEMP"))
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        json.dump(result, file, indent=2)
    runner.output("result", result)
    runner.text_output("result-file", name)


def _annotate(arguments: Sequence[str], *, loud: bool = True) -> int:
    """Run `validate -o github`, of whose output only the findings may be workflow commands; the exit code."""
    done = subprocess.run([os.environ["LAZYOCI_PROGRAM"], "validate", *arguments], capture_output=True)
    out, messages = (_log_lines(data) for data in (done.stdout, done.stderr))
    for line in out:
        if line.startswith(_ANNOTATIONS):
            runner.say(line)
    if loud:
        with runner.plain():
            for line in (*out, *messages):
                if not line.startswith(_ANNOTATIONS):
                    runner.say(line)
    return done.returncode


def _log_lines(data: bytes) -> list[str]:
    """Lines as the runner sees them: a Unicode line separator ends none."""
    return re.split("\r\n|\r|\n", data.decode("utf-8", "replace").rstrip())


def _captured(arguments: Sequence[str]) -> str:
    """What a run that was told of before prints on stdout."""
    done = subprocess.run(
        [os.environ["LAZYOCI_PROGRAM"], *arguments], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    return done.stdout.decode("utf-8", "replace")


def _run(arguments: Sequence[str]) -> tuple[int, str]:
    """Run lazyoci with its output in the log; the exit code, and the last lines of its messages."""
    last: deque[str] = deque(maxlen=_LAST)
    with (
        runner.plain(),
        subprocess.Popen([os.environ["LAZYOCI_PROGRAM"], *arguments], stderr=subprocess.PIPE) as process,
    ):
        assert process.stderr is not None
        for data in process.stderr:
            line = data.decode("utf-8", "replace").rstrip()
            runner.say(line)
            last.append(line)
    return process.returncode, "\n".join(last)


def _behind(paths: Sequence[str]) -> list[str]:
    """Paths where no one takes them for options."""
    return ["--", *paths] if paths else []


def _in_work_space(file: str) -> str:
    """A file as annotations name it: relative to the work space of the job."""
    root = os.environ.get("GITHUB_WORKSPACE", "")
    path = Path(file).absolute()
    return path.relative_to(root).as_posix() if file and root and path.is_relative_to(root) else file


if __name__ == "__main__":
    sys.exit(main())

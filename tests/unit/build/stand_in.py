"""A stand-in for `docker` on the PATH: replays what real ones printed and wrote, and records how it was called."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

import pytest

CONTAINERS = Path(__file__).parents[2] / "vectors" / "containers"

_SCRIPT = """\
#!{python}
import json, os, shutil, sys, tarfile, time
from pathlib import Path
here = Path(__file__).parent
plan = json.loads((here / "plan.json").read_text())
args = sys.argv[1:]
with (here / "calls.jsonl").open("a") as calls:
    environ = {{k: v for k, v in os.environ.items() if k in plan.get("environ", [])}}
    calls.write(json.dumps({{"args": args, "environ": environ, "cwd": os.getcwd(), "pid": os.getpid()}}) + "\\n")

def replay(name):
    base = Path({containers!r}) / "cli"
    sys.stdout.write((base / (name + ".stdout")).read_text())
    sys.stdout.flush()
    sys.stderr.write((base / (name + ".stderr")).read_text())
    sys.stderr.flush()
    return int((base / (name + ".rc")).read_text())

verb = " ".join(args[:2]) if args[0] in ("buildx", "image") else args[0]
print(plan.get("say", {{}}).get(verb, ""), flush=True, end="")
if verb in plan.get("hang", []):
    print("hanging", flush=True)
    time.sleep(600)
source = plan.get("archive")
if verb == "buildx build" and source:
    output = dict(part.split("=", 1) for part in args[args.index("--output") + 1].split(","))
    goal, source = Path(output["dest"]), Path({containers!r}) / source
    if source.is_dir():
        shutil.copytree(source, goal)
        (goal / "ingest").mkdir()
    else:
        with tarfile.open(source) as archive:
            archive.extractall(goal)
    if "digest" in plan:
        metadata = Path(args[args.index("--metadata-file") + 1])
        metadata.write_text(json.dumps({{"containerimage.digest": plan["digest"]}}))
if verb == "save" and source:
    shutil.copyfile(Path({containers!r}) / source, args[args.index("--output") + 1])
if verb == "image inspect" and args[-1] in plan.get("absent", []):
    sys.exit(1)
answer = plan.get("answers", {{}}).get(verb, 0)
sys.exit(answer if isinstance(answer, int) else replay(answer))
"""


class StandIn:
    """The stand-in, and what it was asked."""

    def __init__(self, directory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        if os.name != "posix":
            pytest.skip("the stand-in is a script, which needs a POSIX system to be run")
        self.directory = directory
        directory.mkdir()
        script = directory / "docker"
        script.write_text(_SCRIPT.format(python=sys.executable, containers=str(CONTAINERS)), encoding="utf-8")
        script.chmod(0o755)
        monkeypatch.setenv("PATH", str(directory))
        for name in ("BUILDX_BUILDER", "DOCKER_HOST", "DOCKER_CONTEXT", "SOURCE_DATE_EPOCH"):
            monkeypatch.delenv(name, raising=False)
        self.plan()

    def plan(self, **plan: Any) -> None:
        """What to do: `answers` by verb (a recording, or a status), `archive`, `digest`, `say`, `hang`, `absent`."""
        (self.directory / "plan.json").write_text(json.dumps(plan), encoding="utf-8")

    @property
    def calls(self) -> list[dict[str, Any]]:
        """All calls so far."""
        path = self.directory / "calls.jsonl"
        return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()] if path.exists() else []

    def args(self, *verb: str) -> list[str]:
        """The arguments of the last call of `verb`."""
        found = [call["args"] for call in self.calls if call["args"][: len(verb)] == list(verb)]
        assert found, f"docker {' '.join(verb)} was never called"
        last: list[str] = found[-1]
        return last

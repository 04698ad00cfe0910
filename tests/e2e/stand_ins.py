"""Programs that documents call and no test can really run: `docker`, `aws`, a credential helper; and `lazyoci` itself.

They do what the commands of the documents need of them: `docker login` writes config.json as Docker does, `docker
buildx build` writes the layout that a real one wrote (vectors/containers), `aws` prints a password, the helper speaks
the helpers' protocol. Each call is noted. With STAND_IN_HANGS in the environment, a build never ends.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import pytest

from tests import warm

LAYOUT = Path(__file__).parents[1] / "vectors" / "containers" / "buildx" / "single-dir"

_DOCKER = """
import base64, shutil, time
if args[0] == "login":
    options = {"-u": "username", "--username": "username"}
    user, server, rest = os.environ.get("STAND_IN_USER", ""), "https://index.docker.io/v1/", args[1:]
    secret = sys.stdin.read().strip() if "--password-stdin" in rest else os.environ["STAND_IN_PASSWORD"]
    while rest:
        word = rest.pop(0)
        if word in options:
            user = rest.pop(0)
        elif not word.startswith("-"):
            server = word
    path = Path(os.environ["HOME"], ".docker", "config.json")
    path.parent.mkdir(parents=True, exist_ok=True)
    config = json.loads(path.read_text()) if path.exists() else {}
    auth = base64.b64encode(f"{user}:{secret}".encode()).decode()
    config.setdefault("auths", {})[server] = {"auth": auth}
    path.write_text(json.dumps(config))
    print("Login Succeeded")
elif args[:2] == ["buildx", "version"]:
    print("github.com/docker/buildx v0.13.1 stand-in")
elif args[:2] == ["buildx", "inspect"]:
    print("Name: stand-in\\nDriver: docker-container")
elif args[:2] == ["buildx", "build"] and "STAND_IN_HANGS" in os.environ:
    print("hanging", flush=True)
    time.sleep(600)
elif args[:2] == ["buildx", "build"]:
    output = dict(part.split("=", 1) for part in args[args.index("--output") + 1].split(","))
    shutil.copytree(LAYOUT, output["dest"])
else:
    sys.exit("the stand-in for docker cannot " + " ".join(args))
"""

_AWS = """
if args[:2] != ["ecr", "get-login-password"]:
    sys.exit("the stand-in for aws cannot " + " ".join(args))
print(os.environ["STAND_IN_PASSWORD"])
"""

_HELPER = """
server = sys.stdin.read().strip()
if args != ["get"]:
    sys.exit(1)
print(json.dumps({"ServerURL": server, "Username": "AWS", "Secret": os.environ["STAND_IN_PASSWORD"]}))
"""

_PROGRAMS = {"docker": _DOCKER, "aws": _AWS, "docker-credential-ecr-login": _HELPER}


class StandIns:
    """A directory of them, to be put first on PATH."""

    def __init__(self, directory: Path) -> None:
        if os.name != "posix":
            pytest.skip("the stand-ins are scripts, which need a POSIX system to be run")
        self.directory = directory
        directory.mkdir(parents=True)
        head = f"#!{sys.executable}\nimport json, os, sys\nfrom pathlib import Path\nLAYOUT = {str(LAYOUT)!r}\n"
        note = "args = sys.argv[1:]\nwith (Path(__file__).parent / 'calls.jsonl').open('a') as calls:\n"
        note += "    calls.write(json.dumps([Path(__file__).name, *args]) + '\\n')\n"
        for name, text in _PROGRAMS.items():
            script = directory / name
            script.write_text(head + note + text, encoding="utf-8")
            script.chmod(0o755)
        warm.program(directory / "lazyoci")

    @property
    def path(self) -> str:
        """A PATH on which they come first."""
        return os.pathsep.join([str(self.directory), os.environ.get("PATH", os.defpath)])

    @property
    def calls(self) -> list[list[str]]:
        """Program and arguments of every call, in order."""
        file = self.directory / "calls.jsonl"
        return [json.loads(line) for line in file.read_text("utf-8").splitlines()] if file.exists() else []

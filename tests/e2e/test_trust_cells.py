"""The table of docs/explanation/trust.md, cell by cell: programs, files, hosts and credentials.

Python's audit hooks tell, from within the program, what it opens, starts and connects to.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.e2e.cli import git, lazyoci, repository
from tests.lsp.kit import capabilities, editor, environment
from tests.registry.fake import Basic, FakeRegistry

pytestmark = pytest.mark.skipif(os.name == "nt", reason="the credential helper is a shell script")

# loaded by every Python that is started: writes down what the program opens, starts and connects to
HOOK = """
import json, os, sys
_log = open(os.environ["TRUST_LOG"], "a", buffering=1)
def _note(event, arguments):
    if event == "open" and isinstance(arguments[0], (str, bytes)):
        what = os.fsdecode(arguments[0])
    elif event == "subprocess.Popen":
        what = os.fsdecode(arguments[0])
    elif event == "socket.connect":
        what = repr(arguments[1])
    elif event == "socket.getaddrinfo":
        what = str(arguments[0])
    else:
        return
    _log.write(json.dumps([event, what]) + chr(10))
sys.addaudithook(_note)
"""
SECRETS = (".ssh/id_ed25519", ".netrc", ".aws/credentials", ".git-credentials", ".kube/config")


@dataclass(frozen=True)
class Seen:
    """What one run did."""

    programs: frozenset[str]
    files: frozenset[str]
    hosts: frozenset[str]

    def opened(self, path: Path) -> bool:
        return str(path) in self.files


@dataclass(frozen=True)
class Place:
    """A repository, a home with logins and secrets, and the registry that the file names."""

    root: Path
    home: Path
    fake: FakeRegistry
    log: Path
    environ: dict[str, str]

    @property
    def logins(self) -> Path:
        return self.home / ".docker" / "config.json"

    def seen(self) -> Seen:
        found: dict[str, set[str]] = {}
        for line in self.log.read_text("utf-8").splitlines():
            event, what = json.loads(line)
            found.setdefault(event, set()).add(what)
        programs = {Path(one).name for one in found.get("subprocess.Popen", set())}
        hosts = found.get("socket.connect", set()) | found.get("socket.getaddrinfo", set())
        files = {os.path.normpath(self.root / one) for one in found.get("open", set())}
        return Seen(frozenset(programs), frozenset(files), frozenset(hosts))

    def with_credentials(self) -> bool:
        return any("authorization" in entry.headers for entry in self.fake.log)


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    home, root = tmp_path / "home", tmp_path / "project"
    (tmp_path / "hook").mkdir()
    (tmp_path / "hook" / "sitecustomize.py").write_text(HOOK, "utf-8")
    with FakeRegistry(guard=Basic({"anna": "pw-of-anna"})) as fake:
        root.mkdir()
        (root / "README").write_text("x")
        (root / "unnamed.txt").write_text("not named by the file")
        (root / ".lazy").write_text(
            "version: 1\nartifacts:\n  - type: artifact\n    files: [{path: README, mediaType: text/plain}]\n"
            f"    targets: [{{registry: {fake.host}/team/app, tags: ['{{{{ .VersionFull }}}}']}}]\n"
        )
        repository(root)
        git(root, "tag", "v1.2.3")
        for name in SECRETS:
            (home / name).parent.mkdir(parents=True, exist_ok=True)
            (home / name).write_text("secret")
        helper = tmp_path / "bin" / "docker-credential-x"
        helper.parent.mkdir()
        helper.write_text('#!/bin/sh\nread host\necho \'{"Username": "anna", "Secret": "pw-of-anna"}\'\n')
        helper.chmod(0o755)
        (home / ".docker").mkdir(parents=True)
        (home / ".docker" / "config.json").write_text(json.dumps({"credHelpers": {fake.host: "x"}}))
        log = tmp_path / "log"
        environ = {
            "PYTHONPATH": str(tmp_path / "hook"),
            "TRUST_LOG": str(log),
            "HOME": str(home),
            "DOCKER_CONFIG": str(home / ".docker"),
            "XDG_CONFIG_HOME": str(home / ".config"),
            "PATH": f"{helper.parent}{os.pathsep}{os.environ['PATH']}",
        }
        log.touch()
        yield Place(root, home, fake, log, environ)


ASKED = {"docker-credential-x"}
# face → command, programs that may run, whether the registry is asked as the user
COMMANDS: dict[str, tuple[list[str], set[str], bool]] = {
    "validate": (["validate"], set(), False),
    "format": (["format", "--diff", ".lazy"], set(), False),
    "validate --resolve": (["validate", "--resolve"], {"git"}, False),
    "preview": (["preview"], {"git"}, False),
    "init": (["init", "--stdout"], {"git"}, False),
    "dry run": (["build", "--dry-run"], {"git"}, False),
    "validate --online": (["validate", "--online", "--resolve"], {"git"} | ASKED, True),
    "dry run --check": (["build", "--dry-run", "--check"], {"git"} | ASKED, True),
    "build": (["build"], {"git"} | ASKED, True),
}


@pytest.mark.parametrize("face", COMMANDS)
def test_a_command_does_what_its_row_says(face: str, place: Place) -> None:
    command, programs, asks = COMMANDS[face]
    ran = lazyoci(*command, cwd=place.root, **place.environ)
    assert ran.code == 0 or face == "format", ran  # which only says that the layout is another
    seen = place.seen()
    assert seen.files  # the hook is loaded
    assert seen.programs <= programs
    assert bool(seen.hosts) is asks and bool(place.fake.log) is asks
    assert all(str(place.fake.port) in host or host == "127.0.0.1" for host in seen.hosts)
    assert place.with_credentials() is asks
    assert seen.opened(place.logins) is asks
    assert not any(seen.opened(place.home / name) for name in SECRETS)
    assert seen.opened(place.root / "unnamed.txt") is (face == "init")  # which looks at what there is to publish


@pytest.mark.parametrize(
    ("trusted", "checks", "asks", "as_user"),
    [
        (False, "credentials", False, False),
        (True, "off", False, False),
        (True, "anonymous", True, False),
        (True, "credentials", True, True),
    ],
)
@pytest.mark.asyncio
async def test_the_editor_does_what_its_row_says(
    place: Place, trusted: bool, checks: str, asks: bool, as_user: bool
) -> None:
    options = {"trusted": trusted, "registry": {"checks": checks}}
    environ = environment(place.home, place.environ)
    able = capabilities(pull=True)
    async with editor(place.root, place.home, options=options, environ=environ, client_capabilities=able) as one:
        uri = one.open(".lazy")
        await one.hints(uri)
        while asks and not (place.with_credentials() if as_user else place.fake.log):
            await one.hover(uri, (4, 60))
        await one.hover(uri, (4, 60))
    seen = place.seen()
    assert seen.files
    assert seen.programs <= ({"git"} if trusted else set()) | (ASKED if as_user else set())
    assert bool(place.fake.log) is asks
    assert all(str(place.fake.port) in host or host == "127.0.0.1" for host in seen.hosts)
    assert place.with_credentials() is as_user
    assert not any(seen.opened(place.home / name) for name in SECRETS)
    assert not seen.opened(place.root / "unnamed.txt")
    if not as_user:
        assert "docker-credential-x" not in seen.programs
        assert not seen.opened(place.logins)


def test_the_traps_are_live(place: Place) -> None:
    """The hook sees a file, a program and a connection: what it does not tell did not happen."""
    import subprocess
    import sys

    code = "import subprocess, socket; open('unnamed.txt'); subprocess.run(['git', '--version']);"
    code += f"socket.create_connection(('127.0.0.1', {place.fake.port}))"
    assert shutil.which("git")
    subprocess.run([sys.executable, "-c", code], cwd=place.root, env=os.environ | place.environ, check=True)
    seen = place.seen()
    assert seen.programs == {"git"} and seen.opened(place.root / "unnamed.txt") and seen.hosts

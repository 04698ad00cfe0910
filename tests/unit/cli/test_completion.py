"""`lazyoci completion`, and what a shell is reference_completion."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from lazyoci.rules import RULES
from tests.e2e.cli import Ran, environment, lazyoci
from tests.hosts import Named
from tests.servers import program

ROOT = Path(__file__).parents[3]
SHELLS = ("bash", "zsh", "fish", "powershell")


def complete(cwd: Path, words: str, shell: str = "bash", **environ: str) -> list[str]:
    """What is offered for the last word of a command line; a final space means that a new word begins."""
    separator = "\n" if shell == "powershell" else " "
    parts = words.split(" ")
    number = str(len(parts) - 1) if shell == "bash" else parts[-1]
    ran = lazyoci(
        cwd=cwd, _LAZYOCI_COMPLETE=f"{shell}_complete", COMP_WORDS=separator.join(parts), COMP_CWORD=number, **environ
    )
    assert ran.code == 0 and ran.err == "", ran
    return [line for line in ran.out.splitlines() if line]


@pytest.fixture
def multi(tmp_path: Path) -> Path:
    shutil.copytree(ROOT / "examples/multi", tmp_path / "multi")
    return tmp_path / "multi"


@pytest.mark.parametrize("shell", SHELLS)
def test_a_script(shell: str, tmp_path: Path) -> None:
    ran: Ran = lazyoci("completion", shell, cwd=tmp_path)
    assert ran.code == 0 and ran.err == ""
    assert f"{shell}_complete" in ran.out and "lazyoci" in ran.out


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_script_is_one_of_that_shell(shell: str, tmp_path: Path) -> None:
    script = lazyoci("completion", shell, cwd=tmp_path).out
    done = subprocess.run([program(shell), "-n"], input=script, capture_output=True, text=True, encoding="utf-8")
    assert done.returncode == 0 and done.stderr == ""


def test_no_bash_is_needed_for_its_script(tmp_path: Path) -> None:
    ran = lazyoci("completion", "bash", cwd=tmp_path, PATH=str(tmp_path))
    assert ran.code == 0 and "COMP_WORDS" in ran.out


def test_commands_and_options(tmp_path: Path) -> None:
    assert complete(tmp_path, "lazyoci bu") == ["plain,build"]
    assert complete(tmp_path, "lazyoci browse ") == ["plain,repos", "plain,tags", "plain,manifest", "plain,search"]
    assert complete(tmp_path, "lazyoci pull --all-p") == ["plain,--all-platforms"]
    assert complete(tmp_path, "lazyoci completion po") == ["plain,powershell"]


def test_powershell(tmp_path: Path) -> None:
    assert complete(tmp_path, "lazyoci browse ta", "powershell") == ["plain\ttags\tList the tags of a repository."]
    assert len(complete(tmp_path, "lazyoci browse ", "powershell")) == 4


def test_artifacts_of_the_file_that_is_meant(multi: Path) -> None:
    expected = ["plain,shop", "plain,shop-chart", "plain,shop-api"]
    assert complete(multi, "lazyoci build -a ") == expected
    assert complete(multi.parent, "lazyoci build multi --artifact ") == expected
    assert complete(multi.parent, "lazyoci build --file multi/.lazy -a shop-") == expected[1:]
    assert complete(multi.parent, "lazyoci build -a ") == []  # no file, and no error in the middle of a line
    (multi / ".lazy").write_text("version: [", encoding="utf-8")
    assert complete(multi, "lazyoci build -a ") == []


def test_registries_of_the_settings(tmp_path: Path) -> None:
    for host in ("ghcr.io", "registry.example:5000"):
        lazyoci("registry", "add", host, cwd=tmp_path, HTTPS_PROXY="http://localhost:1")
    for command in ("registry test", "browse tags", "browse repos", "pull"):
        assert complete(tmp_path, f"lazyoci {command} reg") == ["plain,registry.example:5000"]


def test_keys_and_rules(tmp_path: Path) -> None:
    assert complete(tmp_path, "lazyoci config get art") == ["plain,artifact-dir"]
    assert len(complete(tmp_path, "lazyoci explain ")) == len(RULES)
    assert complete(tmp_path, "lazyoci validate --ignore duplicate-tag,invalid-ta") == [
        "plain,duplicate-tag,invalid-tag"
    ]


def test_completion_is_cheap(multi: Path) -> None:
    environ = dict(os.environ) | {
        "_LAZYOCI_COMPLETE": "bash_complete", "COMP_WORDS": "lazyoci build -a s", "COMP_CWORD": "3",
    }  # fmt: skip
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "lazyoci"], cwd=multi, env=environ, capture_output=True, text=True
    )
    assert "plain,shop" in done.stdout
    found = {line.rpartition("|")[2].strip() for line in done.stderr.splitlines()}
    assert not {name for name in found if name.startswith(("httpx", "pygls", "jinja2", "rich", "jsonschema", "ssl"))}


class _Tags(BaseHTTPRequestHandler):
    """A registry that has the tags of one repository, and nothing else."""

    def do_GET(self) -> None:
        known = self.path.split("?")[0] == "/v2/acme/app/tags/list"
        body = b'{"name": "acme/app", "tags": ["v1.0.0", "v1.1.0", "edge"]}' if known else b"{}"
        self.send_response(200 if known or self.path == "/v2/" else 404)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def registry(named: Named) -> Iterator[dict[str, str]]:
    """The environment in which it is found as registry.example."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Tags)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield named({"registry.example": f"http://127.0.0.1:{server.server_port}"}).environ
    server.shutdown()
    thread.join()
    server.server_close()


def test_what_the_file_declares(multi: Path) -> None:
    shop = "plain,localhost:5050/examples/shop"
    for command in ("browse tags", "browse manifest", "registry test", "pull", "pull --docker"):
        assert complete(multi, f"lazyoci {command} local", LAZYOCI_REGISTRY="localhost:5050")[0] == shop
    assert complete(multi, "lazyoci browse repos local", LAZYOCI_REGISTRY="localhost:5050") == ["plain,localhost:5050"]
    assert complete(multi, "lazyoci browse tags local") == []  # {{ .Registry }} has no value
    assert complete(multi, "lazyoci pull localhost:5050/a -") != []  # options are click's


# a run with more time for a registry than a Tab has: how much a busy machine needs is not the matter
PATIENT = (
    "from lazyoci.cli import reference_completion; reference_completion._WITHIN = 60; "
    "from lazyoci.__main__ import run; run()"
)


def test_tags_of_a_registry(tmp_path: Path, registry: dict[str, str]) -> None:
    def offered(typed: str) -> list[str]:
        asked = {"_LAZYOCI_COMPLETE": "bash_complete", "COMP_WORDS": f"lazyoci pull {typed}", "COMP_CWORD": "2"}
        done = subprocess.run(
            [sys.executable, "-c", PATIENT],
            cwd=tmp_path,
            env=environment(tmp_path) | registry | asked,
            capture_output=True,
            text=True,
        )
        assert (done.returncode, done.stderr) == (0, "")
        return done.stdout.split()

    front = "plain,registry.example/acme/app:"
    assert sorted(offered("registry.example/acme/app:v1")) == [f"{front}v1.0.0", f"{front}v1.1.0"]
    assert offered("registry.example/acme/other:") == []
    assert offered("registry.example/acme/app") == []  # no colon: nobody is asked


def test_a_registry_that_does_not_answer_is_not_waited_for(tmp_path: Path) -> None:
    silent = socket.create_server(("127.0.0.1", 0))
    with silent:
        proxy = f"http://127.0.0.1:{silent.getsockname()[1]}"
        typed = "lazyoci pull registry.example/acme/app:"
        assert complete(tmp_path, typed, HTTPS_PROXY=proxy) == []


def test_bash_completes_behind_a_colon(tmp_path: Path, registry: dict[str, str]) -> None:
    """Real bash takes a colon for the end of a word, and puts what is offered behind it."""
    (tmp_path / "bin").mkdir()
    shim = tmp_path / "bin" / "lazyoci"
    shim.write_text(f'#!/bin/sh\nexec "{sys.executable}" -c "{PATIENT}" "$@"\n', encoding="utf-8")
    shim.chmod(0o755)
    lines = f"""
{lazyoci("completion", "bash", cwd=tmp_path).out}
COMP_LINE='lazyoci pull registry.example/acme/app:v1.1'
COMP_POINT=${{#COMP_LINE}} COMP_WORDS=(lazyoci pull registry.example/acme/app : v1.1) COMP_CWORD=4
_lazyoci_completion lazyoci
printf '%s\\n' "${{COMPREPLY[@]}}"
"""
    environ = {
        "PATH": f"{tmp_path / 'bin'}:{os.environ['PATH']}",
        "HOME": str(tmp_path),
        **registry,
        "PYTHONPATH": str(ROOT),
    }
    done = subprocess.run(
        [program("bash"), "--norc", "-c", lines], cwd=tmp_path, env=environ, capture_output=True, text=True
    )
    assert (done.stdout, done.stderr) == ("v1.1.0\n", "")

"""Ctrl-C at any moment of a run, its start included: one line, no traceback, exit code 130."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.e2e.cli import environment

# Python imports this by itself when it starts: it interrupts the run when a module is imported, when a file is opened,
# or in the middle of the first text that Python executes after so many others (namedtuple executes one for each class)
CUSTOMIZE = """
import os, signal, sys
event, what = os.environ["INTERRUPT_AT"].split(maxsplit=1)
seen = 0

def hook(name, arguments):
    global event
    if name == event and arguments[0] == what:
        event = ""
        signal.raise_signal(signal.SIGINT)

def profile(frame, name, _):
    global seen
    if name == "call" and frame.f_code.co_filename == "<string>" and frame.f_code.co_name == "<module>":
        seen += 1
        if seen > int(what):
            sys.setprofile(None)
            signal.raise_signal(signal.SIGINT)

sys.setprofile(profile) if event == "text" else sys.addaudithook(hook)
"""
pytestmark = pytest.mark.skipif(os.name == "nt", reason="POSIX signals")


@pytest.mark.parametrize(
    ("moment", "arguments"),
    [
        ("import lazyoci.quick", "validate /dev/stdin"),
        ("import lazyoci.check", "validate /dev/stdin"),
        ("text 0", "validate /dev/stdin"),
        ("open /dev/stdin", "validate /dev/stdin"),
        ("import lazyoci.cli", "build --dry-run"),
        ("import click", "config list"),
        ("text 0", "build --dry-run"),
        ("text 30", "build --dry-run"),
        ("open .lazy", "format"),
    ],
)
def test_interrupted(moment: str, arguments: str, tmp_path: Path) -> None:
    (tmp_path / "start").mkdir()
    (tmp_path / "start" / "sitecustomize.py").write_text(CUSTOMIZE, encoding="utf-8")
    (tmp_path / ".lazy").write_text("version: 1\nartifacts: []\n", encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "lazyoci", *arguments.split()],
        cwd=tmp_path,
        env=environment(tmp_path) | {"INTERRUPT_AT": moment, "PYTHONPATH": str(tmp_path / "start")},
        input="version: 1\nartifacts: []\n",
        capture_output=True,
        text=True,
    )
    # click ends the line on which a terminal shows ^C
    assert (done.returncode, done.stdout, done.stderr.lstrip()) == (130, "", "lazyoci: interrupted\n")


def test_interrupted_while_it_waits_for_its_input(tmp_path: Path) -> None:
    reads, writes = os.pipe()
    waits, said = os.pipe()
    given = environment(tmp_path) | {"PYTHONPATH": str(tmp_path)}
    # said from within the reading, just before it blocks: Ctrl-C meets one of two moments, and both end alike
    (tmp_path / "sitecustomize.py").write_text(
        "import os, sys\n"
        "def hook(name, arguments):\n"
        "    if name == 'open' and arguments[0] == '/dev/stdin':\n"
        f"        os.write({said}, b'.')\n"
        "sys.addaudithook(hook)\n",
        encoding="utf-8",
    )
    with subprocess.Popen(
        [sys.executable, "-m", "lazyoci", "validate", "/dev/stdin"],
        cwd=tmp_path,
        env=given,
        stdin=reads,
        stderr=subprocess.PIPE,
        pass_fds=[said],
        text=True,
    ) as process:
        os.close(reads)
        os.close(said)
        assert os.read(waits, 1) == b"."
        process.send_signal(signal.SIGINT)
        _, err = process.communicate()
    os.close(writes)
    os.close(waits)
    assert (process.returncode, err) == (130, "lazyoci: interrupted\n")

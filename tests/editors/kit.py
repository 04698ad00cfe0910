"""What the tests of all editors share: a directory with a `.lazy` file, the server's command, and running an editor."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
EDITORS = ROOT / "editors"
HERE = Path(__file__).parent
SERVER = [sys.executable, "-m", "lazyoci", "lsp"]

FILE = """\
version: 1
artifacts:
  - type: artifact
    name: settings
    files:
      - path: settings.json
        mediaType: application/json
    targets:
      - registry: ghcr.io/acme/settings
        tags: ["{{ .Tag }}", "{{ .Versoin }}"]
"""
LINE = 10  # of the tags, counted from 1
MISTAKE = ".Versoin"  # unknown-variable
VARIABLE = ".Tag"  # hovered over
COMPLETED = (4, "    n")  # a line to put in the place of another, at whose end keys are offered
SETTINGS = {"preview": {"tag": "v7.8.9"}, "registry": {"checks": "off"}}


def text_of(line: int) -> str:
    """A line of the file, counted from 1."""
    return FILE.splitlines()[line - 1]


def run(command: list[str], directory: Path) -> dict[str, Any]:
    """Run an editor on the file; it writes what it saw as JSON to the file that LAZYOCI_TEST_RESULT names."""
    (directory / "settings.json").write_text("{}\n", encoding="utf-8", newline="\n")
    file, result, home = directory / ".lazy", directory / "result.json", directory / "home"
    file.write_text(FILE, encoding="utf-8", newline="\n")
    home.mkdir()
    environment = {name: value for name, value in os.environ.items() if not name.startswith("LAZYOCI_")}
    environment |= {
        "HOME": str(home),
        "XDG_CONFIG_HOME": str(home),
        "LAZYOCI_TEST_FILE": str(file),
        "LAZYOCI_TEST_SERVER": json.dumps(SERVER),
        "LAZYOCI_TEST_SETTINGS": json.dumps(SETTINGS),
        "LAZYOCI_TEST_LINE": str(LINE),
        "LAZYOCI_TEST_COLUMN": str(text_of(LINE).index(VARIABLE) + 1),
        "LAZYOCI_TEST_MISTAKE": str(text_of(LINE).index(MISTAKE) + 1),
        "LAZYOCI_TEST_COMPLETED": json.dumps(COMPLETED),
        "LAZYOCI_TEST_RESULT": str(result),
    }
    done = subprocess.run(
        command,
        cwd=directory,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        errors="replace",
        check=False,
    )
    said = f"{done.stdout}\n{done.stderr}"
    assert result.is_file(), f"exit {done.returncode}, nothing seen:\n{said}"
    seen: dict[str, Any] = json.loads(result.read_text("utf-8"))
    assert seen.get("error") is None, f"{seen['error']}\n{said}"
    return seen

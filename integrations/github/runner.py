"""How a step speaks with GitHub's runner: workflow commands in the log, outputs, and the summary of the job.

https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands
"""

from __future__ import annotations

import json
import os
import secrets
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

_OUTPUT_LIMIT = 512 * 1024  # bytes of one output; all outputs of a job may have 1 MiB, in UTF-16
_SUMMARY_LIMIT = 1024 * 1024 - 1024  # bytes of a step's summary; the runner drops a longer one altogether


def say(text: str) -> None:
    """A line of the log, at once: what child processes print comes after it."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


@contextmanager
def plain() -> Iterator[None]:
    """While it lasts nothing in the log is a workflow command, whatever a file name or a builder prints."""
    token = secrets.token_hex(16)
    say(f"::stop-commands::{token}")
    try:
        yield
    finally:
        say(f"\n::{token}::")  # on a line of its own, though the last one has no end


def error(message: str, *, title: str = "lazyoci", file: str = "") -> None:
    """An annotation; `file` is relative to the work space."""
    properties = {"title": title, **({"file": file} if file else {})}
    shown = ",".join(f"{key}={_property(value)}" for key, value in properties.items())
    say(f"::error {shown}::{_data(message)}")


def output(name: str, value: Any) -> None:
    """One output, as JSON on one line; null where it is longer than an output may be."""
    text = json.dumps(value, separators=(",", ":"))  # ASCII only, so a line is a line for everyone who reads it
    if len(text) > _OUTPUT_LIMIT:
        say(f"::warning title=lazyoci::the output {name} has {len(text)} bytes, too many: read the file result-file")
        text = "null"
    text_output(name, text)


def text_output(name: str, text: str) -> None:
    """One output of any text."""
    delimiter = f"end-{secrets.token_hex(16)}"  # not to be guessed, so no value can end itself early
    with Path(os.environ["GITHUB_OUTPUT"]).open("a", encoding="utf-8", newline="\n") as file:
        file.write(f"{name}<<{delimiter}\n{text}\n{delimiter}\n")


def summary(markdown: str) -> None:
    """Add to the page that the job shows; cut at a line where it is too long."""
    path = os.environ.get("GITHUB_STEP_SUMMARY")
    if not path:
        return
    data = markdown.encode("utf-8", "backslashreplace")
    if len(data) > _SUMMARY_LIMIT:
        data = data[:_SUMMARY_LIMIT].rpartition(b"\n")[0] + b"\n\nCut here: the whole result is in the log.\n"
    with Path(path).open("ab") as file:
        file.write(data)


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")

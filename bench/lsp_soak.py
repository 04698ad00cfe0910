"""Random edits and questions to the language server, while a registry changes, for ten minutes: `make soak`.

The same seed makes the same edits and the same questions; every other host is behind a proxy that is not there. Nothing
may crash, every question must be answered, those that were cancelled too, no answer may be an internal error, and the
memory must not grow once it is warm. Prints the memory over time, and ends with code 1 where something is not so.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lsp_client import Hanging, Server
from lsp_registry import Registry, changing

EXAMPLES = Path(__file__).parents[1] / "examples"
NOWHERE = "http://127.0.0.1:9"  # nobody listens there
OURS = (sys.executable, "-m", "lazyoci", "lsp")
ENDED_BY_CLIENT = (-32800, -32801, -32803)  # cancelled, modified meanwhile, a rename that is refused
_LARGEST = 8_000  # characters of a document, after which more is taken away than added
_WAITING = 20  # questions under way at the same time
_FLAT = 1.15  # how much more memory than at the end of the warm-up is still flat
_SLACK = 8.0  # MiB that an allocator may hold on to besides
PIECES = (
    *(
        "\n",
        "  ",
        "    ",
        "- ",
        ": ",
        ":",
        "[",
        "]",
        "{",
        "}",
        ", ",
        '"',
        "'",
        "#",
        "|\n",
        "&a ",
        "*a",
        "\t",
        "\r\n",
        "\ufeff",
    ),
    *("type: helm\n", "type: image\n", "    name: x\n", "    targets:\n", "      - registry: ghcr.io/a/b\n"),
    *(
        "        tags: [a, b]\n",
        "{{ .Version }}",
        "{{ .Tag | ",
        "{{",
        "}}",
        ".GitBranch",
        "| tagify",
        "# lazyoci: ignore[",
    ),
    *(
        "é",
        "😀",
        "👩\u200d🚀",
        "שלום",
        "\u2028",
        "\x85",
        "x" * 200,
        "platforms: [linux/amd64]\n",
        "  - type: artifact\n",
    ),
)
QUESTIONS = (
    *("textDocument/completion", "textDocument/hover", "textDocument/signatureHelp", "textDocument/definition"),
    *("textDocument/references", "textDocument/documentHighlight", "textDocument/prepareRename", "textDocument/rename"),
    *("textDocument/documentSymbol", "textDocument/foldingRange", "textDocument/selectionRange"),
    *("textDocument/inlayHint", "textDocument/codeLens", "textDocument/documentLink", "textDocument/codeAction"),
    *("textDocument/semanticTokens/full", "textDocument/formatting", "workspace/symbol", "workspace/executeCommand"),
)

CHECK_AGAIN = "lazyoci.checkAgain"
CHECKS = ("anonymous", "anonymous", "anonymous", "credentials", "cached", "off")


def _settings(registry: Registry, checks: str) -> dict[str, Any]:
    """The user's settings: answers are good for a second, so that the registry is asked all the time."""
    asked = {"checks": checks, "timeout": 2, "maxAge": 1, "retryAfter": 0.5}
    return {"registry": asked, "preview": {"env": {"LAZYOCI_REGISTRY": registry.name}}}


@dataclass(slots=True)
class Soak:
    """One run: what the client holds, what it has asked, and what went wrong."""

    server: Server
    random: random.Random
    registry: Registry
    texts: dict[str, str] = field(default_factory=dict)
    versions: dict[str, int] = field(default_factory=dict)
    asked: int = 0
    answered: int = 0
    edits: int = 0
    cancelled: int = 0
    changes: int = 0  # of the registry
    waiting: dict[int, str] = field(default_factory=dict)  # questions by their numbers
    problems: list[str] = field(default_factory=list)
    memory: list[tuple[float, float]] = field(default_factory=list)  # seconds since the start, MiB

    def step(self) -> None:
        """One edit, question, or change of what is open."""
        kind = self.random.random()
        uri = self.random.choice(list(self.texts))
        if kind < 0.55:
            self._edit(uri)
        elif kind < 0.96:
            self._ask(uri)
        elif kind < 0.985:
            self._reopen(uri)
        else:
            self._change_registry(uri)
        while len(self.waiting) >= _WAITING:
            self.collect(next(iter(self.waiting)))

    def collect(self, number: int) -> None:
        """Take the answer to a question."""
        method = self.waiting.pop(number)
        _, answer = self.server.finish(number)
        self.answered += 1
        error = answer.get("error")
        if error is None or error["code"] in ENDED_BY_CLIENT:
            return
        if method != CHECK_AGAIN or "checks of registries are off" not in error["message"]:
            self.problems.append(f"{method}: {error['code']} {error['message']}")

    def compare(self, uri: str, text: str) -> None:
        """The server has the very text that the client has: the widest selection is all of it."""
        at = {"line": 0, "character": 0}
        _, found = self.server.ask("textDocument/selectionRange", {"textDocument": {"uri": uri}, "positions": [at]})
        widest = found[0]
        while "parent" in widest:
            widest = widest["parent"]
        if widest["range"]["end"] != _position(text, len(text)):
            self.problems.append(f"{uri}: the server's text is not the client's")

    def _edit(self, uri: str) -> None:
        text = self.texts[uri]
        start = self.random.randint(0, len(text))
        shrink = len(text) > _LARGEST or self.random.random() < 0.3
        end = min(len(text), start + self.random.choice((1, 1, 3, 40, 400))) if shrink else start
        new = "" if shrink and self.random.random() < 0.8 else self.random.choice(PIECES)
        where = {"start": _position(text, start), "end": _position(text, end)}
        start, end = _offset(text, where["start"]), _offset(text, where["end"])
        self.texts[uri] = text[:start] + new + text[end:]
        self.versions[uri] += 1
        self.edits += 1
        self.server.change(uri, self.versions[uri], [{"range": where, "text": new}])

    def _reopen(self, uri: str) -> None:
        """Close a document and open it again, as it lies on the disk."""
        self.server.tell("textDocument/didClose", {"textDocument": {"uri": uri}})
        path = Path(uri.removeprefix("file://"))
        self.versions[uri] = 1
        self.texts[uri] = path.read_text(encoding="utf-8")
        self.server.open(path, "lazyoci", self.texts[uri])

    def _change_registry(self, uri: str) -> None:
        """Let the registry have other tags or other manners, or the user be of another mind; then ask it again."""
        self.changes += 1
        self.registry.manner = self.random.choice(Registry.MANNERS)
        self.registry.tags = tuple(
            f"1.{self.random.randint(0, 9)}.{patch}" for patch in range(self.random.randint(0, 60))
        )
        if self.random.random() < 0.3:
            self.server.settings["lazyoci"] = _settings(self.registry, self.random.choice(CHECKS))
            self.server.tell("workspace/didChangeConfiguration", {"settings": None})
        self.asked += 1
        again = {"command": CHECK_AGAIN, "arguments": [uri]}
        self.waiting[self.server.begin("workspace/executeCommand", again)] = CHECK_AGAIN

    def _ask(self, uri: str) -> None:
        method = self.random.choice(QUESTIONS)
        self.asked += 1
        number = self.server.begin(method, self._parameters(method, uri))
        self.waiting[number] = method
        if self.random.random() < 0.15:
            self.cancelled += 1
            self.server.cancel(number)

    def _parameters(self, method: str, uri: str) -> dict[str, Any]:
        text = self.texts[uri]
        at = _position(text, self.random.randint(0, len(text)))
        whole = {"start": {"line": 0, "character": 0}, "end": _position(text, len(text))}
        here = {"textDocument": {"uri": uri}, "position": at}
        more: dict[str, dict[str, Any]] = {
            "textDocument/references": here | {"context": {"includeDeclaration": True}},
            "textDocument/rename": here | {"newName": self.random.choice(("a", "b", "not a name"))},
            "textDocument/selectionRange": {"textDocument": {"uri": uri}, "positions": [at]},
            "textDocument/inlayHint": {"textDocument": {"uri": uri}, "range": whole},
            "textDocument/codeAction": {
                "textDocument": {"uri": uri},
                "range": {"start": at, "end": at},
                "context": {"diagnostics": []} | ({"only": ["source.fixAll"]} if self.random.random() < 0.2 else {}),
            },
            "textDocument/formatting": {"textDocument": {"uri": uri}, "options": {"tabSize": 2, "insertSpaces": True}},
            "workspace/symbol": {"query": self.random.choice(("", "a", "shop"))},
            "workspace/executeCommand": {
                "command": self.random.choice(("lazyoci.preview", "lazyoci.dryRun")),
                "arguments": [uri],
            },
        }
        return more.get(method, here)


def _lines(text: str) -> Iterator[tuple[int, int]]:
    """Where each line begins and ends, without its line break, as LSP counts lines."""
    start = at = 0
    while at < len(text):
        if text[at] in "\r\n":
            yield start, at
            at += 2 if text[at : at + 2] == "\r\n" else 1
            start = at
        else:
            at += 1
    yield start, len(text)


def _position(text: str, offset: int) -> dict[str, int]:
    """The position, in UTF-16, of an offset; one within a line break counts as behind it."""
    number, start, end = 0, 0, 0
    for number, (start, end) in enumerate(_lines(text)):  # noqa: B007  # the last is wanted
        if offset <= end:
            break
    before = text[start : min(offset, end)]
    return {"line": number, "character": len(before.encode("utf-16-le")) // 2}


def _offset(text: str, position: dict[str, int]) -> int:
    start, end = list(_lines(text))[position["line"]]
    return start + len(text[start:end].encode("utf-16-le")[: 2 * position["character"]].decode("utf-16-le"))


def workspace(directory: Path) -> list[Path]:
    """The examples in a git repository; the `.lazy` files among them."""
    root = directory / "soak"
    shutil.copytree(EXAMPLES, root)
    for command in (["init", "-q"], ["add", "."], ["-c", "user.name=a", "-c", "user.email=a@b", "commit", "-qm", "a"]):
        subprocess.run(["git", *command], cwd=root, check=True, capture_output=True)
    subprocess.run(["git", "tag", "v1.4.2"], cwd=root, check=True)
    return sorted(root.glob("*/.lazy"))


def run(directory: Path, seed: int, *, seconds: float = 0.0, steps: int = 0, every: float = 15.0) -> Soak:
    """Soak for so long, or for so many steps; what was seen. Raises Hanging where an answer does not come."""
    with changing() as registry:
        return _run(directory, registry, seed, seconds, steps, every)


def _run(directory: Path, registry: Registry, seed: int, seconds: float, steps: int, every: float) -> Soak:
    paths = workspace(directory)
    server = Server(
        OURS,
        paths[0].parents[1],
        settings={"lazyoci": _settings(registry, "anonymous")},
        environ={**os.environ, "HTTPS_PROXY": NOWHERE, "NO_PROXY": "127.0.0.1", "DOCKER_CONFIG": str(directory)},
        log=directory / "stderr",
    )
    soak = Soak(server, random.Random(seed), registry)
    try:
        server.initialize()
        for path in paths:
            text = path.read_text(encoding="utf-8")
            uri = server.open(path, "lazyoci", text)
            soak.texts[uri], soak.versions[uri] = text, 1
        begun = noted = time.monotonic()
        while (steps and soak.asked + soak.edits < steps) or (seconds and time.monotonic() - begun < seconds):
            soak.step()
            now = time.monotonic()
            if now - noted >= every:
                noted = now
                soak.memory.append((now - begun, server.memory()))
                print(
                    f"{now - begun:6.0f} s  {soak.edits:7,} edits  {soak.asked:7,} asked  {server.memory():6.1f} MiB",
                    flush=True,
                )
        for number in list(soak.waiting):
            soak.collect(number)
        for uri, text in soak.texts.items():
            soak.compare(uri, text)
        soak.memory.append((time.monotonic() - begun, server.memory()))
        code = server.close()
        if code:
            soak.problems.append(f"the server ended with code {code}")
    finally:
        server.kill()
    errors = (directory / "stderr").read_text(encoding="utf-8", errors="replace")
    if "Traceback" in errors or "ERROR" in errors:
        soak.problems.append(f"on stderr: {errors[-2_000:]}")
    return soak


def growth(soak: Soak) -> str:
    """What is wrong with the memory over time: empty where it is flat once the first quarter is over."""
    if len(soak.memory) < 8:
        return ""
    quarter = len(soak.memory) // 4
    warm = max(size for _, size in soak.memory[: quarter + 1])
    last = sum(size for _, size in soak.memory[-quarter:]) / quarter
    return f"memory grew from {warm:.1f} to {last:.1f} MiB" if last > warm * _FLAT + _SLACK else ""


def main() -> int:
    """Soak, and say what was seen."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=600.0, help="how long (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=1, help="of the random edits (default: %(default)s)")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        try:
            soak = run(Path(name).resolve(), arguments.seed, seconds=arguments.seconds)
        except Hanging as error:
            print(f"FAIL: {error}")
            return 1
    problems = [*dict.fromkeys(soak.problems), growth(soak)]
    print(f"{soak.changes:,} changes of the registry, which was asked {soak.registry.asked:,} times")
    print(f"{soak.edits:,} edits, {soak.asked:,} questions, {soak.answered:,} answers, {soak.cancelled:,} cancelled")
    failed = [one for one in problems if one] + ["questions without an answer"] * (soak.answered != soak.asked)
    for one in failed:
        print(f"FAIL: {one}")
    print("SOAK OK" if not failed else f"seed {arguments.seed}")
    return 1 if failed else 0


if __name__ == "__main__":
    raise SystemExit(main())

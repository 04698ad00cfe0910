"""A user's home with Docker's files and fake credential helpers, for tests of credentials."""

from __future__ import annotations

import base64
import json
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

_KEYCHAIN = """\
import json, pathlib, sys
at = pathlib.Path({store!r})
kept = json.loads(at.read_text()) if at.exists() else {{}}
action, text = sys.argv[1], sys.stdin.read()
with pathlib.Path({log!r}).open("a") as log:
    log.write(action + " " + (text if action != "store" else json.loads(text)["ServerURL"]) + chr(10))
if action == "get":
    if text not in kept:
        print("credentials not found in native keychain")
        sys.exit(1)
    print(json.dumps({{"ServerURL": text, "Username": kept[text][0], "Secret": kept[text][1]}}))
elif action == "store":
    data = json.loads(text)
    kept[data["ServerURL"]] = [data["Username"], data["Secret"]]
    at.write_text(json.dumps(kept))
elif action == "erase":
    kept.pop(text, None)
    at.write_text(json.dumps(kept))
"""
# keeps several users of a server, and gives any of them back, as `pass` and the Secret Service do
_HOARD = """\
import json, pathlib, sys
at = pathlib.Path({store!r})
kept = json.loads(at.read_text()) if at.exists() else {{}}
action, text = sys.argv[1], sys.stdin.read()
server = json.loads(text)["ServerURL"] if action == "store" else text
users = kept.setdefault(server, {{}})
if action == "get":
    if not users:
        sys.exit("credentials not found in native keychain")
    user = min(users)
    print(json.dumps({{"ServerURL": server, "Username": user, "Secret": users[user]}}))
    sys.exit()
if action == "store":
    if {keeps!r}:
        users[json.loads(text)["Username"]] = json.loads(text)["Secret"]
elif not users or not {erases!r}:
    print({missing!r})
    sys.exit(1)
elif {one!r}:
    del users[min(users)]
else:
    users.clear()
at.write_text(json.dumps(kept))
"""


def auth(username: str, password: str) -> str:
    """The `auth` of an entry of `auths`."""
    return base64.b64encode(f"{username}:{password}".encode()).decode()


@dataclass(frozen=True, slots=True)
class Home:
    """A home directory below `root`; nothing of the machine's own user shines through `environ`."""

    root: Path
    environ: dict[str, str] = field(default_factory=dict)

    @classmethod
    def make(cls, root: Path) -> Home:
        (root / "bin").mkdir()
        keep = {"SYSTEMROOT": "C:\\Windows"} if sys.platform == "win32" else {}
        return cls(
            root,
            keep
            | {
                "HOME": str(root),
                "USERPROFILE": str(root),
                "XDG_CONFIG_HOME": str(root / ".config"),
                "XDG_RUNTIME_DIR": str(root / "run"),
                "PATH": str(root / "bin"),
            },
        )

    def write(self, path: str, content: Any) -> Path:
        """Write text, or a value as JSON, to a file below the home."""
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(content if isinstance(content, str) else json.dumps(content, indent=1), encoding="utf-8")
        return file

    def docker(self, **config: Any) -> Path:
        """Write ~/.docker/config.json."""
        return self.write(".docker/config.json", config)

    def script(self, name: str, code: str) -> None:
        """Put a Python script on PATH as `docker-credential-<name>`."""
        body = self.write(f"bin/{name}.py", code)
        program = f"docker-credential-{name}"
        if sys.platform == "win32":
            self.write(f"bin/{program}.cmd", f'@"{sys.executable}" -E -S "{body}" %*\r\n')
        else:
            shell = f'#!/bin/sh\nexec "{sys.executable}" -E -S "{body}" "$@"\n'
            self.write(f"bin/{program}", shell).chmod(0o755)

    def keychain(self, name: str, entries: dict[str, tuple[str, str]]) -> None:
        """A helper that keeps credentials as real ones do; `calls` tells what it was asked."""
        store = self.write(f"{name}.keys.json", entries)
        self.script(name, _KEYCHAIN.format(store=str(store), log=str(self.root / f"{name}.log")))

    def hoard(
        self, name: str, entries: dict[str, dict[str, str]], *,
        missing: str = "nothing there", one: bool = False, erases: bool = True, keeps: bool = True,
    ) -> None:  # fmt: skip
        """A helper that keeps several users of a server: `entries` are server → user → secret.

        `missing` is what it says of what it should erase and has not, `one` that it erases one user at a time.
        """
        store = self.write(f"{name}.keys.json", entries)
        self.script(name, _HOARD.format(store=str(store), missing=missing, one=one, erases=erases, keeps=keeps))

    def kept(self, name: str) -> Any:
        """What a keychain holds."""
        return json.loads((self.root / f"{name}.keys.json").read_text(encoding="utf-8"))

    def calls(self, name: str) -> list[str]:
        """What a keychain was asked, such as `get ghcr.io`."""
        log = self.root / f"{name}.log"
        return log.read_text(encoding="utf-8").split("\n")[:-1] if log.exists() else []

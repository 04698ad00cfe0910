"""A registry that repeats what it was shown, in every place and every form: nothing of it is printed."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from pathlib import Path
from urllib.parse import parse_qs

import pytest

from lazyoci.registry.sent_secrets import SENT
from tests.registry.fake import Basic, Bearer, Exchange, FakeRegistry, Reply
from tests.unit.cli.running import Ran, Runner
from tests.unit.registry.homes import Home
from tests.unit.registry.test_sent_secrets import in_all_forms

Fakes = Callable[..., FakeRegistry]
PASSWORD = "h&nter2/päss+w0rd="
IDENTITY = "an-identity.token/of=alice"
LAZY = """\
version: 1
artifacts:
  - type: artifact
    name: a
    mediaType: application/vnd.example.a
    files: [{{path: a.txt, mediaType: text/plain}}]
    targets: [{{registry: {0}/a/b, tags: [v1]}}]
"""


class Parrot:
    """Answers every request but those that let it see secrets with all the secrets it has seen."""

    def __init__(self, shape: str) -> None:
        self.status = 200
        self.shape = shape
        self.seen: dict[str, None] = {}

    def __call__(self, exchange: Exchange) -> None:
        request = exchange.request
        exchange.read_all()
        scheme, _, value = request.header("Authorization").partition(" ")
        if value:
            self.seen |= dict.fromkeys((value, f"{scheme} {value}"))
        if scheme == "Basic":
            self.seen[base64.b64decode(value).decode().partition(":")[2]] = None
        self.seen |= dict.fromkeys(parse_qs(request.body.decode("latin-1")).get("refresh_token", []))
        asks = request.path == "/token" and self.shape != "token"
        if request.path == "/v2/" or asks:
            reply = exchange.serve()
            reply.headers.append(("Warning", f'299 - "{self.header()[:3000]}"'))
            exchange.send(reply)
            return
        exchange.send(self.reply())

    def words(self) -> str:
        every = [form for secret in self.seen for form in in_all_forms(secret)]
        return " ".join(every)

    def header(self) -> str:
        return self.words().replace('"', "'").encode("ascii", "ignore").decode()

    def reply(self) -> Reply:
        words = self.words()
        header = self.header()
        headers = [
            ("Warning", f'299 - "{header[:3000]}"'), ("X-Request-Id", header[:60]),
            ("Docker-Content-Digest", header[:200]),
            ("WWW-Authenticate", f'Bearer realm="/token",service="{header[:900]}",error="{header[:900]}"'),
            ("Content-Type", header[:100] if self.shape == "type" else "application/json"),
        ]  # fmt: skip
        body = {
            "json": json.dumps({"errors": [{"code": words[:60], "message": words, "detail": {"was": words}}]}),
            "variant": json.dumps({"error": words, "error_description": words}),
            "token": json.dumps({"details": words}),
            "plain": words,
            "type": json.dumps({"mediaType": words, "schemaVersion": 2, "tags": [words], "name": words}),
            "web page": f"<html><title>{words}</title></html>",
        }[self.shape]
        return Reply(self.status, headers, body.encode())


def shown(ran: Ran, secrets: list[str]) -> list[str]:
    """The forms of the secrets that a command printed."""
    printed = ran.out + ran.err
    return [form for secret in secrets for form in in_all_forms(secret) if form and form in printed]


@pytest.mark.parametrize("shape", ["json", "variant", "plain", "web page", "token", "type"])
@pytest.mark.parametrize("guard", ["basic", "bearer", "identity token"])
def test_no_secret_comes_back(
    guard: str,
    shape: str,
    fakes: Fakes,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    users = {"alice": PASSWORD}
    fake = fakes(guard=Basic(users) if guard == "basic" else Bearer(users, refresh_tokens={IDENTITY: "alice"}))
    entry = {"auth": base64.b64encode(f"alice:{PASSWORD}".encode()).decode()}
    if guard == "identity token":
        entry = {"identitytoken": IDENTITY}
    (tmp_path / "a.txt").write_text("a\n", "utf-8")
    (tmp_path / "app.lazy").write_text(LAZY.format(fake.host), "utf-8")
    home = Home.make(tmp_path)
    run = Runner(monkeypatch, capsys, home.environ | {"DOCKER_AUTH_CONFIG": json.dumps({"auths": {fake.host: entry}})})
    parrot = Parrot(shape)
    fake.script.on("*", ".", parrot, nth=None)
    file = str(tmp_path / "app.lazy")
    for parrot.status, command in (
        (400, ["build", file]),
        (403, ["build", file, "-o", "json"]),
        (401, ["pull", f"{fake.host}/a/b:v1", "--dest", str(tmp_path / "out")]),
        (200, ["browse", "manifest", f"{fake.host}/a/b:v1"]),
        (404, ["browse", "tags", f"{fake.host}/a/b"]),
        (403, ["registry", "test", f"{fake.host}/a/b", "--push", "-o", "json"]),
        (418, ["registry", "test", f"{fake.host}/a/b", "--push"]),
        (403, ["validate", file, "--online"]),
    ):
        for loud in ([], ["-v", "--debug"]):
            parrot.seen.clear()
            SENT.__init__()  # type: ignore[misc]  # as in a new process
            ran = run(*command, *loud)
            assert parrot.seen, command
            assert shown(ran, [*parrot.seen, PASSWORD, IDENTITY]) == [], (command, loud, ran)
            assert "internal error" not in ran.err and "a bug in" not in ran.err, (command, ran)

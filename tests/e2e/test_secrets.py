"""No secret that is known shows anywhere: not in output, logs, results, files, arguments of programs or temp files.

Only the private file in which lazyoci keeps credentials may hold one, and the environment of the programs it starts.
"""

from __future__ import annotations

import base64
import json
import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

import pytest

from tests.e2e.cli import environment, repository
from tests.e2e.stand_ins import StandIns
from tests.registry.fake import Bearer, Exchange, FakeRegistry, faults
from tests.registry.fake.wire import Reply

pytestmark = pytest.mark.skipif(os.name == "nt", reason="looks at /proc and at modes of files")

USER = "alice"
PASSWORD = "h&nter2/päss+w0rd="
WRONG = "wr0ng-but-still-secret"
BUILD_SECRET = "npm_b8d2f7a1c0ffee"
BUILD_ARGUMENT = "arg_5ecret_9c1d"
PROXY_PASSWORD = "pr0xy-pass-77"
SECRETS = (PASSWORD, WRONG, BUILD_SECRET, BUILD_ARGUMENT, PROXY_PASSWORD)

LOUD = ("-v", "--debug")

LAZY = """\
version: 1
artifacts:
  - type: image
    name: app
    secrets: ["id=npm,env=NPM_CREDENTIAL"]
    buildArgs:
      API_TOKEN: "{{ .Var.API_TOKEN }}"
    targets:
      - {registry: "{{ .Registry }}/team/app", tags: [v1, latest]}
  - type: artifact
    name: notes
    mediaType: application/vnd.example.notes.v1
    files: [{path: notes.txt, mediaType: text/plain}]
    targets:
      - {registry: "{{ .Registry }}/team/notes", tags: [v1]}
"""


def forms(secret: str) -> list[bytes]:
    """How a secret may be written: plain, for a URL, in JSON, in Basic credentials."""
    basic = base64.b64encode(f"{USER}:{secret}".encode()).decode()
    texts = (secret, quote(secret), quote(secret, safe=""), json.dumps(secret)[1:-1], basic)
    return list(dict.fromkeys(text.encode() for text in texts))


def shown(data: bytes) -> list[str]:
    """The secrets that some bytes tell; a token is one whoever it belongs to."""
    found = [secret for secret in SECRETS if any(form in data for form in forms(secret))]
    return found + ["a token"] * (b"eyJhbGciOi" in data)


@dataclass(slots=True)
class Watch:
    """Runs commands, and looks at everything they leave or show; `during` is what was seen while they ran."""

    place: Path
    stand_ins: StandIns
    host: str
    private: tuple[str, ...] = ("auth.json",)
    during: list[str] = field(default_factory=list)
    process: subprocess.Popen[bytes] | None = None

    @property
    def temporary(self) -> Path:
        return self.place.parent / "tmp"

    def run(self, *arguments: str, code: int = 0, stdin: str = "", **environ: str) -> str:
        """Run lazyoci as loud as it can be; what it printed holds no secret, nor does any file."""
        given = environment(self.place) | {
            "PATH": self.stand_ins.path,
            "TMPDIR": str(self.temporary),
            "LAZYOCI_REGISTRY": self.host,
            "NPM_CREDENTIAL": BUILD_SECRET,
            "LAZYOCI_VAR_API_TOKEN": BUILD_ARGUMENT,
        }
        self.process = subprocess.Popen(
            [sys.executable, "-m", "lazyoci", *arguments, *LOUD],
            cwd=self.place,
            env=given | environ,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        out, _ = self.process.communicate(stdin.encode())
        assert self.process.returncode == code, out.decode()
        assert shown(out) == [], out.decode()
        self.look_at_files()
        return out.decode()

    def look_at_files(self) -> None:
        """All files of the project, the home and the temporary directory."""
        for path in self.place.parent.rglob("*"):
            if path.is_file() and not path.is_symlink() and path.name not in self.private:
                assert shown(path.read_bytes()) == [], path

    def look(self) -> None:
        """While a command runs: temporary files, and the arguments of the program and of all it started."""
        for path in self.temporary.rglob("*"):
            if path.is_file():
                self.during += shown(path.read_bytes())
        assert self.process is not None
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                parent = int((folder / "stat").read_text("utf-8").rpartition(")")[2].split()[1])
                if self.process.pid in (int(folder.name), parent):
                    self.during += shown((folder / "cmdline").read_bytes())
            except OSError:
                continue  # ended meanwhile


@pytest.fixture
def fake() -> Iterator[FakeRegistry]:
    with FakeRegistry(guard=Bearer({USER: PASSWORD})) as registry:
        yield registry


@pytest.fixture
def watch(tmp_path: Path, fake: FakeRegistry) -> Watch:
    """A project with an image whose build needs secrets, and an artifact."""
    place = tmp_path / "project"
    place.mkdir()
    (tmp_path / "tmp").mkdir()
    (place / ".lazy").write_text(LAZY, encoding="utf-8")
    (place / "Dockerfile").write_text("FROM scratch\nARG API_TOKEN\n", encoding="utf-8")
    (place / "notes.txt").write_text("notes", encoding="utf-8")
    repository(place)
    made = Watch(place, StandIns(tmp_path / "bin"), fake.host)

    def look(exchange: Exchange) -> None:
        made.look()
        exchange.send(exchange.serve())

    fake.script.on("PUT", r"/blobs/uploads/", look, nth=None)
    fake.script.on("GET", r"^/token", look, nth=None)
    return made


def test_from_login_to_pull(watch: Watch, fake: FakeRegistry) -> None:
    repository_name = f"{fake.host}/team/app"
    watch.run("registry", "login", fake.host, "-u", USER, "--pass-stdin", stdin=PASSWORD)
    watch.run("registry", "add", fake.host, "-u", USER, "--pass-stdin", "-o", "json", stdin=PASSWORD)
    watch.run("registry", "list", "-o", "json")
    watch.run("registry", "test", repository_name, "--push")
    watch.run("registry", "test", repository_name, "-o", "json")
    watch.run("config", "list")
    watch.run("validate")
    watch.run("preview", "-o", "json")
    watch.run("build", "--dry-run", "--check")
    told = watch.run("build", "-o", "json", "--metadata-file", "result.json", "--layout", "layout")
    assert fake.tag("team/app", "v1") in told
    watch.run("build")
    watch.run("browse", "tags", repository_name, "--details")
    watch.run("browse", "manifest", f"{repository_name}:v1", "-o", "json")
    watch.run("pull", f"{repository_name}:v1", "--dest", "pulled")
    watch.run("pull", f"{fake.host}/team/notes:v1", "--files", "files", "--dest", "notes", "-o", "json")
    assert watch.during == []
    assert [shown(json.dumps(call).encode()) for call in watch.stand_ins.calls] == [[]] * len(watch.stand_ins.calls)
    (built, *_) = (call for call in watch.stand_ins.calls if call[:3] == ["docker", "buildx", "build"])
    assert {"API_TOKEN", "id=npm,env=NPM_CREDENTIAL"} <= set(built)
    assert list(watch.temporary.iterdir()) == []
    (kept,) = (path for path in watch.place.parent.rglob("auth.json"))
    assert shown(kept.read_bytes()) == [PASSWORD]
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    watch.run("registry", "logout", fake.host)
    assert shown(kept.read_bytes()) == []


def test_a_password_in_the_command_line_is_not_repeated(watch: Watch, fake: FakeRegistry) -> None:
    said = watch.run("registry", "add", fake.host, "--user", USER, "--pass", PASSWORD)
    assert "--pass-stdin" in said


def test_credentials_that_are_refused(watch: Watch, fake: FakeRegistry) -> None:
    watch.run("registry", "login", fake.host, "-u", USER, "--pass-stdin", stdin=WRONG, code=1)
    auth = {"auths": {fake.host: {"auth": base64.b64encode(f"{USER}:{WRONG}".encode()).decode()}}}
    given = {"DOCKER_AUTH_CONFIG": json.dumps(auth)}
    assert USER in watch.run("build", "-o", "json", code=1, **given)
    watch.run("registry", "test", fake.host, code=1, **given)
    broken = {"DOCKER_AUTH_CONFIG": json.dumps(auth)[:-1]}
    watch.run("build", code=1, **broken)


def test_a_registry_that_repeats_what_it_was_sent(watch: Watch, fake: FakeRegistry) -> None:
    def parrot(exchange: Exchange) -> None:
        exchange.read_all()
        said = f"unexpected header Authorization: {exchange.request.header('Authorization')}"
        body = json.dumps({"errors": [{"code": "DENIED", "message": said, "detail": {"headers": said}}]})
        exchange.send(Reply(403, [("Content-Type", "application/json"), ("Warning", f'299 - "{said}"')], body.encode()))

    auth = {"auths": {fake.host: {"auth": base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()}}}
    given = {"DOCKER_AUTH_CONFIG": json.dumps(auth)}
    fake.script.on("POST", r"/blobs/uploads/", parrot, nth=None)
    assert "unexpected header" in watch.run("build", code=1, **given)
    watch.run("build", "-o", "json", code=1, **given)


def test_a_proxy_that_cannot_be_reached(watch: Watch) -> None:
    proxy = {"HTTPS_PROXY": f"http://someone:{PROXY_PASSWORD}@127.0.0.1:1", "NO_PROXY": ""}
    watch.run("browse", "tags", "registry.example.com/team/app", code=1, **proxy)


def test_a_signed_place_for_uploads_is_not_told(watch: Watch, fake: FakeRegistry) -> None:
    auth = {"auths": {fake.host: {"auth": base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()}}}
    fake.script.on("POST", r"/blobs/uploads/", faults.header("Location", f"/elsewhere?X-Amz-Signature={WRONG}"))
    watch.run("build", "-a", "notes", code=1, DOCKER_AUTH_CONFIG=json.dumps(auth))

"""Every command of the starting document is run as it is written, and does what the document promises.

ghcr.io, docker.io, Amazon's registry and localhost:5050 are real ones on loopback, with TLS, tokens and passwords;
docker, aws and a credential helper are stand-ins. The commands are taken from the document: one that is added to a
heading is run, and a heading that is added fails `test_every_command_is_run` until it is here.
"""

from __future__ import annotations

import base64
import json
import re
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.e2e.cli import Ran, environment, git, repository
from tests.e2e.stand_ins import StandIns
from tests.e2e.well_known import AWS_PASSWORD, ECR, HUB, LOCAL, USERS, World, start_world
from tests.hosts import Named
from tests.registry.fake import Bearer, FakeRegistry, faults
from tests.servers import RealRegistry, program

SEED = (Path(__file__).parents[1] / "vectors" / "seed.md").read_text(encoding="utf-8")
HEAD = "version: 1\nartifacts:\n  - type: image\n    name: myapp\n"


def sections(language: str) -> dict[str, list[str]]:
    """Heading → the code blocks of a language under it; a heading without any is left out."""
    found: dict[str, list[str]] = {}
    for part in re.split(r"^(?=#{2,3} )", SEED, flags=re.MULTILINE):
        blocks = re.findall(rf"```{language}\n(.*?)```", part, re.DOTALL)
        if blocks:
            found[part.partition("\n")[0].lstrip("# ")] = blocks
    return found


COMMANDS = sections("bash")
YAML = {
    heading: text if text.startswith("version:") else HEAD + "".join(f"    {line}\n" for line in text.splitlines())
    for heading, (text,) in sections("yaml").items()
}
GHCR_YAML = YAML[".lazy config for GHCR"]


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """All of them, new and empty."""
    with start_world(tmp_path) as started:
        yield started


@dataclass(slots=True)
class Stage:
    """A user's project and home, in which the document's commands are run."""

    place: Path
    stand_ins: StandIns
    environ: dict[str, str]
    here: Callable[[str], str] = str  # the document's words, as they are to be run here

    @property
    def home(self) -> Path:
        """The user's home."""
        return Path(environment(self.place)["HOME"])

    @property
    def sha(self) -> str:
        """What {{ .GitSHA }} is."""
        return git(self.place, "rev-parse", "--short", "HEAD")

    def use(self, text: str) -> None:
        """Make this the project's .lazy file."""
        (self.place / ".lazy").write_text(self.here(text), encoding="utf-8")
        repository(self.place)

    def say(self, commands: str, **environ: str) -> Ran:
        """Run shell commands, whatever they answer."""
        done = subprocess.run(
            [program("bash"), "-euo", "pipefail", "-c", self.here(commands)],
            cwd=self.place,
            env=environment(self.place) | {"PATH": self.stand_ins.path} | self.environ | environ,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            encoding="utf-8",
        )
        assert "Traceback" not in done.stderr, done.stderr
        return Ran(done.returncode, done.stdout, done.stderr)

    def run(self, heading: str, **environ: str) -> list[Ran]:
        """Run every block under a heading, as it is written; each must succeed."""
        ran = [self.say(block, **environ) for block in COMMANDS[heading]]
        assert [one.code for one in ran] == [0] * len(ran), ran
        return ran

    def log_in_to_all(self) -> None:
        """A config.json as after `docker login` to each registry that wants it."""
        for server, user, password in (
            ("ghcr.io", "USERNAME", USERS["USERNAME"]),
            ("https://index.docker.io/v1/", "username", "token"),
            (ECR, "AWS", AWS_PASSWORD),
        ):
            self.say(f"docker login {server} -u {user}", STAND_IN_PASSWORD=password)


@pytest.fixture
def stage(tmp_path: Path, world: World) -> Stage:
    """A project with the document's first .lazy file and a Dockerfile, in git."""
    return set_up(tmp_path, world.environ, world.here)


def set_up(tmp_path: Path, environ: dict[str, str], here: Callable[[str], str] = str) -> Stage:
    place = tmp_path / "project"
    place.mkdir()
    (place / "Dockerfile").write_text("FROM scratch\n", encoding="utf-8")
    made = Stage(place, StandIns(tmp_path / "bin"), environ, here)
    made.use(GHCR_YAML)
    return made


def assert_pushed(registry: RealRegistry, path: str, *tags: str) -> None:
    """All tags point to one and the same manifest, whose blobs the registry has."""
    (digest,) = {registry.tag(path, tag) for tag in tags}
    manifest = json.loads(registry.blob(digest))
    for one in [manifest["config"], *manifest["layers"]]:
        assert len(registry.blob(one["digest"])) == one["size"]


TRIED = {
    "Use existing Docker credentials",
    "Use lazyoci credentials",
    "Create a personal access token",
    ".lazy config for GHCR",
    "Log in to Docker Hub",
    "Authenticate with ECR",
    "Start the development registry",
    "Push with insecure flag",
    "Verify the push",
    "Browse tags",
    "Inspect manifest",
    "Pull back",
    "Authentication errors",
    "Insecure registry errors",
}


def test_every_command_is_run() -> None:
    assert set(COMMANDS) == TRIED
    fenced = re.findall(r"^```.*?^```", SEED, re.MULTILINE | re.DOTALL)
    written = [line for block in fenced for line in block.splitlines() if line.startswith("lazyoci ")]
    run = [line for blocks in COMMANDS.values() for block in blocks for line in block.splitlines()]
    assert written == [line for line in run if line.startswith("lazyoci ")] != []


def test_docker_login_leads_to_a_push(stage: Stage, world: World) -> None:
    stage.run("Use existing Docker credentials", STAND_IN_USER="USERNAME", STAND_IN_PASSWORD=USERS["USERNAME"])
    assert_pushed(world.registries["ghcr.io"], "owner/myapp", "v1.0.0", stage.sha)


def test_registry_add_leads_to_a_push(stage: Stage, world: World) -> None:
    (ran,) = stage.run("Use lazyoci credentials")
    assert "added ghcr.io, user username" in ran.out
    assert "does not work" not in ran.err
    assert_pushed(world.registries["ghcr.io"], "owner/myapp", "v1.0.0", stage.sha)
    assert not (stage.home / ".docker").exists()


def test_a_personal_access_token_leads_to_a_push(stage: Stage, world: World) -> None:
    stage.run("Create a personal access token", GITHUB_TOKEN=USERS["USERNAME"])
    stage.run(".lazy config for GHCR")
    assert_pushed(world.registries["ghcr.io"], "owner/myapp", "v1.0.0", stage.sha)


def test_docker_hub(stage: Stage, world: World) -> None:
    stage.use(YAML[".lazy config for Docker Hub"])
    stage.run("Log in to Docker Hub", STAND_IN_USER="username", STAND_IN_PASSWORD="token")
    ran = stage.say("lazyoci build --tag v1.0.0")
    assert ran.code == 0, ran
    assert_pushed(world.registries[HUB], "username/myapp", "v1.0.0", "latest")


def test_ecr_by_a_password(stage: Stage, world: World) -> None:
    stage.use(YAML[".lazy config for ECR"])
    stage.run("Authenticate with ECR", STAND_IN_PASSWORD=AWS_PASSWORD)
    ran = stage.say("lazyoci build --tag v1.0.0")
    assert ran.code == 0, ran
    assert_pushed(world.registries[ECR], "myapp", "v1.0.0")


def test_ecr_by_a_credential_helper(stage: Stage, world: World) -> None:
    stage.use(YAML[".lazy config for ECR"])
    config = stage.home / ".docker" / "config.json"
    config.parent.mkdir(parents=True)
    config.write_text(json.dumps({"credHelpers": {ECR: "ecr-login"}}), encoding="utf-8")
    ran = stage.say("lazyoci build --tag v1.0.0", STAND_IN_PASSWORD=AWS_PASSWORD)
    assert ran.code == 0, ran
    assert_pushed(world.registries[ECR], "myapp", "v1.0.0")
    assert ["docker-credential-ecr-login", "get"] in stage.stand_ins.calls


def test_several_registries(stage: Stage, world: World) -> None:
    stage.use(YAML["Push to Multiple Registries"])
    stage.log_in_to_all()
    ran = stage.say("lazyoci build --tag v1.0.0 -o json")
    assert ran.code == 0, ran
    assert_pushed(world.registries["ghcr.io"], "owner/myapp", "v1.0.0", stage.sha)
    assert_pushed(world.registries[HUB], "owner/myapp", "v1.0.0", "latest")
    assert_pushed(world.registries[ECR], "myapp", "v1.0.0")
    (result,) = json.loads(ran.out)
    assert [(one["reference"], one["state"]) for one in result["targets"]] == [
        ("ghcr.io/owner/myapp:v1.0.0", "new"),
        (f"ghcr.io/owner/myapp:{stage.sha}", "new"),
        ("docker.io/owner/myapp:v1.0.0", "new"),
        ("docker.io/owner/myapp:latest", "new"),
        (f"{ECR}/myapp:v1.0.0", "new"),
    ]


def test_a_local_registry(stage: Stage, world: World) -> None:
    # `make registry-up` has a test of its own; here its registry is up, under the same name
    assert COMMANDS["Start the development registry"] == ["make registry-up  # starts localhost:5050\n"]
    assert re.search(r"^registry-up:", (Path(__file__).parents[2] / "Makefile").read_text("utf-8"), re.MULTILINE)
    stage.use(f"{HEAD}    targets:\n      - {{registry: localhost:5050/examples/myapp, tags: ['{{{{ .Tag }}}}']}}\n")
    stage.run("Push with insecure flag")
    (ran,) = stage.run("Verify the push")
    assert ran.out.split() == ["v1.0.0"]
    assert_pushed(world.registries[LOCAL], "examples/myapp", "v1.0.0")


def test_verify_a_push(stage: Stage, world: World) -> None:
    stage.log_in_to_all()
    stage.run(".lazy config for GHCR")
    digest = world.registries["ghcr.io"].tag("owner/myapp", "v1.0.0")
    (tags,) = stage.run("Browse tags")
    assert set(tags.out.split()) == {"v1.0.0", stage.sha}
    (manifest,) = stage.run("Inspect manifest")
    assert digest in manifest.out
    (pulled,) = stage.run("Pull back")
    (index,) = (path for path in stage.home.parent.rglob("index.json") if path.parent.name == "v1.0.0")
    assert json.loads(index.read_text("utf-8"))["manifests"][0]["digest"] == digest, pulled


def test_troubleshooting_authentication(stage: Stage) -> None:
    stage.log_in_to_all()
    stage.run(".lazy config for GHCR")
    (ran,) = stage.run("Authentication errors")
    assert "ghcr.io: ok" in ran.out
    assert 'user "USERNAME" from ~/.docker/config.json' in ran.out
    assert "v1.0.0" in ran.out.split()


def test_troubleshooting_authentication_that_fails(stage: Stage) -> None:
    stage.say("docker login ghcr.io -u USERNAME", STAND_IN_PASSWORD="n0t-the-t0ken")
    ran = stage.say(COMMANDS["Authentication errors"][0])
    assert ran.code == 1
    assert "ghcr.io: failed" in ran.out
    assert 'ghcr.io refused the credentials of user "USERNAME"' in ran.out
    assert "docker login ghcr.io -u USERNAME --password-stdin" in ran.out
    assert "n0t-the-t0ken" not in ran.out + ran.err


def test_troubleshooting_an_insecure_registry(stage: Stage, world: World) -> None:
    local = world.registries[LOCAL]
    host = local.host.replace("127.0.0.1", "localhost")
    stage.use(f"{HEAD}    targets:\n      - {{registry: '{host}/myapp', tags: ['{{{{ .Tag }}}}']}}\n")
    pushed, dry = stage.run("Insecure registry errors")
    assert f"{host}/myapp:v1.0.0" in pushed.out
    assert f"[dry-run] would push {host}/myapp:v1.0.0" in dry.out
    assert_pushed(local, "myapp", "v1.0.0")


# how each registry says that a right is missing, and what the document promises to name
DENIALS = {
    "GHCR": (
        "ghcr.io",
        faults.answer(403, "DENIED", "permission_denied: The token provided does not match expected scopes."),
        ["write:packages"],
    ),
    "Docker Hub": (
        HUB,
        faults.answer(
            401,
            "UNAUTHORIZED",
            "authentication required",
            WWW_Authenticate='Bearer realm="https://auth.docker.io/token",service="registry.docker.io",'
            'scope="repository:owner/myapp:pull,push",error="insufficient_scope"',
        ),
        ["Read & Write"],
    ),
    "ECR": (
        ECR,
        faults.answer(
            403,
            "DENIED",
            "User: arn:aws:iam::123456789:user/ci is not authorized to perform: ecr:InitiateLayerUpload on resource",
        ),
        ["ecr:PutImage", "ecr:InitiateLayerUpload", "ecr:UploadLayerPart", "ecr:CompleteLayerUpload"],
    ),
}


@pytest.mark.parametrize("name", DENIALS)
def test_permission_denied_names_what_is_missing(name: str, tmp_path: Path, named: Named) -> None:
    promised = re.findall(r"^- \*\*(.+?)\*\*: (.+)", SEED, re.MULTILINE)
    assert [one for one, _ in promised] == list(DENIALS)
    host, refusal, names = DENIALS[name]
    guard = Bearer({"ci": "s3cret"}, opaque=True, realm=f"https://auth.{host}/token")
    with FakeRegistry(guard=guard) as fake:
        fake.distribution.base = ""  # relative locations: its own address is not the one it has for lazyoci
        fake.script.on("POST", r"/blobs/uploads/", refusal, nth=None)
        served = "registry-1.docker.io" if host == HUB else host
        stage = set_up(tmp_path, named({served: fake.url, f"auth.{host}": fake.url}).environ)
        stage.use(f"{HEAD}    targets:\n      - {{registry: '{host}/owner/myapp', tags: ['{{{{ .Tag }}}}']}}\n")
        key = "https://index.docker.io/v1/" if host == HUB else host
        auth = base64.b64encode(b"ci:s3cret").decode()
        (stage.home / ".docker").mkdir(parents=True)
        (stage.home / ".docker" / "config.json").write_text(json.dumps({"auths": {key: {"auth": auth}}}), "utf-8")
        ran = stage.say("lazyoci build --tag v1.0.0")
    assert ran.code == 1, ran
    assert "denied" in ran.out
    for one in names:
        assert one in ran.out, ran
    assert "s3cret" not in ran.out + ran.err
    assert fake.tag("owner/myapp", "v1.0.0") == ""

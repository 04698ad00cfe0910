"""`lazyoci registry` against registries on real sockets, with Docker's files and helpers of the test's own."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from lazyoci import settings
from lazyoci.registry import connect
from lazyoci.registry.http.tls import HTTPS, PLAIN, UNVERIFIED, fall_back
from tests import certs
from tests.registry.fake import Basic, Bearer, FakeRegistry
from tests.unit.cli.running import Runner
from tests.unit.registry.homes import Home, auth

SECRET = "hunter2-5up3r-s3cret"
USERS = {"anna": SECRET}


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home.make(tmp_path)


@pytest.fixture
def run(home: Home, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Runner:
    return Runner(monkeypatch, capsys, home.environ)


@pytest.fixture
def basic() -> Iterator[FakeRegistry]:
    with FakeRegistry(guard=Basic(USERS)) as registry:
        yield registry


@pytest.fixture
def bearer() -> Iterator[FakeRegistry]:
    def rights(user: str, repository: str) -> frozenset[str]:
        return frozenset({"pull"} if repository.startswith("readonly/") or not user else {"pull", "push", "delete"})

    with FakeRegistry(guard=Bearer(USERS, rights=rights)) as registry:
        yield registry


def config(home: Home) -> str:
    return settings.path(home.environ).read_text(encoding="utf-8")


class TestList:
    def test_empty(self, run: Runner) -> None:
        assert run("registry", "list", "-o", "json").out == "[]\n"
        assert run("registry", "list", "-o", "yaml").out == "[]\n"
        ran = run("registry", "list")
        assert ran.out == "" and "registry add" in ran.err

    def test_rows(self, run: Runner, home: Home) -> None:
        home.write(
            ".config/lazyoci/config.yaml",
            f"registries:\n- {{url: reg.lan:5000, name: lab, username: anna, password: {SECRET}, insecure: true}}\n"
            "- url: https://GHCR.io\n",
        )
        rows = [
            {"name": "lab", "url": "reg.lan:5000", "auth": "anna", "insecure": True},
            {"name": "ghcr.io", "url": "ghcr.io", "auth": "", "insecure": False},
        ]
        assert run("registry", "ls", "-o", "json").json == rows
        assert run("registry", "list").out.splitlines() == [
            "URL           NAME     AUTH  INSECURE",
            "reg.lan:5000  lab      anna  yes",
            "ghcr.io       ghcr.io  -     no",
        ]


class TestAdd:
    def test_as_the_seed_writes_it(self, run: Runner, basic: FakeRegistry, home: Home) -> None:
        ran = run("registry", "add", basic.host, "--user", "anna", "--pass", SECRET)
        assert (ran.code, ran.out) == (0, f"added {basic.host}, user anna\n")
        assert "shell's history" in ran.err and "unencrypted" in ran.err and "does not work" not in ran.err
        assert settings.load(home.environ).registries[0].username == "anna"
        assert run("registry", "test", basic.host).code == 0
        assert SECRET not in ran.out + ran.err + config(home)

    def test_by_stdin_there_is_no_warning_of_argv(self, run: Runner, basic: FakeRegistry) -> None:
        ran = run("registry", "add", basic.host, "--user", "anna", "--pass-stdin", "-o", "json", stdin=SECRET + "\r\n")
        assert ran.json == {"name": basic.host, "url": basic.host, "auth": "anna", "insecure": False, "status": "added"}
        assert "history" not in ran.err
        assert run("registry", "test", basic.host).code == 0

    def test_a_failing_test_is_a_warning(self, run: Runner, basic: FakeRegistry, home: Home) -> None:
        ran = run("registry", "add", basic.host, "--user", "anna", "--pass-stdin", "-o", "json", stdin="wrong")
        assert ran.code == 0 and ran.json["status"] == "added" and "anna" in ran.json["message"]
        assert f"warning: {basic.host} does not work yet" in ran.err and "username: anna" in config(home)

    def test_what_is_tested_are_the_new_credentials(self, run: Runner, basic: FakeRegistry) -> None:
        environ = {"LAZYOCI_AUTH_HOST": basic.host, "LAZYOCI_USERNAME": "anna", "LAZYOCI_PASSWORD": SECRET}
        ran = run("registry", "add", basic.host, "-u", "anna", "--pass-stdin", stdin="wrong", environ=environ)
        assert "does not work yet" in ran.err and "the command line" in ran.err

    def test_an_entry_is_updated(self, run: Runner, basic: FakeRegistry, home: Home) -> None:
        home.write(
            ".config/lazyoci/config.yaml",
            f"registries:\n  # ours\n  - url: {basic.host}\n    name: old   # keep\n    username: x\n"
            f"    password: {SECRET}\n",
        )
        ran = run("registry", "add", f"http://{basic.host}/v2/", "--name", "new", "--insecure", "-o", "json")
        assert ran.json["status"] == "updated" and ran.json["insecure"] is True and ran.json["auth"] == "x"
        ran = run("registry", "add", basic.host, "-u", "anna", "--pass-stdin", "--no-insecure", stdin=SECRET)
        assert ran.out == f"updated {basic.host}, user anna\n"
        assert (
            config(home)
            == f"registries:\n  # ours\n  - url: {basic.host}\n    name: new   # keep\n    username: anna\n"
        )

    def test_a_known_registry_can_be_added(self, run: Runner) -> None:
        """The Go tool refused, since its three defaults "existed already". A name that is never looked up stands in."""
        ran = run("registry", "add", "https://docker.invalid:1", "-u", "anna", "--pass-stdin", stdin=SECRET)
        assert ran.code == 0 and ran.out.startswith("added docker.invalid:1")

    def test_plain_http_is_remembered_but_for_loopback(self, run: Runner, basic: FakeRegistry, home: Home) -> None:
        run("registry", "add", f"http://{basic.host}")
        run("registry", "add", "http://reg.invalid:1")
        assert [entry.tls for entry in settings.load(home.environ).registries] == ["", "plain-http"]
        run("registry", "add", "https://reg.invalid:1")
        assert [entry.tls for entry in settings.load(home.environ).registries] == ["", ""]

    def test_dockers_helper_is_preferred(self, run: Runner, basic: FakeRegistry, home: Home) -> None:
        home.keychain("k", {})
        home.docker(credsStore="k")
        ran = run("registry", "add", basic.host, "-u", "anna", "--pass-stdin", stdin=SECRET)
        assert ran.err == "" and home.kept("k") == {basic.host: ["anna", SECRET]}
        tested = run("registry", "test", basic.host)
        assert "docker-credential-k named in ~/.config/lazyoci/auth.json" in tested.out
        assert run("registry", "remove", basic.host).code == 0 and home.kept("k") == {}

    @pytest.mark.parametrize(
        ("arguments", "stdin", "message"),
        [
            (("nodots",), "", "is not a registry host"),
            (("ftp://x.io",), "", "is not how a registry is reached"),
            ((f"https://u:{SECRET}@x.io",), "", "holds no user"),
            (("x.io", "--pass", SECRET), "", "--pass needs --user"),
            (("x.io", "--pass-stdin"), SECRET, "there is no user name"),
            (("x.io", "-u", "a", "--pass", SECRET, "--pass-stdin"), "", "contradict each other"),
            (("x.io", "-u", "a", "--pass-stdin"), "\n", "the password is empty"),
            (("x.io", "-u", "a"), "", "there is no password for user 'a'"),
            (("x.io", "-u", "a:b", "--pass-stdin"), SECRET, "a colon"),
        ],
    )
    def test_usage_errors_change_nothing(
        self, run: Runner, home: Home, arguments: tuple[str, ...], stdin: str, message: str
    ) -> None:
        ran = run("registry", "add", *arguments, stdin=stdin)
        assert ran.code == 2 and message in ran.err and SECRET not in ran.err and ran.out == ""
        assert not settings.path(home.environ).parent.exists()

    def test_a_terminal_is_asked(self, run: Runner, basic: FakeRegistry, monkeypatch: pytest.MonkeyPatch) -> None:
        asked: list[tuple[str, bool]] = []

        def prompt(text: str, hide_input: bool = False, err: bool = False) -> str:
            assert err, "prompts go to stderr"
            asked.append((text, hide_input))
            return SECRET if hide_input else "anna"

        monkeypatch.setattr(click, "prompt", prompt)
        assert run("registry", "login", basic.host, terminal=True).code == 0
        assert asked == [("User", False), ("Password of anna", True)]


class TestTls:
    @pytest.fixture
    def secure(self, tmp_path: Path) -> Iterator[tuple[FakeRegistry, Path]]:
        certificate = certs.make(tmp_path, "server", "127.0.0.1")
        with FakeRegistry(tls=certificate.server_context()) as registry:
            yield registry, certificate.cert

    def test_an_unknown_ca_and_its_two_remedies(self, run: Runner, secure: tuple[FakeRegistry, Path]) -> None:
        registry, pem = secure
        ran = run("registry", "add", registry.host)
        assert ran.code == 0 and "is not trusted" in ran.err
        ran = run("registry", "add", registry.host, "--ca", str(pem))
        assert "not trusted" not in ran.err
        ran = run("registry", "test", registry.host, "-o", "json")
        assert ran.code == 0 and "verified HTTPS" in ran.json["steps"][2]["detail"]
        run("registry", "remove", registry.host)
        assert run("registry", "add", registry.host, "--insecure").err == ""
        assert "without verifying" in run("registry", "test", registry.host).out

    def test_an_insecure_registry_may_fall_back_and_a_public_one_never(self, home: Home) -> None:
        home.write(
            ".config/lazyoci/config.yaml",
            "registries:\n- {url: reg.lan/team, insecure: true}\n- {url: ghcr.io, insecure: true}\n"
            "- {url: x.lan, tls: verify}\n",
        )
        loaded = settings.load(home.environ)
        private, public = connect.policy(loaded, "reg.lan"), connect.policy(loaded, "ghcr.io")
        strict, unset = connect.policy(loaded, "x.lan"), connect.policy(loaded, "y.lan")
        assert private is not None and private.trusted, "a part of a registry says how to reach all of it"
        assert fall_back(HTTPS, "certificate", private, "reg.lan", insecure=False) == UNVERIFIED
        assert fall_back(HTTPS, "refused", private, "reg.lan", insecure=False) == PLAIN
        assert public is not None and fall_back(HTTPS, "refused", public, "ghcr.io", insecure=True) is None
        assert strict is not None and fall_back(HTTPS, "refused", strict, "x.lan", insecure=True) is None
        assert unset is None


class TestRemove:
    @pytest.mark.parametrize("name", ["remove", "rm", "delete"])
    def test_entry_and_credentials_go(self, run: Runner, basic: FakeRegistry, home: Home, name: str) -> None:
        run("registry", "add", basic.host, "-u", "anna", "--pass-stdin", stdin=SECRET)
        assert run("registry", name, f"https://{basic.host}", "-o", "json").json == {
            "url": basic.host,
            "status": "removed",
            "login": "~/.config/lazyoci/auth.json",
        }
        assert run("registry", "list", "-o", "json").json == []
        assert auth("anna", SECRET) not in (home.root / ".config/lazyoci/auth.json").read_text(encoding="utf-8")

    def test_both_are_told(self, run: Runner, basic: FakeRegistry) -> None:
        run("registry", "add", basic.host, "-u", "anna", "--pass-stdin", stdin=SECRET)
        ran = run("registry", "remove", basic.host)
        assert ran.out == f"removed {basic.host}, and its login from ~/.config/lazyoci/auth.json\n"
        run("registry", "add", basic.host)
        assert run("registry", "remove", basic.host).out == f"removed {basic.host}\n"

    def test_a_helper_that_is_gone_does_not_block_it(self, run: Runner, basic: FakeRegistry, home: Home) -> None:
        home.keychain("k", {})
        home.docker(credsStore="k")
        run("registry", "add", basic.host, "-u", "anna", "--pass-stdin", stdin=SECRET)
        home.docker()
        for file in (home.root / "bin").glob("docker-credential-k*"):
            file.unlink()
        ran = run("registry", "remove", basic.host, "-o", "json")
        assert ran.code == 0 and "may still be in the helper" in ran.json["left"] and "not on PATH" in ran.json["left"]
        assert "may still be in the helper" in ran.err and basic.host not in config(home)
        assert run("registry", "logout", basic.host, "-o", "json").json["status"] == "not logged in"

    def test_one_that_is_not_there(self, run: Runner, home: Home) -> None:
        assert "the settings name no registry" in run("registry", "rm", "ghcr.io").err
        home.write(".config/lazyoci/config.yaml", "registries: [{url: quay.io}]\n")
        ran = run("registry", "rm", "ghcr.io")
        assert ran.code == 1 and "ghcr.io is not among the registries of the settings: quay.io" in ran.err
        assert ran.out == ""


class TestLogin:
    def test_checked_first_then_kept(self, run: Runner, bearer: FakeRegistry, home: Home) -> None:
        ran = run("registry", "login", bearer.host, "-u", "anna", "--pass-stdin", stdin="wrong")
        assert ran.code == 1 and f"not logged in to {bearer.host}" in ran.err and "anna" in ran.err
        assert not (home.root / ".config/lazyoci/auth.json").exists()
        ran = run("registry", "login", bearer.host, "-u", "anna", "--password-stdin", "-o", "json", stdin=SECRET)
        assert ran.json == {
            "url": bearer.host,
            "auth": "anna",
            "status": "logged in",
            "stored": "~/.config/lazyoci/auth.json",
        }
        assert not settings.path(home.environ).exists(), "a login makes no entry"
        assert 'user "anna" from ~/.config/lazyoci/auth.json' in run("registry", "test", bearer.host).out

    def test_logout_keeps_the_entry_and_names_what_remains(self, run: Runner, basic: FakeRegistry, home: Home) -> None:
        run("registry", "add", basic.host, "--name", "lab")
        run("registry", "login", basic.host, "-u", "anna", "--pass-stdin", stdin=SECRET)
        assert run("registry", "list", "-o", "json").json[0]["auth"] == "anna"
        home.docker(auths={basic.host: {"auth": auth("bob", SECRET)}})
        ran = run("registry", "logout", basic.host, "-o", "json")
        assert ran.json == {"url": basic.host, "status": "logged out", "remaining": "~/.docker/config.json"}
        assert run("registry", "list", "-o", "json").json[0] == {
            "name": "lab", "url": basic.host, "auth": "", "insecure": False,
        }  # fmt: skip
        ran = run("registry", "logout", basic.host)
        assert ran.code == 0 and ran.out == f"not logged in: {basic.host}\n"
        assert 'still gets user "bob" from ~/.docker/config.json' in ran.err

    @pytest.mark.parametrize("command", ["logout", "remove"])
    @pytest.mark.parametrize("said", ["no such entry", "Error: x is not in the password store.", "exit status 1", ""])
    def test_after_dockers_own_logout(
        self, run: Runner, basic: FakeRegistry, home: Home, said: str, command: str
    ) -> None:
        home.hoard("k", {}, missing=said)
        home.docker(credsStore="k")
        assert run("registry", "add", basic.host, "-u", "anna", "--pass-stdin", stdin=SECRET).code == 0
        home.hoard("k", {}, missing=said)  # docker logout
        ran = run("registry", command, basic.host, "-o", "json")
        assert ran.code == 0 and "left" not in ran.json and ran.err == "", ran
        assert basic.host not in (home.root / ".config/lazyoci/auth.json").read_text("utf-8")
        assert run("registry", "logout", basic.host).out == f"not logged in: {basic.host}\n"

    def test_a_logout_is_done_though_others_files_are_broken(
        self, run: Runner, basic: FakeRegistry, home: Home
    ) -> None:
        run("registry", "login", basic.host, "-u", "anna", "--pass-stdin", stdin=SECRET)
        home.write(".docker/config.json", "{")
        ran = run("registry", "logout", basic.host, "-o", "json")
        assert ran.code == 0 and ran.json == {"url": basic.host, "status": "logged out"}
        assert "what others keep" in ran.err and "config.json:1: not JSON" in ran.err


class TestTest:
    def test_every_step_is_told(self, run: Runner, bearer: FakeRegistry, home: Home) -> None:
        home.docker(auths={bearer.host: {"auth": auth("anna", SECRET)}})
        ran = run("registry", "test", f"{bearer.host}/acme/api", "--push", "-o", "json")
        assert ran.code == 0 and ran.json["url"] == f"{bearer.host}/acme/api" and ran.json["status"] == "ok"
        assert [step["name"] for step in ran.json["steps"]] == [
            "DNS", "TCP", "TLS", "/v2/", "credentials", "token", "scopes", "push right",
        ]  # fmt: skip
        assert ran.json["credentials"][-1] == {"source": "~/.docker/config.json", "found": True, "note": ""}
        assert "error" not in ran.json
        text = run("registry", "test", f"{bearer.host}/acme/api", "--push")
        assert 'user "anna" from ~/.docker/config.json' in text.out and text.out.endswith("acme/api: ok\n")
        assert "auth.json: no such file" not in text.out
        assert "~/.config/lazyoci/auth.json: no such file" in run("registry", "test", bearer.host, "-v").out

    @pytest.mark.parametrize("output", ["text", "json", "yaml"])
    def test_a_failure_is_exit_1_in_every_mode(
        self, run: Runner, bearer: FakeRegistry, home: Home, output: str
    ) -> None:
        home.docker(auths={bearer.host: {"auth": auth("anna", SECRET)}})
        ran = run("registry", "test", f"{bearer.host}/readonly/x", "--push", "-o", output)
        assert ran.code == 1 and "push" in ran.out
        ran = run("registry", "test", "127.0.0.1:1", "-o", output)
        assert ran.code == 1 and "127.0.0.1" in ran.out
        if output == "json":
            assert ran.json["status"] == "failed" and "port 1" in ran.json["error"] and ran.json["credentials"] == []

    def test_a_broken_docker_config_is_named(self, run: Runner, basic: FakeRegistry, home: Home) -> None:
        home.write(".docker/config.json", '{\n"auths": ')
        ran = run("registry", "test", basic.host)
        assert ran.code == 1 and "~/.docker/config.json:2: not JSON" in ran.out

    def test_a_helper_that_fails_is_named(self, run: Runner, basic: FakeRegistry, home: Home) -> None:
        home.script("k", "import sys; print('the vault is locked'); sys.exit(1)")
        home.docker(credsStore="k")
        ran = run("registry", "test", basic.host, "-o", "json")
        assert ran.code == 1 and "docker-credential-k failed" in ran.json["error"]
        assert "the vault is locked" in ran.json["credentials"][-1]["note"]

    def test_push_needs_a_repository(self, run: Runner) -> None:
        assert run("registry", "test", "x.io", "--push").code == 2

    @pytest.mark.parametrize("arguments", [("registry",), ("registry", "test", "-h"), ("registry", "rm", "-h")])
    def test_help(self, run: Runner, arguments: tuple[str, ...]) -> None:
        ran = run(*arguments)
        assert ran.code == 0 and ran.out.startswith("Usage: lazyoci registry") and ran.err == ""


def test_no_output_and_no_readable_file_holds_a_secret(run: Runner, bearer: FakeRegistry, home: Home) -> None:
    """Every command with known secrets, at -v; only auth.json, mode 0600, has the password."""
    said = ""
    where = f"{bearer.host}/acme/api"
    for arguments, stdin in (
        (("add", bearer.host, "-u", "anna", "-p", SECRET), ""),
        (("add", bearer.host, "-u", "anna", "--pass-stdin"), SECRET),
        (("add", bearer.host, "-u", "anna", "--pass-stdin"), SECRET + "wrong"),
        (("login", bearer.host, "-u", "anna", "--pass-stdin"), SECRET + "wrong"),
        (("login", bearer.host, "-u", "anna", "--pass-stdin"), SECRET),
        (("list",), ""),
        (("test", where, "--push"), ""),
        (("test", where, "--push", "-o", "json"), ""),
        (("logout", bearer.host), ""),
        (("rm", bearer.host), ""),
    ):
        ran = run("registry", *arguments, "-v", stdin=stdin)
        said += ran.out + ran.err
        for file in home.root.rglob("*"):
            if file.is_file() and file.name != "auth.json":
                text = file.read_text(encoding="utf-8", errors="replace")
                assert SECRET not in text and auth("anna", SECRET) not in text, file
            elif file.is_file() and sys.platform != "win32":
                assert file.stat().st_mode & 0o77 == 0
    assert SECRET not in said and auth("anna", SECRET) not in said and "/v2/" in said
    assert json.loads((home.root / ".config/lazyoci/auth.json").read_text(encoding="utf-8")) == {"auths": {}}


def test_completion_offers_configured_registries(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", home.environ["XDG_CONFIG_HOME"])
    home.write(".config/lazyoci/config.yaml", "registries: [{url: ghcr.io}, {url: quay.io}]\n")
    from lazyoci.cli.registry.test import command

    parameter = next(one for one in command.params if one.name == "server")
    context = click.Context(command)
    assert [item.value for item in parameter.shell_complete(context, "q")] == ["quay.io"]
    home.write(".config/lazyoci/config.yaml", "registries: [")
    assert parameter.shell_complete(context, "") == []

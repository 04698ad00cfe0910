"""Credential helpers: the protocol, its failures, and that each is asked once."""

from __future__ import annotations

import os
import sys
import threading
from pathlib import Path

import pytest

from lazyoci.registry.credentials import helpers
from lazyoci.registry.credentials.chain import Chain
from lazyoci.registry.credentials.helpers import HelperError
from tests.unit.registry.homes import Home, auth

SECRET = "hunter2-5up3r-s3cret"


@pytest.fixture
def home(tmp_path: Path) -> Home:
    made = Home.make(tmp_path)
    made.docker(credsStore="k")
    return made


def test_asked_once_a_run_and_anew_on_refresh(home: Home) -> None:
    home.keychain("k", {"ghcr.io": ("u", SECRET)})
    chain = Chain(home.environ)
    assert all(chain.find("ghcr.io", path) is not None for path in ("a", "b", ""))
    assert home.calls("k") == ["get ghcr.io"]
    home.keychain("k", {"ghcr.io": ("u", "renewed")})
    again = chain.find("ghcr.io", "a", refresh=True)
    assert again is not None and again.password == "renewed"
    assert home.calls("k") == ["get ghcr.io"] * 2


def test_many_workers_wait_for_one_answer(home: Home) -> None:
    home.keychain("k", {"ghcr.io": ("u", SECRET)})
    chain, seen = Chain(home.environ), []
    ready = threading.Barrier(8)

    def work() -> None:
        ready.wait()
        seen.append(chain.find("ghcr.io"))

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(seen) == 8 and all(one is not None and one.password == SECRET for one in seen)
    assert home.calls("k") == ["get ghcr.io"]


def test_not_found_is_none_and_kept(home: Home) -> None:
    home.keychain("k", {})
    chain = Chain(home.environ)
    assert chain.find("ghcr.io") is None and chain.find("ghcr.io") is None
    assert home.calls("k") == ["get ghcr.io"]


def test_not_found_on_stderr_counts_too(home: Home) -> None:
    home.script("k", "import sys; sys.exit('credentials not found in native keychain')")
    assert Chain(home.environ).find("ghcr.io") is None


def test_one_that_hangs_is_given_up_once(home: Home) -> None:
    home.script("k", "import time; time.sleep(600)")
    chain = Chain(home.environ, timeout=0.2)
    for _ in range(2):
        with pytest.raises(HelperError, match=r"docker-credential-k did not answer within 0\.2 s"):
            chain.find("ghcr.io")
    assert helpers.TIMEOUT == 30.0


@pytest.mark.parametrize(
    "printed",
    [
        "",
        "hello",
        "[]",
        "null",
        '{"Username": "u"}',
        '{"Username": 1, "Secret": "x"}',
        '{"Secret": "hunter2-5up3r-s3cret"}',
        "[",
    ],
)
def test_junk_is_an_error_that_does_not_repeat_it(home: Home, printed: str) -> None:
    home.script("k", f"print({printed!r})")
    with pytest.raises(
        HelperError, match=r"docker-credential-k answered for ghcr.io what is not a credential"
    ) as caught:
        Chain(home.environ).find("ghcr.io")
    assert SECRET not in str(caught.value) + caught.value.hint
    assert caught.value.__cause__ is None


def test_an_empty_secret_is_none(home: Home) -> None:
    home.script("k", """print('{"ServerURL": "", "Username": "", "Secret": ""}')""")
    assert Chain(home.environ).find("ghcr.io") is None


def test_failures_say_what_the_helper_said(home: Home) -> None:
    home.script("k", "import sys; print('vault \\x1b[31mis locked'); sys.exit(2)")
    with pytest.raises(HelperError) as caught:
        Chain(home.environ).find("ghcr.io")
    assert caught.value.message == "the helper docker-credential-k failed for ghcr.io: vault [31mis locked"


def test_a_failure_that_prints_json_is_not_repeated(home: Home) -> None:
    home.script("k", f"""import sys; print('{{"Secret": "{SECRET}"}}'); sys.exit(1)""")
    with pytest.raises(HelperError) as caught:
        Chain(home.environ).find("ghcr.io")
    assert SECRET not in caught.value.message and "did not say why" in caught.value.message


def test_a_missing_helper_is_told_once_and_passed_over(home: Home) -> None:
    home.docker(credsStore="k", auths={"ghcr.io": {"auth": auth("u", SECRET)}})
    warnings: list[str] = []
    chain = Chain(home.environ, on_warning=warnings.append)
    for host in ("ghcr.io", "ghcr.io", "quay.io"):
        chain.find(host)
    assert warnings == ["the helper docker-credential-k is not on PATH, though ~/.docker/config.json names it"]
    credential = chain.find("ghcr.io")
    assert credential is not None and credential.username == "u"
    assert [step.note for step in chain.describe("quay.io") if "helper" in step.source] == ["not on PATH"]


@pytest.mark.parametrize("name", ["", "../evil", "a/b", "a\\b", "/bin/sh", "-x", ".hidden", "a b", "a\0b", "k\n"])
def test_hostile_names_are_refused(name: str) -> None:
    with pytest.raises(HelperError, match="is not the name of a credential helper"):
        helpers.program(name)


@pytest.mark.skipif(sys.platform == "win32", reason="relative entries of PATH")
def test_a_work_tree_plants_no_helper(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    home.keychain("k", {"ghcr.io": ("u", SECRET)})
    monkeypatch.chdir(home.root / "bin")
    for entries in (".", "", os.pathsep.join(["", ".", "bin"])):
        assert helpers.locate("docker-credential-k", {"PATH": entries}) is None
    assert helpers.locate("docker-credential-k", home.environ) == home.root / "bin" / "docker-credential-k"


def test_a_file_that_is_no_program(home: Home) -> None:
    if sys.platform == "win32":
        pytest.skip("any .cmd can be tried")
    file = home.write("bin/docker-credential-k", "\x7fELF")
    file.chmod(0o755)
    with pytest.raises(HelperError, match="docker-credential-k cannot be run"):
        Chain(home.environ).find("ghcr.io")
    file.chmod(0o644)
    assert helpers.locate("docker-credential-k", home.environ) is None


def test_store_and_erase_speak_the_protocol(home: Home) -> None:
    home.keychain("k", {})
    helpers.store("k", "ghcr.io", "u", SECRET, home.environ)
    assert home.kept("k") == {"ghcr.io": ["u", SECRET]}
    helpers.erase("k", "ghcr.io", home.environ)
    helpers.erase("k", "ghcr.io", home.environ)
    assert home.kept("k") == {}
    assert home.calls("k") == ["store ghcr.io", "erase ghcr.io", "erase ghcr.io"]


def test_a_failing_store_does_not_repeat_the_secret(home: Home) -> None:
    home.script("k", f"import sys; print('cannot keep {SECRET} here'); sys.exit(1)")
    with pytest.raises(HelperError) as caught:
        helpers.store("k", "ghcr.io", "u", SECRET, home.environ)
    assert caught.value.message.endswith("cannot keep credentials for ghcr.io: cannot keep … here")

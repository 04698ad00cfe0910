"""Where `registry add` and `login` keep credentials, and that the chain finds them there."""

from __future__ import annotations

import json
import stat
import sys
from pathlib import Path

import pytest

from lazyoci.errors import SettingsError
from lazyoci.registry.credentials.chain import Chain
from lazyoci.registry.credentials.store import Kept, Store
from lazyoci.settings import Server
from tests.unit.registry.homes import Home, auth

SECRET = "hunter2-5up3r-s3cret"
OWN = ".config/lazyoci/auth.json"


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home.make(tmp_path)


def test_without_a_helper_a_private_file_and_a_warning(home: Home) -> None:
    kept = Store(home.environ).store(Server("ghcr.io"), "anna", SECRET)
    file = home.root / OWN
    assert kept.place == "~/.config/lazyoci/auth.json" and "unencrypted" in kept.warning and SECRET not in kept.warning
    assert json.loads(file.read_text(encoding="utf-8")) == {"auths": {"ghcr.io": {"auth": auth("anna", SECRET)}}}
    if sys.platform != "win32":
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    credential = Chain(home.environ).find("ghcr.io", "a/b")
    assert credential is not None and (credential.username, credential.source) == ("anna", kept.place)


@pytest.mark.parametrize("config", [{"credsStore": "k"}, {"credHelpers": {"ghcr.io": "k"}}])
def test_dockers_helper_keeps_it_where_there_is_one(home: Home, config: dict[str, object]) -> None:
    home.keychain("k", {})
    home.docker(**config)
    kept = Store(home.environ).store(Server("ghcr.io"), "anna", SECRET)
    assert (kept.place, kept.warning) == ("the helper docker-credential-k", "")
    assert home.kept("k") == {"ghcr.io": ["anna", SECRET]}
    assert json.loads((home.root / OWN).read_text(encoding="utf-8"))["credHelpers"] == {"ghcr.io": "k"}
    assert SECRET not in (home.root / OWN).read_text(encoding="utf-8")
    credential = Chain(home.environ).find("ghcr.io")
    assert credential is not None
    assert credential.source == "the helper docker-credential-k named in ~/.config/lazyoci/auth.json"


def test_docker_hub_by_its_key(home: Home) -> None:
    home.keychain("k", {})
    home.docker(credsStore="k")
    store = Store(home.environ)
    store.store(Server("docker.io"), "anna", SECRET)
    assert list(home.kept("k")) == ["https://index.docker.io/v1/"]
    assert Chain(home.environ).find("registry-1.docker.io") is not None
    assert store.erase(Server("docker.io")) == Kept("the helper docker-credential-k")
    assert home.kept("k") == {} and Chain(home.environ).find("docker.io") is None


def test_a_helper_that_cannot_keep_leaves_it_to_the_file(home: Home) -> None:
    home.script("ecr", "import sys; print('not implemented'); sys.exit(1)")
    home.docker(credHelpers={"ghcr.io": "ecr"})
    kept = Store(home.environ).store(Server("ghcr.io"), "AWS", SECRET)
    assert kept.place == "~/.config/lazyoci/auth.json"
    assert "docker-credential-ecr cannot keep credentials for ghcr.io: not implemented" in kept.warning
    credential = Chain(home.environ).find("ghcr.io")
    assert credential is not None and credential.password == SECRET, "ours comes before Docker's helper"


def test_a_part_of_a_registry_goes_to_the_file(home: Home) -> None:
    home.keychain("k", {})
    home.docker(credsStore="k")
    kept = Store(home.environ).store(Server("ghcr.io", "acme"), "anna", SECRET)
    assert "one credential a host" in kept.warning and home.calls("k") == []
    chain = Chain(home.environ)
    assert chain.find("ghcr.io", "acme/api") is not None and chain.find("ghcr.io", "other/api") is None


def test_a_second_credential_replaces_the_first(home: Home) -> None:
    store = Store(home.environ)
    store.store(Server("ghcr.io"), "anna", "one")
    home.keychain("k", {})
    home.docker(credsStore="k")
    store.store(Server("ghcr.io"), "anna", SECRET)
    assert json.loads((home.root / OWN).read_text(encoding="utf-8")) == {"auths": {}, "credHelpers": {"ghcr.io": "k"}}
    home.docker()
    store.store(Server("ghcr.io"), "anna", "three")
    credential = Chain(home.environ).find("ghcr.io")
    assert credential is not None and credential.password == "three"


def test_erase_tells_whether_there_was_something(home: Home) -> None:
    store = Store(home.environ)
    assert store.erase(Server("ghcr.io")) == Kept("") and not (home.root / OWN).exists()
    store.store(Server("ghcr.io"), "anna", SECRET)
    store.store(Server("ghcr.io", "acme"), "bob", SECRET)
    assert store.erase(Server("ghcr.io")) == Kept("~/.config/lazyoci/auth.json")
    chain = Chain(home.environ)
    assert chain.find("ghcr.io") is None and chain.find("ghcr.io", "acme/x") is not None


def test_other_keys_of_the_file_stay(home: Home) -> None:
    home.write(OWN, {"HttpHeaders": {"X": "y"}, "auths": {"x.io": {"auth": "!"}}})
    Store(home.environ).store(Server("ghcr.io"), "anna", SECRET)
    data = json.loads((home.root / OWN).read_text(encoding="utf-8"))
    assert data["HttpHeaders"] == {"X": "y"} and data["auths"]["x.io"] == {"auth": "!"}


def test_dockers_own_file_is_never_written(home: Home) -> None:
    file = home.docker(auths={"ghcr.io": {"auth": auth("u", "p")}})
    before = file.read_bytes()
    Store(home.environ).store(Server("ghcr.io"), "anna", SECRET)
    Store(home.environ).erase(Server("ghcr.io"))
    assert file.read_bytes() == before


def test_a_broken_file_is_not_overwritten(home: Home) -> None:
    file = home.write(OWN, '{"auths": ')
    with pytest.raises(SettingsError, match=r"auth\.json:1: not JSON"):
        Store(home.environ).store(Server("ghcr.io"), "anna", SECRET)
    assert file.read_text(encoding="utf-8") == '{"auths": '


# ---------------------------------------------------------------------- helpers that keep several users
@pytest.mark.parametrize("one", [False, True], ids=["erases all", "erases one at a time"])
def test_the_last_login_is_the_one_that_counts(home: Home, one: bool) -> None:
    home.hoard("k", {"ghcr.io": {"aaron": "x", "abel": "y"}}, one=one)
    home.docker(credsStore="k")
    for user in ("anna", "carl", "bert"):
        kept = Store(home.environ).store(Server("ghcr.io"), user, f"{SECRET}-{user}")
        assert kept == Kept("the helper docker-credential-k")
        found = Chain(home.environ).find("ghcr.io")
        assert found is not None and (found.username, found.password) == (user, f"{SECRET}-{user}")
        assert home.kept("k") == {"ghcr.io": {user: f"{SECRET}-{user}"}}
    assert Store(home.environ).erase(Server("ghcr.io")) == Kept("the helper docker-credential-k")
    assert home.kept("k") == {"ghcr.io": {}}


def test_a_helper_that_gives_back_another_user_is_not_believed(home: Home) -> None:
    home.hoard("k", {"ghcr.io": {"anna": "x"}}, erases=False)
    home.docker(credsStore="k")
    kept = Store(home.environ).store(Server("ghcr.io"), "carl", SECRET)
    assert kept.place == "~/.config/lazyoci/auth.json"
    assert "was given a login for ghcr.io and gives back the login of 'anna'" in kept.warning
    found = Chain(home.environ).find("ghcr.io")
    assert found is not None and (found.username, found.password) == ("carl", SECRET)


def test_a_helper_that_forgets_what_it_is_given_gets_its_own_back(home: Home) -> None:
    home.hoard("k", {"ghcr.io": {"anna": "x"}}, keeps=False)
    home.docker(credsStore="k")
    kept = Store(home.environ).store(Server("ghcr.io"), "carl", SECRET)
    assert kept.place == "~/.config/lazyoci/auth.json" and "gives back something else" in kept.warning


def test_a_failed_store_leaves_the_login_that_was_there(home: Home) -> None:
    home.keychain("k", {"ghcr.io": ("anna", "x")})
    script = home.root / "bin" / "k.py"
    refusing = script.read_text("utf-8").replace(
        'elif action == "store":\n', 'elif action == "store":\n    "carl" in text and sys.exit("no room")\n'
    )
    script.write_text(refusing, "utf-8")
    home.docker(credsStore="k")
    kept = Store(home.environ).store(Server("ghcr.io"), "carl", SECRET)
    assert kept.place == "~/.config/lazyoci/auth.json" and "no room" in kept.warning
    assert home.kept("k") == {"ghcr.io": ["anna", "x"]}


@pytest.mark.parametrize("name", ["gone", "../evil"])
def test_our_entry_goes_whatever_becomes_of_the_helper(home: Home, name: str) -> None:
    home.write(OWN, {"credHelpers": {"ghcr.io": name}})
    erased = Store(home.environ).erase(Server("ghcr.io"))
    assert erased.place and name in erased.warning
    assert json.loads((home.root / OWN).read_text("utf-8")) == {"credHelpers": {}}
    assert Store(home.environ).erase(Server("ghcr.io")) == Kept("")


def test_what_a_helper_will_not_forget_is_told(home: Home) -> None:
    home.hoard("k", {"ghcr.io": {"anna": "x"}}, erases=False, missing="the vault is locked")
    home.write(OWN, {"credHelpers": {"ghcr.io": "k"}})
    erased = Store(home.environ).erase(Server("ghcr.io"))
    assert "may still be in the helper" in erased.warning and "the vault is locked" in erased.warning


@pytest.mark.parametrize("text", ['{"auths": {', "[]", '{"credsStore": 3}', '{"auths": 3}'])
def test_a_broken_file_of_dockers_keeps_nobody_out_and_says_how_to_mend_it(home: Home, text: str) -> None:
    file = home.root / ".docker/config.json"
    file.parent.mkdir()
    file.write_text(text, encoding="utf-8")
    kept = Store(home.environ).store(Server("ghcr.io"), "anna", SECRET)
    assert kept.place == "~/.config/lazyoci/auth.json"
    assert "~/.docker/config.json:1: " in kept.warning
    assert kept.warning.endswith("; correct it by hand, or move ~/.docker/config.json away")
    assert file.read_text(encoding="utf-8") == text
    credential = Chain(home.environ).find("ghcr.io")  # lazyoci's own counts before Docker's
    assert credential is not None and credential.username == "anna"

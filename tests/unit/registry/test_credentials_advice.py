"""What the credential chain says: where it looked, what nearly fits, and how to change what was refused."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from lazyoci.errors import SettingsError
from lazyoci.registry.credentials.chain import Chain
from lazyoci.registry.credentials.credential import Credential
from tests.unit.registry.homes import Home, auth

SECRET = "hunter2-5up3r-s3cret"


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home.make(tmp_path)


def found(home: Home, host: str = "ghcr.io", path: str = "", **environ: str) -> Credential:
    credential = Chain(home.environ | environ).find(host, path)
    assert credential is not None
    return credential


class TestDescribe:
    def test_names_what_was_asked_up_to_the_winner(self, home: Home) -> None:
        home.keychain("k", {})
        home.docker(credsStore="k", auths={"ghcr.io": {"auth": auth("u", SECRET)}})
        asked = Chain(home.environ).describe("ghcr.io", "acme/api")
        assert [(item.source, item.found) for item in asked] == [
            ("~/.config/lazyoci/auth.json", False),
            ("~/run/containers/auth.json", False),
            ("~/.config/containers/auth.json", False),
            ("the helper docker-credential-k named in ~/.docker/config.json", False),
            ("~/.docker/config.json", True),
        ]
        assert asked[0].note == "no such file" and asked[3].note == "nothing for ghcr.io"
        assert SECRET not in repr(asked)

    def test_a_broken_source_ends_the_list(self, home: Home) -> None:
        home.write(".docker/config.json", "{")
        assert "not JSON" in Chain(home.environ).describe("ghcr.io")[-1].note


class TestAnotherPort:
    """Credentials under the same name with another port, or without one, are not used, and that is said."""

    @staticmethod
    def told(home: Home, host: str, **environ: str) -> list[str]:
        warnings: list[str] = []
        chain = Chain(home.environ | environ, on_warning=warnings.append)
        assert chain.find(host, "acme/api") is None
        assert chain.find(host, "acme/web") is None  # each is said once
        assert all(SECRET not in one for one in warnings)
        return warnings

    @pytest.mark.parametrize(
        ("kept", "host"),
        [
            ("localhost", "localhost:5000"),
            ("localhost:5000", "localhost:5001"),
            ("reg.lan:443", "reg.lan"),
            ("https://reg.lan/v2/", "reg.lan:5000"),
            ("[::1]:5000", "[::1]:5001"),
        ],
    )
    def test_in_a_file(self, home: Home, kept: str, host: str) -> None:
        home.docker(auths={kept: {"auth": auth("anna", SECRET)}})
        shown = kept.removeprefix("https://").removesuffix("/v2/")
        message = f"has credentials for {shown}, which are not used for {host}: the port is part of the name"
        assert self.told(home, host) == [f"~/.docker/config.json {message}"]

    def test_in_the_environment(self, home: Home) -> None:
        environ = {"LAZYOCI_AUTH_HOST": "localhost", "LAZYOCI_USERNAME": "anna", "LAZYOCI_PASSWORD": SECRET}
        (warning,) = self.told(home, "localhost:5000", **environ)
        assert warning.startswith("LAZYOCI_AUTH_HOST has credentials for localhost, which are not used for")

    def test_inline_and_by_a_helper(self, home: Home) -> None:
        home.docker(credHelpers={"reg.lan": "none-such"})
        inline = json.dumps({"auths": {"reg.lan": {"auth": auth("anna", SECRET)}}})
        found = self.told(home, "reg.lan:5000", DOCKER_AUTH_CONFIG=inline)
        assert [one.partition(" has ")[0] for one in found] == ["~/.docker/config.json", "DOCKER_AUTH_CONFIG"]

    @pytest.mark.parametrize("kept", ["localhost.lan", "other:5000", "ghcr.io", "localhost5000"])
    def test_another_name_is_no_near_miss(self, home: Home, kept: str) -> None:
        home.docker(auths={kept: {"auth": auth("anna", SECRET)}})
        assert self.told(home, "localhost:5000") == []

    def test_an_empty_entry_is_none(self, home: Home) -> None:
        home.docker(auths={"localhost": {}})
        assert self.told(home, "localhost:5000") == []


class TestRenewal:
    """What helps where credentials are refused: never a login that would not be looked at."""

    def test_each_source_names_what_changes_it(self, home: Home) -> None:
        own = {"auths": {"ghcr.io": {"auth": auth("anna", SECRET)}}}

        def renewal(given: dict[str, Credential] | None = None, **environ: str) -> str:
            credential = Chain(home.environ | environ, given=given).find("ghcr.io", "acme/api")
            assert credential is not None
            return credential.renewal

        home.write(".config/helm/registry/config.json", own)
        assert renewal() == ""  # `docker login` counts before Helm's
        home.docker(**own)
        assert renewal() == ""
        home.write(".config/containers/auth.json", own)
        assert "podman login {host}, or lazyoci registry login {host}" in renewal()
        assert "Correct DOCKER_AUTH_CONFIG or unset it" in renewal(DOCKER_AUTH_CONFIG=json.dumps(own))
        home.write(".config/lazyoci/auth.json", own)
        assert "lazyoci registry login {host}" in renewal() and "lazyoci registry logout {host}" in renewal()
        ours = {"LAZYOCI_AUTH_HOST": "ghcr.io", "LAZYOCI_USERNAME": "anna", "LAZYOCI_PASSWORD": SECRET}
        assert renewal(**ours).startswith("Correct LAZYOCI_USERNAME and LAZYOCI_PASSWORD, or unset them")
        given = {"ghcr.io": Credential("the command line", "anna", SECRET)}
        assert renewal(given, **ours).startswith("Give another user or password")
        assert "docker login" not in renewal(given)

    def test_a_broken_entry_is_mended_by_a_login_that_counts_first(self, home: Home) -> None:
        home.docker(auths={"ghcr.io/acme": {"auth": "!!"}})
        with pytest.raises(SettingsError) as caught:
            Chain(home.environ).find("ghcr.io", "acme/api")
        assert caught.value.hint == "log in anew: lazyoci registry login ghcr.io/acme"
        home.write(".config/lazyoci/auth.json", {"auths": {"ghcr.io/acme": {"auth": auth("anna", SECRET)}}})
        assert found(home, "ghcr.io", "acme/api").username == "anna"

"""The credential chain: which source wins, for which repository, and what is said about it."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lazyoci.errors import SettingsError
from lazyoci.registry.credentials import docker_config
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


class TestOrder:
    def test_nothing_anywhere_is_anonymous(self, home: Home) -> None:
        assert Chain(home.environ).find("ghcr.io", "acme/api") is None

    def test_each_source_yields_to_those_before_it(self, home: Home) -> None:
        """From the last to the first: whoever comes earlier in the order of the chain wins."""
        environ = dict(home.environ)

        def auths(name: str) -> dict[str, object]:
            return {"auths": {"ghcr.io": {"auth": auth(name, SECRET)}}}

        def winner(given: dict[str, Credential] | None = None) -> tuple[str, str]:
            credential = Chain(environ, given=given).find("ghcr.io", "acme/api")
            assert credential is not None and credential.password == SECRET
            return credential.username, credential.source

        home.write(".config/helm/registry/config.json", auths("helm"))
        assert winner() == ("helm", "~/.config/helm/registry/config.json")
        home.write(".dockercfg", auths("old")["auths"])
        assert winner() == ("old", "~/.dockercfg")
        home.docker(**auths("docker"))
        assert winner() == ("docker", "~/.docker/config.json")
        home.write(".config/containers/auth.json", auths("podman"))
        assert winner() == ("podman", "~/.config/containers/auth.json")
        home.write("run/containers/auth.json", auths("session"))
        assert winner() == ("session", "~/run/containers/auth.json")
        environ["REGISTRY_AUTH_FILE"] = str(home.write("reg.json", auths("named")))
        assert winner() == ("named", "~/reg.json")
        environ["DOCKER_AUTH_CONFIG"] = f'{{"auths": {{"ghcr.io": {{"username": "inline", "password": "{SECRET}"}}}}}}'
        assert winner() == ("inline", "DOCKER_AUTH_CONFIG")
        home.write(
            ".config/lazyoci/config.yaml",
            f"registries:\n- url: ghcr.io\n  username: settings\n  password: {SECRET}\n",
        )
        assert winner() == ("settings", "~/.config/lazyoci/config.yaml")
        home.write(".config/lazyoci/auth.json", auths("own"))
        assert winner() == ("own", "~/.config/lazyoci/auth.json")
        environ |= {"LAZYOCI_AUTH_HOST": "ghcr.io", "LAZYOCI_USERNAME": "env", "LAZYOCI_PASSWORD": SECRET}
        assert winner() == ("env", "LAZYOCI_USERNAME and LAZYOCI_PASSWORD")
        flags = {"ghcr.io": Credential("the command line", "flag", SECRET)}
        assert winner(flags) == ("flag", "the command line")

    def test_within_a_file_a_hosts_helper_then_the_store_then_auths(self, home: Home) -> None:
        home.keychain("own", {"ghcr.io": ("helper", SECRET)})
        home.keychain("all", {"ghcr.io": ("store", SECRET), "quay.io": ("store", SECRET)})
        entry = {"auth": auth("file", SECRET)}
        home.docker(
            auths={"ghcr.io": entry, "quay.io": entry, "x.io": entry, "y.io": entry},
            credsStore="all",
            credHelpers={"ghcr.io": "own", "y.io": ""},
        )
        assert found(home, "ghcr.io").username == "helper"
        assert found(home, "ghcr.io").source == "the helper docker-credential-own named in ~/.docker/config.json"
        assert found(home, "quay.io").username == "store"
        assert found(home, "x.io").username == "file", "the store has nothing for it"
        before = home.calls("all")
        assert found(home, "y.io").username == "file", "an empty helper means: none for this host"
        assert home.calls("all") == before

    def test_later_sources_are_not_touched(self, home: Home) -> None:
        home.write(".config/lazyoci/auth.json", {"auths": {"ghcr.io": {"auth": auth("own", SECRET)}}})
        home.write(".docker/config.json", "{ broken")
        assert found(home).username == "own"


class TestMayHave:
    """Whether there may be a credential is told without asking a helper, and without an error."""

    def test_nothing_anywhere(self, home: Home) -> None:
        assert not Chain(home.environ).may_have("ghcr.io", "acme/api")

    def test_those_of_another_host_do_not_count(self, home: Home) -> None:
        home.docker(auths={"quay.io": {"auth": auth("me", SECRET)}}, credHelpers={"gcr.io": "gcloud"})
        assert not Chain(home.environ).may_have("ghcr.io", "acme/api")

    def test_a_file_has_some(self, home: Home) -> None:
        home.docker(auths={"ghcr.io": {"auth": auth("me", SECRET)}})
        assert Chain(home.environ).may_have("ghcr.io", "acme/api")

    def test_a_helper_is_named_and_not_run(self, home: Home) -> None:
        home.docker(credsStore="missing")
        assert Chain(home.environ, on_warning=pytest.fail).may_have("ghcr.io", "acme/api")

    def test_some_are_given(self, home: Home) -> None:
        given = {"ghcr.io": Credential("the test", "me", SECRET)}
        assert Chain(home.environ, given=given).may_have("ghcr.io")
        assert not Chain(home.environ, given=given).may_have("quay.io")

    @pytest.mark.parametrize("variable", ["LAZYOCI_AUTH_HOST", "DOCKER_AUTH_CONFIG"])
    def test_a_variable_has_some(self, home: Home, variable: str) -> None:
        value = {
            "LAZYOCI_AUTH_HOST": "ghcr.io",
            "DOCKER_AUTH_CONFIG": json.dumps({"auths": {"ghcr.io": {"auth": auth("me", SECRET)}}}),
        }[variable]
        assert Chain(home.environ | {variable: value}).may_have("ghcr.io", "acme/api")

    def test_what_cannot_be_read_may_have_some(self, home: Home) -> None:
        home.write(".docker/config.json", [])
        assert Chain(home.environ).may_have("ghcr.io", "acme/api")


class TestEnvironment:
    def test_counts_for_its_host_only(self, home: Home) -> None:
        given = {"LAZYOCI_AUTH_HOST": "https://ghcr.io/acme", "LAZYOCI_USERNAME": "u", "LAZYOCI_PASSWORD": SECRET}
        chain = Chain(home.environ | given)
        assert chain.find("ghcr.io", "acme/api") is not None
        assert chain.find("ghcr.io", "other/api") is None
        assert chain.find("evil.example.com", "acme/api") is None

    @pytest.mark.parametrize(
        ("given", "warning"),
        [
            ({"LAZYOCI_USERNAME": "u", "LAZYOCI_PASSWORD": SECRET}, "LAZYOCI_AUTH_HOST does not say"),
            ({"LAZYOCI_AUTH_HOST": "ghcr.io", "LAZYOCI_USERNAME": "u"}, "LAZYOCI_PASSWORD is empty"),
            ({"LAZYOCI_AUTH_HOST": "ghcr.io", "LAZYOCI_PASSWORD": SECRET}, "LAZYOCI_USERNAME is empty"),
        ],
    )
    def test_half_given_is_told_and_not_used(self, home: Home, given: dict[str, str], warning: str) -> None:
        warnings: list[str] = []
        chain = Chain(home.environ | given, on_warning=warnings.append)
        assert chain.find("ghcr.io") is None and chain.find("ghcr.io", refresh=True) is None
        assert len(warnings) == 1 and warning in warnings[0]
        assert SECRET not in warnings[0] + str(chain.describe("ghcr.io"))

    def test_a_host_that_is_none_is_an_error(self, home: Home) -> None:
        chain = Chain(home.environ | {"LAZYOCI_AUTH_HOST": f"https://u:{SECRET}@ghcr.io"})
        with pytest.raises(SettingsError, match="LAZYOCI_AUTH_HOST: ") as caught:
            chain.find("ghcr.io")
        assert SECRET not in caught.value.message + caught.value.hint


class TestKeys:
    @pytest.mark.parametrize("host", ["docker.io", "index.docker.io", "registry-1.docker.io"])
    @pytest.mark.parametrize(
        "key", ["https://index.docker.io/v1/", "docker.io", "index.docker.io", "registry-1.docker.io/v2/"]
    )
    def test_docker_hub_has_many_names(self, home: Home, host: str, key: str) -> None:
        home.docker(auths={key: {"auth": auth("u", SECRET)}})
        assert found(home, host, "library/nginx").username == "u"

    def test_docker_hubs_own_key_comes_first(self, home: Home) -> None:
        home.docker(
            auths={"docker.io": {"auth": auth("b", SECRET)}, "https://index.docker.io/v1/": {"auth": auth("a", SECRET)}}
        )
        assert found(home, "docker.io").username == "a"

    @pytest.mark.parametrize("host", ["docker.io", "registry-1.docker.io"])
    def test_helpers_know_docker_hub_by_its_key(self, home: Home, host: str) -> None:
        home.keychain("k", {"https://index.docker.io/v1/": ("u", SECRET)})
        home.docker(credsStore="k")
        assert found(home, host).username == "u"
        assert home.calls("k") == ["get https://index.docker.io/v1/"]

    @pytest.mark.parametrize("key", ["docker.io", "https://index.docker.io/v1/"])
    def test_a_helper_of_docker_hubs_own(self, home: Home, key: str) -> None:
        home.keychain("k", {"https://index.docker.io/v1/": ("u", SECRET)})
        home.docker(credHelpers={key: "k"})
        assert found(home, "docker.io").username == "u"

    @pytest.mark.parametrize(
        "key", ["https://reg.lan:5000", "http://reg.lan:5000/v1/", "reg.lan:5000/v2", "REG.lan:5000"]
    )
    def test_old_keys_are_urls(self, home: Home, key: str) -> None:
        home.docker(auths={key: {"auth": auth("u", SECRET)}})
        assert found(home, "reg.lan:5000", "a/b").username == "u"
        assert Chain(home.environ).find("reg.lan", "a/b") is None, "the port is part of the host"

    def test_the_longest_path_wins(self, home: Home) -> None:
        home.docker(
            auths={
                name: {"auth": auth(name, SECRET)}
                for name in ("quay.io", "quay.io/acme", "quay.io/acme/api", "docker.io/acme")
            }
        )
        chain = Chain(home.environ)
        for path, key in {
            "acme/api": "quay.io/acme/api",
            "acme/api/sub": "quay.io/acme/api",
            "acme/apis": "quay.io/acme",
            "acmeister/x": "quay.io",
            "": "quay.io",
        }.items():
            credential = chain.find("quay.io", path)
            assert credential is not None and credential.username == key
        assert chain.find("docker.io", "library/nginx") is None
        assert chain.find("docker.io", "acme/x") is not None

    def test_an_empty_entry_is_only_a_marker(self, home: Home) -> None:
        home.docker(auths={"ghcr.io": {}, "https://ghcr.io": {"auth": auth("u", SECRET)}})
        assert found(home).username == "u"


class TestTokens:
    def test_identity_and_registry_tokens(self, home: Home) -> None:
        zero = "00000000-0000-0000-0000-000000000000"
        home.docker(
            auths={
                "acr.example.com": {"auth": auth(zero, ""), "identitytoken": SECRET},
                "tok.example.com": {"registrytoken": SECRET},
            }
        )
        identity, registry = found(home, "acr.example.com"), found(home, "tok.example.com")
        assert (identity.username, identity.password, identity.identity_token) == (zero, "", SECRET)
        assert (registry.registry_token, registry.identity_token) == (SECRET, "")
        assert SECRET not in repr(identity) + repr(registry)

    def test_a_helpers_token_user_means_an_identity_token(self, home: Home) -> None:
        home.keychain("k", {"ghcr.io": ("<token>", SECRET)})
        home.docker(credsStore="k")
        credential = found(home)
        assert (credential.username, credential.password, credential.identity_token) == ("", "", SECRET)

    def test_passwords_keep_colons_and_lose_nuls(self, home: Home) -> None:
        home.docker(auths={"ghcr.io": {"auth": auth("u", "a:b:é\0\0")}})
        assert found(home).password == "a:b:é"

    def test_padding_may_be_missing(self, home: Home) -> None:
        home.docker(auths={"ghcr.io": {"auth": auth("user", "pass").rstrip("=")}})
        assert found(home).password == "pass"


class TestBroken:
    @pytest.mark.parametrize(
        ("text", "message"),
        [
            ('{\n"auths": {\n', "~/.docker/config.json:3: not JSON"),
            ("[]", "~/.docker/config.json:1: expected a JSON object"),
            ('{\n "auths": ["x"]\n}', "~/.docker/config.json:2: auths: expected an object"),
            ('{\n\n "credsStore": 5}', "~/.docker/config.json:3: credsStore: expected the name of a helper"),
            ('{\n "credHelpers": {"ghcr.io": 1}}', "~/.docker/config.json:2: credHelpers: expected an object"),
            (
                '{"auths": {\n "ghcr.io": {"auth": "!hunter2-5up3r-s3cret"}}}',
                "config.json:2: auths 'ghcr.io': auth: expected",
            ),
            (
                '{"auths": {\n "ghcr.io": {"auth": "aHVudGVyMg=="}}}',
                "config.json:2: auths 'ghcr.io': auth: expected base64",
            ),
            ('{"auths": {\n "ghcr.io": "x"}}', "config.json:2: auths 'ghcr.io': expected an object"),
            (
                '{"auths": {\n "ghcr.io": {"identitytoken": 7}}}',
                "config.json:2: auths 'ghcr.io': identitytoken: expected text",
            ),
            (
                '{"auths": {\n "ghcr.io": {"username": "u", "password": "hunter2\\ud800"}}}',
                "config.json:2: auths 'ghcr.io': password: expected text",
            ),
            ('{"credsStore": "../../tmp/evil"}', "~/.docker/config.json: '../../tmp/evil' is not the name"),
        ],
    )
    def test_says_file_and_line_and_no_secret(self, home: Home, text: str, message: str) -> None:
        home.write(".docker/config.json", text)
        with pytest.raises(SettingsError) as caught:
            Chain(home.environ).find("ghcr.io")
        assert message in caught.value.message
        assert SECRET not in caught.value.message and "aHVudGVyMg" not in caught.value.message

    @pytest.mark.skipif(os.name == "nt", reason="makes a pipe and names a device")
    @pytest.mark.parametrize("kind", ["pipe", "device"])
    def test_a_file_that_never_ends_is_an_error_and_not_waited_for(self, home: Home, kind: str) -> None:
        file = home.write(".docker/config.json", "")
        file.unlink()
        if kind == "pipe":
            os.mkfifo(file)
        else:
            file.symlink_to("/dev/zero")
        with pytest.raises(SettingsError, match=r"config\.json cannot be read: it is not a regular file"):
            Chain(home.environ).find("ghcr.io")

    def test_a_broken_entry_of_another_host_does_no_harm(self, home: Home) -> None:
        home.docker(auths={"x.io": {"auth": "!"}, "ghcr.io": {"auth": auth("u", SECRET)}})
        assert found(home).username == "u"

    @pytest.mark.parametrize("text", ["", "\n", "{}", '{"auths": null, "credsStore": null}', '{"auths": []}'])
    def test_an_empty_file_is_no_error(self, home: Home, text: str) -> None:
        home.write(".docker/config.json", text)
        assert Chain(home.environ).find("ghcr.io") is None

    def test_a_directory_in_place_of_the_file(self, home: Home) -> None:
        (home.root / ".docker" / "config.json").mkdir(parents=True)
        with pytest.raises(SettingsError, match="cannot be read"):
            Chain(home.environ).find("ghcr.io")

    def test_inline_json_that_is_broken(self, home: Home) -> None:
        with pytest.raises(SettingsError, match="DOCKER_AUTH_CONFIG:1: not JSON"):
            found(home, DOCKER_AUTH_CONFIG="{")


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["auth", "ghcr.io", "x"]), inner),
    max_leaves=8,
)
documents = st.text(max_size=40) | st.dictionaries(
    st.sampled_from(["auths", "credHelpers", "credsStore", "other"]), json_values
).map(json.dumps)


@settings(max_examples=50, deadline=None)
@given(documents, st.booleans())
def test_any_text_is_read_or_refused_with_an_error_of_ours(text: str, flat: bool) -> None:
    try:
        file = docker_config.parse(text, "config.json", flat=flat)
        file.helper("ghcr.io")
        file.find("ghcr.io", "a/b")
    except SettingsError as error:
        assert error.message.startswith("config.json:")


class TestPlaces:
    def test_docker_config_names_a_directory(self, home: Home) -> None:
        home.write("else/config.json", {"auths": {"ghcr.io": {"auth": auth("u", SECRET)}}})
        assert found(home, DOCKER_CONFIG=str(home.root / "else")).source == "~/else/config.json"

    @pytest.mark.parametrize(
        ("variable", "value", "file"),
        [
            ("HELM_REGISTRY_CONFIG", "h.json", "h.json"),
            ("HELM_CONFIG_HOME", "helm", "helm/registry/config.json"),
        ],
    )
    def test_helms_variables(self, home: Home, variable: str, value: str, file: str) -> None:
        home.write(file, {"auths": {"ghcr.io": {"auth": auth("u", SECRET)}}})
        assert found(home, **{variable: str(home.root / value)}).username == "u"

    def test_helms_file_with_docker_hub(self, home: Home) -> None:
        home.write(
            ".config/helm/registry/config.json", {"auths": {"registry-1.docker.io": {"auth": auth("u", SECRET)}}}
        )
        assert found(home, "docker.io", "acme/chart").username == "u"

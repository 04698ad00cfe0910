"""Refusals say what was shown, what there is, and what to do that works."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from lazyoci.oci.reference import parse_repository
from lazyoci.registry.credentials.credential import Credential
from lazyoci.registry.errors import RepositoryMissing, TlsError, Unauthorized
from lazyoci.registry.probe import probe
from tests import certs
from tests.hosts import Named
from tests.registry.fake import Exchange, FakeRegistry, Reply, faults
from tests.registry.kit import ALICE, kit

Fakes = Callable[..., FakeRegistry]


@pytest.mark.parametrize("keys", [ALICE, None], ids=["with credentials", "without"])
@pytest.mark.parametrize(
    ("header", "words"),
    [
        ([], "does not say how to show them (it sends no WWW-Authenticate header)"),
        (["Negotiate", "NTLM"], "takes them only by Negotiate, Ntlm, which is not spoken here"),
        (["Bearer service=x"], "does not say where to get a token for them (no realm in its WWW-Authenticate header)"),
    ],
    ids=["no header", "Negotiate", "no realm"],
)
def test_a_401_that_asks_for_nothing(
    header: list[str], words: str, keys: Credential | None, fake: FakeRegistry
) -> None:
    headers = [("WWW-Authenticate", value) for value in header]
    fake.script.on("*", ".", lambda exchange: exchange.send(Reply(401, list(headers))), nth=None)
    one = kit(keys=keys)
    with pytest.raises(Unauthorized) as raised:
        one.client.repository(parse_repository(f"{fake.host}/a/b")).head_manifest("v1")
    shown = 'those of user "alice" (from the test) were not sent' if keys else "none were found for it"
    assert f"{fake.host} wants credentials, but {words}; {shown}" in raised.value.message
    steps = {step.name: step for step in probe(kit(keys=keys).client, fake.host)}
    assert steps["token"].state == "failed" and shown in steps["token"].detail
    assert not any("authorization" in entry.headers for entry in fake.requests("*", "."))


@pytest.mark.parametrize("keys", [{"registry_token": "t0ken-t0ken"}, {"identity_token": "t0ken-t0ken"}], ids=str)
def test_a_token_where_a_password_is_wanted_is_said_to_be_there(keys: dict[str, str], fake: FakeRegistry) -> None:
    def ask(exchange: Exchange) -> None:
        exchange.send(Reply(401, [("WWW-Authenticate", 'Basic realm="x"')]))

    fake.script.on("*", ".", ask, nth=None)
    credential = Credential("the test", **keys)
    said = f"{fake.host} takes a user and a password, and what the test holds for it is a token; log in anew"
    with pytest.raises(Unauthorized) as raised:
        kit(keys=credential).client.repository(parse_repository(f"{fake.host}/a/b")).tags()
    assert said in raised.value.message
    steps = {step.name: step for step in probe(kit(keys=credential).client, fake.host)}
    assert steps["token"].state == "failed" and said in steps["token"].detail


def test_a_repository_that_is_missing_is_not_to_be_created_by_a_reader(fakes: Fakes) -> None:
    fake = fakes()
    fake.script.on("GET", "/tags/list", faults.answer(404, "NAME_UNKNOWN"), nth=None)
    with pytest.raises(RepositoryMissing) as raised:
        kit().client.repository(parse_repository(f"{fake.host}/nope")).tags()
    assert raised.value.hint.endswith(f"Check its name. What is there: lazyoci browse repos {fake.host}")
    assert "reate" not in raised.value.hint


def test_a_registry_that_lists_nothing_is_not_to_be_asked_for_it(fakes: Fakes, named: Named) -> None:
    fake = fakes()
    fake.script.on("GET", "/tags/list", faults.answer(404, "NAME_UNKNOWN"), nth=None)
    with pytest.raises(RepositoryMissing) as raised:
        kit(hosts=named({"ghcr.io": fake.url})).client.repository(parse_repository("ghcr.io/acme/nope")).tags()
    assert raised.value.hint.endswith("Check its name.")


def test_an_unknown_authority_can_be_trusted_once_or_for_good(fakes: Fakes, tmp_path: Path) -> None:
    fake = fakes(tls=certs.make(tmp_path, "server", "127.0.0.1").server_context())
    with pytest.raises(TlsError) as raised:
        kit().client.ping(fake.host)
    assert f"lazyoci registry add {fake.host} --ca FILE, or --ca FILE for this once" in raised.value.hint

"""For how long an answer of a registry is believed, and what is asked again by itself; who is shown what."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from lazyoci.errors import LazyociError
from lazyoci.oci.reference import parse_repository
from lazyoci.online import Answer, Question
from lazyoci.registry import errors
from lazyoci.registry.connect import connect
from lazyoci.settings import load
from lazyoci_lsp.features.hover.registry_state import age
from lazyoci_lsp.registries.observations import Observations, good_until, heals
from lazyoci_lsp.state.configuration import Configuration

NOW = 1_800_000_000.0
TAG = Question(parse_repository("reg.example/app"), "1")
TASK = errors.Task("reg.example")
LIMITED = errors.RateLimited("slower", TASK, wait=300)
DOWN = errors.Unreachable("gone", TASK, reason="down")
WRONG = errors.Unauthorized("wrong password", TASK)


def answer(state: Any = "verified", failure: LazyociError | None = None, *, as_push: bool = False) -> Answer:
    return Answer(TAG, state, NOW, as_push, digest="sha256:0" if state == "verified" else "", failure=failure)


@pytest.mark.parametrize(
    ("one", "seconds"),
    [
        (answer("verified"), 600),
        (answer("missing"), 60),  # it may be pushed any moment
        (answer("unchecked"), 60),
        (answer("unchecked", DOWN), 60),
        (answer("unauthorized", WRONG), 60),
        (answer("unchecked", LIMITED), 300),  # as long as the registry asked for
    ],
)
def test_answers_are_believed_for_a_while(one: Answer, seconds: float) -> None:
    assert good_until(one, Configuration()) == NOW + seconds


def test_the_way_to_a_registry_is_good_as_long_as_a_tag() -> None:
    one = Answer(Question(TAG.repository), "unchecked", NOW, as_push=False)
    assert good_until(one, Configuration()) == NOW + 600


def test_only_what_may_heal_is_asked_again_by_itself() -> None:
    assert heals(answer("unchecked", DOWN))
    assert heals(answer("unchecked", LIMITED))
    assert not heals(answer("unauthorized", WRONG))
    assert not heals(answer("unauthorized", errors.Denied("no right", TASK)))
    assert not heals(answer("verified"))


def test_what_credentials_saw_is_not_what_anybody_sees() -> None:
    time = [NOW]
    known = Observations(lambda: time[0])
    configuration = Configuration()
    assert known.due(TAG, configuration, as_push=True)
    known.put(answer(as_push=True), detailed=False)
    assert not known.due(TAG, configuration, as_push=True)
    assert known.due(TAG, configuration, as_push=False)
    assert known.get(TAG, as_push=False) is None
    assert known.due(TAG, configuration, as_push=True, details=True)
    known.put(answer(as_push=True), detailed=True)
    assert not known.due(TAG, configuration, as_push=True, details=True)
    time[0] += 601
    assert known.due(TAG, configuration, as_push=True)
    known.forget([TAG])
    assert known.get(TAG, as_push=True) is None


def test_nobody_is_shown_a_client_certificate_anonymously(tmp_path: Path) -> None:
    home = tmp_path / "lazyoci"
    home.mkdir()
    (home / "config.yaml").write_text(
        "registries:\n  - url: reg.example\n    cert: /c.pem\n    key: /k.pem\n    ca: /ca.pem\n", "utf-8"
    )
    environ = {"XDG_CONFIG_HOME": str(tmp_path), "HOME": str(tmp_path)}
    policies = []
    for anonymous in (False, True):
        with connect(load(environ), on_warning=pytest.fail, environ=environ, anonymous=anonymous) as client:
            policies.append(client.policy("reg.example"))
            found = client.credentials.find("reg.example")
            assert found is None
    assert [(policy.cert, policy.key) for policy in policies] == [(Path("/c.pem"), Path("/k.pem")), (None, None)]
    assert [policy.ca for policy in policies] == [Path("/ca.pem")] * 2


def test_ages_are_told_as_people_say_them() -> None:
    assert [age(seconds) for seconds in (-1, 0.4, 40, 61, 3599, 7300)] == [
        "0 s", "0 s", "40 s", "1 min", "59 min", "2 h 1 min",
    ]  # fmt: skip


def test_whatever_changes_what_is_known_gives_it_another_version() -> None:
    """Findings are made anew for another version only."""
    known = Observations()
    seen = {known.version}
    for change in (
        lambda: known.put(answer(), detailed=False),
        lambda: known.put(answer("missing"), detailed=True),
        lambda: known.forget([TAG]),
        lambda: known.forget(),
    ):
        change()
        assert known.version not in seen
        seen.add(known.version)

"""What a glob would publish that was not meant: every command refuses it, before anything is built or sent."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.unit.cli.files import Place, make_place

KEY = "-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXktdjEA\n-----END OPENSSH PRIVATE KEY-----\n"
FILES = """\
version: 1
artifacts:
  - type: artifact
    name: site
    files:
      - path: PATH
        mediaType: application/octet-stream
    targets:
      - registry: ghcr.io/acme/site
        tags:
          - v1
"""
COMMANDS = (["validate"], ["preview"], ["build", "--dry-run"], ["build", "--no-push", "--layout", "out"])


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Place:
    return make_place(tmp_path, monkeypatch, capsys)


@pytest.mark.parametrize("path", ['"*"', "deploy", '"deploy/**"'])
@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_a_key_that_a_glob_takes_along(place: Place, command: list[str], path: str) -> None:
    place.write(".lazy", FILES.replace("PATH", path))
    place.write("deploy/a.txt", "a")
    place.write("deploy/key", KEY)
    ran = place(*command)
    assert ran.code == 1
    assert "secret-file" in ran.out + ran.err
    assert "b3BlbnNzaC1rZXktdjEA" not in ran.out + ran.err
    assert not (place.path / "out").exists()


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_a_comment_says_that_it_is_meant(place: Place, command: list[str]) -> None:
    text = FILES.replace("      - path", "      # lazyoci: ignore[secret-file]\n      - path").replace("PATH", "deploy")
    place.write(".lazy", text)
    place.write("deploy/.env", "A=b\n")
    ran = place(*command)
    assert (ran.code, "secret" in ran.out + ran.err) == (0, False)


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_a_key_by_its_own_path_is_warned_of(place: Place, command: list[str]) -> None:
    place.write(".lazy", FILES.replace("PATH", "id_rsa"))
    place.write("id_rsa", KEY)
    ran = place(*command)
    assert ran.code == 0
    assert "possible-secret" in ran.out + ran.err


def test_what_nobody_may_read_is_judged_by_its_name(place: Place) -> None:
    place.write(".lazy", FILES.replace("PATH", "deploy"))
    place.write("deploy/id_ed25519", KEY).chmod(0)
    ran = place("validate")
    assert ran.code == 1
    assert "secret-file" in ran.out


def test_a_large_file_is_read_at_its_beginning_only(place: Place) -> None:
    place.write(".lazy", FILES.replace("PATH", "deploy"))
    place.write("deploy/data.pem", "")
    os.truncate(place.path / "deploy/data.pem", 1 << 40)  # with nothing in it
    assert place("validate").code == 0


@pytest.mark.parametrize("goal", ["elsewhere/.lazy", "nothing/there"])
def test_init_writes_through_no_link(place: Place, goal: str) -> None:
    other = place.write("elsewhere/.lazy", "mine\n")
    (place.path / ".lazy").symlink_to(goal)
    ran = place("init", "--force")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err == f"lazyoci: .lazy is a link to {goal}, and is not written through\n  remove the link: rm .lazy\n"
    assert other.read_text() == "mine\n"
    assert not (place.path / "nothing").exists()
    place.write("Dockerfile", "FROM scratch\n")
    assert place("init", "--stdout").code == 0

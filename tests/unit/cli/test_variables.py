"""Environment variables that are nearly one of lazyoci's own."""

from __future__ import annotations

from pathlib import Path

import pytest

from lazyoci.cli.variables import OWN, slips
from tests.unit.cli.files import Place, make_place
from tools import reference_settings


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Place:
    return make_place(tmp_path, monkeypatch, capsys)


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("REGSITRY", "REGISTRY"),
        ("REGISTERY", "REGISTRY"),
        ("TGA", "TAG"),
        ("TAGS", "TAG"),
        ("VERISON", "VERSION"),
        ("AUTHHOST", "AUTH_HOST"),
        ("USER", "USERNAME"),
        ("USER_NAME", "USERNAME"),
        ("PASSWORT", "PASSWORD"),
        ("TOKEN", "PASSWORD"),
    ],
)
def test_a_slip(name: str, meant: str) -> None:
    assert list(slips([f"LAZYOCI_{name}", "PATH"])) == [(f"LAZYOCI_{name}", f"LAZYOCI_{meant}")]


@pytest.mark.parametrize("name", ["VAR_REGSITRY", "VAR_", "DEBUG", "HOME", "CACHE", "FOO", "", "COMPLETE"])
def test_what_is_somebody_elses(name: str) -> None:
    assert list(slips([f"LAZYOCI_{name}", f"_LAZYOCI_{name}", "LAZYOCI", "LAZY_REGISTRY"])) == []


def test_all_of_our_own_are_known() -> None:
    told = {name for names in reference_settings.ENVIRONMENT.values() for name in names if name.startswith("LAZYOCI_")}
    assert {f"LAZYOCI_{name}" for name in OWN} == told - {"LAZYOCI_VAR_NAME"}


def test_every_command_says_so_once_whether_it_fails_or_not(place: Place) -> None:
    place.write(".lazy")
    for command, code in ((["validate", "-o", "json"], 0), (["build", "--artifact", "none"], 2), (["preview"], 0)):
        ran = place(*command, LAZYOCI_REGSITRY="ghcr.io/acme")
        assert ran.code == code
        warning = "warning: lazyoci reads no variable LAZYOCI_REGSITRY; did you mean LAZYOCI_REGISTRY?\n"
        assert ran.err.count(warning) == 1
        assert "LAZYOCI_REGSITRY" not in place(*command, "--quiet", LAZYOCI_REGSITRY="ghcr.io/acme").err

"""Sources and targets of `lazyoci copy` that are not meant, or hold a password."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from lazyoci.cli.implied_host import check_source, target
from lazyoci.oci.reference import parse
from tests.registry.fake import FakeRegistry
from tests.unit.cli.running import Runner
from tests.unit.registry.homes import Home

Fakes = Callable[..., FakeRegistry]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Runner:
    return Runner(monkeypatch, capsys, Home.make(tmp_path).environ)


def test_arguments_that_are_not_meant(run: Runner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*arguments: str) -> str:
        ran = run("copy", *arguments)
        assert ran.code == 2, ran
        return ran.err

    assert "TARGET... is missing" in refuse("a.b/c:v1")
    assert "a.b/d names no tag" in refuse("a.b/c:v1", "a.b/d")
    assert "  write a.b/d:TAG\n" in refuse("a.b/c:v1", "a.b/d")
    assert "write HOST/REPOSITORY:TAG, or ./out for a directory" in refuse("a.b/c:v1", "out")
    assert "write HOST/REPOSITORY:TAG, or ./out/x for a directory" in refuse("a.b/c:v1", "out/x")
    assert "out:v1 names no registry, and means docker.io/library/out:v1, where" in refuse("a.b/c:v1", "out:v1")
    assert "there is no directory out, and as a reference it names no registry" in refuse("out", "a.b/c:v1")
    assert "or ./Out/ for a directory" in refuse("a.b/c:v1", "Out/")
    assert "names a digest, which the source decides" in refuse("a.b/c:v1", f"a.b/d@sha256:{'0' * 64}")
    assert "a layout is a directory or a .tar" in refuse("a.b/c:v1", "./x.tar.gz")
    (tmp_path / "file").write_text("x", "utf-8")
    assert "is a file" in refuse("a.b/c:v1", str(tmp_path / "file"))
    monkeypatch.chdir(tmp_path)
    assert "file may be a path or a reference" in refuse("a.b/c:v1", "file")
    assert "--platform is empty" in refuse("a.b/c:v1", "a.b/d:v1", "--platform", "")
    assert "SOURCE is empty" in refuse("", "a.b/d:v1")
    assert "TARGET is empty" in refuse("a.b/c:v1", "a.b/d:v1", " ")
    (tmp_path / "x.tar").write_text("x", "utf-8")
    assert "x.tar itself" in refuse("./x.tar", "a.b/d:v1", "--metadata-file", "x.tar")


def test_what_names_no_registry_is_told_and_is_docker_hub(capsys: pytest.CaptureFixture[str]) -> None:
    for text, check in (("nginx:1", check_source), ("acme/api", check_source)):
        check(text, parse(text))
        assert f"{text} names no registry, and means {parse(text)}; write that" in capsys.readouterr().err
    assert target("acme/api:v1") == parse("acme/api:v1")
    assert "acme/api:v1 names no registry, and means docker.io/acme/api:v1; write that" in capsys.readouterr().err
    for text in ("docker.io/acme/api:v1", "index.docker.io/acme/api:v1", "oci://docker.io/acme/api:v1", "a.b/c:v1"):
        assert target(text) == parse(text)
        check_source(text, parse(text))
        assert capsys.readouterr().err == ""


@pytest.mark.parametrize("scheme", ["", "https://", "oci://"])
@pytest.mark.parametrize("password", ["s3cr3t", "s3@cr3t", "s3/cr3t"])
@pytest.mark.parametrize("end", [":v1", f"@sha256:{'0' * 64}"])
def test_a_password_is_never_shown(run: Runner, fakes: Fakes, scheme: str, password: str, end: str) -> None:
    one, other = fakes(), fakes()
    given = f"{scheme}bob:{password}@{one.host}/a{end}"
    for arguments in ((given, f"{other.host}/b:v1"), (f"{one.host}/a:v1", given)):
        ran = run("copy", *arguments)
        assert ran.code == 1
        assert not any(part in ran.out + ran.err for part in ("bob", "s3", "cr3t"))
        assert f"write {one.host}/a{end}, and log in" in ran.err
    assert one.requests() == other.requests() == []

"""Directories, and the `.lazy` file that `init` writes for them: tests/golden/init/NAME.json → NAME.lazy."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lazyoci.check import check
from lazyoci.config import format as formatting
from lazyoci.init.draft import drafts, files, text
from lazyoci.init.offers import Offer, offer
from lazyoci.init.remote import find_home
from lazyoci.init.survey import is_skipped, is_wanted, survey
from lazyoci.values.secret_files import is_secret_name
from lazyoci.walk import walk
from lazyoci.world import Face, World
from tests.e2e.cli import git, repository
from tests.goldens import GOLDEN, assert_golden
from tests.unit.init.places import lay

SHAPES = sorted(path.stem for path in (GOLDEN / "init").glob("*.json"))
GIVEN_LATER = {"unresolved-variable", "only-floating-tags", "not-portable"}  # information: .Registry and the version


def written(place: Path, shape: dict[str, object]) -> str:
    """What `init` writes for a shape, made in `place`."""
    contents = shape["files"]
    assert isinstance(contents, dict)
    lay(place, contents)
    if remote := shape.get("remote"):
        repository(place)
        git(place, "remote", "add", "origin", str(remote))
    found = survey(place, walk(place, lambda _: None, is_wanted, is_skipped))
    home = find_home(place)
    made = drafts(found, home)
    if not made:
        offered = offer(place)
        assert offered is not None
        made = [files(offered, home)]
    return text(made, home)


@pytest.mark.parametrize("name", SHAPES)
def test_shape(name: str, tmp_path: Path) -> None:
    shape = json.loads((GOLDEN / "init" / f"{name}.json").read_text("utf-8"))
    place = tmp_path / shape["directory"]
    place.mkdir()
    result = written(place, shape)
    assert_golden(f"init/{name}.lazy", result)
    assert formatting.format(result) == result
    for face in (Face.FILE, Face.EDITOR):
        world = World(environ={"LAZYOCI_REGISTRY": "registry.example.com/team"}, tag="v1.0.0", face=face)
        checked = check(result, place / ".lazy", world)
        assert [one for one in checked.diagnostics if one.code not in GIVEN_LATER] == []
        assert checked.plan is not None
        assert all(one.reference is not None or one.tag.unknown for a in checked.plan.artifacts for one in a.references)


@pytest.mark.parametrize("name", ["aws-credentials.json", "server.key", "id_ed25519", ".env", "token.txt"])
def test_secrets_alone_are_nothing_to_publish(name: str, tmp_path: Path) -> None:
    lay(tmp_path, {name: "x"})
    assert offer(tmp_path) is None


@pytest.mark.parametrize(
    "text",
    [
        '{"auths": {"ghcr.io": {"auth": "YW5uYTpzM2NyZXQ="}}}',
        "users:\n- user:\n    token: abc\n",
        "machine ghcr.io login anna password s3cret",
        "postgres://anna:s3cret@db/shop",
        "DB_PASSWORD=s3cret",
        "AIzaSyA-1234567890abcdefghijklmnopqrstu",
        "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.c2ln",
        "-----BEGIN PGP PRIVATE KEY BLOCK-----",
        "# Netscape HTTP Cookie File",
    ],
)
def test_what_a_file_holds_may_be_a_secret_whatever_its_name(text: str, tmp_path: Path) -> None:
    lay(tmp_path, {"config.json": text})
    assert offer(tmp_path) is None


def test_words_for_secrets_in_programs_and_explanations_are_none(tmp_path: Path) -> None:
    words = 'login({password: "x", token: t})'
    lay(tmp_path / "a", {"dist/app.js": words, "dist/app.css": ""})
    assert offer(tmp_path / "a") == Offer(("dist/*",), built=True)
    lay(tmp_path / "b", {"README.md": words})
    assert offer(tmp_path / "b") == Offer(("README.md",), built=False)
    schema = '{"properties": {"password": {"type": "string"}, "token": {"$ref": "#/token"}}}'
    lay(tmp_path / "c", {"openapi.json": schema})
    assert offer(tmp_path / "c") == Offer(("openapi.json",), built=False)


@pytest.mark.parametrize("name", ["Dockerfile.prod", "Containerfile", "dump.sql.gz", "core.4711", "cookies.txt"])
def test_what_is_for_nobody_is_not_offered(name: str, tmp_path: Path) -> None:
    lay(tmp_path, {name: "x"})
    found = offer(tmp_path)
    assert found is None or found.paths == ()


@pytest.mark.parametrize(
    "name", ["README.md", "keyboard.json", "monkey.wasm", "app.tar.gz", "model.onnx", "rules.json", "environment.json"]
)
def test_names_that_are_no_secret(name: str) -> None:
    assert not is_secret_name(name)


@given(
    st.sampled_from(["secret", "token", "password", "credentials", "id_rsa", "kubeconfig", "api-key", "private"]),
    st.sampled_from(["{}", "{}.json", "my-{}", "my_{}.txt", "{}-2", "A.{}.b", "prod.{}", "{}.bak"]),
    st.booleans(),
)
def test_a_word_for_a_secret_is_seen_wherever_it_stands(word: str, form: str, upper: bool) -> None:
    name = form.format(word)
    assert is_secret_name(name.upper() if upper else name)

"""Names, paths and keys of a hostile file, on every way out of the program."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
import yaml

from tests.e2e.cli import lazyoci

# ESC, a bell, C1 (CSI), direction marks, a lone surrogate by escape is no YAML; line breaks and commands of CI services
HARM = "x\x1b[2J\x07\x9b31m\u202eevil\u2066"
COMMANDS = ["::error::pwned", "##[section]pwned", "##vso[task.complete]pwned", "##teamcity[pwned]", "::add-mask::e"]
_UNSAFE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]")
_COMMAND = re.compile(r"^\s*::[a-z-]+.*::|##\[|##vso\[|##teamcity\[", re.MULTILINE)


def _file(where: str, text: str) -> str:
    """A `.lazy` file with `text` at one place of it."""
    quoted = json.dumps(text)  # JSON's escapes are YAML's
    at = {
        "name": '"a"',
        "path": '"README"',
        "key": '"k"',
        "registry": '"r.example/a"',
        "tag": '"v1"',
        "type": "artifact",
    }
    at |= {"image": '"a:1"', "unknown": '"unknown"', "template": '"t"'}
    at[where] = quoted if where != "template" else json.dumps("{{ " + json.dumps(text) + " }}")
    return (
        "version: 1\nartifacts:\n"
        f"  - type: {at['type']}\n    name: {at['name']}\n    files:\n"
        f"      - path: {at['path']}\n        mediaType: text/plain\n"
        f"    annotations: {{{at['key']}: {at['template']}}}\n"
        f"    targets:\n      - registry: {at['registry']}\n        tags: [{at['tag']}]\n"
        + (f"{at['unknown']}: 1\n" if where == "unknown" else "")
        + (f"  - type: docker\n    image: {at['image']}\n    targets: []\n" if where == "image" else "")
    )


PLACES = ["name", "path", "key", "registry", "tag", "type", "image", "unknown", "template"]
FORMS = {
    "validate": ["validate"],
    "colours": ["validate", "--color", "always"],
    "concise": ["validate", "-o", "concise"],
    "preview": ["preview"],
    "html": ["preview", "-o", "html"],
    "dry run": ["build", "--dry-run", "--allow-unresolved"],
    "start": [],
}
MACHINES = {
    "json": ["validate", "-o", "json"],
    "sarif": ["validate", "-o", "sarif"],
    "preview": ["preview", "-o", "json"],
    "yaml": ["preview", "-o", "yaml"],
    "dry run": ["build", "--dry-run", "-o", "json"],
    "github": ["validate", "-o", "github"],
}


@pytest.mark.parametrize("place", PLACES)
def test_nothing_is_obeyed(place: str, tmp_path: Path) -> None:
    for number, text in enumerate((HARM, *(f"x\n{command}" for command in COMMANDS[:3]), COMMANDS[0])):
        (tmp_path / "README").write_text("x")
        (tmp_path / ".lazy").write_text(_file(place, text), encoding="utf-8")
        for name, arguments in FORMS.items():
            if number > 1 and name in ("colours", "start", "html"):
                continue
            ran = lazyoci(*arguments, cwd=tmp_path, FORCE_COLOR="")
            shown = re.sub(r"\x1b\[[0-9;]*m", "", ran.out + ran.err) if name == "colours" else ran.out + ran.err
            assert not _UNSAFE.search(shown), (name, shown)
            if name != "html":
                assert not _COMMAND.search(shown), (name, shown)
            assert ran.code in (0, 1), ran.err


@pytest.mark.parametrize("place", PLACES)
def test_machines_get_the_same_text_escaped(place: str, tmp_path: Path) -> None:
    (tmp_path / "README").write_text("x")
    (tmp_path / ".lazy").write_text(_file(place, HARM), encoding="utf-8")
    for name, arguments in MACHINES.items():
        ran = lazyoci(*arguments, cwd=tmp_path)
        assert not _UNSAFE.search(ran.out), (name, ran.out)
        if name in ("json", "sarif", "preview", "dry run"):
            json.loads(ran.out or "null")
        elif name == "yaml":
            yaml.safe_load(ran.out)


def test_json_keeps_the_name(tmp_path: Path) -> None:
    (tmp_path / "README").write_text("x")
    (tmp_path / ".lazy").write_text(_file("name", HARM), encoding="utf-8")
    for form in ("json", "yaml"):
        out = lazyoci("preview", "-o", form, cwd=tmp_path).out
        assert yaml.safe_load(out)["artifacts"][0]["name"] == HARM
        assert "\\u202e" in out.lower()


def test_a_path_with_a_line_break(tmp_path: Path) -> None:
    place = tmp_path / "a\n::error::b"
    place.mkdir()
    (place / ".lazy").write_text(_file("type", "nonsense"), encoding="utf-8")
    for arguments in (["validate", "."], ["validate", "-o", "concise", "."], ["preview", str(place)]):
        ran = lazyoci(*arguments, cwd=tmp_path)
        assert not _COMMAND.search(ran.out + ran.err), ran
    (place / ".lazy").unlink()
    ran = lazyoci("validate", str(place), cwd=tmp_path)
    assert not _COMMAND.search(ran.out + ran.err), ran


def test_keys_of_the_settings(tmp_path: Path) -> None:
    settings = tmp_path / "config.yaml"
    settings.write_text(json.dumps({"x\n::error::y\u202e": 1}), encoding="utf-8")
    home = tmp_path / "home" / "lazyoci"
    home.mkdir(parents=True)
    settings.rename(home / "config.yaml")
    ran = lazyoci("config", "list", cwd=tmp_path, XDG_CONFIG_HOME=str(home.parent))
    assert not _COMMAND.search(ran.out + ran.err), ran
    assert not _UNSAFE.search(ran.out + ran.err)
    (tmp_path / ".lazyoci.yaml").write_text(json.dumps({"x\n::error::y\u202e": 1}), encoding="utf-8")
    (tmp_path / ".lazy").write_text(_file("type", "artifact"), encoding="utf-8")
    ran = lazyoci("validate", cwd=tmp_path)
    assert not _COMMAND.search(ran.out + ran.err), ran
    assert not _UNSAFE.search(ran.out + ran.err)

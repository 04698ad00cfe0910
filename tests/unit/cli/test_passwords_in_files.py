"""A password in a registry's address, written in a file or given by LAZYOCI_REGISTRY, is shown by nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.cli.running import Runner
from tests.unit.registry.homes import Home

PASSWORD = "hunter22"
GIVEN = f"alice:{PASSWORD}@localhost:5601"
REGISTRIES = {
    "plain": f"{GIVEN}/acme/api",
    "long": f"{GIVEN}/" + "/".join(["acme"] * 30),
    "scheme": f"https://{GIVEN}/acme/api",
    "oci": f"oci://{GIVEN}/acme/api",
    "tagged": f"{GIVEN}/acme/api:v1",
    "variable": "{{ .Registry }}/acme/api",
    "before a variable": f"alice:{PASSWORD}@{{{{ .GitBranch }}}}/acme",
    "unknown variable": f"alice:{PASSWORD}@{{{{ .Nope }}}}/acme",
    "slash": f"alice:x/{PASSWORD}@localhost:5601/acme",
    "token": f"{PASSWORD}@ghcr.io/acme/api",
    "literal": f'{{{{ "{GIVEN}" }}}}/acme',
}
FILE = """\
version: 1
artifacts:
  - type: artifact
    name: a
    mediaType: application/vnd.example.a
    files: [{{path: app.lazy,   mediaType: text/plain}}]
    targets:
      - registry: '{0}'
        tags: [v1, "{{{{ .Registry }}}}"]
    annotations:
      where: "{{{{ .Registry }}}}"
"""
COMMANDS = [
    "validate", "validate -o json", "validate -o sarif", "validate -o github", "validate -o concise",
    "validate --online", "validate --diff", "format --diff", "preview", "preview -o json", "preview -o html",
    "build --dry-run", "build --dry-run -o json", "build", "build -o json", "build --dry-run --allow-unresolved",
    "build --layout {out}",
]  # fmt: skip


@pytest.mark.parametrize("registry", REGISTRIES.values(), ids=REGISTRIES)
def test_no_command_shows_it(
    registry: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "app.lazy"
    file.write_text(FILE.format(registry), "utf-8")
    home = Home.make(tmp_path)
    run = Runner(monkeypatch, capsys, home.environ | {"LAZYOCI_REGISTRY": GIVEN})
    for command in COMMANDS:
        ran = run(*command.format(out=tmp_path / "out").split(), str(file))
        assert ran.out + ran.err and ran.code in (0, 1), command
        assert PASSWORD not in ran.out + ran.err, command


@pytest.mark.parametrize("command", ["format --diff", "validate --diff", "format --check", "validate"])
def test_nor_that_of_an_annotation_beside_what_would_change(
    command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "app.lazy"
    text = FILE.replace("tags: [v1,", "tag:   [v1,").replace("{{{{ .Registry }}}}", f"https://a:{PASSWORD}@x.io/y")
    file.write_text(text.format("ghcr.io/acme/api"), "utf-8")
    ran = Runner(monkeypatch, capsys, Home.make(tmp_path).environ)(*command.split(), str(file))
    assert ran.code == 1
    assert PASSWORD not in ran.out + ran.err
    assert ("-" in ran.out and "*" * len(PASSWORD) in ran.out) or "diff" not in command

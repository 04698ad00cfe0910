"""What a newcomer meets: no file, the wrong place, no tag, no commit, no network. Each says the next command."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from lazyoci.cli import cli
from tests.e2e.cli import git, lazyoci, repository

LAZY = """\
version: 1
artifacts:
  - type: artifact
    name: settings
    files:
      - path: settings.json
        mediaType: application/json
    targets:
      - registry: TARGET
        tags: ["TAG"]
"""


def project(place: Path, target: str = "ghcr.io/acme/settings", tag: str = "{{ .Tag }}") -> Path:
    place.mkdir(parents=True)
    (place / ".lazy").write_text(LAZY.replace("TARGET", target).replace("TAG", tag), encoding="utf-8")
    (place / "settings.json").write_text("{}\n", encoding="utf-8")
    return place


def test_nothing_here(tmp_path: Path) -> None:
    ran = lazyoci(cwd=tmp_path)
    assert ran.code == 0
    assert "There is none here." in ran.out
    assert "  lazyoci init  " in ran.out


def test_a_file_here(tmp_path: Path) -> None:
    ran = lazyoci(cwd=project(tmp_path / "a"))
    assert ran.code == 0
    assert ".lazy declares settings (artifact)." in ran.out
    assert "  lazyoci build --tag v1.0.0 --dry-run --check  " in ran.out
    assert "LAZYOCI_REGISTRY" not in ran.out


def test_a_file_that_wants_a_registry(tmp_path: Path) -> None:
    place = repository(project(tmp_path / "a", '"{{ .Registry }}/settings"', "{{ .GitSHA }}"))
    assert "  export LAZYOCI_REGISTRY=" in lazyoci(cwd=place).out
    shown = lazyoci(cwd=place, LAZYOCI_REGISTRY="ghcr.io/acme").out
    assert "LAZYOCI_REGISTRY" not in shown
    assert "  lazyoci preview  " in shown


def test_a_broken_file_here(tmp_path: Path) -> None:
    place = project(tmp_path / "a", tag="{{ .Versoin }}")
    shown = lazyoci(cwd=place).out
    assert ".lazy has 1 error." in shown
    assert "  lazyoci validate  " in shown


def test_a_file_of_another_name(tmp_path: Path) -> None:
    (project(tmp_path / "a") / ".lazy").rename(tmp_path / "a" / "api.lazy")
    assert "  lazyoci validate api.lazy\n" in lazyoci(cwd=tmp_path / "a").out


@pytest.mark.parametrize("command", ["validate", "build", "preview", "format"])
def test_the_wrong_directory(command: str, tmp_path: Path) -> None:
    place = repository(project(tmp_path / "a"))
    inner = place / "src" / "api"
    inner.mkdir(parents=True)
    ran = lazyoci(command, cwd=inner)
    assert ran.code == 2
    assert "write one with: lazyoci init" in ran.err
    assert f"there is one above: cd {place}" in ran.err
    assert f"cd {place}" in lazyoci(cwd=inner).out


def test_nothing_above_the_repository_is_named(tmp_path: Path) -> None:
    project(tmp_path / "a")
    inner = repository(tmp_path / "a" / "other") / "src"
    inner.mkdir()
    assert "above" not in lazyoci("validate", cwd=inner).err


def test_no_git_tag(tmp_path: Path) -> None:
    place = repository(project(tmp_path / "a", tag="{{ .Version }}"))
    ran = lazyoci("build", "--dry-run", cwd=place)
    assert ran.code == 1
    assert "tag a commit, set LAZYOCI_VERSION, or give --tag a semantic version" in ran.err
    git(place, "tag", "v1.0.0")
    assert lazyoci("build", "--dry-run", cwd=place).out.splitlines()[1].endswith("ghcr.io/acme/settings:1.0.0")


def test_no_commit(tmp_path: Path) -> None:
    place = project(tmp_path / "a", tag="{{ .GitSHA }}")
    git(place, "init", "--quiet")
    assert "no commit yet; make one: git commit" in lazyoci("build", "--dry-run", cwd=place).err


def test_no_network(tmp_path: Path) -> None:
    place = project(tmp_path / "a", "registry.invalid/acme/settings")
    ran = lazyoci("build", "--tag", "v1.0.0", cwd=place)
    assert ran.code == 1
    assert "there is no host named registry.invalid" in ran.out
    assert "lazyoci registry test registry.invalid\n" in ran.out
    assert "lazyoci build --no-push --layout DIR\n" in ran.out
    assert lazyoci("build", "--tag", "v1.0.0", "--no-push", "--layout", "out", cwd=place).code == 0
    assert (place / "out" / "index.json").is_file()


def test_no_registry_on_this_machine(tmp_path: Path) -> None:
    place = project(tmp_path / "a", "localhost:1/settings")
    ran = lazyoci("build", "--tag", "v1.0.0", cwd=place)
    assert ran.code == 1
    assert "nothing listens at localhost:1\n      Start a registry at localhost:1" in ran.out


def commands(command: click.Command, context: click.Context) -> Iterator[tuple[str, str]]:
    """Every command's name and help."""
    yield context.command_path, command.help or ""
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            inner = command.get_command(context, name)
            assert inner is not None
            yield from commands(inner, click.Context(inner, context, name, **inner.context_settings))


def test_every_help_page_has_examples() -> None:
    for path, text in commands(cli, click.Context(cli, None, "lazyoci", **cli.context_settings)):
        examples = text.partition("\b\n")[2].partition("Examples:\n")[2]
        words = path.removeprefix("lazyoci ").split()[-1]
        assert words in examples, path

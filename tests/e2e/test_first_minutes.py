"""What a newcomer meets: no file, the wrong place, no tag, no commit, no network. Each says the next command."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from lazyoci.cli import cli
from tests import warm
from tests.e2e.cli import environment, git, lazyoci, repository
from tests.servers import docker_registry

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
    assert "tag a commit (git tag v0.1.0), or give --tag a version such as v1.0.0" in ran.err
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


def test_no_network_is_no_reason_to_build_where_nothing_is_built(tmp_path: Path) -> None:
    ran = lazyoci("browse", "tags", "registry.invalid/acme/settings", cwd=tmp_path)
    assert ran.code == 1
    assert "lazyoci registry test registry.invalid\n" in ran.err
    assert "--no-push" not in ran.err


def test_no_login(tmp_path: Path) -> None:
    with docker_registry(tmp_path / "registry", basic=True) as registry:
        place = project(tmp_path / "a", f"{registry.host}/settings")
        ran = lazyoci("build", "--tag", "v1.0.0", "--insecure", cwd=place)
        assert ran.code == 1
        assert f"{registry.host} wants credentials, and none were found for it" in ran.out
        assert f"Log in: docker login {registry.host}, or lazyoci registry login {registry.host}\n" in ran.out


@pytest.mark.parametrize(
    ("lazy", "remedy"),
    [
        ("type: image\n    name: app", "install Docker with buildx, or buildah, or podman"),
        ("type: docker\n    image: app:dev", "install Docker or Podman"),
    ],
)
def test_no_builder(lazy: str, remedy: str, tmp_path: Path) -> None:
    place = tmp_path / "a"
    place.mkdir()
    targets = "    targets:\n      - registry: ghcr.io/acme/app\n        tags: [v1]\n"
    (place / ".lazy").write_text(f"version: 1\nartifacts:\n  - {lazy}\n{targets}", encoding="utf-8")
    (place / "Dockerfile").write_text("FROM scratch\n", encoding="utf-8")
    ran = lazyoci("build", "--no-push", cwd=place, PATH=str(tmp_path))
    assert ran.code == 1
    assert remedy in ran.out


def test_a_shallow_clone(tmp_path: Path) -> None:
    origin = repository(project(tmp_path / "a", tag="{{ .Version }}"))
    git(origin, "tag", "v1.0.0")
    git(origin, "commit", "--quiet", "--allow-empty", "--message=two")
    git(tmp_path, "clone", "--quiet", "--depth=1", origin.as_uri(), "clone")
    ran = lazyoci("build", "--dry-run", cwd=tmp_path / "clone")
    assert "run git fetch --unshallow --tags, or give --tag a version such as v1.0.0" in ran.err
    git(tmp_path / "clone", "fetch", "--quiet", "--unshallow", "--tags")
    ran = lazyoci("build", "--dry-run", cwd=tmp_path / "clone")
    assert ran.code == 1
    assert "git tag v1.0.0, 1 commit before HEAD; tag HEAD, give --tag the new version" in ran.err
    git(tmp_path / "clone", "tag", "v1.0.1")
    assert lazyoci("build", "--dry-run", cwd=tmp_path / "clone").code == 0


def test_no_git(tmp_path: Path) -> None:
    place = repository(project(tmp_path / "a", tag="{{ .GitSHA }}"))
    assert "git is not installed" in lazyoci("build", "--dry-run", cwd=place, PATH=str(tmp_path)).err


def test_a_directory_named_lazy(tmp_path: Path) -> None:
    (tmp_path / ".lazy").mkdir()
    for command in ("validate", "build", "preview", "format"):
        ran = lazyoci(command, cwd=tmp_path)
        assert (ran.code, ran.err) == (
            2,
            "lazyoci: .lazy is a directory, not a file\n  move it away; then: lazyoci init\n",
        )
    assert "Here .lazy is a directory" in lazyoci(cwd=tmp_path).out


@pytest.mark.skipif(os.name != "posix", reason="symbolic links need a right here")
def test_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / ".lazy").symlink_to(".lazy")
    for command in ("validate", "build", "preview", "format"):
        ran = lazyoci(command, ".lazy", cwd=tmp_path)
        assert (ran.code, ran.out) == (2, "")
        assert ran.err.count("\n") <= 2


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ("vaildate", "lazyoci: no such command 'vaildate'; did you mean 'validate'?\n  See: lazyoci --help\n"),
        (
            "registry tset x",
            "lazyoci registry: no such command 'tset'; did you mean 'test'?\n  See: lazyoci registry --help\n",
        ),
        (
            "build --dryrun",
            "lazyoci build: there is no option --dryrun; did you mean --dry-run?\n  See: lazyoci build --help\n",
        ),
        (
            "build --tga v1",
            "lazyoci build: there is no option --tga; did you mean --tag?\n  See: lazyoci build --help\n",
        ),
        ("pull", "lazyoci pull: REFERENCE is missing\n  See: lazyoci pull --help\n"),
        (
            "completion",
            "lazyoci completion: an argument is missing; give one of bash, zsh, fish, powershell\n"
            "  See: lazyoci completion --help\n",
        ),
        ("explain missing-fiel", 'lazyoci: no rule has the code "missing-fiel"; did you mean "missing-file"?\n'),
        ("build nowhere", "lazyoci: nowhere does not exist\n  name a .lazy file, or a directory that holds one\n"),
    ],
)
def test_a_slip_of_the_fingers(arguments: str, says: str, tmp_path: Path) -> None:
    ran = lazyoci(*arguments.split(), cwd=tmp_path)
    assert (ran.code, ran.out, ran.err) == (2, "", says)


def test_a_terminal_without_boxes_and_colours(tmp_path: Path) -> None:
    place = repository(project(tmp_path / "a"))
    plain = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "PYTHONIOENCODING": "ascii:backslashreplace"}
    shown = lazyoci("preview", "--tag", "v1.0.0", "--color", "auto", cwd=place, **plain, NO_COLOR="1").out
    assert "`- " in shown
    assert shown.isascii()
    assert "\x1b" not in shown
    assert lazyoci(cwd=place, **plain).out.isascii()


@pytest.mark.parametrize("encoding", ["cp1252", "cp437", "latin-1", "ascii"])
def test_a_stream_that_lacks_characters(encoding: str, tmp_path: Path) -> None:
    """As pipes on Windows do: what cannot be shown is escaped, and JSON is UTF-8 all the same."""
    place = project(tmp_path / "a", tag="{{ .Tag }}")
    text = (place / ".lazy").read_text(encoding="utf-8").replace("name: settings", "name: 設定→")
    (place / ".lazy").write_text(text, encoding="utf-8")
    for command in (
        "preview --allow-unresolved",
        "validate",
        "format --diff",
        "build --dry-run --allow-unresolved",
        "build --help",
        "schema",
    ):
        ran = subprocess.run(
            [*warm.command(), *command.split()],
            cwd=place,
            env=environment(place) | {"PYTHONIOENCODING": encoding},
            capture_output=True,
        )
        assert (ran.returncode, b"internal error" in ran.stderr) == (0, False), command
    told = subprocess.run(
        [*warm.command(), "build", "--dry-run", "--tag", "v1", "-o", "json"],
        cwd=place,
        env=environment(place) | {"PYTHONIOENCODING": encoding},
        capture_output=True,
    )
    assert json.loads(told.stdout.decode("utf-8"))[0]["name"] == "設定→"


def test_no_line_of_the_first_page_is_wider_than_a_terminal(tmp_path: Path) -> None:
    place = repository(project(tmp_path / "a", '"{{ .Registry }}/settings"'))
    inner = place / "inner"
    inner.mkdir()
    for where in (place, inner, tmp_path):
        assert [line for line in lazyoci(cwd=where).out.splitlines() if len(line) > 80 and "cd " not in line] == []


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


def test_no_help_page_is_wider_than_a_terminal() -> None:
    for path, page in pages(80):
        wide = [line for line in page.splitlines() if len(line) > 80]
        assert wide == [], path


def pages(width: int) -> Iterator[tuple[str, str]]:
    """Every command's name and help page, as a terminal of such a width shows it."""

    def inner(command: click.Command, context: click.Context) -> Iterator[tuple[str, str]]:
        yield context.command_path, command.get_help(context)
        if isinstance(command, click.Group):
            for name in command.list_commands(context):
                one = command.get_command(context, name)
                assert one is not None
                options = {**one.context_settings, "terminal_width": width}
                yield from inner(one, click.Context(one, context, name, **options))

    yield from inner(cli, click.Context(cli, None, "lazyoci", **{**cli.context_settings, "terminal_width": width}))

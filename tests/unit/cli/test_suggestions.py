"""Words of other programs on the command line: each is answered with the command that does it here."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from lazyoci.cli import COMMANDS, cli, suggestions
from tests.e2e.cli import lazyoci
from tests.unit.cli.running import Runner

WORDS = [
    ("lint", "lazyoci validate"),
    ("check", "lazyoci validate"),
    ("ls", "lazyoci preview"),
    ("list", "lazyoci browse tags"),
    ("help", "lazyoci --help"),
    ("help build", "lazyoci build --help"),
    ("push", "lazyoci build"),
    ("run", "lazyoci build"),
    ("deploy", "lazyoci build"),
    ("login ghcr.io", "lazyoci registry login HOST"),
    ("logout", "lazyoci registry logout HOST"),
    ("tags", "lazyoci browse tags"),
    ("tag", "under targets"),
    ("inspect", "lazyoci browse manifest"),
    ("mirror", "Move from the Go tool"),
    ("cp", "lazyoci copy SOURCE TARGET"),
    ("sync", "skopeo sync"),
    ("fmt", "lazyoci format"),
    ("new", "lazyoci init"),
    ("Build", "lazyoci build"),
    ("browse list", "lazyoci browse repos"),
    ("registry ping", "lazyoci registry test"),
    ("config show", "lazyoci config list"),
    ("--theme dark", "Move from the Go tool"),
    ("version --short", "lazyoci --version"),
    ("build --version 1.0.0", "--tag VERSION"),
    ("build --json", "-o json"),
    ("build -n", "--dry-run"),
    ("validate --strict", "--severity warning"),
    ("build --tag", "--tag v1.4.2"),
    ("build -t", "-t v1.4.2"),
    ("build v1.0.0", "--tag v1.0.0"),
    ("preview 2.1", "--tag 2.1"),
    ("validate v1.0.0", "--tag v1.0.0"),
    ("build api", "--artifact api"),
    ("build --file lazy", "did you mean .lazy?"),
    ("validate lazy.yml", "did you mean .lazy?"),
    ("build ghcr.io/acme/api:v1", "lazyoci pull ghcr.io/acme/api:v1"),
    ("browse localhost:5000", "lazyoci browse repos localhost:5000"),
    ("browse ghcr.io", "lazyoci browse repos ghcr.io"),
    ("browse ghcr.io/acme/api", "lazyoci browse tags ghcr.io/acme/api"),
    ("browse ghcr.io/acme/api:v1", "lazyoci browse manifest ghcr.io/acme/api:v1"),
    ("browse localhost:5000/api@sha256:0", "lazyoci pull localhost:5000/api@sha256:0"),
    ("browse tags ghcr.io", "lazyoci browse repos ghcr.io"),
    ("browse tags localhost:5000", "lazyoci browse repos localhost:5000"),
    ("browse manifest ghcr.io", "ghcr.io is a registry, and not a repository"),
    ("pull localhost:5000", "localhost:5000/REPOSITORY"),
    ("registry ghcr.io", "lazyoci registry login ghcr.io"),
    ("registry localhost:5000", "lazyoci registry test localhost:5000"),
    ("ghcr.io/acme/api:v1", "lazyoci pull ghcr.io/acme/api:v1"),
    (".lazy", "lazyoci build .lazy"),
    ("pull ghcr.io/acme/api:v1 out", "--files out"),
    ("registry login ghcr.io anna", "--user anna"),
    ("browse tags ghcr.io/acme/api v1", "one argument too many: v1"),
    ("pull ghcr.io/acme/api@1.0.0", "ghcr.io/acme/api:1.0.0"),
    ("pull ghcr.io/acme/api --files", "--files out"),
    ("format --fix", "lazyoci validate --fix"),
    ("--tag v1.0.0 build", "lazyoci build --tag"),
    ("-t v1.0.0 build", "lazyoci build -t"),
    ("--dry-run build", "lazyoci build --dry-run"),
    ("--no-push build", "lazyoci build --no-push"),
    ("build --pull", "name it by its digest"),
    ("build --latest", "as - latest"),
    ("build --target prod", "write it as target"),
    ("build --no-cache", "docker builder prune"),
    ("build --load", "lazyoci pull REFERENCE --docker"),
    ("build --provenance", "under attestations"),
    ("build --plat linux/amd64", "did you mean --platform?"),
    ("build --dryrun", "did you mean --dry-run?"),
    ("build --push --bundle out.tar", "leave --push out"),
    ("build --platform all", "leave --platform out for all that the file names"),
    ("build —dry-run", "an option begins with two hyphens: --dry-run"),
    ("build https://github.com/acme/api", "clone the repository"),
    ("build *.lazy", "no file fits it"),
    ("build .l*", "without quotes the shell names the files"),
    ("build --artifact apo", "did you mean api?"),
    ("build --artifact all", "leave --artifact out for all"),
    ("build --artifact api,api", "--artifact api --artifact api"),
    ("build --file .lazy other", "name different files"),
    ("lazyoci build", "write lazyoci once"),
    ("publish b.tar --push", "without --dry-run it publishes"),
    ("publish b.tar --platform linux/amd64", "add --partial"),
    ("preview --dry-run", "it publishes nothing"),
    ("copy a.b/c:1 a.b/d:1 --all", "without --platform all are copied"),
    ("copy a.b/c:1 a.b/d:1 --platform all", "without --platform all are copied"),
    ("copy --tag v1 a.b/c:1 a.b/d", "write it behind TARGET"),
    ("pull a.b/c -t v1", "write it behind REFERENCE"),
    ("pull a.b/c:1 --all", "write --all-platforms"),
    ("build --occasion branch=main,schedule", "--occasion branch=main --occasion schedule"),
]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Runner:
    monkeypatch.chdir(tmp_path)
    return Runner(monkeypatch, capsys, {"HOME": str(tmp_path), "PATH": ""})


@pytest.mark.parametrize(("arguments", "says"), WORDS)
def test_the_command_that_does_it(arguments: str, says: str, tmp_path: Path, run: Runner) -> None:
    target = "    targets: [{registry: ghcr.io/acme/api, tags: [v1]}]\n"
    text = f"version: 1\nartifacts:\n  - type: docker\n    name: api\n    image: nginx\n{target}"
    (tmp_path / ".lazy").write_text(text, encoding="utf-8")
    ran = run(*arguments.split())
    assert (ran.code, ran.out) == (2, "")
    assert says in ran.err
    assert ran.err.count("\n") == 2


@pytest.mark.parametrize("name", ["--pull", "--puml", "--post", "--latest", "--target", "--no-cache", "--load"])
def test_no_option_is_answered_with_one_that_begins_alike_and_does_something_else(name: str) -> None:
    assert "did you mean" not in suggestions.option("lazyoci build", name, ["--push", "--no-push", "--list", "--tag"])


def test_the_same_file_twice_is_one(tmp_path: Path, run: Runner) -> None:
    target = "    targets: [{registry: ghcr.io/acme/api, tags: [v1]}]\n"
    (tmp_path / ".lazy").write_text(f"version: 1\nartifacts:\n  - type: docker\n    image: nginx\n{target}", "utf-8")
    assert run("build", "--file", ".lazy", ".", "--dry-run").code == 0


@pytest.mark.parametrize("word", ["lint", "hint", "unit", "inti", "int", "tint", "mint"])
def test_init_writes_a_file_and_so_is_proposed_to_nobody_else(word: str) -> None:
    said = suggestions.command("lazyoci", [word], COMMANDS)
    assert ("init" in said.partition(";")[2]) == word.startswith("in")


def test_every_command_that_is_named_exists() -> None:
    told = [text for words in suggestions._COMMANDS.values() for text in words.values()]
    told += [*suggestions._OPTIONS.values(), *suggestions._OF_COMMAND.values()]
    named = {tuple(found.split()) for text in told for found in re.findall(r"lazyoci ([a-z]+(?: [a-z]+\b)?)", text)}
    assert named
    for name, *rest in named:
        if name in ("deletes", "this"):
            continue
        assert name in COMMANDS, name
        if name in ("browse", "registry", "config"):
            group = cli.get_command(None, name)  # type: ignore[arg-type]
            commands = group.list_commands(None)  # type: ignore[union-attr,arg-type]
            assert rest == [] or rest[0] in commands, (name, rest)


def test_no_word_is_a_command_already() -> None:
    assert not set(suggestions._COMMANDS["lazyoci"]) & set(COMMANDS)


@pytest.mark.parametrize(
    "arguments",
    [
        ["build", "--tag", "--dry-run"],
        ["build", "-t", "--dry-run"],
        ["build", "--tag", "--metadata-file=x"],
        ["build", "--metadata-file", "--dry-run"],
        ["build", "--layout", "--no-push"],
        ["preview", "--var", "-h"],
        ["browse", "tags", "--filter", "--details", "x.io/y"],
        ["pull", "--dest", "--files", "x", "r.io/a"],
    ],
)
def test_no_option_swallows_the_next(arguments: list[str], tmp_path: Path) -> None:
    """Of `--tag --dry-run` with a forgotten version click alone makes a push under the tag `--dry-run`."""
    ran = lazyoci(*arguments, cwd=tmp_path)
    assert ran.code == 2
    assert " needs a value" in ran.err and ", before -" in ran.err
    assert list(tmp_path.iterdir()) == []


def test_a_value_that_looks_like_no_option_is_a_value(tmp_path: Path) -> None:
    assert "needs a value" not in lazyoci("build", "--tag", "-1", "--dry-run", cwd=tmp_path).err
    assert "needs a value" not in lazyoci("build", "--", "--tag", "--dry-run", cwd=tmp_path).err

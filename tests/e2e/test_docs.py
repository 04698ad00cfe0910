"""Documents are tests: marked blocks run, outputs are those shown, `.lazy` blocks validate, commands exist."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import click
import pytest

from lazyoci import cli
from lazyoci.check import check
from lazyoci.diagnostic import Severity
from lazyoci.rules import RULES
from tests import certs
from tests.e2e.cli import environment
from tests.e2e.stand_ins import StandIns
from tests.e2e.well_known import LOCAL, World, start_world
from tests.pages import MARKS, ROOT, Block, blocks, documents, pattern
from tests.servers import docker_registry, program
from tests.worlds import world as values

DOCUMENTS = documents()
BLOCKS = {page: blocks(page) for page in DOCUMENTS}
RUN = [page for page in DOCUMENTS if any(one.mark in ("run", "setup") for one in BLOCKS[page])]
SHELLS = ("bash", "console", "sh", "shell")
HEAD = "version: 1\nartifacts:\n"
# what cannot hold in a block on its own: the files that it names are the reader's
ABOUT_FILES = frozenset(rule.code for rule in RULES if rule.group in ("files", "helm")) | {"invalid-version-from"}
AHEAD = "not-portable"  # the pages also show what the Go tool lacks
TWICE = [ROOT / "README.md", ROOT / "docs/tutorial/index.md"]
LAB = "registry.lan:5000"  # with a certificate that only its own authority vouches for


def name_of(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


@contextmanager
def registries(text: str, place: Path) -> Iterator[World]:
    """The registries that a page names, that of a lab included, and the environment in which they are found."""
    if LAB not in text:
        with start_world(place / "world", text) as world:
            yield world
        return
    (place / "lab").mkdir()
    ca = certs.make(place / "lab", "ca", authority=True)
    server = certs.make(place / "lab", "server", LAB.partition(":")[0], issuer=ca)
    says = {"REGISTRY_HTTP_HOST": f"https://{LAB}"}
    with (
        docker_registry(place / "lab" / "data", tls=server, basic=True, environment=says) as registry,
        start_world(place / "world", text, **{LAB: registry.url}) as world,
    ):
        yield replace(world, environ=world.environ | {"LAB_CA": str(ca.cert)})


@pytest.mark.parametrize("page", [one for one in RUN if one not in TWICE], ids=name_of)
def test_the_blocks_of_a_page_run(page: Path, tmp_path: Path) -> None:
    """One shell runs the page; every marked block ends as it should, and prints what the page shows."""
    with registries(page.read_text("utf-8"), tmp_path) as world:
        failure = run(BLOCKS[page], tmp_path, world)
    compare(BLOCKS[page], tmp_path / "said", failure, world)


@pytest.mark.slow
@pytest.mark.parametrize("path", TWICE, ids=name_of)
def test_a_page_may_be_pasted_twice(path: Path, tmp_path: Path) -> None:
    """The first time it is as any page; then, in the same shell, the registry is as that left it, and no longer new."""
    page = BLOCKS[path]
    with registries(path.read_text("utf-8"), tmp_path) as world:
        failure = run([*page, *page], tmp_path, world)
    compare(page, tmp_path / "said", failure, world)
    for number, block in enumerate(page, len(page)):
        if block.mark in ("run", "setup"):
            code, said = block.options.get("exit", "0"), read(tmp_path / "said" / f"{number}.err")
            assert read(tmp_path / "said" / f"{number}.code").strip() == code, f"{block.place}: {said}{failure}"


def run(page: list[Block], scratch: Path, world: World) -> str:
    """Run a page in a home and a directory of its own; what it says goes to `said`. Gives what else the shell said."""
    place = scratch / "place"
    place.mkdir()
    clean = environment(place)
    Path(clean["HOME"]).mkdir()
    clean["TMPDIR"] = str(scratch / "temporary")  # where pages make a directory to work in
    Path(clean["TMPDIR"]).mkdir()
    stand_ins = StandIns(scratch / "bin")
    if any(program(block.options["needs"]) for block in page if "needs" in block.options):
        if os.geteuid() != 0:
            pytest.skip("building without root needs user namespaces set up")
        (stand_ins.directory / "docker").unlink()  # what is really installed builds
        own_storage(scratch, clean)
    identity = {f"GIT_{role}_NAME": "Anna" for role in ("AUTHOR", "COMMITTER")}
    identity |= {f"GIT_{role}_EMAIL": "anna@example.com" for role in ("AUTHOR", "COMMITTER")}
    # the same commits, with the same names, in every run
    identity |= {f"GIT_{role}_DATE": "2026-01-02T12:00:00Z" for role in ("AUTHOR", "COMMITTER")}
    identity |= {"GIT_CONFIG_NOSYSTEM": "1", "CHECKOUT": str(ROOT)}
    done = subprocess.run(
        [program("bash"), "-u", "-o", "pipefail", str(script(page, scratch / "said", world))],
        cwd=place,
        env=clean | world.environ | identity | {"PATH": stand_ins.path},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        encoding="utf-8",
    )
    return done.stderr


def commits_as_written(scratch: Path, world: World) -> dict[str, str]:
    """The short names of all commits of a page's run → those they would have with its files as they are written."""
    names: dict[str, str] = {}
    for number, repository in enumerate(sorted(scratch.rglob(".git")) if world.local else ()):
        copy = scratch / f"as-written-{number}"
        git("init", "--quiet", "--bare", str(copy))
        # the port has as many digits as the one that is written, so the lengths in the stream stay true
        exported = git("-C", str(repository), "fast-export", "--all").replace(world.local, LOCAL)
        git("-C", str(copy), "fast-import", "--quiet", stdin=exported)
        here, there = (git("-C", str(one), "rev-list", "--all", "--topo-order").split() for one in (repository, copy))
        names |= {one[:7]: other[:7] for one, other in zip(here, there, strict=True)}
    return names


def git(*arguments: str, stdin: str = "") -> str:
    done = subprocess.run([program("git"), *arguments], input=stdin.encode(), capture_output=True, check=True)
    return done.stdout.decode()


def own_storage(scratch: Path, environ: dict[str, str]) -> None:
    """Let Buildah and Podman keep their images here; vfs works wherever tests run."""
    places = f'runroot = "{scratch / "run"}"\ngraphroot = "{scratch / "graph"}"\n'
    (scratch / "storage.conf").write_text(f'[storage]\ndriver = "vfs"\n{places}', encoding="utf-8")
    environ |= {"CONTAINERS_STORAGE_CONF": str(scratch / "storage.conf"), "BUILDAH_ISOLATION": "chroot"}


def script(page: list[Block], said: Path, world: World) -> Path:
    """One bash script of all blocks to run: stdout, stderr and exit code of each go to files of its number."""
    said.mkdir()
    lines = ["set -e"]
    for number, block in enumerate(page):
        here = shlex.quote(str(said / str(number)))
        if block.mark == "file":
            assert block.title, f"{block.place}: a file needs a title"
            delimiter = f"END_OF_FILE_{number}"
            lines.append(f"cat > {shlex.quote(block.title)} <<'{delimiter}'\n{block.text}{delimiter}")
        elif block.mark in ("run", "setup"):
            lines.append(f"exec > {here}.out 2> {here}.err")
            text = block.text if block.language != "python" else in_python(block.text, number)
            if block.options.get("exit", "0") == "0":
                lines.append(f"{text}echo 0 > {here}.code")
            else:
                lines.append(f"set +e\n{text}echo $? > {here}.code\nset -e")
    path = said / "script"
    path.write_text(world.here("\n".join(lines) + "\n"), encoding="utf-8", newline="\n")
    return path


def in_python(text: str, number: int) -> str:
    """A block of Python as a command of the shell: a program of its own."""
    return f"{shlex.quote(sys.executable)} - <<'END_OF_PYTHON_{number}'\n{text}END_OF_PYTHON_{number}\n"


def compare(page: list[Block], said: Path, failure: str, world: World) -> None:
    """Hold what was said against the marks of the page."""
    commits = commits_as_written(said.parent, world)

    def written(text: str) -> str:
        return re.sub(r"\b[0-9a-f]{7}\b", lambda found: commits.get(found[0], found[0]), world.as_written(text))

    last = -1
    for number, block in enumerate(page):
        if block.mark in ("run", "setup"):
            last = number
            heard = {end: written(read(said / f"{number}.{end}")) for end in ("out", "err", "code")}
            assert "Traceback" not in heard["err"], f"{block.place}: {heard['err']}"
            code, told = (
                block.options.get("exit", "0"),
                f"{block.place}:\n{block.text}{heard['out']}{heard['err']}{failure}",
            )
            assert heard["code"].strip() == code, f"exit {heard['code'].strip() or '≠ 0'}, not {code}: {told}"
        elif block.mark in ("output", "stderr"):
            heard_there = written(read(said / f"{last}.{'out' if block.mark == 'output' else 'err'}"))
            trimmed = "".join(line.rstrip() + "\n" for line in heard_there.rstrip().split("\n"))
            shown = through_a_proxy(block.text) if "left to the proxy" in trimmed else block.text
            assert pattern(shown).fullmatch(trimmed), f"{block.place} shows\n{block.text}\nbut it is\n{trimmed}"


def through_a_proxy(shown: str) -> str:
    """What `registry test` says where a proxy leads to the registry, as it does here; the pages show it without one."""
    shown = re.sub(
        r"(?m)^ok      ( +)(DNS|TCP)( +).*$", r"skipped \1\2\3left to the proxy http://… of HTTPS_PROXY", shown
    )
    return shown.replace("TLSv1.3, verified HTTPS, certificate until …", "verified HTTPS")


def read(path: Path) -> str:
    return path.read_text("utf-8") if path.exists() else ""


def test_the_marks_are_known() -> None:
    """A misspelt mark would silently run nothing; and a few pages must have something to run."""
    for page in DOCUMENTS:
        for block in BLOCKS[page]:
            assert block.mark in ("", *MARKS), block.place
            assert block.mark != "run" or block.language in ("bash", "python"), block.place
    assert set(TWICE) < set(RUN)
    assert len(RUN) > 5


# ---------------------------------------------------------------------- .lazy blocks
def lazy_files() -> Iterator[tuple[str, str]]:
    """Every block that is a `.lazy` file, or artifacts or targets of one, completed; not those marked invalid."""
    for page in DOCUMENTS:
        for block in BLOCKS[page]:
            if block.language not in ("yaml", "lazy") or block.mark == "invalid":
                continue
            text = block.text
            if re.match(r"- registry:", text):
                text = "targets:\n" + indented(text, 2)
            if re.match(r"targets:", text):
                text = HEAD + "  - type: docker\n    image: a\n" + indented(text, 4)
            elif re.match(r"artifacts:", text):
                text = "version: 1\n" + text
            elif re.match(r" *- type:", text):
                text = HEAD + (text if text.startswith("  ") else indented(text, 2))
            elif not (re.search(r"^version: 1", text, re.MULTILINE) and re.search(r"^artifacts:", text, re.MULTILINE)):
                continue
            yield block.place, text


def indented(text: str, width: int) -> str:
    return "".join(" " * width + line for line in text.splitlines(keepends=True))


LAZY_FILES = [
    (place, text)
    for place, text in lazy_files()
    if not place.startswith("docs/reference/rules.md")  # its examples have tests/unit/rules/test_pages.py
]


@pytest.mark.parametrize(("place", "text"), LAZY_FILES, ids=[place for place, _ in LAZY_FILES])
def test_a_lazy_block_validates(place: str, text: str) -> None:
    found = check(text, Path("/repo/.lazy"), values()).diagnostics
    wrong = [one for one in found if one.severity > Severity.INFORMATION and one.code not in (*ABOUT_FILES, AHEAD)]
    assert wrong == [], place


def test_no_lazy_block_is_passed_over() -> None:
    """What names a registry and its tags is one; the settings of lazyoci and pipelines name no tags."""
    seen = {place for place, _ in lazy_files()}
    for page in DOCUMENTS:
        for block in BLOCKS[page] if page.name != "rules.md" else ():
            if block.language in ("yaml", "lazy") and block.mark != "invalid":
                looks = re.search(r"registry: .*\n *tags:", block.text) is not None
                assert not looks or block.place in seen, block.place


def test_there_are_lazy_blocks() -> None:
    assert len(LAZY_FILES) > 10


# ---------------------------------------------------------------------- commands
def commands() -> Iterator[tuple[str, str]]:
    """Every command line of lazyoci in a shell block, run or not."""
    for page in DOCUMENTS:
        for block in BLOCKS[page]:
            if block.language in SHELLS or (block.language == "" and "reference/cli.md" in block.place):
                text = re.sub(r"\\\n\s*", " ", block.text)
                for line in text.splitlines():
                    found = re.search(r"(?:^|[|;&] ?|\$\()(?:\$ )?(?:\w+=\S+ )*lazyoci((?: [^|;&>)]*)?)", line)
                    if found:
                        yield block.place, found[1]


COMMANDS = list(commands())


@pytest.mark.parametrize(("place", "line"), COMMANDS, ids=[f"{place} {line}" for place, line in COMMANDS])
def test_a_command_exists(place: str, line: str) -> None:
    """It has these options and as many arguments; nothing is run."""
    words = shlex.split(re.sub(r"\s{2,}[^-].*$", "", line) if "reference/cli.md" in place else line, comments=True)
    command: click.Command = cli.cli
    context = click.Context(command, info_name="lazyoci", **command.context_settings)
    while isinstance(command, click.Group) and words and not words[0].startswith("-"):
        name = words.pop(0)
        inner = command.get_command(context, name)
        assert inner is not None, f"{place}: there is no command {name}"
        command, context = inner, click.Context(inner, context, name, **inner.context_settings)
    if set(words) & {"--help", "-h", "--version"} or "[OPTION]..." in words:
        return
    try:
        command.make_parser(context).parse_args(words)
    except click.UsageError as error:
        pytest.fail(f"{place}: lazyoci{line}: {error.format_message()}")


def test_there_are_commands() -> None:
    assert len(COMMANDS) > 100


def test_what_the_go_tool_had_is_here() -> None:
    """All flags of its `build` are, but for two that the page names; it says so of each."""
    build = cli.cli.get_command(click.Context(cli.cli), "build")
    assert build is not None
    options = {name for one in build.params for name in (*one.opts, *one.secondary_opts)}
    page = (ROOT / "docs/how-to/move-from-go.md").read_text("utf-8")
    table = re.search(r"## Flags of `build`\n\n(.*?)\n## ", page, re.DOTALL)
    assert table is not None
    told = set()
    for row in table[1].splitlines()[2:]:
        first, second = row.split(" | ", 1)
        if second.startswith(("the same", "was plain HTTP")):
            told |= set(re.findall(r"`(--?[a-z][a-z-]*)", first))
    assert told == {"-f", "--file", "-t", "--tag", "--push", "--no-push", "--dry-run", "-a", "--artifact"} | {
        "--platform",
        "-q",
        "--quiet",
        "--insecure",
        "-o",
        "--output",
    }
    assert told <= options

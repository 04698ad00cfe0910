"""Start-up and validation beside bare Python, yamllint and check-jsonschema, in one run: `make bench-validate`.

Prints one table with the ratios of the shortest and of the middle times, and the goals. `--rounds N` changes how often
the short commands are run; the long ones run a fifth as often.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from corpus import document, write
from measure import BARE, Timed, Track, race, verdict

SCHEMA = Path(__file__).parents[1] / "schema" / "lazy.schema.json"
MIB = 1 << 20


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the table: `ours` took `goal` times what `peer` took, at most."""

    work: str
    ours: Timed
    peer: Timed
    goal: float

    def text(self) -> str:
        """The line."""
        least, median = self.ours.least / self.peer.least, self.ours.median / self.peer.median
        mark = verdict(least, median, self.goal)
        ours, peer = self.ours, self.peer
        return (
            f"{self.work:26} {_ms(ours.least):>8} {_ms(ours.median):>8}  {peer.name:16}"
            f" {_ms(peer.least):>8} {_ms(peer.median):>8}  {least:6.2f} {median:6.2f}  ≤ {self.goal:5.3g}  {mark}"
        )


def _ms(seconds: float) -> str:
    return f"{seconds * 1000:,.0f}"


def lazyoci(*arguments: str, name: str = "lazyoci", codes: tuple[int, ...] = (0,)) -> Timed:
    """Our program, as its console script starts it."""
    return Timed(name, (sys.executable, "-m", "lazyoci", *arguments), codes)


def peers(files: list[str], codes: tuple[int, ...] = (0,)) -> tuple[Timed, Timed]:
    """yamllint and check-jsonschema on the same files."""
    found = []
    for name, options in (
        ("yamllint", ["-d", "relaxed"]),
        ("check-jsonschema", ["--schemafile", str(SCHEMA), "--default-filetype", "yaml"]),
    ):
        program = shutil.which(name, path=str(Path(sys.executable).parent)) or shutil.which(name)
        if program is None:
            raise SystemExit(f"{name} is missing; install it with: {sys.executable} -m pip install {name}")
        found.append(Timed(name, (program, *options, *files), (*codes, 0)))
    return found[0], found[1]


def configuration() -> str:
    """What the peers are: check-jsonschema is three times as quick where ruamel.yaml has its C parser, no default."""
    parser = "with" if find_spec("_ruamel_yaml") or find_spec("_ruamel_yaml_clibz") else "without"
    names = ("check-jsonschema", "ruamel.yaml", "yamllint", "pyyaml")
    return ", ".join(f"{name} {version(name)}" for name in names) + f"; ruamel.yaml {parser} a C parser"


def small(track: Track) -> list[Row]:
    """Start-up, and one file."""
    write(track.root / "one", document(4))
    bare, version, ours = Timed("bare Python", BARE), lazyoci("--version"), lazyoci("validate", ".lazy")
    option = lazyoci("validate", "--color", "never", ".lazy")
    yamllint, schema = peers([".lazy"])
    race([bare, version, ours, option, yamllint, schema], track.root / "one", track)
    return [
        Row("--version", version, bare, 4.5),
        Row("1 file", ours, bare, 7),
        Row("1 file", ours, yamllint, 1),
        Row("1 file", ours, schema, 1),
        Row("1 file, with an option", option, ours, 1.1),
    ]


def invalid(track: Track) -> list[Row]:
    """One file with a misspelt key and a wrong type."""
    text = document(4).replace("    chartPath:", "    chartpath:").replace("    image: ", "    image: [] # ", 1)
    write(track.root / "invalid", text)
    ours = lazyoci("validate", ".lazy", codes=(1,))
    _, schema = peers([".lazy"], codes=(1,))
    race([ours, schema], track.root / "invalid", track)
    return [Row("1 invalid file", ours, schema, 1 / 2)]


def large(track: Track) -> list[Row]:
    """One file of 300 artifacts."""
    path = write(track.root / "large", document(300))
    lines = path.read_text(encoding="utf-8").count("\n")
    ours = lazyoci("validate", ".lazy")
    yamllint, schema = peers([".lazy"])
    race([ours, yamllint, schema], track.root / "large", track, 3)
    work = f"300 artifacts, {lines:,} lines"
    return [Row(work, ours, yamllint, 1 / 4), Row(work, ours, schema, 1 / 4)]


def many(track: Track) -> list[Row]:
    """A thousand files of three artifacts."""
    files = [write(track.root / "many" / f"svc{n:04d}", document(3, first=3 * n)) for n in range(1000)]
    names = [path.relative_to(track.root / "many").as_posix() for path in files]
    ours = lazyoci("validate", *names)
    yamllint, schema = peers(names)
    race([ours, yamllint, schema], track.root / "many", track, 5)
    print(f"peak of 1,000 files: {ours.peak / MIB:.1f} MiB (goal: ≤ 30 MiB)\n" if ours.peak else "")
    return [Row("1,000 files", ours, schema, 1 / 4), Row("1,000 files", ours, yamllint, 1 / 3)]


def dry_run(track: Track) -> list[Row]:
    """A dry run that asks git."""
    directory = track.root / "dry-run"
    write(directory, document(4))
    for command in (["init", "-q"], ["add", "."], ["-c", "user.name=a", "-c", "user.email=a@b", "commit", "-qm", "a"]):
        subprocess.run(["git", *command], cwd=directory, check=True, capture_output=True)
    bare = Timed("bare Python", BARE)
    ours = lazyoci("build", "--dry-run", "--allow-unresolved", "--tag", "v1.2.3")
    race([bare, ours], directory, track)
    return [Row("build --dry-run", ours, bare, 9)]


WORKS: dict[str, Callable[[Track], list[Row]]] = {
    "small": small,
    "invalid": invalid,
    "large": large,
    "many": many,
    "dry-run": dry_run,
}


def main() -> int:
    """Run the works named, or all, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("works", nargs="*", choices=[[], *WORKS], help="which (default: all)")
    parser.add_argument("--rounds", type=int, default=25, help="runs of the short commands (default: %(default)s)")
    parser.add_argument("--cpu", action="store_true", help="compare processor time, for a machine with other work")
    arguments = parser.parse_args()
    rows: list[Row] = []
    with tempfile.TemporaryDirectory() as name:
        track = Track(Path(name), arguments.rounds, arguments.cpu)
        for work in arguments.works or WORKS:
            rows += WORKS[work](track)
    head = f"{'work':26} {'min ms':>8} {'median':>8}  {'beside':16} {'min ms':>8} {'median':>8}"
    print(configuration())
    print(f"{head}   ratio of both  goal")
    for row in rows:
        print(row.text())
    return 0


if __name__ == "__main__":
    raise SystemExit(main())

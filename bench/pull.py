"""Pulling from a loopback docker-registry beside curl, crane and skopeo, in one run: `make bench-pull`.

Every pull goes to a directory of its own, thrown away before the next. `--rounds N` changes how many each makes.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from common import Fresh, Row, in_turn, lazyoci, need, registry, show
from push import GIB, project


def emptied(directory: Path, name: str, command: Callable[[Path], Sequence[str]]) -> Fresh:
    """A command that fills a directory, which is empty each time."""
    place = directory / f"to-{name}"

    def make(_number: int) -> Sequence[str]:
        shutil.rmtree(place, ignore_errors=True)
        place.mkdir()
        return command(place)

    return Fresh(name, make)


def seed(directory: Path, host: str) -> None:
    """Put the artifact into the registry."""
    program = need("skopeo", "apt-get install skopeo")
    command = [program, "copy", "--quiet", "--insecure-policy", "--dest-tls-verify=false"]
    subprocess.run([*command, f"oci:{directory / 'layout'}", f"docker://{host}/bench:v1"], check=True)


def ours(directory: Path, host: str) -> Fresh:
    """Our pull to an OCI layout, verified."""
    return emptied(
        directory, "lazyoci", lambda place: lazyoci("pull", f"{host}/bench:v1", "--quiet", "--dest", str(place))
    )


def skopeo(directory: Path, host: str) -> Fresh:
    """skopeo's copy to an OCI layout."""
    program = need("skopeo", "apt-get install skopeo")
    common = [program, "copy", "--quiet", "--insecure-policy", "--src-tls-verify=false", f"docker://{host}/bench:v1"]
    return emptied(directory, "skopeo", lambda place: [*common, f"oci:{place}:v1"])


def crane(directory: Path, host: str) -> list[Fresh]:
    """crane's pull to an OCI layout, where there is a crane on PATH."""
    program = shutil.which("crane")
    if program is None:
        return []
    return [
        emptied(directory, "crane", lambda place: [program, "pull", "--format=oci", f"{host}/bench:v1", str(place)])
    ]


def curl(directory: Path, host: str, digest: str) -> Fresh:
    """The floor: one GET to a file, nothing verified."""
    program = need("curl", "apt-get install curl")
    url = f"http://{host}/v2/bench/blobs/sha256:{digest}"
    return emptied(directory, "curl", lambda place: [program, "-sf", "-o", str(place / "blob"), url])


def large(root: Path, rounds: int, size: int = GIB) -> None:
    """One large layer."""
    directory = project(root / "large", 1, size)
    digest = next(p.name for p in (directory / "layout/blobs/sha256").iterdir() if p.stat().st_size == size)
    with registry() as host:
        seed(directory, host)
        floor, mine, theirs = curl(directory, host, digest), ours(directory, host), skopeo(directory, host)
        beside = crane(directory, host)
        in_turn([floor, mine, theirs, *beside], directory, rounds)
    work = f"1 layer of {size >> 20} MiB"
    rows = [
        Row(work, mine, (floor,), 1.3),
        Row(work, mine, (theirs,)),
        *(Row(work, mine, (one,), 0.8) for one in beside),
    ]
    show(rows, [mine, theirs, *beside], 64)


def small(root: Path, rounds: int) -> None:
    """Many small layers."""
    directory = project(root / "small", 120, 256 << 10)
    with registry() as host:
        seed(directory, host)
        mine, theirs = ours(directory, host), skopeo(directory, host)
        beside = crane(directory, host)
        in_turn([mine, theirs, *beside], directory, rounds)
    work = "120 layers of 256 KiB"
    show([Row(work, mine, (theirs,)), *(Row(work, mine, (one,), 1.2) for one in beside)], [mine, theirs, *beside], 64)


WORKS: dict[str, Callable[[Path, int], None]] = {"large": large, "small": small}


def main() -> int:
    """Run the works named, or all, and print their tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("works", nargs="*", choices=[[], *WORKS], help="which (default: all)")
    parser.add_argument("--rounds", type=int, default=5, help="pulls that count (default: %(default)s)")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        for work in arguments.works or WORKS:
            WORKS[work](Path(name), arguments.rounds)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())

"""Copying 1 GiB between two loopback registries beside skopeo and crane, in one run: `make bench-copy`.

Every copy goes to a registry of its own; the copies take turns. `--rounds N` changes how many each makes.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import tempfile
from pathlib import Path

from common import Fresh, Registries, Row, Timed, in_turn, lazyoci, need, registry, show
from push import GIB, project

_NAME = "bench:1"


def seed(directory: Path, host: str) -> None:
    """Push what is copied."""
    skopeo = need("skopeo", "apt-get install skopeo")
    command = [skopeo, "copy", "--quiet", "--dest-tls-verify=false", f"oci:{directory / 'layout'}"]
    subprocess.run([*command, f"docker://{host}/{_NAME}"], check=True)


def crane(host: str, new: Registries) -> list[Timed]:
    """crane, where it is on the PATH."""
    program = shutil.which("crane")
    if program is None:
        return []
    return [Fresh("crane", lambda _: [program, "copy", "--insecure", f"{host}/{_NAME}", f"{new.new()}/{_NAME}"])]


def main() -> int:
    """Run, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5, help="copies that count (default: %(default)s)")
    arguments = parser.parse_args()
    skopeo = need("skopeo", "apt-get install skopeo")
    with tempfile.TemporaryDirectory(prefix="bench-") as name, registry() as host, Registries() as new:
        directory = project(Path(name) / "large", 1, GIB)
        seed(directory, host)
        plain = ("--src-tls-verify=false", "--dest-tls-verify=false")
        mine = Fresh("lazyoci", lambda _: lazyoci("copy", f"{host}/{_NAME}", f"{new.new()}/{_NAME}"))
        theirs = Fresh(
            "skopeo",
            lambda _: [
                *(skopeo, "copy", "--all", "--quiet", *plain),
                *(f"docker://{host}/{_NAME}", f"docker://{new.new()}/{_NAME}"),
            ],
        )
        beside = crane(host, new)
        in_turn([mine, theirs, *beside], directory, arguments.rounds)
    work = "1 layer of 1 GiB, copied"
    rows = [Row(work, mine, (one,), 1.1) for one in (theirs, *beside)]
    show(rows, [mine, theirs, *beside], 64)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())

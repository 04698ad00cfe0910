"""Publishing a bundle and copying within one registry over a long link, beside crane and skopeo: `make bench-carry`.

The link, the registries and the columns are those of `link.py`. There is no goal: what is built is sent as `link.py`
measures it, and a copy within one registry sends no content.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path

from common import in_turn, lazyoci
from delay import Links
from link import SITES, Command, Run, Site, prepare


def works(site: Site, peers: Mapping[str, str]) -> dict[str, dict[str, Command]]:
    """Who does what how; the copies are of what `seed` has pushed."""
    trust = [] if site.ca is None else ["--ca", str(site.ca)]
    verify = "true" if site.ca is not None else "false"

    def source(to: str) -> str:
        return f"{to.partition('/')[0]}/bench/source:v1"

    publish: dict[str, Command] = {
        "lazyoci": lambda to, _: lazyoci(
            *("publish", "bundle.tar", "--file", "push.lazy", "--tag", "v1", "--var", f"To={to}", *trust)
        )
    }
    copy: dict[str, Command] = {"lazyoci": lambda to, _: lazyoci("copy", source(to), f"{to}:v1", *trust)}
    if "crane" in peers:
        crane = peers["crane"]
        publish["crane"] = lambda to, _: [crane, "push", "layout", f"{to}:v1"]
        copy["crane"] = lambda to, _: [crane, "copy", source(to), f"{to}:v1"]
    if "skopeo" in peers:
        skopeo = [peers["skopeo"], "copy", "--quiet", "--insecure-policy", f"--dest-tls-verify={verify}"]
        publish["skopeo"] = lambda to, _: [*skopeo, "oci:layout", f"docker://{to}:v1"]
        both = [*skopeo, "--all", f"--src-tls-verify={verify}"]
        copy["skopeo"] = lambda to, _: [*both, f"docker://{source(to)}", f"docker://{to}:v1"]
    return {"publish a bundle, all new": publish, "copy within one registry": copy}


def seed(site: Site, directory: Path) -> None:
    """Push what is copied, and build the bundle."""
    host, _ = site.renew()
    trust = [] if site.ca is None else ["--ca", str(site.ca)]
    environ = {**os.environ, "DOCKER_CONFIG": str(site.home)}
    build = lazyoci("build", "push.lazy", "--tag", "v1", "--var", f"To={host}/bench/source", "--quiet")
    for more in (trust, ["--bundle", "bundle.tar"]):
        subprocess.run([*build, *more], cwd=directory, env=environ, check=True, stdout=subprocess.DEVNULL)


def measure(site: Site, directory: Path, rounds: int, peers: Mapping[str, str]) -> None:
    """Run all works at one site, and print their part of the table."""
    print(f"\n{site.name}, {site.seconds * 1000:.0f} ms of round trip")
    print(f"{'work':26} {'client':8} {'min s':>7} {'median':>7} {'requests':>8} {'chain':>6}")
    seed(site, directory)
    for work, commands in works(site, peers).items():
        runs = [Run(name, site, command, new=True) for name, command in commands.items()]
        in_turn(runs, directory, rounds)
        for run in runs:
            print(
                f"{work:26} {run.name:8} {run.least:7.2f} {run.median:7.2f} {run.requests:8} {run.chain.longest:6}",
                flush=True,
            )


def main() -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sites", nargs="*", choices=[[], *SITES], help="which (default: both)")
    parser.add_argument("--rounds", type=int, default=3, help="runs that count (default: %(default)s)")
    parser.add_argument("--delay", type=int, default=50, metavar="MS", help="of a round trip (default: %(default)s)")
    arguments = parser.parse_args()
    peers = {name: found for name in ("crane", "skopeo") if (found := shutil.which(name)) is not None}
    for name in ("crane", "skopeo"):
        print(f"{name}: {peers.get(name, 'missing on PATH, left out')}")
    with tempfile.TemporaryDirectory(prefix="bench-") as root, Links() as links:
        directory = Path(root, "project")
        directory.mkdir()
        prepare(directory)
        for name in arguments.sites or SITES:
            home = Path(root, name)
            home.mkdir()
            with SITES[name](links, home, arguments.delay / 1000) as site:
                measure(site, directory, arguments.rounds, peers)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())

"""Publishing and pulling over a long link, beside crane and skopeo, in one run: `make bench-link`.

A docker-registry on loopback, behind proxies that let every byte come late (`delay.py`): open over plain HTTP, and over
TLS with bearer tokens, whose server is as far away. The commands take turns. `requests` are those in the registry's and
the token server's logs, `chain` is the longest chain of round trips that `delay.py` saw, connecting included, both of
the last run. crane and skopeo are taken from PATH; what is missing is left out, and said.
"""

from __future__ import annotations

import argparse
import base64
import json
import re
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from common import Fresh, in_turn, lazyoci
from delay import Chain, Link, Links
from measure import verdict
from push import project

sys.path.insert(0, str(Path(__file__).parents[1]))
from tests import certs
from tests.registry.token_server import TokenServer
from tests.servers import RealRegistry, docker_registry

LAYERS, SIZE = 10, 500_000
USER, PASSWORD = "alice", "s3cret"  # whom the token server lets in


@dataclass(slots=True)
class Site:
    """A registry, how to reach it, and how to be let in."""

    name: str
    registry: RealRegistry
    links: Links
    seconds: float
    home: Path
    ca: Path | None = None
    tokens: TokenServer | None = None
    token_link: Link | None = None
    link: Link | None = None

    def renew(self) -> tuple[str, Chain]:
        """A new address of the registry, which nobody has any memory of, and a new count."""
        chain = Chain()
        if self.link is not None:
            self.links.close(self.link)
        self.link = self.links.open(int(self.registry.host.rpartition(":")[2]), self.seconds, chain)
        host = f"127.0.0.1:{self.link.port}"
        if self.token_link is not None:
            self.token_link.chain = chain
            auth = base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
            config = {"auths": {host: {"auth": auth}}}
            (self.home / "config.json").write_text(json.dumps(config), encoding="utf-8")
        return host, chain

    def again(self) -> tuple[str, Chain]:
        """The address of before, with a new count."""
        assert self.link is not None
        self.link.chain = Chain()
        if self.token_link is not None:
            self.token_link.chain = self.link.chain
        return f"127.0.0.1:{self.link.port}", self.link.chain

    @property
    def asked(self) -> int:
        """How many requests there were so far."""
        log = self.registry.log_file.read_text("utf-8", "replace")
        return len(re.findall(r'"[A-Z]+ \S+ HTTP/[12]', log)) + (
            len(self.tokens.asked) if self.tokens is not None else 0
        )


Command = Callable[[str, int], Sequence[str]]  # by the address of a repository and the number of the run


class Run(Fresh):
    """One client at one work; `chain` and `requests` are of its last run."""

    def __init__(self, name: str, site: Site, command: Command, *, new: bool) -> None:
        super().__init__(name, self._make)
        self._site = site
        self._new = new
        self._command = command
        self.chain = Chain()
        self.requests = 0

    def _make(self, number: int) -> Sequence[str]:
        host, self.chain = self._site.renew() if self._new else self._site.again()
        return self._command(f"{host}/bench/{self.name}{number if self._new else ''}", number)

    def run(self, directory: Path, environ: dict[str, str]) -> None:
        """Run once, and count."""
        before = self._site.asked
        more = {"DOCKER_CONFIG": str(self._site.home), "REGISTRY_AUTH_FILE": str(self._site.home / "config.json")}
        if self._site.ca is not None:
            more["SSL_CERT_FILE"] = str(self._site.ca)
        super().run(directory, {**environ, **more})
        self.requests = self._site.asked - before


@dataclass(frozen=True, slots=True)
class Work:
    """A work, who does it how, and the most seconds for us, from what crane took (None: there is no crane)."""

    name: str
    commands: dict[str, Command]
    goal: Callable[[float | None], float | None]
    new: bool = False  # each time at an address that nobody has seen before


def works(site: Site, directory: Path, peers: dict[str, str]) -> list[Work]:
    """The works of the table. The run of each that does not count leaves what the next ones find."""
    pushes: dict[str, Command] = {}
    pulls: dict[str, Command] = {}
    more: dict[str, Command] = {}
    copies: dict[str, Command] = {}
    published: dict[str, Command] = {}
    trust = [] if site.ca is None else ["--ca", str(site.ca)]
    pushes["lazyoci"] = lambda to, number: lazyoci(
        "build", "push.lazy", "--tag", "v1", "--var", f"To={to}", *trust
    )  # fmt: skip
    more["lazyoci"] = lambda to, number: lazyoci(
        "build", "tags.lazy", "--tag", "v1", "--var", f"To={to}", "--var", f"More=x{number}", *trust
    )
    copies["lazyoci"] = lambda to, number: lazyoci("copy", f"{to}:v1", f"{to}-copy{number}:v1", *trust)
    published["lazyoci"] = lambda to, number: lazyoci("publish", "layout", "--to", f"{to}:v1", *trust)
    pulls["lazyoci"] = lambda to, number: lazyoci("pull", f"{to}:v1", "--quiet", "--dest", f"pulled-{number}", *trust)
    if "crane" in peers:
        crane = peers["crane"]
        pushes["crane"] = lambda to, number: [crane, "push", "layout", f"{to}:v1"]
        copies["crane"] = lambda to, number: [crane, "copy", f"{to}:v1", f"{to}-copy{number}:v1"]
        published["crane"] = pushes["crane"]
        pulls["crane"] = lambda to, number: [crane, "pull", "--format=oci", f"{to}:v1", f"pulled-{number}"]
    if "skopeo" in peers:
        verify = "true" if site.ca is not None else "false"
        skopeo = [peers["skopeo"], "copy", "--quiet", "--insecure-policy"]
        pushes["skopeo"] = lambda to, number: [
            *skopeo, f"--dest-tls-verify={verify}", "oci:layout", f"docker://{to}:v1"
        ]  # fmt: skip
        pulls["skopeo"] = lambda to, number: [
            *skopeo, f"--src-tls-verify={verify}", f"docker://{to}:v1", f"oci:pulled-{number}:v1"
        ]  # fmt: skip
    least = 0.5 if site.ca is None else 0.7
    return [
        Work("push, all new", pushes, lambda crane: None if crane is None else 0.8 * crane, new=True),
        Work("push again, nothing new", pushes, lambda crane: None if crane is None else crane + 0.1),
        Work("three more tags", more, lambda _: least),
        Work("pull", pulls, lambda crane: crane),
        Work("copy to another repository", copies, lambda _: None),
        Work("publish a layout, all new", published, lambda _: None, new=True),
    ]


def measure(site: Site, directory: Path, rounds: int, peers: dict[str, str]) -> None:
    """Run all works at one site, and print their part of the table."""
    print(f"\n{site.name}, {site.seconds * 1000:.0f} ms of round trip")
    print(f"{'work':26} {'client':8} {'min s':>7} {'median':>7} {'requests':>8} {'chain':>6}   goal")
    site.renew()
    for work in works(site, directory, peers):
        runs = {name: Run(name, site, command, new=work.new) for name, command in work.commands.items()}
        in_turn(list(runs.values()), directory, rounds)
        for place in directory.glob("pulled-*"):
            shutil.rmtree(place)
        crane = runs.get("crane")
        for name, run in runs.items():
            said = ""
            if name == "lazyoci":
                least, median = work.goal(crane and crane.least), work.goal(crane and crane.median)
                if least is not None and median is not None:
                    mark = verdict(run.least / least, run.median / median, 1.0)
                    said = f"≤ {least:.2f}, {median:.2f} {mark}"
            print(
                f"{work.name if name == 'lazyoci' else '':26} {name:8} {run.least:7.2f} {run.median:7.2f}"
                f" {run.requests:8} {run.chain.longest:6}   {said}",
                flush=True,
            )


@contextmanager
def plain(links: Links, root: Path, seconds: float) -> Iterator[Site]:
    """An open registry over plain HTTP."""
    with docker_registry(root / "registry") as registry:
        yield Site("plain HTTP", registry, links, seconds, root)


@contextmanager
def guarded(links: Links, root: Path, seconds: float) -> Iterator[Site]:
    """A registry over TLS that wants tokens, from a server that is as far away."""
    authority = certs.make(root, "authority", authority=True)
    leaf = certs.make(root, "leaf", "127.0.0.1", "localhost", issuer=authority)
    signer = certs.make(root, "signer", use_rsa=True)
    with ExitStack() as stack:
        tokens = stack.enter_context(TokenServer(signer, tls=leaf))
        link = links.open(int(urlsplit(tokens.realm).port or 0), seconds, Chain())
        realm = f"https://localhost:{link.port}/token"  # crane asks no token server by a loopback address
        registry = stack.enter_context(docker_registry(root / "registry", tls=leaf, token=(realm, signer)))
        yield Site("TLS, bearer tokens", registry, links, seconds, root, authority.cert, tokens, link)


SITES = {"plain": plain, "guarded": guarded}


def prepare(directory: Path) -> None:
    """The files to push, by us and by the others."""
    project(directory, LAYERS, SIZE)
    text = (directory / ".lazy").read_text("utf-8").replace("{{ .Registry }}/bench", "{{ .Var.To }}")
    (directory / "push.lazy").write_text(text, encoding="utf-8")
    tags = '"{{ .Tag }}", "{{ .Var.More }}-a", "{{ .Var.More }}-b", "{{ .Var.More }}-c"'
    (directory / "tags.lazy").write_text(text.replace('"{{ .Tag }}"', tags), encoding="utf-8")


def main() -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sites", nargs="*", choices=[[], *SITES], help="which (default: both)")
    parser.add_argument("--rounds", type=int, default=3, help="runs that count (default: %(default)s)")
    parser.add_argument(
        "--delay", type=int, action="append", metavar="MS", help="milliseconds of round trip (default: 0, 20, 50, 100)"
    )
    arguments = parser.parse_args()
    peers = {name: found for name in ("crane", "skopeo") if (found := shutil.which(name)) is not None}
    for name in ("crane", "skopeo"):
        print(f"{name}: {peers.get(name, 'missing on PATH, left out')}")
    with tempfile.TemporaryDirectory(prefix="bench-") as root, Links() as links:
        directory = Path(root, "project")
        directory.mkdir()
        prepare(directory)
        for name in arguments.sites or SITES:
            for delay in arguments.delay or (0, 20, 50, 100):
                home = Path(root, f"{name}-{delay}")
                home.mkdir()
                with SITES[name](links, home, delay / 1000) as site:
                    measure(site, directory, arguments.rounds, peers)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())

"""What the rest of the server sees of registries: when they are asked, and what is known.

Nothing here waits for the network. Registries are asked on open, on save and by commands only: text that is being
typed names hosts that nobody means. The work itself is in `prober.py`, which is imported in its own workers.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lazyoci_lsp.registries.surroundings import Surroundings
from lazyoci_lsp.workers import Pool

if TYPE_CHECKING:
    from lazyoci.diagnostic import Diagnostic
    from lazyoci.oci.reference import Repository
    from lazyoci.online import Answer
    from lazyoci_lsp.registries.prober import Prober
    from lazyoci_lsp.state.configuration import Checks, Configuration
    from lazyoci_lsp.state.snapshot import Snapshot
    from lazyoci_lsp.text.documents import Text

log = logging.getLogger(__name__)
WORKERS = 8  # requests to all registries at a time
_AFTER = 0.5  # seconds after which the questions begin: hints, lenses and hovers of what was just opened go first
_WHY = {
    "off": "checks of registries are off",
    "cached": "nothing is known, and the setting is to ask nobody",
}


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of one reference: the newest answer, or `why` there is none."""

    answer: Answer | None = None
    why: str = ""
    offline: bool = False
    expected: str = ""  # the digest that a push would give, if known


class Registries:
    """What registries say of the open documents. For the main loop."""

    def __init__(self, surroundings: Surroundings) -> None:
        self._surroundings = surroundings
        self.pool = Pool(WORKERS, "registry")
        self.offline = False
        self._settled: dict[str, str] = {}  # document → its text as it was opened or saved
        self._saved: set[str] = set()  # documents that were saved, and are yet to be asked about
        self._prober: Prober | None = None
        self._loading: asyncio.Future[type[Prober]] | None = None
        self._soon: asyncio.TimerHandle | None = None
        self._snapshots: dict[str, Snapshot] = {}  # those that are yet to be asked about

    @property
    def checks(self) -> Checks:
        """What registries may be asked: nothing at all in a workspace that is not trusted."""
        configuration = self._surroundings.configuration
        return configuration.registry_checks if configuration.trusted else "off"

    @property
    def asks(self) -> bool:
        """Whether registries are asked by themselves."""
        return self.checks in ("anonymous", "credentials")

    # what happens

    def settled(self, text: Text, *, saved: bool = False) -> None:
        """A document was opened, or `saved`: then what failed is asked again, however short ago that was."""
        self._settled[text.key] = text.source.text
        if saved:
            self._saved.add(text.key)
        if self.asks:
            self._surroundings.background.spawn(self._look(text.key))

    def checked(self, snapshot: Snapshot) -> None:
        """A new snapshot: of a text that was settled, or of one that is being written."""
        key = snapshot.text.key
        if self._settled.get(key) == snapshot.text.source.text and (self.asks or self._prober is not None):
            self._snapshots[key] = snapshot
            if self._soon is None:
                self._soon = asyncio.get_running_loop().call_later(_AFTER, self._ask)

    def closed(self, key: str) -> None:
        """A document was closed: nothing more is asked for its sake."""
        self._settled.pop(key, None)
        self._saved.discard(key)
        self._snapshots.pop(key, None)
        if self._prober is not None:
            self._prober.closed(key)

    def forget(self, key: str | None = None) -> None:
        """What was answered may not be so any more: credentials changed, or a document's artifacts were pushed."""
        if self._prober is not None:
            self._prober.forget(key)
            self._ask_all()

    def configured(self, before: Configuration) -> None:
        """The settings changed. Documents are checked again anyway; here only what is under way ends or begins."""
        now = self._surroundings.configuration
        if self._prober is None:
            return
        if not self.asks or now.registry_checks != before.registry_checks:
            self._prober.stop()
        if (now.preview_env, now.registry_timeout, now.trusted) != (
            before.preview_env,
            before.registry_timeout,
            before.trusted,
        ):
            self._prober.forget()
        self._ask_all()

    async def check_again(self, text: Text) -> None:
        """Ask anew what the document holds, unsaved or not, and wait for the answers: the user said so."""
        snapshot = await self._surroundings.checker.fresh(text.key)
        if snapshot is not None:
            self._settled[text.key] = snapshot.text.source.text
            prober = await self._loaded()
            prober.watch(snapshot, ask=False)
            await prober.ask_again(text.key)

    def _tell_offline(self, offline: bool) -> None:
        """No registry can be reached, or one can again."""
        self.offline = offline
        # where the last document was closed, nothing more is known: then it is nothing to write into a log
        self._surroundings.editor.tell_offline(offline, in_log=bool(self._settled))

    # what is known

    def findings(self, snapshot: Snapshot) -> list[Diagnostic]:
        """What registries have against a document, as far as is known now."""
        if self._prober is None or self.checks == "off":
            return []
        return self._prober.findings(snapshot)

    def known(
        self,
        snapshot: Snapshot,
        repository: Repository,
        tag: str,
        artifact: int,
        *,
        ask: bool = True,
        reads: bool = False,
    ) -> Known:
        """What is known of a reference; with `ask`, what is old is asked again for the next time somebody looks.

        With `reads`, it is one that is only read, and `tag` may be a digest.
        """
        if not self._surroundings.configuration.trusted:
            return Known(why="the workspace is not trusted")
        if self.checks == "off" or (self._prober is None and self.checks == "cached"):
            return Known(why=_WHY[self.checks])
        edited = self._settled.get(snapshot.text.key) != snapshot.text.source.text
        if self._prober is None:
            return Known(why="it is asked when the file is saved" if edited else "it is being asked")
        from lazyoci.online import Question

        prober, question = self._prober, Question(repository, tag, reads)
        answer = prober.answer(question)
        if ask and self.asks and prober.wants(question):
            prober.ask([question], details=True)
        if answer is None:
            if prober.asking(question):
                return Known(why="it is being asked")
            return Known(why=_WHY["cached"] if self.checks == "cached" else "it is asked when the file is saved")
        return Known(answer, offline=self.offline, expected=prober.expected(snapshot, artifact))

    def hosts(self) -> list[str]:
        """The registries that are known to be there, of all open documents as they were last saved."""
        return self._prober.hosts() if self._prober is not None else []

    def tags(self, repository: Repository, prefix: str) -> tuple[list[str], bool]:
        """The tags that a registry lists and that begin so, as far as is known now, and whether there may be more."""
        return self._prober.tags(repository, prefix) if self._prober is not None else ([], False)

    def platforms(self, repository: Repository, tag: str) -> tuple[str, ...]:
        """The platforms of an image, if a registry told them before; nobody is asked."""
        if self._prober is None or self.checks == "off":
            return ()
        from lazyoci.online import Question

        return self._prober.platforms(Question(repository, tag))

    def repositories(self, host: str) -> tuple[list[str], bool]:
        """The repositories that a registry lists, as far as is known now, and whether more is to come."""
        return self._prober.repositories(host) if self._prober is not None else ([], False)

    def images(self) -> tuple[list[str], bool]:
        """The images on this machine, as far as is known now, and whether more is to come; no network is asked."""
        if not self._surroundings.configuration.trusted:
            return [], False
        if self._prober is None:
            self._surroundings.background.spawn(self._loaded())
            return [], True
        return self._prober.images()

    # helpers

    def _ask_all(self) -> None:
        """Ask what is due of all documents as they were last settled, whatever was typed since."""
        if self._prober is not None and self.asks:
            self._prober.ask_all()

    async def _look(self, key: str) -> None:
        """Have the document checked now: a client that pulls diagnostics may ask for them only later."""
        snapshot = await self._surroundings.checker.fresh(key)
        if snapshot is not None:
            self.checked(snapshot)

    def _ask(self) -> None:
        self._soon = None
        self._surroundings.background.spawn(self._ask_now())

    async def _ask_now(self) -> None:
        prober = await self._loaded()
        snapshots, self._snapshots = self._snapshots, {}
        for key, snapshot in snapshots.items():
            if key in self._settled:
                prober.watch(snapshot, ask=self.asks)
                if key in self._saved and self.asks:
                    prober.ask_failed(key)
            self._saved.discard(key)

    async def _loaded(self) -> Prober:
        """The prober; its imports, HTTP among them, take a worker a while the first time."""
        if self._prober is None:
            if self._loading is None:
                environ = self._surroundings.configuration.environ()
                self._loading = asyncio.wrap_future(self.pool.submit(lambda: self._load(environ)))
            make = await asyncio.shield(self._loading)
            if self._prober is None:
                self._prober = make(
                    self._surroundings, self.pool, asks=lambda: self.asks, tell_offline=self._tell_offline
                )
        return self._prober

    def _load(self, environ: Mapping[str, str]) -> type[Prober]:
        self._surroundings.remember_user(environ)  # else a login that comes before its first look goes unseen
        from lazyoci_lsp.registries.prober import Prober

        return Prober

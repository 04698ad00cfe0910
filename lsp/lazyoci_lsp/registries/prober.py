"""Decides what to ask which registry and when, and makes findings from the answers. For the main loop."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import TYPE_CHECKING, NamedTuple

from lazyoci.diagnostic import Diagnostic
from lazyoci.errors import SettingsError
from lazyoci.oci.reference import Repository
from lazyoci.online import Answer, Question, diagnose, questions
from lazyoci.online.answers import of
from lazyoci.registry.errors import Denied, Unauthorized
from lazyoci_lsp.registries import expected_digests
from lazyoci_lsp.registries.host_questions import HostQuestions
from lazyoci_lsp.registries.hosts import Hosts
from lazyoci_lsp.registries.listings import Listings
from lazyoci_lsp.registries.observations import Observations, good_until, heals, observed
from lazyoci_lsp.registries.silence import Silence
from lazyoci_lsp.registries.surroundings import Surroundings
from lazyoci_lsp.workers import Pool

if TYPE_CHECKING:
    from lazyoci.plan import Plan
    from lazyoci_lsp.state.snapshot import Snapshot

_FEW = 30  # up to so many questions of a file, details are asked for at once; in larger files when one hovers
_TOGETHER = 0.2  # seconds in which answers are shown together: a large file may bring a thousand


class _Found(NamedTuple):
    """The findings of a snapshot, and all else that they were made from."""

    snapshot: Snapshot
    basis: tuple[object, ...]
    findings: list[Diagnostic]


class Prober:
    """Asks about what open documents hold, and keeps what was answered."""

    def __init__(
        self,
        surroundings: Surroundings,
        pool: Pool,
        *,
        asks: Callable[[], bool],
        tell_offline: Callable[[bool], None],
    ) -> None:
        """`asks` tells whether registries may be asked without a command.

        `tell_offline` hears True when no registry can be reached, and False when one can again.
        """
        self._surroundings = surroundings
        self._asks = asks
        self._known = Observations()
        self._expecting = expected_digests.ExpectedDigests(surroundings, pool, self._answers_changed)
        self._listings = Listings(surroundings, pool)
        self._documents: dict[str, tuple[Snapshot, dict[Question, None]]] = {}  # as they were last settled
        self._found: dict[str, _Found] = {}  # by document
        self._hosts = Hosts(surroundings, pool, on_answer=self._answered, on_end=self._answers_changed)
        self._silence = Silence(tell_offline)
        self._telling: asyncio.TimerHandle | None = None
        self._again: asyncio.TimerHandle | None = None
        self._told: dict[str, list[Diagnostic]] = {}

    # what is asked

    def watch(self, snapshot: Snapshot, *, ask: bool) -> None:
        """A document as it was opened, saved or as the world around it changed; `ask` what is not known of it."""
        plan, key = snapshot.plan, snapshot.text.key
        if plan is None:
            return
        wanted = dict.fromkeys(questions(plan))
        before = self._documents.get(key)
        self._documents[key] = snapshot, wanted
        if before is not None and not before[1].keys() <= wanted.keys():
            self._keep()
        if ask:
            self.ask(wanted)
        self._expecting.watch(snapshot, self._answers(wanted))

    def wants(self, question: Question) -> bool:
        """Whether an open document holds it, as it was last saved."""
        return any(question in wanted for _, wanted in self._documents.values())

    def wants_host(self, host: str) -> bool:
        """Whether an open document names it, as it was last saved."""
        return any(question.host == host for question in self._everything())

    def ask(self, wanted: Collection[Question], *, force: bool = False, details: bool = False) -> list[HostQuestions]:
        """Ask those of these questions that are due, or all with `force`. Returns the hosts that are asked."""
        configuration, as_push = self._surroundings.configuration, self._hosts.as_push
        details = details or len(wanted) <= _FEW
        found: dict[HostQuestions, None] = {}
        for question in wanted:
            if force or self._known.due(question, configuration, as_push=as_push, details=details):
                host_questions = self._hosts.of(question.host)
                host_questions.add(question, details=details)
                found[host_questions] = None
        for host_questions in found:
            host_questions.start()
        return list(found)

    def ask_failed(self, key: str) -> None:
        """Ask again what failed for a document that is saved: its author may have mended what was wrong.

        But not where credentials were refused: registries lock accounts for repeated attempts.
        """
        answers = self._answers(self._of(key))
        failed = [one for one, answer in answers.items() if answer.failure is not None]
        self.ask([one for one in failed if not isinstance(answers[one].failure, Unauthorized | Denied)], force=True)

    def ask_all(self) -> None:
        """Ask what is due of all that open documents hold."""
        for _, wanted in self._documents.values():
            self.ask(wanted)

    async def ask_again(self, key: str) -> None:
        """Ask all that a document holds anew, and return when it is answered: the user wants to know."""
        wanted = self._of(key)
        for host_questions in self.ask(wanted, force=True, details=len(wanted) <= _FEW):
            await host_questions.ended()

    def forget(self, key: str | None = None) -> None:
        """What was answered may not be so any more: all of it, or what concerns one document."""
        self.stop()  # an answer that is on its way may be as old
        self._known.forget(None if key is None else self._of(key))
        self._answers_changed()

    def closed(self, key: str) -> None:
        """The document was closed: nothing more is asked for its sake."""
        self._documents.pop(key, None)
        self._told.pop(key, None)
        self._found.pop(key, None)
        self._expecting.forget(key)
        self._keep()
        self._answers_changed()

    def stop(self) -> None:
        """End all that is under way."""
        self._hosts.stop()
        self._listings.stop()

    def _keep(self) -> None:
        wanted = self._everything()
        self._hosts.keep(wanted)
        if not wanted:
            self._listings.stop()

    def _of(self, key: str) -> Collection[Question]:
        found = self._documents.get(key)
        return found[1] if found is not None else ()

    def _everything(self) -> set[Question]:
        return {question for _, wanted in self._documents.values() for question in wanted}

    # what was answered

    def answer(self, question: Question) -> Answer | None:
        """The answer that counts under the settings, however old."""
        checks = self._surroundings.configuration.registry_checks
        if checks in ("credentials", "cached"):
            found = self._known.get(question, as_push=True)
            if found is not None or checks == "credentials":
                return found
        return self._known.get(question, as_push=False)

    def asking(self, question: Question) -> bool:
        """Whether it is under way."""
        return question in self._hosts

    def expected(self, snapshot: Snapshot, index: int) -> str:
        """The digest that a push of an artifact would give now; empty where that is not known."""
        return self._expecting.digests(snapshot).get(index, "")

    def findings(self, snapshot: Snapshot) -> list[Diagnostic]:
        """What is known to be wrong with a document's registries."""
        key = snapshot.text.key
        if key not in self._documents or not self._known:
            return []  # this is asked at every keystroke: while nobody has answered, it costs nothing
        plan = snapshot.plan
        if plan is None:
            return []
        digests = self._expecting.digests(snapshot)
        checks = self._surroundings.configuration.registry_checks
        basis = (self._known.version, checks, self._silence.state, digests)
        before = self._found.get(key)
        if before is None or before.snapshot is not snapshot or before.basis != basis:
            before = self._found[key] = _Found(snapshot, basis, self._diagnosed(snapshot, plan, digests))
        return before.findings

    def _diagnosed(self, snapshot: Snapshot, plan: Plan, digests: Mapping[int, str]) -> list[Diagnostic]:
        answers = self._answers(questions(plan))
        undecided = self._expecting.undecided(snapshot, answers)
        if undecided:  # not known yet whether a push would move what is there: say nothing of it meanwhile
            unsure = {
                one
                for artifact in plan.artifacts
                if artifact.artifact.index in undecided
                for target in artifact.targets
                for one in of(target)
            }
            answers = {
                one: answer for one, answer in answers.items() if one not in unsure or answer.state != "verified"
            }
        answers = {one: answer for one, answer in answers.items() if not self._silence.hides(answer)}
        if not answers:
            return []
        return diagnose(snapshot.checked, answers, expected=digests, note=observed, plan=plan, place=snapshot.place)

    # lists for completion

    def tags(self, repository: Repository, prefix: str) -> tuple[list[str], bool]:
        """The tags that a registry lists and that begin so, as far as is known, and whether there may be more."""
        if not self._asks() or not self.wants_host(repository.host):
            return [], False
        return self._listings.tags(repository, prefix, self._hosts.connector())

    def repositories(self, host: str) -> tuple[list[str], bool]:
        """The repositories that a registry lists, as far as is known, and whether more is to come."""
        if not self._asks() or not self.wants_host(host):
            return [], False
        return self._listings.repositories(host, self._hosts.connector())

    def hosts(self) -> list[str]:
        """The registries of open documents, as they were last saved."""
        return sorted({question.host for question in self._everything()})

    def platforms(self, question: Question) -> tuple[str, ...]:
        """The platforms of an image, if a registry told them before; nobody is asked."""
        answer = self.answer(question)
        return answer.platforms if answer is not None else ()

    def images(self) -> tuple[list[str], bool]:
        """The images on this machine, as far as is known, and whether more is to come."""
        return self._listings.images()

    # helpers

    def _answers(self, wanted: Collection[Question]) -> Mapping[Question, Answer]:
        found = {question: self.answer(question) for question in wanted}
        return {question: answer for question, answer in found.items() if answer is not None}

    def _answered(self, answer: Answer, detailed: bool) -> None:
        self._known.put(answer, detailed=detailed)
        self._answers_changed()

    def _answers_changed(self) -> None:
        if self._telling is None:
            self._telling = asyncio.get_running_loop().call_later(_TOGETHER, self._tell)

    def _tell(self) -> None:
        """Have the client show what is new, in the documents where something is."""
        self._telling = None
        everything = self._answers(self._everything())
        self._silence.settle(everything, over=self._hosts.over)
        self._tell_settings(everything.values())
        changed = []
        for key, (settled, wanted) in self._documents.items():
            self._expecting.watch(settled, self._answers(wanted))
            found = self.findings(self._surroundings.checker.latest(key) or settled)
            if found != self._told.get(key, []):
                self._told[key] = found
                changed.append(key)
        if changed:
            self._surroundings.republish(changed)
        self._surroundings.editor.tell_answers()
        self._ask_again_later(everything.values())

    def _tell_settings(self, answers: Iterable[Answer]) -> None:
        """Tell once why nothing is asked, where the user's settings or credentials cannot be read."""
        wrong = next((one.failure for one in answers if isinstance(one.failure, SettingsError)), None)
        self._surroundings.editor.tell_problem("the user's settings", wrong.sentence if wrong is not None else "")

    def _ask_again_later(self, answers: Collection[Answer]) -> None:
        """Plan to ask again after failures that may pass by themselves, as long as a document needs the answer."""
        if self._again is not None:
            self._again.cancel()
            self._again = None
        configuration = self._surroundings.configuration
        due = [good_until(answer, configuration) for answer in answers if heals(answer)]
        if due and self._asks():
            seconds = max(0.0, min(due) - time.time())
            self._again = asyncio.get_running_loop().call_later(seconds, self._ask_what_heals)

    def _ask_what_heals(self) -> None:
        self._again = None
        everything = self._answers(self._everything())
        if self._asks():
            self.ask([question for question, answer in everything.items() if heals(answer)])

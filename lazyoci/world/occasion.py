"""The occasion of a run: a tag, a pull request or a branch, and the facts around it.

There is exactly one event, the first that holds: `--tag`, LAZYOCI_TAG or LAZYOCI_VERSION is a version; `--occasion`;
the CI service says that the run is for a pull request; it says that it is for a tag, or where it says nothing there is
a version tag on HEAD and the tree is clean; else a branch. For each fact, the user's statement comes first, then CI,
then git.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING

from lazyoci import semver
from lazyoci.frozen import frozen
from lazyoci.world.events import BRANCH, PULL_REQUEST, TAG
from lazyoci.world.version_tags import highest

if TYPE_CHECKING:
    from lazyoci.semver import Semver
    from lazyoci.world.ci.facts import Told
    from lazyoci.world.git import GitState
    from lazyoci.world.stated import Stated
    from lazyoci.world.version_line import Line, Lines


_STARTED = frozenset({"schedule", "manual", "deployment"})  # what CI tells of runs that no push started


@frozen
class Event:
    """What a run is for: one of TAG, PULL_REQUEST and BRANCH. `tag` is the tag's name, `source` who said so."""

    kind: str
    source: str
    tag: str = ""


class Occasion:
    """Why this run runs. Each fact is determined when first used, so git is asked only if it decides."""

    def __init__(
        self,
        environ: Mapping[str, str],
        tag: str,
        stated: Stated,
        told: Told | None,
        git: Callable[[], GitState],
        default_branch: str = "",
        line: Line | None = None,
        lines: Lines | None = None,
    ) -> None:
        """`tag` is `--tag`, and `default_branch` what the project's settings name.

        With a `line` of versions only its tags count as tag events; for other tags, the event is the branch. `lines`
        are those of all artifacts of the file: a tag that is a version of any of them decides the event, and for an
        artifact without a line, the tags of the others' lines are none. It makes no difference who names the tag.
        """
        self.stated = stated
        self.told = told
        self._environ = environ
        self._tag = tag
        self._git = git
        self._default_branch = default_branch
        self._line = line
        self._lines = lines

    @property
    def service(self) -> str:
        """The name of the CI service; empty if unknown."""
        return "" if self.told is None else self.told.service

    @cached_property
    def event(self) -> Event:
        """What the run is for."""
        given = self.given_version
        if given is not None:
            return Event(TAG, given[1], given[0])
        if self.tag_of_others[0]:
            return Event(BRANCH, self.tag_of_others[1])
        if self.stated.event and (not self.stated.tag or self._is_ours(self.stated.tag)):
            return Event(self.stated.event, self.stated.source, self.stated.tag)
        if self.stated.event:
            return Event(BRANCH, self.stated.source)
        told = self.told
        if told is not None and told.pull_request:
            return Event(PULL_REQUEST, told.service)
        if told is not None and told.tag and self._is_ours(told.tag):
            return Event(TAG, told.service, told.tag)
        if told is not None and (told.branch or told.tag):
            return Event(BRANCH, told.service)
        if self.unclear:
            return Event(BRANCH, "git")
        here = "" if self._git().dirty or self._was_started else self._tag_on_head()
        return Event(TAG, "git", here) if here else Event(BRANCH, "git")

    @property
    def unclear(self) -> str:
        """Why it is not even known whether the run is for a pull request; empty if it is, or the user states it."""
        given = self.stated.event or self.given_version is not None or self.tag_of_others[0]
        return "" if given or self.told is None else self.told.unclear

    @property
    def _was_started(self) -> bool:
        """Whether CI says that no push started the run, but tells no ref: then HEAD's tag is no reason."""
        told = self.told
        return told is not None and told.event in _STARTED and not (told.branch or told.tag)

    @cached_property
    def untold(self) -> str:
        """Why nobody knows what the run is for; empty if it is known."""
        if self.event != Event(BRANCH, "git"):
            return ""
        if self.unclear:
            return self.unclear
        git = self._git()
        if git.reason:
            return git.reason
        if not self._was_started or self.told is None or self.told.is_default_branch or git.branch:
            return ""  # a timer of GitHub is for the default branch, and a tag's checkout has no branch
        here = self._tag_on_head()
        return f"{self.service} tells neither a branch nor a tag, and HEAD has the tag {here}" if here else ""

    def _tag_on_head(self) -> str:
        """The version's tag on HEAD, of several the highest; empty without one."""
        git = self._git()
        on_head = [tag.name for tag in git.tags if tag.commit == git.sha_long]
        if self._line is not None:
            return self._line.highest(on_head)
        if git.tag and not git.distance and semver.parse(git.tag) is not None and self._is_ours(git.tag):
            return git.tag
        return highest([name for name in on_head if self._is_ours(name)])

    @cached_property
    def given_version(self) -> tuple[str, str] | None:
        """The version that the user gave for this run, and its source."""
        for text, source in (
            (self._tag, "--tag"),
            ("" if self._tag else self._environ.get("LAZYOCI_TAG", ""), "LAZYOCI_TAG"),
            (self._environ.get("LAZYOCI_VERSION", ""), "LAZYOCI_VERSION"),
        ):
            if not text:
                continue
            if self._line is not None and self._line.version(text) is not None:
                return text, source
            parsed = semver.parse(text)
            if parsed is not None and (source == "LAZYOCI_VERSION" or (self._line is None and self._is_ours(text))):
                return parsed.raw, source
        return None

    @cached_property
    def tag_of_others(self) -> tuple[str, str]:
        """The given tag that is a version, but not one of this line, and its source; both empty without one."""
        if self.given_version is not None:
            return "", ""
        for text, source in (
            (self._tag, "--tag"),
            ("" if self._tag else self._environ.get("LAZYOCI_TAG", ""), "LAZYOCI_TAG"),
            (self._environ.get("LAZYOCI_VERSION", ""), "LAZYOCI_VERSION"),
        ):
            of_a_line = self._lines is not None and self._lines.own_have(text)
            if text and (of_a_line or semver.parse(text) is not None):
                return text, source
        return "", ""

    def _is_ours(self, tag: str) -> bool:
        if self._line is not None:
            return self._line.version(tag) is not None
        return self._lines is None or not self._lines.only_own_have(tag)

    @property
    def tag_of_another(self) -> str:
        """The tag that this run is for, if it is none of this artifact's line; else empty."""
        if self.event.kind != BRANCH:
            return ""
        told = "" if self.told is None or self.stated.event else self.told.tag
        return self.tag_of_others[0] or self.stated.tag or told

    @cached_property
    def branch(self) -> str | None:
        """The branch; for a pull request its source branch, for a tag in CI empty. None if unknown."""
        told = self.told
        if self.stated.branch:
            return self.stated.branch
        if self.stated.tag or self.tag_of_others[0] or (told is not None and told.tag and not self.stated.event):
            return ""
        if told is not None and told.branch:
            return told.branch
        if told is not None and (told.pull_request or self.unclear):
            return None  # git's HEAD is a merge commit, or a branch that was made for the run
        if self.stated.default_branch and self._named_default_branch()[0]:
            return self._named_default_branch()[0]
        git = self._git()
        detached = not git.branch and not self.local  # as CI does it, whatever the run is for
        return None if git.reason or detached else git.branch

    @property
    def pr(self) -> int | None:
        """The number of the pull request."""
        if self.stated.pr is not None or self.told is None:
            return self.stated.pr
        return self.told.pr

    @property
    def base(self) -> str:
        """The branch that the pull request is to be merged into."""
        return self.stated.base or ("" if self.told is None else self.told.base)

    @cached_property
    def default_branch(self) -> tuple[str, str]:
        """The name of the default branch, and its source; empty if unknown."""
        told = self.told
        if self.stated.default_branch and self.stated.branch:
            return self.stated.branch, self.stated.source
        if told is not None and told.default_branch:
            return told.default_branch, told.service
        if told is not None and told.is_default_branch and told.branch:
            return told.branch, told.service
        named = self._named_default_branch()
        if named[0]:
            return named
        if self.stated.default_branch and self.branch:
            return self.branch, self.stated.source
        return "", ""

    def _named_default_branch(self) -> tuple[str, str]:
        """The default branch that settings or git name, and which of them; empty without one."""
        if self._default_branch:
            return self._default_branch, "the project's settings"
        named = self._git().default_branch
        return (named, "git, refs/remotes/origin/HEAD") if named else ("", "")

    @cached_property
    def is_default_branch(self) -> bool | None:
        """Whether the run is for the default branch (never for a tag or a pull request); None if unknown."""
        if self.event.kind != BRANCH:
            return False
        if self.stated.default_branch:
            return True
        if self.tag_of_another:
            return False
        if not self.stated.event and self.told is not None and self.told.is_default_branch is not None:
            return self.told.is_default_branch
        branch, default = self.branch, self.default_branch[0]
        if branch == "":
            return False  # a detached HEAD
        return branch == default if branch and default else None

    @property
    def fork(self) -> bool | None:
        """Whether the code comes from a fork; None if unknown."""
        return None if self.told is None else self.told.fork

    @property
    def schedule(self) -> bool:
        """Whether a schedule started the run."""
        return self.stated.schedule or (self.told is not None and self.told.event == "schedule")

    @property
    def manual(self) -> bool:
        """Whether a person started the run."""
        return self.stated.manual or (self.told is not None and self.told.event == "manual")

    @property
    def local(self) -> bool:
        """Whether no CI service runs it."""
        return self.told is None and self._environ.get("CI", "").lower() in ("", "false", "0")

    @property
    def shown(self) -> str:
        """What the run is for, in words for messages."""
        event = self.event
        if event.kind == TAG:
            return f"the tag {event.tag}"
        if event.kind == PULL_REQUEST:
            return "a pull request" if self.pr is None else f"pull request {self.pr}"
        other = self.tag_of_another
        if other:
            whose = f"one of {self._line.pattern}" if self._line is not None else "a version of this artifact"
            return f"the tag {other}, which is not {whose}"
        if self.tag_of_head:
            known = f"the branch {self.branch}" if self.branch else "a commit"
            return f"{known}, not for HEAD's tag {self.tag_of_head}, as there are uncommitted changes"
        return f"the branch {self.branch}" if self.branch else "a commit, not for a branch"

    @cached_property
    def tag_of_head(self) -> str:
        """The version's tag on HEAD for which the run would be, were there no uncommitted changes; else empty."""
        if self.event != Event(BRANCH, "git") or self.unclear or not self._git().dirty:
            return ""
        return self._tag_on_head()

    def words(self, version: Semver | None) -> dict[str, bool | None]:
        """For each word, whether it is true of this run; None if unknown. `version` is the event's version, if any."""
        kind = self.event.kind
        released = version if kind == TAG else None
        return {
            "tag": kind == TAG,
            "release": released is not None and not released.prerelease,
            "prerelease": released is not None and bool(released.prerelease),
            "pull-request": kind == PULL_REQUEST,
            "branch": kind == BRANCH,
            "default-branch": self.is_default_branch,
            "schedule": self.schedule,
            "manual": self.manual,
            "local": self.local,
        }

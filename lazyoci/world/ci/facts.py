"""The facts that a continuous integration service can tell, and functions that parse its variables."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from lazyoci.frozen import frozen

if TYPE_CHECKING:
    from lazyoci.world.files import Files

_HEADS, _TAGS = "refs/heads/", "refs/tags/"


@frozen(kw_only=True)
class Told:
    """The facts of a run. None, or an empty name, is what the service does not tell."""

    service: str = ""  # its name for messages; empty if unknown
    event: str = ""  # push, tag, pull_request, schedule, manual or deployment
    branch: str = ""  # for a pull request, the source branch
    tag: str = ""
    pr: int | None = None
    base: str = ""  # the branch that a pull request is to be merged into
    default_branch: str = ""
    is_default_branch: bool | None = None
    commit: str = ""
    fork: bool | None = None  # whether the code comes from a fork
    unclear: str = ""  # why nobody can know what the run is for, a commit of this repository or a pull request

    @property
    def pull_request(self) -> bool:
        """Whether the run is for a pull request; its number may be unknown."""
        return self.event == "pull_request"


class Variables:
    """The variables of one service. An empty variable counts as not set."""

    def __init__(self, environ: Mapping[str, str], files: Files, prefix: str = "") -> None:
        self.files = files
        self._environ = environ
        self.prefix = prefix

    def __call__(self, name: str) -> str:
        """The value of a variable, whose name begins with the prefix; empty if it is not set."""
        return self._environ.get(self.prefix + name, "")

    def is_true(self, name: str) -> bool:
        """Whether a variable says `true`, in whatever case, or 1."""
        return self(name).lower() in ("true", "1")

    def file(self, path: str) -> bytes:
        """The content of a file that a variable names; empty if it cannot be read."""
        try:
            return self.files.read(path) if path and self.files.kind(path) == "file" else b""
        except OSError:
            return b""


def number(text: str) -> int | None:
    """The number of a pull request; None for other texts, such as `false`."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


def branch_of(ref: str) -> str:
    """The branch that a ref or a plain name means; empty for a ref that is not a branch."""
    if ref.startswith(_HEADS):
        return ref[len(_HEADS) :]
    return "" if ref.startswith("refs/") else ref


def tag_of(ref: str) -> str:
    """The tag that a ref means; empty for any other ref, and for a plain name."""
    return ref[len(_TAGS) :] if ref.startswith(_TAGS) else ""


def pull_request_of(ref: str) -> int | None:
    """The number in a ref such as refs/pull/7/merge, refs/merge-requests/7/head or pull/7."""
    parts = ref.removeprefix("refs/").split("/")
    return number(parts[1]) if len(parts) > 1 and parts[0] in ("pull", "merge-requests", "pull-requests") else None


def repository(address: str) -> str:
    """A repository's address in a comparable form, without scheme, user, `.git` and case."""
    rest = address.rpartition("://")[2]
    rest = rest.rpartition("@")[2].replace(":", "/")
    return rest.rstrip("/").removesuffix(".git").lower()


def differ(source: str, target: str) -> bool | None:
    """Whether two repositories differ; None if one of them is unknown."""
    return repository(source) != repository(target) if source and target else None


Reader = Callable[[Variables], Told]

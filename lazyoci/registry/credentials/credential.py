"""A credential and where it came from; its secrets never appear in a repr, a message or a log."""

from __future__ import annotations

from typing import Protocol

from lazyoci.frozen import field, frozen


@frozen
class Credential:
    """What proves who is asking. At most one of the three secrets is set; `source` tells people where it was found.

    `source` reads after "from", such as `~/.docker/config.json` or `the helper docker-credential-ecr-login`.
    """

    source: str
    username: str = ""
    password: str = field(default="", secret=True)
    identity_token: str = field(default="", secret=True)  # exchanged for tokens by POST (OAuth2 refresh token)
    registry_token: str = field(default="", secret=True)  # sent as Bearer as it is
    renewal: str = (
        ""  # what helps where these are refused and `docker login` would not, as they count before; of {host}
    )

    @property
    def who(self) -> str:
        """The user for messages: a name, or "token" where there is none."""
        return f'user "{self.username}"' if self.username else "a token"


def is_text(value: object) -> bool:
    """Whether a value of JSON is text that can be sent: half a surrogate pair cannot."""
    return isinstance(value, str) and not any("\ud800" <= letter <= "\udfff" for letter in value)


class Credentials(Protocol):
    """Finds credentials: the chain of `chain.py`, or a test's own."""

    def find(self, host: str, path: str = "", *, refresh: bool = False) -> Credential | None:
        """The credential for a registry host and repository path; None is anonymous.

        `refresh` asks helpers anew, since their tokens expire in the middle of a run. Raises SettingsError when a
        configuration that should be read is broken.
        """
        ...

    def may_have(self, host: str, path: str = "") -> bool:
        """Whether `find` may find one. Asks no helper and raises nothing: what is not known without that, may be."""
        ...

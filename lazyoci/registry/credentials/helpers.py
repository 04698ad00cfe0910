"""Docker's credential helpers: programs `docker-credential-NAME` that keep or make credentials.

Protocol: https://github.com/docker/docker-credential-helpers. The action is the argument, the server goes to stdin, the
answer comes on stdout; a failure is told on stdout too.
"""

from __future__ import annotations

import json
import re
import subprocess
import threading
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from lazyoci import programs
from lazyoci.errors import SettingsError
from lazyoci.registry import redact
from lazyoci.registry.credentials.credential import Credential, is_text
from lazyoci.registry.sent_secrets import SENT

TIMEOUT = 30.0  # seconds
_NONE = "credentials not found in native keychain"  # this very text, for "I have none"
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_USERS = 8  # of one server that a helper is made to forget
_TOKEN_USER = "<token>"  # the user name that says: the secret is an identity token


class HelperError(SettingsError):
    """A helper failed, or answered what is not of the protocol."""


class HelperMissing(HelperError):
    """A helper that a configuration names is not installed."""


def program(name: str) -> str:
    """The program of a helper; raises HelperError for a name that could mean a file somewhere else."""
    if not _NAME.fullmatch(name):
        raise HelperError(
            f"{redact.clean(name, limit=60)!r} is not the name of a credential helper",
            hint="credsStore and credHelpers hold what follows docker-credential-: letters, digits, '.', '_' and '-'",
        )
    return f"docker-credential-{name}"


def locate(program: str, environ: Mapping[str, str]) -> Path | None:
    """The file of a program on PATH. Relative entries are skipped, so that no work tree plants a helper."""
    found = programs.find(program, environ)
    return None if found is None else Path(found)


def _run(name: str, action: str, stdin: str, environ: Mapping[str, str], timeout: float) -> tuple[int, str, str]:
    command = program(name)
    file = locate(command, environ)
    if file is None:
        raise HelperMissing(
            f"the helper {command} is not on PATH", hint="install it, or take it out of Docker's configuration"
        )
    try:
        done = subprocess.run(
            [str(file), action],
            input=stdin.encode(),
            capture_output=True,
            env=programs.environment(environ),
            timeout=timeout,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise HelperError(
            f"the helper {command} did not answer within {timeout:g} s",
            hint=f"see whether it waits for an answer: {command} list",
        ) from None
    except OSError as error:
        raise HelperError(f"the helper {command} cannot be run: {error.strerror or error}") from None
    return (
        done.returncode,
        done.stdout.decode("utf-8", "replace").strip(),
        done.stderr.decode("utf-8", "replace").strip(),
    )


def _words(out: str, err: str) -> str:
    """What a failed helper said, as it may be shown: an answer of JSON may hold the secret, so it is not."""
    said = next((text for text in (err, out) if text and "{" not in text), "")
    return f": {redact.text(said)}" if said else ", and did not say why"


def get(name: str, key: str, source: str, environ: Mapping[str, str], *, timeout: float = TIMEOUT) -> Credential | None:
    """What helper `name` has for server `key`, None for nothing; raises HelperError."""
    found = _login(name, key, environ, timeout)
    if found is None:
        return None
    username, secret = found
    if username == _TOKEN_USER:
        return Credential(source, identity_token=secret)
    return Credential(source, username, secret)


def _login(name: str, key: str, environ: Mapping[str, str], timeout: float) -> tuple[str, str] | None:
    code, out, err = _run(name, "get", key, environ, timeout)
    command = program(name)
    if code != 0:
        if _NONE in (out, err):
            return None
        raise HelperError(f"the helper {command} failed for {key}{_words(out, err)}")
    try:
        answer = json.loads(out)
        username, secret = answer["Username"], answer["Secret"]
    except (ValueError, RecursionError, KeyError, TypeError):
        username = secret = None
    if not (isinstance(username, str) and isinstance(secret, str) and is_text(username) and is_text(secret)):
        raise HelperError(f"the helper {command} answered for {key} what is not a credential")
    return (username, secret) if secret else None


def store(
    name: str, key: str, username: str, secret: str, environ: Mapping[str, str], *, timeout: float = TIMEOUT
) -> None:
    """Have helper `name` keep a credential; raises HelperError."""
    SENT.add(secret)
    request = json.dumps({"ServerURL": key, "Username": username, "Secret": secret})
    code, out, err = _run(name, "store", request, environ, timeout)
    if code != 0:
        raise HelperError(f"the helper {program(name)} cannot keep credentials for {key}{_words(out, err)}")


def erase(name: str, key: str, environ: Mapping[str, str], *, timeout: float = TIMEOUT) -> None:
    """Have helper `name` forget a credential, which it may not have; raises HelperError."""
    code, out, err = _run(name, "erase", key, environ, timeout)
    if code != 0 and _NONE not in (out, err):
        raise HelperError(f"the helper {program(name)} cannot forget credentials for {key}{_words(out, err)}")


def keep(
    name: str, key: str, username: str, secret: str, environ: Mapping[str, str], *, timeout: float = TIMEOUT
) -> None:
    """Have helper `name` keep this credential and no other for `key`; raises HelperError.

    Some helpers keep several users of a server, and give back any of them. So the others are erased first, and what the
    helper gives afterwards must be what it was given. Where it is not, the helper gets back what it had.
    """
    try:
        before = _login(name, key, environ, timeout)
    except HelperError:
        before = None  # one that makes credentials and keeps none, perhaps: `store` has the word
    if before == (username, secret):
        return
    if before is not None:
        forget(name, key, environ, timeout=timeout)  # one that cannot is found out below
    try:
        store(name, key, username, secret, environ, timeout=timeout)
        found = _login(name, key, environ, timeout)
        if found != (username, secret):
            other = f"the login of {found[0]!r}" if found is not None and found[0] != username else "something else"
            raise HelperError(f"the helper {program(name)} was given a login for {key} and gives back {other}")
    except HelperError:
        forget(name, key, environ, timeout=timeout)
        if before is not None:
            with suppress(HelperError):  # the first failure is the one to tell
                store(name, key, *before, environ, timeout=timeout)
        raise


def forget(name: str, key: str, environ: Mapping[str, str], *, timeout: float = TIMEOUT) -> str:
    """Have helper `name` forget all it has for `key`; in words what kept it from that, empty for nothing."""
    for _ in range(_USERS):
        wrong = ""
        try:
            erase(name, key, environ, timeout=timeout)
        except HelperError as error:  # what is said of something that is not there differs from helper to helper
            wrong = error.message
        try:
            found = _login(name, key, environ, timeout)
        except HelperError as error:
            return wrong or error.message
        if found is None:
            return ""
        if wrong:
            return wrong
    return f"the helper {program(name)} still has a login for {key}"


class _Slot:
    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.asked = 0
        self.answer: Credential | HelperError | None = None


class HelperCache:
    """Asks each helper once in a run for each server, however many workers want the answer; keeps failures as well."""

    def __init__(self, environ: Mapping[str, str], *, timeout: float = TIMEOUT) -> None:
        self._environ = environ
        self._timeout = timeout
        self._lock = threading.Lock()
        self._slots: dict[tuple[str, str], _Slot] = {}

    def get(self, name: str, key: str, source: str, *, refresh: bool = False) -> Credential | None:
        """As `get`; `refresh` asks anew, once for all workers that wait for it. Raises HelperError."""
        with self._lock:
            slot = self._slots.setdefault((name, key), _Slot())
            seen = slot.asked
        with slot.lock:
            if slot.asked == 0 or (refresh and slot.asked == seen):
                try:
                    slot.answer = get(name, key, source, self._environ, timeout=self._timeout)
                except HelperError as error:
                    slot.answer = error
                slot.asked += 1
            if isinstance(slot.answer, HelperError):  # a new one each time, since threads would share its traceback
                raise type(slot.answer)(slot.answer.message, hint=slot.answer.hint)
            return slot.answer

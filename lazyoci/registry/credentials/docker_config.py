"""Credentials in Docker's config.json and its kin: podman's auth.json, Helm's registry/config.json, ~/.dockercfg.

docker/cli `cli/config/configfile`; containers-auth.json(5) for keys with a path.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from lazyoci.errors import SettingsError
from lazyoci.frozen import field, frozen
from lazyoci.oci.reference import DOCKER_HUB
from lazyoci.registry.credentials.credential import Credential, is_text
from lazyoci.settings.server import canonical_host

HUB_KEY = "https://index.docker.io/v1/"  # what Docker Hub is called in files and by helpers


def helper_key(host: str) -> str:
    """What a credential helper, and docker itself, calls a registry host."""
    return HUB_KEY if canonical_host(host) == DOCKER_HUB else canonical_host(host)


def split_key(key: str) -> tuple[str, str]:
    """A key of `auths` as host and path. Old keys are URLs and stand for the whole host; podman's may hold a path."""
    rest = re.sub(r"^https?://", "", key, flags=re.IGNORECASE)
    host, _, path = rest.partition("/")
    path = path.strip("/")
    if rest != key or path in ("v1", "v2"):
        path = ""
    return canonical_host(host), path


INLINE = "DOCKER_AUTH_CONFIG"  # the variable that holds such a file


@frozen
class AuthFile:
    """A file of that kind. `label` names it for people; `text`, which is never shown, tells the lines for messages."""

    label: str
    text: str = field(default="", secret=True)
    auths: Mapping[str, Any] = field(default_factory=dict, secret=True)
    store: str = ""  # the helper for every host
    helpers: Mapping[str, str] = field(default_factory=dict)  # host → its own helper, or "" for none at all

    def helper(self, host: str) -> str:
        """The name of the helper that keeps the credentials of `host`, or the empty text."""
        wanted = canonical_host(host)
        for key, name in self.helpers.items():
            if split_key(key) == (wanted, ""):
                return name
        return self.store

    def hosts(self) -> list[str]:
        """The hosts that it has credentials for, or names a helper for, each once."""
        keys = [key for key, entry in self.auths.items() if entry] + [key for key, name in self.helpers.items() if name]
        return list(dict.fromkeys(split_key(key)[0] for key in keys))

    def find(self, host: str, path: str) -> Credential | None:
        """What `auths` holds for a repository: the key with the longest path wins. Raises SettingsError."""
        for key, entry in self._matching(host, path):
            found = self._credential(key, entry)
            if found is not None:
                return found
        return None

    def _matching(self, host: str, path: str) -> Iterator[tuple[str, Any]]:
        wanted, exact = canonical_host(host), helper_key(host)
        matches = []
        for key, entry in self.auths.items():
            at, below = split_key(key)
            if at == wanted and (not below or path == below or path.startswith(below + "/")):
                matches.append((-len(below), key != exact, key, entry))
        for _, _, key, entry in sorted(matches, key=lambda match: match[:2]):
            yield key, entry

    def _credential(self, key: str, entry: Any) -> Credential | None:
        if not isinstance(entry, dict):
            raise self._wrong(key, "expected an object")
        fields = {}
        for name in ("auth", "username", "password", "identitytoken", "registrytoken"):
            value = entry.get(name)
            if value is not None and not is_text(value):
                raise self._wrong(key, f"{name}: expected text")
            fields[name] = value or ""
        username, password = fields["username"], fields["password"]
        if fields["auth"]:
            username, password = self._decode(key, fields["auth"])
        if fields["registrytoken"]:
            return Credential(self.label, username, registry_token=fields["registrytoken"])
        if fields["identitytoken"]:
            return Credential(self.label, username, identity_token=fields["identitytoken"])
        # an empty entry marks that a helper has the credentials; a name without a password is none
        return Credential(self.label, username, password) if password else None

    def _decode(self, key: str, auth: str) -> tuple[str, str]:
        try:
            text = base64.b64decode(auth.strip() + "=" * (-len(auth.strip()) % 4), validate=True).decode("utf-8")
        except (binascii.Error, ValueError):
            raise self._wrong(key, "auth: expected base64 of user:password") from None
        username, colon, password = text.partition(":")
        if not colon:
            raise self._wrong(key, "auth: expected base64 of user:password")
        return username, password.rstrip("\0")

    def _wrong(self, key: str, problem: str) -> SettingsError:
        host, path = split_key(key)
        return SettingsError(
            f"{self.label}:{_line(self.text, key)}: auths {key!r}: {problem}",
            hint=f"log in anew: lazyoci registry login {host}{'/' if path else ''}{path}",
        )


def parse(text: str, label: str, *, flat: bool = False) -> AuthFile:
    """Read the text of a file; `flat` is the old ~/.dockercfg, whose top level is `auths`.

    Raises SettingsError with label and line. Single entries are judged only when they are asked for.
    """
    remedy = f"correct it by hand, or {f'unset {label}' if label == INLINE else f'move {label} away'}"
    if not text.strip():
        return AuthFile(label)  # docker takes an empty file for one without entries, too
    try:
        data = json.loads(text)
    except json.JSONDecodeError as error:
        raise SettingsError(f"{label}:{error.lineno}: not JSON: {error.msg}", hint=remedy) from None
    except (RecursionError, ValueError):
        raise SettingsError(f"{label}:1: not JSON that can be read", hint=remedy) from None

    def wrong(key: str, expected: str) -> SettingsError:
        return SettingsError(f"{label}:{_line(text, key)}: {key}: expected {expected}", hint=remedy)

    if not isinstance(data, dict):
        raise SettingsError(f"{label}:1: expected a JSON object", hint=remedy)
    auths = data if flat else data.get("auths")
    helpers, store = (None, None) if flat else (data.get("credHelpers"), data.get("credsStore"))
    if not isinstance(auths or {}, dict):
        raise wrong("auths", "an object")
    if not isinstance(helpers or {}, dict) or not all(isinstance(name, str) for name in (helpers or {}).values()):
        raise wrong("credHelpers", "an object of host names to names of helpers")
    if not isinstance(store or "", str):
        raise wrong("credsStore", "the name of a helper")
    return AuthFile(label, text, auths or {}, store or "", helpers or {})


def _line(text: str, key: str) -> int:
    """The line, from 1, of the first place where `key` is written; 1 if it is written in another way."""
    return text.count("\n", 0, max(text.find(json.dumps(key)), 0)) + 1

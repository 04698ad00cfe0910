"""lazyoci's own credentials: kept by Docker's credential helper where one is set up, else in a file of our own.

The file, auth.json beside the settings, has the form of Docker's config.json: `credHelpers` says which helper keeps a
host's credential, `auths` holds it where there is none. `docker_config.py` reads both.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from typing import Any

from lazyoci.errors import SettingsError
from lazyoci.frozen import frozen
from lazyoci.registry.credentials import docker_config, files, helpers
from lazyoci.settings import Server, private_file


@frozen
class Kept:
    """Where a credential went: `place` reads after "in"; `warning`, if any, says what the user should know of it."""

    place: str
    warning: str = ""


class Store:
    """Writes and erases what `lazyoci registry add` and `login` are given. All methods raise SettingsError."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._environ = environ
        self._location = files.own(environ)

    def store(self, server: Server, username: str, secret: str) -> Kept:
        """Keep a credential: in Docker's helper if it has one for that host and the server is a whole host."""
        helper, why = "", f"a helper keeps one credential a host, not one for {server}"
        if not server.path:
            helper, why = self._helper(server.host)
        with private_file.changing(self._location.path):
            data = self._load()
            if helper:
                try:
                    helpers.keep(helper, docker_config.helper_key(server.host), username, secret, self._environ)
                except helpers.HelperError as error:
                    why = error.message
                else:
                    self._forget(data, server)
                    data.setdefault("credHelpers", {})[server.host] = helper
                    self._save(data)
                    return Kept(f"the helper {helpers.program(helper)}")
            self._forget(data, server)
            encoded = base64.b64encode(f"{username}:{secret}".encode()).decode("ascii")
            data.setdefault("auths", {})[str(server)] = {"auth": encoded}
            self._save(data)
        label = self._location.label
        return Kept(label, f"the password is in {label} unencrypted, readable by you only: {why}")

    def erase(self, server: Server) -> Kept:
        """Forget what `store` kept; returns where it was, nowhere for the empty text, and what a helper would not do.

        What this file holds of it is forgotten whatever the helper says: one that is gone must not keep it for ever.
        """
        with private_file.changing(self._location.path):
            data = self._load()
            helper = data.get("credHelpers", {}).get(server.host, "") if not server.path else ""
            place = left = ""
            if helper:
                place, left = self._erase_from(helper, server.host)
            if self._forget(data, server):
                self._save(data)
                place = place or self._location.label
        return Kept(place, left)

    def _erase_from(self, helper: str, host: str) -> tuple[str, str]:
        try:
            program = helpers.program(helper)
        except helpers.HelperError as error:  # not our doing: somebody wrote it into the file
            return "", error.message
        wrong = helpers.forget(helper, docker_config.helper_key(host), self._environ)
        rest = f"the password may still be in the helper: {wrong}" if wrong else ""
        return f"the helper {program}", rest

    def _helper(self, host: str) -> tuple[str, str]:
        """Docker's helper for a host, or why there is none: a file of Docker's that is broken keeps nobody out."""
        location = files.docker(self._environ)
        try:
            text = private_file.read(location.path)
            found = docker_config.parse(text, location.label).helper(host) if text is not None else ""
        except SettingsError as error:
            return "", error.sentence
        return found, "" if found else "no credential helper is configured for Docker"

    def _forget(self, data: dict[str, Any], server: Server) -> bool:
        auth = data.get("auths", {}).pop(str(server), None)
        helper = data.get("credHelpers", {}).pop(server.host, None) if not server.path else None
        return auth is not None or helper is not None

    def _load(self) -> dict[str, Any]:
        text = private_file.read(self._location.path)
        if text is None or not text.strip():
            return {}
        docker_config.parse(text, self._location.label)  # raises, with a line, for what is not of that kind
        data: dict[str, Any] = json.loads(text)
        return {key: value for key, value in data.items() if value is not None}

    def _save(self, data: dict[str, Any]) -> None:
        private_file.write(self._location.path, json.dumps(data, indent=2) + "\n")


__all__ = ["Kept", "SettingsError", "Store"]

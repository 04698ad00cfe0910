"""The credential chain: where the credentials for a registry are looked for, in this order.

    given to this command        --user with --pass-stdin
    the environment              LAZYOCI_USERNAME and LAZYOCI_PASSWORD, for the registry LAZYOCI_AUTH_HOST only
    lazyoci's own                auth.json beside the settings, then a password in the settings themselves
    DOCKER_AUTH_CONFIG           inline JSON
    REGISTRY_AUTH_FILE           a file of podman's
    podman                       containers/auth.json of the session, then of the user
    docker                       config.json, then ~/.dockercfg
    helm                         registry/config.json
    nobody                       anonymous

Within a file, a helper for the host counts before the helper for all hosts, and both before what the file itself holds;
of that, the entry with the longest path counts. The first source that has a credential is used; one that cannot be read
is an error, and is not passed over.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator, Mapping

from lazyoci.errors import SettingsError
from lazyoci.frozen import frozen, replace
from lazyoci.registry.credentials import docker_config, files, helpers
from lazyoci.registry.credentials.credential import Credential
from lazyoci.registry.credentials.docker_config import AuthFile
from lazyoci.registry.credentials.files import Location
from lazyoci.settings import Settings, directories, load, private_file
from lazyoci.settings.server import canonical_host, name_of, parse_server


@frozen
class Consulted:
    """One source that was asked, in words without secrets. `found`: it had the credential that is used."""

    source: str
    found: bool = False
    note: str = ""


Step = tuple[Consulted, Credential | None]

# where a login by Docker would change nothing, as what was refused counts before it
_CHECK = "\nCheck with: lazyoci registry test {host}"
_OF_COMMAND = "Give another user or password; some registries want a token as the password."
_OF_ENVIRONMENT = (
    f"Correct LAZYOCI_USERNAME and LAZYOCI_PASSWORD, or unset them: they count before every login.{_CHECK}"
)
_OF_OURS = (
    "Log in anew: lazyoci registry login {host}\n"
    f"or have lazyoci forget them, so that Docker's and others' count: lazyoci registry logout {{host}}{_CHECK}"
)
_OF_SETTINGS = f"Log in anew: lazyoci registry login {{host}}{_CHECK}"
_OF_INLINE = f"Correct DOCKER_AUTH_CONFIG or unset it, or log in anew: lazyoci registry login {{host}}{_CHECK}"
_OF_PODMAN = f"Log in anew: podman login {{host}}, or lazyoci registry login {{host}}{_CHECK}"


def _renewed_by(renewal: str, steps: Iterator[Step]) -> Iterator[Step]:
    """The same steps, whose credentials know what to do where they are refused."""
    for consulted, credential in steps:
        yield consulted, replace(credential, renewal=renewal) if credential is not None and renewal else credential


def _quiet(message: str) -> None:
    return None


class Chain:
    """Finds credentials, from any thread; files are read and helpers asked once a run, or again on `refresh`.

    `given` is what the user gave to this very command. `settings` are read when first needed, unless given.
    `on_warning` gets texts for people, each once.
    """

    def __init__(
        self,
        environ: Mapping[str, str] | None = None,
        *,
        settings: Settings | None = None,
        given: Mapping[str, Credential] | None = None,
        on_warning: Callable[[str], None] = _quiet,
        timeout: float = helpers.TIMEOUT,
    ) -> None:
        self._environ = dict(os.environ if environ is None else environ)
        self._settings = settings
        self._given = {canonical_host(host): credential for host, credential in (given or {}).items()}
        self._on_warning = on_warning
        self._helpers = helpers.HelperCache(self._environ, timeout=timeout)
        self._lock = threading.Lock()
        self._files: dict[str, AuthFile | None] = {}
        self._warned: set[str] = set()

    def find(self, host: str, path: str = "", *, refresh: bool = False) -> Credential | None:
        """The credential for a registry host and repository path; None is anonymous. Raises SettingsError."""
        if refresh:
            with self._lock:
                self._files.clear()
        for _, credential in self._steps(host, path, refresh):
            if credential is not None:
                return credential
        self._tell_of_another_port(canonical_host(host))
        return None

    def may_have(self, host: str, path: str = "") -> bool:
        """Whether a source has a credential, or names a helper for the host, or cannot be read."""
        host = canonical_host(host)
        if host in self._given or self._environ.get("LAZYOCI_AUTH_HOST"):
            return True
        try:
            if any(credential is not None for _, credential in self._from_settings(host, path)):
                return True
            text = self._environ.get("DOCKER_AUTH_CONFIG", "")
            read = [docker_config.parse(text, docker_config.INLINE) if text else None]
            read += [self._read(one) for one in (files.own(self._environ), *files.foreign(self._environ))]
            return any(one.helper(host) or one.find(host, path) is not None for one in read if one is not None)
        except SettingsError:
            return True

    def describe(self, host: str, path: str = "") -> list[Consulted]:
        """The sources that `find` asks, up to the one that has the credential; one that is broken ends the list."""
        asked: list[Consulted] = []
        try:
            for consulted, credential in self._steps(host, path, False):
                asked.append(consulted)
                if credential is not None:
                    break
        except SettingsError as error:
            asked.append(Consulted("", note=error.message))
        return asked

    def _steps(self, host: str, path: str, refresh: bool) -> Iterator[Step]:
        """Each source in its turn; the caller stops at the first credential, so later ones are never touched."""
        host = canonical_host(host)
        given = self._given.get(host)
        if given is not None:
            yield Consulted(given.source, True), replace(given, renewal=_OF_COMMAND)
        yield from _renewed_by(_OF_ENVIRONMENT, self._environment(host, path))
        yield from _renewed_by(_OF_OURS, self._file(files.own(self._environ), host, path, refresh))
        yield from _renewed_by(_OF_SETTINGS, self._from_settings(host, path))
        yield from _renewed_by(_OF_INLINE, self._inline(host, path, refresh))
        renewal = _OF_PODMAN
        for location in files.foreign(self._environ):
            if location == files.docker(self._environ):
                renewal = ""  # from here on Docker's counts first
            yield from _renewed_by(renewal, self._file(location, host, path, refresh))

    def _environment(self, host: str, path: str) -> Iterator[Step]:
        username, password = (self._environ.get(f"LAZYOCI_{name}", "") for name in ("USERNAME", "PASSWORD"))
        server = self._environ.get("LAZYOCI_AUTH_HOST", "")
        source = "LAZYOCI_USERNAME and LAZYOCI_PASSWORD"
        if not server:
            if username or password:
                note = "not used: LAZYOCI_AUTH_HOST does not say for which registry they are"
                self._warn(f"{source} are {note}")
                yield Consulted(source, note=note), None
            return
        try:
            covered = parse_server(server).covers(host, path)
        except SettingsError as error:
            raise SettingsError(f"LAZYOCI_AUTH_HOST: {error.message}", hint=error.hint) from None
        if not covered:
            yield Consulted(source, note=f"for {server} only"), None
        elif username and password:
            yield Consulted(source, True), Credential(source, username, password)
        else:
            note = f"not used: LAZYOCI_{'PASSWORD' if username else 'USERNAME'} is empty"
            self._warn(f"{source} are {note}")
            yield Consulted(source, note=note), None

    def _from_settings(self, host: str, path: str) -> Iterator[Step]:
        with self._lock:
            if self._settings is None:
                self._settings = load(self._environ)
        entry = self._settings.registry(host, path)
        label = directories.tilde(self._settings.path, self._environ)
        if entry is not None and entry.password:
            yield Consulted(label, True), Credential(label, entry.username, entry.password)

    def _inline(self, host: str, path: str, refresh: bool) -> Iterator[Step]:
        text = self._environ.get("DOCKER_AUTH_CONFIG", "")
        if text:
            yield from self._within(docker_config.parse(text, docker_config.INLINE), host, path, refresh)

    def _file(self, location: Location, host: str, path: str, refresh: bool) -> Iterator[Step]:
        file = self._read(location)
        if file is None:
            yield Consulted(location.label, note="no such file"), None
        else:
            yield from self._within(file, host, path, refresh)

    def _read(self, location: Location) -> AuthFile | None:
        key = str(location.path)
        with self._lock:
            if key not in self._files:
                text = private_file.read(location.path)
                found = None if text is None else docker_config.parse(text, location.label, flat=location.flat)
                self._files[key] = found
            return self._files[key]

    def _within(self, file: AuthFile, host: str, path: str, refresh: bool) -> Iterator[Step]:
        name = file.helper(host)
        if name:
            try:
                source = f"the helper {helpers.program(name)} named in {file.label}"
            except helpers.HelperError as error:
                raise SettingsError(f"{file.label}: {error.message}", hint=error.hint) from None
            try:
                found = self._helpers.get(name, docker_config.helper_key(host), source, refresh=refresh)
            except helpers.HelperMissing as error:
                # docker's file came along to a machine without it (WSL, containers): ask on, the registry has the word
                self._warn(f"{error.message}, though {file.label} names it")
                yield Consulted(source, note="not on PATH"), None
            else:
                note = "" if found is not None else f"nothing for {host}"
                yield Consulted(source, found is not None, note), found
        found = file.find(host, path)
        yield Consulted(file.label, found is not None, "" if found is not None else f"nothing for {host}"), found

    def _tell_of_another_port(self, host: str) -> None:
        """Warn where credentials are kept for the same name with another port, or without one: they are not used."""
        for source, kept in self._kept():
            if kept != host and name_of(kept) == name_of(host):
                self._warn(
                    f"{source} has credentials for {kept}, which are not used for {host}: the port is part of the name"
                )

    def _kept(self) -> Iterator[tuple[str, str]]:
        """What has credentials, and for which host, as far as that was read."""
        if self._environ.get("LAZYOCI_USERNAME") and self._environ.get("LAZYOCI_AUTH_HOST"):
            yield "LAZYOCI_AUTH_HOST", parse_server(self._environ["LAZYOCI_AUTH_HOST"]).host
        with self._lock:
            read = [one for one in self._files.values() if one is not None]
            settings = self._settings
        text = self._environ.get("DOCKER_AUTH_CONFIG", "")
        for file in [*read, *([docker_config.parse(text, docker_config.INLINE)] if text else [])]:
            for host in file.hosts():
                yield file.label, host
        if settings is not None:
            label = directories.tilde(settings.path, self._environ)
            yield from ((label, entry.server.host) for entry in settings.registries if entry.password)

    def _warn(self, message: str) -> None:
        with self._lock:
            if message in self._warned:
                return
            self._warned.add(message)
        self._on_warning(message)

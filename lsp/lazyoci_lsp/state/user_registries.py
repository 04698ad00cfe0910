"""The registries that the user has named: in the settings, and by logins of Docker and its kin. No secret is kept."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from lazyoci import reader
from lazyoci.errors import SettingsError
from lazyoci_lsp.state.watching import Signature, signature, user_files

_known: dict[tuple[Signature, bool], tuple[tuple[str, str], ...]] = {}


def user_registries(environ: Mapping[str, str], *, trusted: bool) -> tuple[tuple[str, str], ...]:
    """Each registry, or the part of one below which there is a login, and where it is from; each once.

    In a workspace that is not `trusted` logins are not read. Files are read again once they change.
    """
    key = signature(user_files(environ)), trusted
    if key not in _known:
        found: dict[str, str] = {}
        for host, words in (*_of_settings(environ), *(_of_logins(environ) if trusted else ())):
            found.setdefault(host, words)
        _known.clear()
        _known[key] = tuple(found.items())
    return _known[key]


def _of_settings(environ: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    from lazyoci import settings

    try:
        loaded = settings.load(environ)
    except SettingsError:
        return  # `lazyoci config` tells what is wrong with the file
    for entry in loaded.registries:
        yield str(entry.server), entry.name or "your registry"


def _of_logins(environ: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    from lazyoci.registry.credentials import files
    from lazyoci.registry.credentials.docker_config import parse, split_key

    for location in (files.own(environ), *files.foreign(environ)):
        try:
            text = reader.read(location.path).decode("utf-8")
            parsed = parse(text, location.label, flat=location.flat)
        except (OSError, ValueError, SettingsError):
            continue  # whoever needs a login from there is told
        for name in (*(key for key, one in parsed.auths.items() if one is not None), *parsed.helpers):
            host, path = split_key(name)
            if host and f"{host}{path}".isprintable() and " " not in host:
                yield f"{host}/{path}" if path else host, f"in {location.label}"

"""Tries a registry with given credentials, before or after they are stored."""

from __future__ import annotations

from pathlib import Path

from lazyoci.cli.connect import connect
from lazyoci.errors import LazyociError, RegistryError, SettingsError
from lazyoci.registry.credentials.credential import Credential
from lazyoci.registry.probe import probe


def problem(
    host: str, given: Credential | None = None, *, insecure: bool = False, ca: Path | None = None
) -> LazyociError | None:
    """What is wrong with a registry, or None; `given` has precedence over all other credentials."""
    with connect(insecure=insecure, ca=ca, given={host: given} if given is not None else None) as client:
        try:
            steps = probe(client, host)
        except SettingsError as error:
            return error
    bad = next((step for step in steps if step.state == "failed"), None)
    if bad is None:
        return None
    return RegistryError(bad.detail.removeprefix(f"connection to {host} failed: "), hint=bad.hint)

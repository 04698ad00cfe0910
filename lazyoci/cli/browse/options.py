"""What the commands of `browse` share: the way to the registry, and how its names are read."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from lazyoci import settings
from lazyoci.errors import SettingsError, UsageError
from lazyoci.oci.reference import Reference, ReferenceError, Repository, is_tag, parse, parse_repository
from lazyoci.settings.server import Server, parse_server

F = TypeVar("F", bound=Callable[..., Any])


def connection_options(command: F) -> F:
    """Add --insecure and --ca as `insecure` and `ca`."""
    for option in (
        click.option("--ca", type=click.Path(path_type=Path), help="Certificates (PEM) to trust besides the system's."),
        click.option("--insecure", is_flag=True, help="Let a private registry fall back from verified TLS."),
    ):
        command = option(command)
    return command


def server(text: str | None) -> Server:
    """A registry, or a part of one; without a name that of the setting default-registry. Raises UsageError."""
    if text is None:
        text, _ = settings.load(os.environ).effective("default-registry", os.environ)
    try:
        return parse_server(text)
    except SettingsError as error:
        raise UsageError(error.message, hint=error.hint) from None


def repository(text: str) -> Repository:
    """A repository, `nginx` being docker.io/library/nginx. Raises UsageError."""
    _refuse_host(text)
    try:
        return parse_repository(text)
    except ReferenceError as error:
        hint = error.hint
        if error.part == "tag":
            hint = f"to see what a tag points to: lazyoci browse manifest {text}"
        raise UsageError(error.message, hint=hint) from None


def reference(text: str) -> Reference:
    """A reference; `latest` is meant where it has neither tag nor digest. Raises UsageError."""
    _refuse_host(text)
    try:
        return parse(text)
    except ReferenceError as error:
        name, at, behind = text.partition("@")
        hint = f"a tag stands behind a colon: {name}:{behind}" if at and is_tag(behind) else error.hint
        raise UsageError(error.message, hint=hint) from None


def _refuse_host(text: str) -> None:
    """Raise UsageError for a registry alone, which would be read as an official image of Docker Hub, or as its tag."""
    name, _, port = text.partition(":")
    if "/" not in text and "@" not in text and ("." in name or name == "localhost") and (not port or port.isdigit()):
        hint = f"write {text}/REPOSITORY; to list its repositories: lazyoci browse repos {text}"
        raise UsageError(f"{text} is a registry, and not a repository", hint=hint)

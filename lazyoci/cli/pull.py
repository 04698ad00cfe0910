"""`lazyoci pull`."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Sequence
from pathlib import Path

import click

from lazyoci import errors, settings
from lazyoci.cli.browse.options import reference as _named
from lazyoci.cli.common import console, echo, emit, global_options, output_option, output_style, warn
from lazyoci.cli.complete import registries
from lazyoci.cli.connect import connect
from lazyoci.cli.interrupt import interruptible
from lazyoci.cli.values import FilePath
from lazyoci.errors import LazyociError, UsageError
from lazyoci.layout.read import open_layout
from lazyoci.oci import platform as _platform
from lazyoci.oci.digest import short
from lazyoci.oci.platform import PlatformError
from lazyoci.report import pull as report
from lazyoci.report.progress import on
from lazyoci.transfer import pull as transfer
from lazyoci.transfer.choose import PlatformChoice
from lazyoci.transfer.find import Found, find, with_own_platform
from lazyoci.transfer.pull import Pulled
from lazyoci.unpack.safe_paths import default_directory


@click.command()
@click.argument("reference", shell_complete=registries)
@click.option("-d", "--dest", type=FilePath(), help="The directory of the OCI layout.")
@click.option("--platform", "platforms", multiple=True, help="os/arch[/variant], repeatable or a,b [default: this].")
@click.option("--all-platforms", is_flag=True, help="Everything the index lists, with its attestations.")
@click.option("--files", type=FilePath(), help="Also unpack the artifact's files to this directory.")
@click.option("--allow-large", is_flag=True, help="With --files: unpack archives that expand to very much.")
@click.option("--docker", is_flag=True, help="Also load the image into Docker or Podman.")
@click.option("--insecure", is_flag=True, help="Let a private registry fall back to unverified TLS or plain HTTP.")
@click.option("--ca", type=click.Path(path_type=Path), help="Certificates (PEM) to trust besides the system's.")
@output_option
@global_options
def command(
    reference: str,
    dest: Path | None,
    platforms: tuple[str, ...],
    all_platforms: bool,
    files: Path | None,
    allow_large: bool,
    docker: bool,
    insecure: bool,
    ca: Path | None,
    output: str,
) -> None:
    """Pull an artifact to an OCI layout; then, if asked for, to files or into Docker or Podman.

    Everything is verified, and what was received before an interruption is used again. Of an image with several
    platforms, this machine's is taken. Without --dest the layout is at ARTIFACT_DIR/TYPE/HOST/REPOSITORY/TAG, see:
    lazyoci config get artifact-dir.

    \b
    Examples:
      lazyoci pull ghcr.io/acme/api:v1.0.0
      lazyoci pull ghcr.io/acme/settings:v1.0.0 --files ./settings
      lazyoci pull ghcr.io/acme/charts/api:1.2.0 --files charts/
      lazyoci pull nginx --platform linux/arm64 --docker
    """
    name, choice = _named(reference), _choice(platforms, every=all_platforms)
    if docker and (all_platforms or len(choice.platforms) > 1):
        raise UsageError("--docker loads one platform", hint="give one --platform, and no --all-platforms")
    if allow_large and files is None:
        raise UsageError("--allow-large is for files alone; add --files DIR")
    if dest is not None and dest.exists() and not dest.is_dir():
        raise UsageError(f"--dest {dest} is not a directory")
    cancelled = threading.Event()
    silent = output != "text" or console().quiet
    progress = on(sys.stderr, silent=silent, color=console().colored(sys.stderr))
    loaded, unpacked = "", list[Path]()
    with connect(insecure=insecure, ca=ca, cancelled=cancelled) as client, interruptible(cancelled, client.abort):
        try:
            repository = client.repository(name.repository)
            found, held, other = with_own_platform(find(repository, name, choice), repository, choice)
            if other is not None:
                warn(f"{found.reference} is for {other}, not for this machine's {_platform.host()}")
            program = _prepared(found, files=files is not None, docker=docker)
            directory = dest or _default(found)
            pulled = transfer.pull(
                found, client, directory, held=held, shared=dest is None, progress=progress, cancelled=cancelled
            )
        finally:
            progress.close()
        _warn_absent(pulled)
        error: LazyociError | None = None
        try:
            if files is not None:
                from lazyoci.unpack.files import unpack

                unpacked = unpack(
                    found, open_layout(directory), files, large=allow_large, cancelled=cancelled, warn=warn
                )
            if program:
                from lazyoci.unpack import docker_load

                loaded = docker_load.load(found, open_layout(directory), program, cancelled=cancelled)
        except Exception as failure:  # noqa: BLE001 - even a bug: the layout is there all the same, and is reported
            error = errors.of(failure)
    _report(report.PullReport(pulled, unpacked, loaded, error), output)
    if error is not None:
        raise error


def _choice(texts: Sequence[str], *, every: bool) -> PlatformChoice:
    names = [one.strip() for text in texts for one in text.split(",") if one.strip()]
    if names and every:
        raise UsageError("--platform and --all-platforms contradict each other", hint="give one of them")
    try:
        return PlatformChoice(tuple(dict.fromkeys(map(_platform.parse, names))), every, all_by="with --all-platforms")
    except PlatformError as error:
        raise UsageError(error.message, hint=error.hint) from None


def _prepared(found: Found, *, files: bool, docker: bool) -> str:
    """Fail before anything is fetched if it can be neither unpacked nor loaded as asked; the program that loads it."""
    if files:
        from lazyoci.unpack.files import unpackable

        unpackable(found)
    if not docker:
        return ""
    from lazyoci.unpack import docker_load

    docker_load.loadable(found)
    return docker_load.choose()


def _default(found: Found) -> Path:
    root, _ = settings.load(os.environ).effective("artifact-dir", os.environ)
    return default_directory(Path(root), found.kind.name, found.reference)


def _warn_absent(pulled: Pulled) -> None:
    for layer in pulled.absent:
        warn(
            f"the registry does not keep the foreign layer {short(layer.digest)}; it is left out",
            "It is to be had from whoever licenses it, at the address in the manifest.",
        )


def _report(outcome: report.PullReport, output: str) -> None:
    if output == "text":
        if not console().quiet:
            style = output_style(sys.stdout)
            echo(report.text(outcome, style), nl=False)
    else:
        emit(report.json(outcome), output)

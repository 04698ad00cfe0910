"""The functions of the Python API: they do the same as the commands, and return values instead of printing.

They print nothing, handle no signals and never exit. Errors in a file or of a registry are in the returned values. A
LazyociError (`lazyoci.errors`) is raised only if there is nothing to return.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from lazyoci import reader
from lazyoci.check import Checked, Run, check, for_build, together
from lazyoci.diagnostic import Diagnostic, Edit, Fix, Severity
from lazyoci.errors import LazyociError, UsageError
from lazyoci.frozen import frozen
from lazyoci.progress import Silent
from lazyoci.publish import MOST_JOBS, ArtifactResult, Options, ReferenceResult, publish, source_date_epoch
from lazyoci.transfer.outcome import Outcome
from lazyoci.world import Face
from lazyoci.world.stated import stated
from lazyoci.world.world import real

if TYPE_CHECKING:
    from lazyoci.registry.client import Client

__all__ = [
    "ArtifactResult",
    "Checked",
    "Diagnostic",
    "Edit",
    "Fix",
    "LazyociError",
    "Outcome",
    "PulledArtifact",
    "ReferenceResult",
    "Severity",
    "check_text",
    "plan_files",
    "publish_files",
    "pull_artifact",
]

Warned = Callable[[str], None]


@frozen
class PulledArtifact:
    """An artifact that was pulled: an OCI layout in `directory`, and the files that were unpacked."""

    reference: str
    digest: str  # digest of what was pulled: the manifest of a single platform, else the index
    type: str  # image, helm, artifact, wasm, sbom, signature or attestation
    platforms: tuple[str, ...]
    size: int  # bytes of all distinct content
    directory: Path
    files: tuple[Path, ...] = ()


def check_text(text: str, path: str | Path | None = None) -> Checked:
    """Judge the text of a `.lazy` file, as `lazyoci validate` does.

    `path` is where the file lies, or would: other files are found from there, and the project's settings; the file
    itself is not read. Without it, that is the current directory. All that is wrong is in `diagnostics`, in the order
    of the file. Raises SettingsError for settings of the project that cannot be read.
    """
    return check(text, None if path is None else Path(path))


def plan_files(
    *paths: str | Path,
    tag: str = "",
    variables: Mapping[str, str] | None = None,
    artifacts: Iterable[str] = (),
    allow_unresolved: bool = False,
) -> tuple[ArtifactResult, ...]:
    """What `publish_files` would publish, artifact by artifact, as `lazyoci build --dry-run` tells it.

    Asks no registry. Why an artifact would be refused is in its `errors`. Raises as `publish_files`.
    """
    options = Options(artifacts=_each(artifacts), dry_run=True, allow_unresolved=allow_unresolved)
    return _publish(paths, tag, variables, options, _no_client, None)


def publish_files(
    *paths: str | Path,
    tag: str = "",
    variables: Mapping[str, str] | None = None,
    artifacts: Iterable[str] = (),
    platforms: Iterable[str] = (),
    push: bool = True,
    layout: str | Path | None = None,
    no_clobber: bool = False,
    keep_going: bool = False,
    jobs: int = 4,
    insecure: bool = False,
    ca: str | Path | None = None,
    on_warning: Warned | None = None,
    cancelled: threading.Event | None = None,
) -> tuple[ArtifactResult, ...]:
    """Check, build and push what `.lazy` files declare, as `lazyoci build` does; with `push=False` only build.

    `paths` are files, or directories that hold a `.lazy`; by default the current one. The other arguments are the
    options of the command; the environment counts as it does there. `on_warning` is told what a registry gives reason
    to say, such as that it was asked without TLS. Setting `cancelled` stops the run soon.

    What became of every artifact is returned, in the order of the files, whatever went wrong: see `failed` and
    `errors`. Raises UsageError for a file that cannot be read, `artifacts` that match nothing and other arguments that
    are wrong, and SettingsError for settings that cannot be read: then nothing was published. Ctrl-C raises
    KeyboardInterrupt while nothing is pushed yet; later it stops the run as `cancelled` does.
    """
    if not 1 <= jobs <= MOST_JOBS:
        raise UsageError(f"jobs is {jobs}; give a number from 1 to {MOST_JOBS}")
    options = Options(
        artifacts=_each(artifacts),
        platforms=_platforms(platforms),
        push=push,
        keep_going=keep_going,
        no_clobber=no_clobber,
        layout=None if layout is None else Path(layout),
        jobs=jobs,
        epoch=source_date_epoch(os.environ),
    )
    stop = cancelled or threading.Event()
    return _publish(paths, tag, variables, options, lambda: _connect(insecure, ca, on_warning, stop, jobs), stop)


def _publish(
    paths: tuple[str | Path, ...],
    tag: str,
    variables: Mapping[str, str] | None,
    options: Options,
    connect: Callable[[], Client],
    cancelled: threading.Event | None,
) -> tuple[ArtifactResult, ...]:
    for name, value in (variables or {}).items():
        if not (name.isascii() and name.isidentifier()):
            raise UsageError(f"{name!r} is no name of a variable; it has letters, digits and _, as in REGION")
        if not isinstance(value, str):
            raise UsageError(f"the value of variable {name} is of type {type(value).__name__}; give a text")
    world = real(tag=tag, face=Face.BUILD, stated=stated((), os.environ, tag), variables=variables)
    run = Run(world, for_build(allow_unresolved=options.allow_unresolved))
    contents = {path: _read(path) for path in map(_file, paths or (".lazy",))}
    files = together([run.check_bytes(data, path) for path, data in contents.items()], options.artifacts)
    return tuple(publish(files, options, connect, Silent(), cancelled or threading.Event()))


def _each(given: Iterable[str]) -> tuple[str, ...]:
    """Several texts as a tuple. A single `str` is one text, and not a sequence of its characters."""
    return (given,) if isinstance(given, str) else tuple(given)


def _platforms(given: Iterable[str]) -> tuple[str, ...]:
    from lazyoci.rules.checks.unknown_platform import problem

    found = _each(given)
    for wrong in filter(None, map(problem, found)):
        raise UsageError(wrong.message)
    return found


def _file(given: str | Path) -> Path:
    path = Path(given)
    return path / ".lazy" if path.is_dir() else path


def _read(path: Path) -> bytes:
    try:
        return reader.read(path, reader.LAZY)
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror or error}") from None


def _no_client() -> Client:
    raise AssertionError("a plan asks no registry")


def _connect(
    insecure: bool, ca: str | Path | None, on_warning: Warned | None, cancelled: threading.Event, jobs: int
) -> Client:
    from lazyoci import settings
    from lazyoci.registry.connect import connect

    if ca is not None and not Path(ca).is_file():
        raise UsageError(f"{ca} is not a file", hint="name a file of certificates in PEM form")
    return connect(
        settings.load(os.environ),
        on_warning=on_warning or _ignore,
        insecure=insecure,
        ca=None if ca is None else Path(ca),
        cancelled=cancelled,
        jobs=jobs,
    )


def _ignore(_message: str) -> None:
    pass


def pull_artifact(
    reference: str,
    directory: str | Path,
    *,
    platforms: Iterable[str] = (),
    all_platforms: bool = False,
    files: str | Path | None = None,
    insecure: bool = False,
    ca: str | Path | None = None,
    on_warning: Warned | None = None,
    cancelled: threading.Event | None = None,
) -> PulledArtifact:
    """Pull an artifact into the OCI layout at `directory`; with `files`, also unpack its files to that directory.

    Of an image with several platforms this machine's is taken, or those that `platforms` name. Everything is verified,
    and nothing is seen in the layout before all of it is there. Raises UsageError for arguments that are wrong,
    ReferenceError and PlatformError for text that is no reference and no platform, RegistryError for what the registry
    refuses, PullError for what was not asked for or cannot be taken, LayoutError for a directory that cannot be
    written, Interrupted once `cancelled` is set.
    """
    from lazyoci.layout.read import open_layout
    from lazyoci.oci.platform import parse as parse_platform
    from lazyoci.oci.reference import parse as parse_reference
    from lazyoci.registry.http.throttle import PARALLEL_BLOBS
    from lazyoci.transfer.choose import PlatformChoice
    from lazyoci.transfer.find import find, with_own_platform
    from lazyoci.transfer.pull import pull
    from lazyoci.unpack.files import unpack, unpackable

    choice = PlatformChoice(tuple(dict.fromkeys(map(parse_platform, _each(platforms)))), all_platforms)
    if choice.platforms and choice.every:
        raise UsageError("platforms and all_platforms contradict each other", hint="give one of them")
    name, cancelled = parse_reference(reference), cancelled or threading.Event()
    warn = on_warning or _ignore
    with _connect(insecure, ca, warn, cancelled, PARALLEL_BLOBS) as client:
        repository = client.repository(name.repository)
        found, held, _ = with_own_platform(find(repository, name, choice), repository, choice)
        if files is not None:
            unpackable(found)
        pull(found, client, Path(directory), held=held, cancelled=cancelled)
    unpacked: list[Path] = []
    if files is not None:
        unpacked = unpack(found, open_layout(Path(directory)), Path(files), cancelled=cancelled, warn=warn)
    return PulledArtifact(
        str(found.reference),
        found.root.digest,
        found.kind.name,
        tuple(map(str, found.platforms)),
        found.size,
        Path(directory),
        tuple(unpacked),
    )

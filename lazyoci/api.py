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
from lazyoci.frozen import frozen, replace
from lazyoci.progress import Silent
from lazyoci.publish import MOST_JOBS, ArtifactResult, Options, ReferenceResult, publish, source_date_epoch
from lazyoci.transfer.outcome import Outcome
from lazyoci.world import Face, World
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
    "copy_artifact",
    "plan_files",
    "publish_bundles",
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
    bundle: str | Path | None = None,
    no_clobber: bool = False,
    keep_going: bool = False,
    jobs: int = 4,
    insecure: bool = False,
    ca: str | Path | None = None,
    on_warning: Warned | None = None,
    cancelled: threading.Event | None = None,
) -> tuple[ArtifactResult, ...]:
    """Check, build and push what `.lazy` files declare, as `lazyoci build` does; with `push=False` only build.

    With `bundle` too: to a bundle, of which `publish_bundles` then publishes what was built.

    `paths` are files, or directories that hold a `.lazy`; by default the current one. The other arguments are the
    options of the command; the environment counts as it does there. `on_warning` is told what a registry gives reason
    to say, such as that it was asked without TLS. Setting `cancelled` stops the run soon.

    What became of every artifact is returned, in the order of the files, whatever went wrong: see `failed` and
    `errors`. Raises UsageError for a file that cannot be read, `artifacts` that match nothing and other arguments that
    are wrong, and SettingsError for settings that cannot be read: then nothing was published. Ctrl-C raises
    KeyboardInterrupt while nothing is pushed yet; later it stops the run as `cancelled` does.
    """
    _check_jobs(jobs)
    options = Options(
        artifacts=_each(artifacts),
        platforms=_platforms(platforms),
        push=push and bundle is None,
        keep_going=keep_going,
        no_clobber=no_clobber,
        layout=None if layout is None else Path(layout),
        bundle=None if bundle is None else Path(bundle),
        jobs=jobs,
        epoch=source_date_epoch(os.environ),
    )
    stop = cancelled or threading.Event()
    return _publish(paths, tag, variables, options, lambda: _connect(insecure, ca, on_warning, stop, jobs), stop)


def publish_bundles(
    *bundles: str | Path,
    files: Iterable[str | Path] = (),
    allow: Iterable[str] = (),
    maps: Iterable[str] = (),
    tag: str = "",
    variables: Mapping[str, str] | None = None,
    artifacts: Iterable[str] = (),
    partial: bool = False,
    no_clobber: bool = False,
    keep_going: bool = False,
    jobs: int = 4,
    insecure: bool = False,
    ca: str | Path | None = None,
    on_warning: Warned | None = None,
    cancelled: threading.Event | None = None,
) -> tuple[ArtifactResult, ...]:
    """Publish what `publish_files(bundle=…)` or `lazyoci build --bundle` built, as `lazyoci publish` does.

    Either `files` of this checkout say where everything goes, or the bundles do, below the prefixes of `allow`. `maps`
    are texts as for `--map`. Returns and raises as `publish_files`, and BundleError for bundles that are broken or do
    not belong here: then nothing was published.
    """
    from lazyoci.bundle.prefixes import parse_mappings, parse_prefix
    from lazyoci.bundle.read import open_bundle, verify
    from lazyoci.publish import clock, proposed, publish_content

    _check_jobs(jobs)
    named, prefixes = _paths(files), _each(allow)
    if not all(map(str, bundles)):
        raise UsageError("the path of a bundle is empty")
    if not bundles or bool(named) == bool(prefixes):
        raise UsageError("give bundles, and either files or allow, which say where they may go")
    options = Options(
        artifacts=_each(artifacts),
        keep_going=keep_going,
        no_clobber=no_clobber,
        jobs=jobs,
        epoch=source_date_epoch(os.environ),
    )
    allowed = None if named else tuple([parse_prefix(one, "allow") for one in prefixes])
    how = proposed.Publishing(allowed, parse_mappings(_each(maps)), partial)
    opened = [open_bundle(Path(one)) for one in bundles]
    for one in opened:
        verify(one)
    stop = cancelled or threading.Event()
    if named:
        world = _world(tag, variables)
        then = clock.clock_of(opened[0], world.now)
        checked = _checked(named, world.at(then.moment), options)
        checked = [proposed.without_content(one) for one in checked]
        found = proposed.from_files(checked, opened, options, replace(how, clock=then))
    else:
        found = proposed.from_plans(opened, options, how)
    return tuple(
        publish_content(found, options, lambda: _connect(insecure, ca, on_warning, stop, jobs), Silent(), stop)
    )


def copy_artifact(
    source: str | Path,
    *targets: str | Path,
    platforms: Iterable[str] = (),
    referrers: bool = True,
    no_clobber: bool = False,
    keep_going: bool = False,
    jobs: int = 4,
    insecure: bool = False,
    ca: str | Path | None = None,
    on_warning: Warned | None = None,
    cancelled: threading.Event | None = None,
) -> ArtifactResult:
    """Copy one artifact with all that is about it, as `lazyoci copy` does.

    A text is a reference, a `Path` an OCI layout: a directory or a `.tar`. What became of every target is in
    `references`, first those in registries. Raises as `pull_artifact`, and BundleError for a layout that is a bundle.
    """
    from lazyoci.oci.platform import parse as parse_platform
    from lazyoci.oci.reference import parse as parse_reference
    from lazyoci.publish.copying import Goals, check_place, copy
    from lazyoci.publish.origin import from_layout, from_registry

    _check_jobs(jobs)
    given: Iterable[object] = targets  # types are not checked where it is called without mypy
    other = next((one for one in given if not isinstance(one, str | Path)), None)
    if other is not None:
        raise UsageError(f"{other!r} is no target; give the text of a reference, or a Path")
    places = tuple(dict.fromkeys(one for one in targets if isinstance(one, Path)))
    for place in places:
        check_place(place)
    texts = [one for one in targets if isinstance(one, str)]
    references = tuple(dict.fromkeys(map(parse_reference, texts)))
    if not targets or any(one.digest for one in references):
        raise UsageError("give targets, and none with a digest, which the source decides")
    vague = next((one for one in texts if "/" not in one or ":" not in one.rpartition("/")[2]), "")
    if vague:
        raise UsageError(f"{vague} names no registry or no tag; write HOST/REPOSITORY:TAG, or give a Path")
    wanted = tuple(dict.fromkeys(map(parse_platform, _each(platforms))))
    options = Options(no_clobber=no_clobber, keep_going=keep_going, jobs=jobs)
    stop = cancelled or threading.Event()
    with _connect(insecure, ca, on_warning, stop, jobs) as client:
        if isinstance(source, Path):
            origin = from_layout(source, "", wanted, referrers=referrers)
        else:
            origin = from_registry(parse_reference(source), client, wanted, referrers=referrers)
        (result,) = copy(origin, Goals(references, places), client, options, Silent(), stop)
    return result


def _check_jobs(jobs: int) -> None:
    if not 1 <= jobs <= MOST_JOBS:
        raise UsageError(f"jobs is {jobs}; give a number from 1 to {MOST_JOBS}")


def _paths(given: Iterable[str | Path]) -> tuple[str | Path, ...]:
    return (given,) if isinstance(given, str | Path) else tuple(given)


def _publish(
    paths: tuple[str | Path, ...],
    tag: str,
    variables: Mapping[str, str] | None,
    options: Options,
    connect: Callable[[], Client],
    cancelled: threading.Event | None,
) -> tuple[ArtifactResult, ...]:
    files = _checked(paths or (".lazy",), _world(tag, variables), options)
    return tuple(publish(files, options, connect, Silent(), cancelled or threading.Event()))


def _world(tag: str, variables: Mapping[str, str] | None) -> World:
    for name, value in (variables or {}).items():
        if not (name.isascii() and name.isidentifier()):
            raise UsageError(f"{name!r} is no name of a variable; it has letters, digits and _, as in REGION")
        if not isinstance(value, str):
            raise UsageError(f"the value of variable {name} is of type {type(value).__name__}; give a text")
    return real(tag=tag, face=Face.BUILD, stated=stated((), os.environ, tag), variables=variables)


def _checked(paths: Iterable[str | Path], world: World, options: Options) -> list[Checked]:
    run = Run(world, for_build(allow_unresolved=options.allow_unresolved))
    contents = {path: _read(path) for path in map(_file, paths)}
    return together([run.check_bytes(data, path) for path, data in contents.items()], options.artifacts)


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

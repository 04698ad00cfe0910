"""`pull --docker`: an image of a layout handed to `docker load` or `podman load`, as an archive written on the way.

The archive is that of `docker save`: `manifest.json`, the config and the layers. The layers stay as compressed as they
are, since both programs expand what they load and compare it with its diff_id; so nothing is written to the disk.
"""

from __future__ import annotations

import io
import json
import subprocess
import tarfile
import tempfile
import threading
from typing import IO, BinaryIO

from lazyoci import programs
from lazyoci.build.process import ask, clean, installed
from lazyoci.errors import Interrupted
from lazyoci.layout.store import Store
from lazyoci.oci.descriptor import Descriptor
from lazyoci.oci.mediatype import DOCKER_CONFIG, OCI_CONFIG
from lazyoci.pull.find import Found, PullError

_PROGRAMS = {"docker": "Docker", "podman": "Podman"}


def loadable(found: Found) -> None:
    """Raise PullError for what is not one image of one platform."""
    if found.kind.name != "image":
        raise PullError(
            f"{found.reference} is of type {found.kind.name}; Docker and Podman load images alone",
            hint="leave out --docker",
        )
    if found.single is None:
        raise PullError(
            f"{found.reference} was chosen in several platforms; one is loaded at a time", hint="choose with --platform"
        )


def choose() -> str:
    """The program that loads: docker if its daemon answers, else podman. PullError, with the reasons, for neither."""
    reasons = {}
    for program in _PROGRAMS:
        if not installed(program):
            reasons[program] = "not installed"
            continue
        # Podman works without a daemon; Docker's client alone is of no use
        found = ask([program, "version", "--format", "{{.Server.Version}}" if program == "docker" else "{{.Client}}"])
        if not found.code:
            return program
        reasons[program] = found.reason
    told = "; ".join(f"{program}: {reason}" for program, reason in reasons.items())
    raise PullError(f"no Docker or Podman to load the image into ({told})", hint="start the daemon, or install one")


def load(found: Found, store: Store, program: str, *, cancelled: threading.Event | None = None) -> str:
    """Load the image, under its tag, into `program`; returns the program's name for people.

    Raises PullError with the program's own words when it refuses, and Interrupted.
    """
    loadable(found)
    cancelled = cancelled or threading.Event()
    with tempfile.TemporaryFile() as said:
        file = programs.find(program)
        if file is None:
            raise PullError(f"{program} is not installed")
        try:
            process = subprocess.Popen(
                [file, "load"], stdin=subprocess.PIPE, stdout=said, stderr=said, env=programs.environment()
            )
        except OSError as error:
            raise PullError(f"{program} cannot be run: {error.strerror or error}") from error
        assert process.stdin is not None
        try:
            with process.stdin as pipe:
                write_archive(found, store, _Pipe(pipe, cancelled))
        except BrokenPipeError:
            pass  # it has stopped listening, and says why below
        except BaseException:
            process.kill()
            process.wait()
            raise
        code = process.wait()
        said.seek(0)
        lines = [clean(line) for line in said.read().decode("utf-8", "replace").splitlines() if line.strip()]
    if code and cancelled.is_set():  # Ctrl-C reaches the program too
        raise Interrupted("stopped while loading")
    if code:
        reason = lines[-1] if lines else f"exit status {code}"
        hint = "The OCI layout is complete; only the loading failed."
        if any("zstd" in layer.media_type for layer in found.layers):
            hint += "\nIts layers are compressed by zstd, which Docker takes since 23.0."
        raise PullError(f"{program} load failed: {reason}", hint=hint)
    return _PROGRAMS[program]


class _Pipe(io.RawIOBase):
    """The program's input; writing stops when the run is cancelled."""

    def __init__(self, pipe: IO[bytes], cancelled: threading.Event) -> None:
        self._pipe, self._cancelled = pipe, cancelled

    def writable(self) -> bool:
        return True

    def write(self, data: object, /) -> int:
        if self._cancelled.is_set():
            raise Interrupted("stopped while loading")
        assert isinstance(data, bytes | bytearray | memoryview)
        return self._pipe.write(data)


def write_archive(found: Found, store: Store, out: io.RawIOBase | BinaryIO) -> None:
    """Write the image as an archive of `docker save`, with its tag if the reference has one."""
    loadable(found)
    manifest = found.single
    if manifest is None or manifest.config is None or manifest.config.media_type not in (OCI_CONFIG, DOCKER_CONFIG):
        raise PullError(f"{found.reference} has no image configuration; Docker and Podman cannot load it")
    config = f"{_hex(manifest.config)}.json"
    layers = [f"{_hex(layer)}.tar.gz" for layer in manifest.layers]
    reference = found.reference
    entry = {
        "Config": config,
        "RepoTags": [f"{reference.repository}:{reference.tag}"] if reference.tag else [],
        "Layers": layers,
    }
    with tarfile.open(fileobj=out, mode="w|", bufsize=1 << 20, format=tarfile.GNU_FORMAT) as archive:
        _add(archive, config, manifest.config, store)
        for name, layer in dict(zip(layers, manifest.layers, strict=True)).items():  # a repeated one once
            _add(archive, name, layer, store)
        data = json.dumps([entry]).encode("utf-8")
        archive.addfile(_entry("manifest.json", len(data)), io.BytesIO(data))


def _hex(descriptor: Descriptor) -> str:
    return descriptor.digest.partition(":")[2]


def _add(archive: tarfile.TarFile, name: str, descriptor: Descriptor, store: Store) -> None:
    with store.open(descriptor) as stream:
        archive.addfile(_entry(name, descriptor.size), stream)


def _entry(name: str, size: int) -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.size = size
    info.mode = 0o644
    return info

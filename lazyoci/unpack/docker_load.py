"""`pull --docker`: streams an image of a layout, as an archive, to `docker load` or `podman load`.

The archive has the format of `docker save` since Docker 25: an OCI layout, and also the `manifest.json` that older
versions and Podman read. Manifest and layers are the published bytes. So a Docker that keeps images as published (the
containerd store of Docker 29) has the image under its published digest; all others decompress the layers and compare
them with their diff_ids. Nothing is written to the disk.
"""

from __future__ import annotations

import io
import json
import subprocess
import tarfile
import threading
from collections import deque
from typing import IO, BinaryIO

from lazyoci import programs
from lazyoci.build.process import ask, clean, installed
from lazyoci.errors import Interrupted
from lazyoci.layout.image import CONTAINERD_NAME
from lazyoci.layout.read import INDEX, LAYOUT_BYTES, LAYOUT_FILE, REF_NAME
from lazyoci.layout.store import Store
from lazyoci.oci.descriptor import Descriptor, dump
from lazyoci.oci.mediatype import DOCKER_CONFIG, OCI_CONFIG, OCI_INDEX
from lazyoci.transfer.find import Found, PullError

_KEPT, _LINE = 100, 1 << 16  # of the program's output: how many lines are kept, and bytes of one line
_PROGRAMS = {"docker": "Docker", "podman": "Podman"}


def loadable(found: Found) -> None:
    """Raise PullError unless this is one image of one platform."""
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
    """The program that loads: docker if its daemon answers, else podman. PullError with the reasons if neither can."""
    reasons = {}
    for program in _PROGRAMS:
        if not installed(program):
            reasons[program] = "not installed"
            continue
        # Podman works without a daemon; Docker's client does not
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
    file = programs.find(program)
    if file is None:
        raise PullError(f"{program} is not installed")
    try:
        process = subprocess.Popen(
            [file, "load"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env=programs.environment(),
        )
    except OSError as error:
        raise PullError(f"{program} cannot be run: {error.strerror or error}") from error
    assert process.stdin is not None and process.stdout is not None
    said: deque[bytes] = deque(maxlen=_KEPT)
    reader = threading.Thread(target=_listen, args=(process.stdout, said), daemon=True)
    reader.start()  # reads the output meanwhile, so that the program never blocks on a full pipe
    try:
        with process.stdin as pipe:
            write_archive(found, store, _Pipe(pipe, cancelled))
    except BrokenPipeError:
        pass  # the program stopped reading; the reason is reported below
    except BaseException:
        process.kill()
        process.wait()
        raise
    code = process.wait()
    reader.join()
    lines = [clean(line) for line in b"".join(said).decode("utf-8", "replace").splitlines() if line.strip()]
    if code and cancelled.is_set():  # after Ctrl-C, which the program gets too
        raise Interrupted("stopped while loading")
    if code:
        reason = lines[-1] if lines else f"exit status {code}"
        hint = "The OCI layout is complete; only the loading failed."
        if any("zstd" in layer.media_type for layer in found.layers):
            hint += "\nIts layers are compressed by zstd, which Docker takes since 23.0."
        raise PullError(f"{program} load failed: {reason}", hint=hint)
    return _PROGRAMS[program]


def _listen(stream: IO[bytes], said: deque[bytes]) -> None:
    with stream:
        while line := stream.readline(_LINE):
            said.append(line)


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
    reference = found.reference
    name = f"{reference.repository}:{reference.tag}" if reference.tag else ""
    named = {CONTAINERD_NAME: name, REF_NAME: reference.tag} if name else {}
    root = Descriptor(manifest.media_type, manifest.descriptor.digest, len(manifest.raw), named)
    entry = {
        "Config": _path(manifest.config),
        "RepoTags": [name] if name else [],
        "Layers": [_path(layer) for layer in manifest.layers],
    }
    index = {"schemaVersion": 2, "mediaType": OCI_INDEX, "manifests": [root.to_json()]}
    with tarfile.open(fileobj=out, mode="w|", bufsize=1 << 20, format=tarfile.GNU_FORMAT) as archive:
        for blob in {blob.digest: blob for blob in (manifest.config, *manifest.layers)}.values():
            with store.open(blob) as stream:
                archive.addfile(_entry(_path(blob), blob.size), stream)
        for path, data in (
            (_path(root), manifest.raw),
            (LAYOUT_FILE, LAYOUT_BYTES),
            (INDEX, dump(index)),
            ("manifest.json", json.dumps([entry]).encode("utf-8")),
        ):
            archive.addfile(_entry(path, len(data)), io.BytesIO(data))


def _path(descriptor: Descriptor) -> str:
    return "blobs/" + descriptor.digest.replace(":", "/", 1)


def _entry(name: str, size: int) -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.size = size
    info.mode = 0o644
    return info

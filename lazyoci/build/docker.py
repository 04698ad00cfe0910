"""Takes an image that the Docker or Podman on this machine already has."""

from __future__ import annotations

import re
from collections.abc import Mapping

from lazyoci.build.annotate import annotate
from lazyoci.build.context import Context
from lazyoci.build.engines.chosen import chosen
from lazyoci.build.process import ask, installed, run
from lazyoci.config.model import DockerArtifact
from lazyoci.errors import BuildError
from lazyoci.layout.docker_archive import read_archive
from lazyoci.layout.store import Built
from lazyoci.oci import platform, reference
from lazyoci.oci.platform import Platform, PlatformError

_PROGRAMS = ("docker", "podman")
_NO_DAEMON = re.compile(
    r"(?i)cannot connect to the docker daemon|docker daemon running|failed to connect to the docker"
)


def build_docker(artifact: DockerArtifact, context: Context) -> Built:
    """Save the image and read it, its layers as they are. Raises as `lazyoci.build.build`."""
    image = artifact.image.value
    if not image or image.startswith("-"):
        raise BuildError(f"{artifact.label}: {image!r} is not an image", hint="write its name, such as nginx:alpine")
    platforms = _platforms(artifact, context)
    program = _holder(artifact, image, context.engine)
    saved = context.scratch / "save.tar"
    context.on_output(f"saving {image} from {program}")
    command = [program, "save", "--output", str(saved), image]
    if program == "podman":
        command[2:2] = ["--format", "docker-archive"]
    run(command, context, what=f"{artifact.label}: {program} save")
    built = read_archive(saved, context.scratch, platforms=platforms, progress=context.progress)
    return annotate(built, context.annotations)


def _platforms(artifact: DockerArtifact, context: Context) -> tuple[Platform, ...]:
    try:
        return tuple(dict.fromkeys(map(platform.parse, context.platforms)))
    except PlatformError as error:
        raise BuildError(f"{artifact.label}: {error.message}", hint=error.hint) from None


def _holder(artifact: DockerArtifact, image: str, engine: str) -> str:
    """The program that has the image: docker before podman, unless one of them was asked for."""
    reasons = {}
    for program in (engine,) if engine in _PROGRAMS else _PROGRAMS:
        if not installed(program):
            reasons[program] = "not installed"
            continue
        found = ask([program, "image", "inspect", "--format", "{{.Id}}", image])
        if not found.code:
            return program
        reasons[program] = found.reason
        choice = chosen() if program == "docker" and _NO_DAEMON.search(found.reason) else ""
        if choice:  # Podman may have another image of that name
            hint = f"start or mend {choice}; or take Podman's image: --engine podman"
            raise BuildError(f"{artifact.label}: no image {image} on this machine (docker: {found.reason})", hint=hint)
    told = "; ".join(f"{program}: {reason}" for program, reason in reasons.items())
    raise BuildError(f"{artifact.label}: no image {image} on this machine ({told})", hint=_remedy(image, reasons))


def _remedy(image: str, reasons: Mapping[str, str]) -> str:
    """The next command: a pull by a program that works, else what makes one work."""
    there = [program for program, reason in reasons.items() if reason != "not installed"]
    usable = [program for program in there if not _NO_DAEMON.search(reasons[program])]
    if usable:
        fetch = f"fetch it first: {usable[0]} pull {_full(image) if usable[0] == 'podman' else image}"
        return f"start Docker, if the image is there; or {fetch}" if set(usable) != set(there) else fetch
    return "start Docker, or install Podman, which needs no daemon" if there else "install Docker or Podman"


def _full(image: str) -> str:
    """With its host: podman knows no default registry unless it is told one."""
    try:
        return str(reference.parse(image))
    except reference.ReferenceError:
        return image

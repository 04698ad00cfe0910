"""Reads an image that already exists in the Docker or Podman of this machine."""

from __future__ import annotations

import re
from collections.abc import Mapping

from lazyoci.build.annotate import annotate
from lazyoci.build.context import Context
from lazyoci.build.engines.chosen import chosen
from lazyoci.build.process import ask, installed, run
from lazyoci.config.model import DockerArtifact
from lazyoci.errors import BuildError
from lazyoci.layout.store import Built
from lazyoci.oci import platform, reference
from lazyoci.oci.platform import Platform, PlatformError

_PROGRAMS = ("docker", "podman")
_ID = re.compile(r"[0-9a-f]{4,64}")
_SHOWN = 5  # tags in a message
_NO_DAEMON = re.compile(
    r"(?i)cannot connect to the docker daemon|docker daemon running|failed to connect to the docker"
)


def build_docker(artifact: DockerArtifact, context: Context) -> Built:
    """Save the image and read it; its layers stay unchanged. Raises as `lazyoci.build.build`.

    If the daemon has only some platforms of an image, these are taken, as `docker push` does.
    """
    from lazyoci.layout.docker_archive import read_archive  # here, as a dry run reads none

    image = artifact.image.value
    platforms = look_at_name(artifact, context)
    program, name = _holder(artifact, image, context.engine)
    saved = context.scratch / "save.tar"
    context.on_output(f"saving {name} from {program}")
    command = [program, "save", "--output", str(saved), name]
    if program == "podman":
        command[2:2] = ["--format", "docker-archive"]
    run(command, context, what=f"{artifact.label}: {program} save")
    built = read_archive(
        saved, context.scratch, platforms=platforms, progress=context.progress, partial=context.on_output
    )
    return annotate(built, context.annotations)


def look_at_name(artifact: DockerArtifact, context: Context) -> tuple[Platform, ...]:
    """The requested platforms; raises BuildError for an invalid image name or platform."""
    image = artifact.image.value
    if not image or image.startswith("-"):
        raise BuildError(f"{artifact.label}: {image!r} is not an image", hint="write its name, such as nginx:alpine")
    return _platforms(artifact, context)


def _platforms(artifact: DockerArtifact, context: Context) -> tuple[Platform, ...]:
    texts = tuple(context.platforms) or tuple(text.value for text in artifact.platforms if text.value)
    try:
        return tuple(dict.fromkeys(map(platform.parse, texts)))
    except PlatformError as error:
        raise BuildError(f"{artifact.label}: {error.message}", hint=error.hint) from None


def meant(image: str) -> tuple[str, ...]:
    """What `image` may mean, the likeliest first: a name without a tag means `latest`, or is the beginning of an id.

    `docker push` reads names in this way; `docker save` would save all tags.
    """
    last = image.rpartition("/")[2]
    if ":" in last or "@" in image:
        return (image,)
    return (f"{image}:latest", image) if _ID.fullmatch(image) else (f"{image}:latest",)


def _holder(artifact: DockerArtifact, image: str, engine: str) -> tuple[str, str]:
    """The program that has the image, docker before podman unless one was asked for, and the name to save it by."""
    reasons = {}
    names = meant(image)
    for program in (engine,) if engine in _PROGRAMS else _PROGRAMS:
        if not installed(program):
            reasons[program] = "not installed"
            continue
        for name in names:
            found = ask([program, "image", "inspect", "--format", "{{.Id}}", name])
            if not found.code:
                return program, name
            reasons.setdefault(program, found.reason)
        choice = chosen() if program == "docker" and _NO_DAEMON.search(reasons[program]) else ""
        if choice:  # Podman may have another image with that name
            hint = f"start or mend {choice}; or take Podman's image: --engine podman"
            raise BuildError(
                f"{artifact.label}: no image {names[0]} on this machine (docker: {reasons[program]})", hint=hint
            )
    told = "; ".join(f"{program}: {reason}" for program, reason in reasons.items())
    raise BuildError(
        f"{artifact.label}: no image {names[0]} on this machine ({told})", hint=_remedy(image, names[0], reasons)
    )


def _remedy(image: str, name: str, reasons: Mapping[str, str]) -> str:
    """The next step: a pull by a program that works, or how to make one work, or to name one of the existing tags."""
    there = [program for program, reason in reasons.items() if reason != "not installed"]
    usable = [program for program in there if not _NO_DAEMON.search(reasons[program])]
    for program in usable if name != image else ():
        tagged = ask([program, "image", "ls", "--format", "{{.Repository}}:{{.Tag}}", image]).out.split()
        tagged = [one for one in tagged if not one.endswith(":<none>")]
        if tagged:
            return f"write its tag; {program} has {', '.join(tagged[:_SHOWN])}"
    if usable:
        fetch = f"fetch it first: {usable[0]} pull {_full(image) if usable[0] == 'podman' else image}"
        return f"start Docker, if the image is there; or {fetch}" if set(usable) != set(there) else fetch
    return "start Docker, or install Podman, which needs no daemon" if there else "install Docker or Podman"


def _full(image: str) -> str:
    """The image name with its host, because podman has no default registry unless one is configured."""
    try:
        return str(reference.parse(image))
    except reference.ReferenceError:
        return image

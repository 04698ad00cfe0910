"""docker build and docker save: one platform, for machines whose Docker has no builder that exports OCI layouts."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Callable

from lazyoci.build.context import Context
from lazyoci.build.engines.engine import BuildRequest, lacks_flags
from lazyoci.build.process import ask, installed, run
from lazyoci.build.reproducible_image import make_reproducible
from lazyoci.config.model import Attestations
from lazyoci.layout.docker_archive import read_archive
from lazyoci.layout.store import Built

# output of the classic builder: the instruction of a step, and the image that the step created
_STEP = re.compile(r"Step \d+/\d+ : (\w+)")
_GAVE = re.compile(r" ---> ([0-9a-f]{12})")
_TRIES, _PAUSE = 10, 0.3  # attempts to remove an image, and seconds between them


class Docker:
    """The daemon's own builder. The image is saved and then removed from the daemon."""

    name = "docker"
    description = "docker build"
    choice = ""

    def refusal(self, request: BuildRequest) -> str:
        """See `Engine.refusal`."""
        if not installed("docker"):
            return "docker is not installed"
        if request.builder:
            return f"builder {request.builder} is one of buildx"
        if len(request.platforms) > 1:
            return "it builds for one platform at a time"
        if request.cache_to:
            return "it cannot export a cache (cacheTo)"
        if request.attestations != Attestations():
            return "it makes no attestations"
        server = ask(["docker", "version", "--format", "{{.Server.Version}}"])
        return server.reason if server.code else lacks_flags(["docker", "build"], request)

    def build(self, request: BuildRequest, context: Context) -> Built:
        """See `Engine.build`."""
        name = f"lazyoci-build:{os.urandom(8).hex()}"
        saved = context.scratch / "save.tar"
        # the classic builder would keep the container of a step that fails; BuildKit has none and ignores the flag
        command = ["docker", "build", "--force-rm", "--tag", name, *request.flags(), *request.epoch_argument()]
        if request.platforms:
            command += ["--platform", str(request.platforms[0])]
        for source in request.cache_from:
            command += ["--cache-from", source]
        command.append(request.context)
        env = {**request.environment(), "BUILDKIT_PROGRESS": "plain", "BUILDX_NO_DEFAULT_ATTESTATIONS": "1"}
        steps = _Steps(request.keeper(context.directory))
        try:
            run(command, context, what=f"{request.label}: docker build", env=env, keep=steps.keep)
            run(["docker", "save", "--output", str(saved), name], context, what=f"{request.label}: docker save")
        finally:
            ask(["docker", "image", "rm", "--no-prune", name])
            steps.remove_images()
        built = read_archive(
            saved, context.scratch, platforms=request.platforms, compress=True, progress=context.progress
        )
        return built if request.epoch is None else make_reproducible(built, request.epoch, context)


class _Steps:
    """Collects the images that steps of the classic builder leave, from its output, to remove the new ones.

    BuildKit leaves none. Images from the cache and base images are kept.
    """

    def __init__(self, keep: Callable[[str], str | None]) -> None:
        self._keep = keep
        self._ours = False
        self._made: list[str] = []

    def keep(self, line: str) -> str | None:
        step, gave = _STEP.match(line), _GAVE.fullmatch(line)
        if step is not None:
            self._ours = step[1].upper() != "FROM"
        elif line == " ---> Using cache":
            self._ours = False
        elif gave is not None and self._ours:
            self._made.append(gave[1])
        return self._keep(line)

    def remove_images(self) -> None:
        for image in reversed(self._made):
            tags = ask(["docker", "image", "inspect", "--format", "{{len .RepoTags}}", image])
            for _ in range(_TRIES if tags.out.strip() == "0" else 0):
                if not ask(["docker", "image", "rm", "--no-prune", image]).code:
                    break
                time.sleep(_PAUSE)  # after an interruption the daemon takes a moment to remove the container on it

"""buildah and podman, which need no daemon. Each platform is built separately; the index keeps the requested order."""

from __future__ import annotations

import os
import re

from lazyoci.build.context import Context
from lazyoci.build.engines.engine import BuildRequest, lacks_flags
from lazyoci.build.process import ask, installed, run
from lazyoci.config.model import Attestations
from lazyoci.layout.image import complete, image_of
from lazyoci.layout.read import open_layout
from lazyoci.layout.store import Built, Staged
from lazyoci.oci.descriptor import Descriptor
from lazyoci.oci.mediatype import OCI_INDEX
from lazyoci.oci.platform import Platform
from lazyoci.values.image_inputs import fields

# with --log-level=debug both name their working container, which has to be removed after an interruption
_LOGGED = re.compile(r'time="[^"]*" level=(?:trace|debug|info) ')
_LAYOUT = "oci"  # relative, because a transport's path ends at the next colon
_CONTAINER = re.compile(r'msg="Container ID: ([0-9a-f]{64})"')


class Libpod:
    """`buildah` or `podman`."""

    choice = ""

    def __init__(self, program: str) -> None:
        self.name = program
        self._containers: list[str] = []

    @property
    def description(self) -> str:
        """See `Engine.description`."""
        return self.name

    def refusal(self, request: BuildRequest) -> str:
        """See `Engine.refusal`."""
        if not installed(self.name):
            return "not installed"
        if request.builder:
            return f"builder {request.builder} is one of buildx"
        for source in (*request.cache_from, *request.cache_to):
            if not _cache(source):
                return f"it keeps caches only in registries, not type={fields(source).get('type', '')}"
        if request.attestations != Attestations():
            return "it makes no attestations"
        for name, value in request.contexts.items():
            if value.startswith("oci-layout:"):
                return f"it takes no oci-layout as a context ({name})"
        version = ask([self.name, "--version"])
        return version.reason if version.code else lacks_flags([self.name, "build"], request)

    def build(self, request: BuildRequest, context: Context) -> Built:
        """See `Engine.build`."""
        wanted: tuple[Platform | None, ...] = request.platforms or (None,)
        for number, platform in enumerate(wanted):
            self._build_one(request, context, platform, f"p{number}")
        layout = open_layout(context.scratch / _LAYOUT)
        if len(wanted) == 1:
            return image_of(layout, platforms=request.platforms)
        store = Staged(layout)
        children = []
        for number, platform in enumerate(request.platforms):
            root = image_of(layout, name=f"p{number}", platforms=(platform,)).root
            children.append(Descriptor(root.media_type, root.digest, root.size, platform=platform).to_json())
        index = {"schemaVersion": 2, "mediaType": OCI_INDEX, "manifests": children}
        return complete(store, store.add_json(OCI_INDEX, index), request.platforms)

    def _build_one(self, request: BuildRequest, context: Context, platform: Platform | None, tag: str) -> None:
        name = f"localhost/lazyoci-build:{os.urandom(8).hex()}"
        command = [self.name, "--log-level=debug", "build", "--tag", name, *request.flags()]
        if platform is not None:
            command += ["--platform", str(platform)]
        if request.epoch is not None:
            command += self._times(request)
        for source in request.cache_from:
            command += ["--cache-from", _cache(source)]
        for goal in request.cache_to:
            command += ["--cache-to", _cache(goal)]
        # layers are kept for the next build only if they can be shared; other remains are removed below
        command += [f"--layers={'true' if request.cache_from or request.cache_to else 'false'}", request.context]
        what = f"{request.label}: {self.name} build"
        keep_rest = request.keeper(context.directory)

        def keep(line: str) -> str | None:
            if _LOGGED.match(line):
                self._containers += _CONTAINER.findall(line)
                return None
            return keep_rest(line)

        try:
            run(command, context, what=what, env=request.environment(), keep=keep)
            push = [self.name, "push", "--quiet", name, f"oci:{_LAYOUT}:{tag}"]
            run(push, context, what=f"{request.label}: {self.name} push", cwd=context.scratch)
        finally:
            self._clean_up(name)

    def _times(self, request: BuildRequest) -> list[str]:
        """The flags that limit all times. Newer versions refuse the older flag if SOURCE_DATE_EPOCH is set."""
        if "--rewrite-timestamp" in ask([self.name, "build", "--help"]).out:
            return ["--source-date-epoch", str(request.epoch), "--rewrite-timestamp"]
        return ["--timestamp", str(request.epoch), *request.epoch_argument()]

    def _clean_up(self, name: str) -> None:
        """Remove the image and, after a failure, its build containers. Missing ones are not an error."""
        for container in self._containers:
            ask([self.name, "rm", *(["--force"] if self.name == "podman" else []), container])
        self._containers.clear()
        ask([self.name, "rmi", name])


def _cache(source: str) -> str:
    """The repository of a registry cache, in buildx's notation or plain; empty for other kinds of cache."""
    if "=" not in source:
        return source
    found = fields(source)
    return found.get("ref", "") if found.get("type") == "registry" else ""

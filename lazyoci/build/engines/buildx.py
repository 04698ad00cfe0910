"""docker buildx: the user's own builder, on this machine, a remote one or in Kubernetes."""

from __future__ import annotations

import csv
import io
import json
import os
from collections.abc import Sequence
from pathlib import Path

from lazyoci.build.context import Context
from lazyoci.build.engines.chosen import BUILDER, current_context
from lazyoci.build.engines.engine import BuildRequest
from lazyoci.build.process import ask, clean, installed, run
from lazyoci.config.model import Attestations
from lazyoci.errors import BuildError
from lazyoci.frozen import frozen
from lazyoci.layout.image import image_of
from lazyoci.layout.read import open_layout
from lazyoci.layout.store import Built

# shown only for the containerd image store; with it the docker driver exports OCI layouts of several platforms
_CONTAINERD_STORE = "org.mobyproject.buildkit.worker.containerd"
_STARTS_ITSELF = frozenset({"docker-container", "kubernetes"})  # drivers that start a stopped builder


_NOTHING_ADDED = {
    "BUILDX_METADATA_PROVENANCE": "disabled",  # the metadata file would contain build arguments
    "BUILDX_NO_DEFAULT_ATTESTATIONS": "1",  # they contain the build time, so every digest would differ
}


@frozen
class _Builder:
    name: str
    driver: str


class Buildx:
    """The named builder or the active one; if that cannot export OCI layouts, another that can."""

    name = "buildx"

    def __init__(self) -> None:
        self._builder = _Builder("", "")
        self.choice = ""

    @property
    def description(self) -> str:
        """See `Engine.description`."""
        return f"buildx (builder {self._builder.name}, driver {self._builder.driver})"

    def refusal(self, request: BuildRequest) -> str:
        """See `Engine.refusal`."""
        if not installed("docker"):
            return "docker is not installed"
        version = ask(["docker", "buildx", "version"])
        if version.code:
            return "docker has no buildx plugin"
        named = request.builder or os.environ.get(BUILDER, "")
        found = ask(["docker", "buildx", "inspect", *([request.builder] if request.builder else [])])
        if found.code:
            self.choice = f"the builder {named}" if named else ""
            return found.reason
        builder, usable, fault = _inspected(found.out)
        if fault and (named or builder.name not in ("", "default", current_context())):
            self.choice = f"the builder {builder.name or named}"
            return fault
        if usable and not fault:
            self._builder = builder
            return ""
        if not named:
            other = _another()
            if other is not None:
                self._builder = other
                return ""
        return fault or (
            f"builder {builder.name or named or 'default'} has the driver "
            f"{builder.driver or '(unknown)'}, which cannot export OCI layouts"
        )

    def build(self, request: BuildRequest, context: Context) -> Built:
        """See `Engine.build`."""
        layout = context.scratch / "oci"
        metadata = context.scratch / "metadata.json"
        command = ["docker", "buildx", "build", "--builder", self._builder.name, "--progress=plain", *request.flags()]
        if request.platforms:
            command += ["--platform", ",".join(map(str, request.platforms))]
        for source in request.cache_from:
            command += ["--cache-from", source]
        for goal in request.cache_to:
            command += ["--cache-to", goal]
        command += _attestations(request.attestations)
        output = ["type=oci", f"dest={layout}", "tar=false"]
        if request.epoch is not None:
            output.append("rewrite-timestamp=true")  # of files in layers too (BuildKit 0.13 and later)
        command += ["--output", _csv(output), "--metadata-file", str(metadata), request.context]
        env = {**request.environment(), **_NOTHING_ADDED}
        run(
            command,
            context,
            what=f"{request.label}: docker buildx build",
            env=env,
            keep=request.keeper(context.directory),
        )
        built = image_of(open_layout(layout), platforms=request.platforms)
        _compare(metadata, built, request.label)
        return built


def _attestations(wanted: Attestations) -> list[str]:
    out = [f"--provenance=mode={wanted.provenance}"] if wanted.provenance else []
    return [*out, "--sbom=true"] if wanted.sbom else out


def _csv(fields: Sequence[str]) -> str:
    """Fields as one value of an option, quoted where they need it."""
    out = io.StringIO()
    csv.writer(out, lineterminator="").writerow(fields)
    return out.getvalue()


def _inspected(text: str) -> tuple[_Builder, bool, str]:
    """The builder that `docker buildx inspect` describes, whether it can export an OCI layout, and its error if broken.

    It is broken if errors are reported and no node has a status. (Even a stopped node has a status.)
    """
    fields: dict[str, str] = {}
    for line in text.splitlines():
        key, colon, value = line.partition(":")
        if colon:
            fields.setdefault(key.strip(), value.strip())
    builder = _Builder(fields.get("Name", ""), fields.get("Driver", ""))
    usable = builder.driver not in ("", "docker") or (builder.driver == "docker" and _CONTAINERD_STORE in text)
    return builder, usable, "" if "Status" in fields else clean(fields.get("Error", ""))


def _another() -> _Builder | None:
    """Another existing builder that can export OCI layouts and runs or starts by itself. None is ever created."""
    listed = ask(["docker", "buildx", "ls", "--format", "json"])
    if listed.code:
        return None
    for line in listed.out.splitlines():
        try:
            entry = json.loads(line)
            name, driver = str(entry["Name"]), str(entry["Driver"])
            running = any(node.get("Status") == "running" for node in entry.get("Nodes") or ())
        except (ValueError, KeyError, TypeError, AttributeError):
            continue
        if driver not in ("", "docker") and (running or driver in _STARTS_ITSELF):
            return _Builder(name, driver)
    return None


def _compare(metadata: Path, built: Built, label: str) -> None:
    """Raise LayoutError if buildx reports another digest than that of the layout it wrote."""
    try:
        reported = json.loads(metadata.read_text(encoding="utf-8")).get("containerimage.digest", "")
    except FileNotFoundError:
        return  # this buildx is too old to write it
    except (OSError, ValueError, AttributeError) as error:
        raise BuildError(f"{label}: buildx wrote a metadata file that cannot be read: {error}") from error
    if reported and reported != built.root.digest:
        raise BuildError(f"{label}: buildx reports the digest {reported}, but its layout holds {built.root.digest}")

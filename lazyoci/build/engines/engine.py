"""The request for an image build, and the interface of engines."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Protocol

from lazyoci.build.context import Context
from lazyoci.build.process import ask
from lazyoci.config.model import Attestations, ImageArtifact, Text
from lazyoci.errors import BuildError
from lazyoci.frozen import frozen
from lazyoci.layout.store import Built
from lazyoci.oci import platform
from lazyoci.oci.platform import Platform, PlatformError
from lazyoci.values.dockerfile import DEFAULT_DOCKERFILE
from lazyoci.world.commit_time import commit_time

# variables that the builders themselves use, so build arguments may not have these names
_RESERVED = re.compile(
    r"(?:PATH|HOME|USER|TMPDIR|TEMP|TMP|SYSTEMROOT|PWD|SHELL|LANG|SOURCE_DATE_EPOCH|NO_COLOR|STORAGE_DRIVER|"
    r"(?:HTTPS?|FTP|ALL|NO)_PROXY|(?:DOCKER|BUILDX|BUILDKIT|BUILDAH|CONTAINERS?|PODMAN|REGISTRY|STORAGE|LD|DYLD|GO|"
    r"GIT|SSH|SSL|XDG|OTEL|LC|AWS|GOOGLE|AZURE|LAZYOCI)_?.*)",
    re.IGNORECASE,
)
# printed by buildah, podman and the classic builder, also for platform arguments and the epoch
_UNUSED = re.compile(
    r"(?i)\[warning\] one or more build[- ]args (?:were not consumed: )?\[(?P<names>[^\]]*)\](?: were not consumed)?"
)
_KEYS = {"--secret": "secrets", "--build-context": "contexts", "--ssh": "ssh"}
EPOCH = "SOURCE_DATE_EPOCH"


@frozen
class BuildRequest:
    """An image build in terms of the builders. Paths are relative to the directory of the `.lazy` file."""

    label: str
    dockerfile: str
    context: str
    platforms: tuple[Platform, ...]
    build_args: Mapping[str, str]
    target: str
    labels: Mapping[str, str]
    secrets: tuple[str, ...]
    cache_from: tuple[str, ...]
    cache_to: tuple[str, ...]
    builder: str
    attestations: Attestations
    contexts: Mapping[str, str]
    ssh: tuple[str, ...]
    epoch: int | None  # upper limit for times in the image, in seconds; None if unknown

    @classmethod
    def of(cls, artifact: ImageArtifact, context: Context, *, building: bool = True) -> BuildRequest:
        """The request for `artifact`; platforms and builder of the command line take precedence. Raises BuildError.

        Without `building` the epoch, for which git may be asked, is left out.
        """
        texts = tuple(context.platforms) or tuple(text.value for text in artifact.platforms if text.value)
        try:
            platforms = tuple(dict.fromkeys(platform.parse(text) for text in texts))
        except PlatformError as error:
            raise BuildError(f"{artifact.label}: {error.message}", hint=error.hint) from None
        return cls(
            label=artifact.label,
            dockerfile=_text(artifact.dockerfile) or DEFAULT_DOCKERFILE,
            context=_text(artifact.context) or ".",
            platforms=platforms,
            build_args={name: text.value for name, text in artifact.build_args.items()},
            target=_text(artifact.target),
            labels={name: text.value for name, text in artifact.labels.items()},
            secrets=_texts(artifact.secrets),
            cache_from=_texts(artifact.cache_from),
            cache_to=_texts(artifact.cache_to),
            builder=context.builder or _text(artifact.builder),
            attestations=artifact.attestations,
            contexts={name: text.value for name, text in artifact.contexts.items()},
            ssh=_texts(artifact.ssh),
            epoch=_epoch(artifact, context) if building else None,
        )

    def flags(self) -> list[str]:
        """The flags that all builders share, without those for platforms and caches."""
        out = ["--file", self.dockerfile]
        if self.target:
            out += ["--target", self.target]
        for name, value in self.build_args.items():
            out += ["--build-arg", name if self._by_environment(name) else f"{name}={value}"]
        for name, value in self.labels.items():
            out += ["--label", f"{name}={value}"]
        for secret in self.secrets:
            out += ["--secret", secret]
        for name, value in self.contexts.items():
            out += ["--build-context", f"{name}={value}"]
        for agent in self.ssh:
            out += ["--ssh", agent]
        return out

    def asked(self) -> dict[str, str]:
        """Flags that some versions of some engines lack, and the keys of the `.lazy` file they come from."""
        wanted = {"--secret": self.secrets, "--build-context": self.contexts, "--ssh": self.ssh}
        return {flag: _KEYS[flag] for flag, given in wanted.items() if given}

    def epoch_argument(self) -> list[str]:
        """The flag that passes the epoch to the steps, for builders that do not do so themselves."""
        given = self.epoch is None or EPOCH in self.build_args
        return [] if given else ["--build-arg", f"{EPOCH}={self.epoch}"]

    def environment(self) -> dict[str, str]:
        """Additions to a builder's environment: build arguments, which everyone could read in a command line."""
        env = {name: value for name, value in self.build_args.items() if self._by_environment(name)}
        if self.epoch is not None:
            env[EPOCH] = str(self.epoch)
        return env

    @staticmethod
    def _by_environment(name: str) -> bool:
        return re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", name) is not None and not _RESERVED.fullmatch(name)

    def keeper(self, directory: Path) -> Callable[[str], str | None]:
        """A filter for a builder's output: masks secrets, drops warnings about arguments that nobody gave."""
        from lazyoci.build.mask_output import output_masker  # only where something is built

        mask = output_masker(
            build_args=self.build_args,
            secrets=self.secrets,
            ssh=self.ssh,
            options=(self.dockerfile, self.context, *self.contexts.values(), *self.cache_from, *self.cache_to),
            directory=directory,
        )

        def keep(line: str) -> str | None:
            unused = _UNUSED.fullmatch(line.strip())
            if unused is None:
                return mask(line)
            names = ", ".join(name for name in unused["names"].split() if name in self.build_args)
            return f"[Warning] build arguments that the Dockerfile does not use: {names}" if names else None

        return keep


def lacks_flags(command: Sequence[str], request: BuildRequest) -> str:
    """What this version of an engine does not support of the request, according to its help; empty if nothing."""
    wanted = request.asked()
    told = ask([*command, "--help"]).out if wanted else ""
    absent = [key for flag, key in wanted.items() if flag not in told]
    return f"this version of it knows no {', '.join(absent)}" if absent else ""


def _epoch(artifact: ImageArtifact, context: Context) -> int | None:
    """SOURCE_DATE_EPOCH from the build arguments, as in BuildKit, or the environment; else the commit's time."""
    given = artifact.build_args.get(EPOCH)
    if given is not None and given.value.isascii() and given.value.isdigit():
        return int(given.value)
    if context.epoch is not None:
        return context.epoch
    found, why = commit_time(context.directory)
    if why:
        context.on_output(f"times of the image are those of this run, since the time of the commit is unknown: {why}")
    return found


def _text(text: Text | None) -> str:
    return text.value if text is not None else ""


def _texts(texts: tuple[Text, ...]) -> tuple[str, ...]:
    return tuple(text.value for text in texts if text.value)


class Engine(Protocol):
    """One way to build an image. Created for each artifact; `refusal` must be called first."""

    name: str

    @property
    def choice(self) -> str:
        """What the user chose by name and `refusal` found broken, for a message; otherwise empty."""
        ...

    def refusal(self, request: BuildRequest) -> str:
        """Why this engine does not support the request, for a message; empty if it does. Never raises."""
        ...

    @property
    def description(self) -> str:
        """The engine's name for messages, such as `buildx (builder default)`."""
        ...

    def build(self, request: BuildRequest, context: Context) -> Built:
        """Build. What the engine stored is removed afterwards, even on failure. Raises BuildError, LayoutError."""
        ...

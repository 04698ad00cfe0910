"""Platforms: `os/architecture[/variant]`, with the aliases that every builder accepts (containerd/platforms)."""

from __future__ import annotations

from lazyoci.errors import LazyociError
from lazyoci.frozen import frozen

KNOWN_OS = frozenset(
    "aix android darwin dragonfly freebsd illumos ios js linux netbsd openbsd plan9 solaris wasip1 windows".split()  # noqa: SIM905
)
KNOWN_ARCHITECTURES = frozenset(
    "386 amd64 arm arm64 loong64 mips mipsle mips64 mips64le ppc64 ppc64le riscv64 s390x wasm".split()  # noqa: SIM905
)
_ALIASES = {
    "x86_64": ("amd64", ""),
    "x86-64": ("amd64", ""),
    "i386": ("386", ""),
    "aarch64": ("arm64", ""),
    "armhf": ("arm", "v7"),
    "armel": ("arm", "v6"),
}


class PlatformError(LazyociError):
    """Text that is not a platform."""


@frozen(order=True)
class Platform:
    """An operating system, a CPU architecture and perhaps its variant, in normal form (`arm64`, not `aarch64`)."""

    os: str
    architecture: str
    variant: str = ""

    def __str__(self) -> str:
        return f"{self.os}/{self.architecture}" + (f"/{self.variant}" if self.variant else "")


def parse(text: str) -> Platform:
    """Parse and normalise; raise PlatformError. Unknown names are allowed, as new ones appear (see `is_known`)."""
    parts = text.strip().lower().split("/")
    if not 2 <= len(parts) <= 3 or not all(part and part.replace("_", "").replace("-", "").isalnum() for part in parts):
        raise PlatformError(f"{text!r} is not a platform; expected os/architecture[/variant], such as linux/amd64")
    os_, architecture = parts[0], parts[1]
    variant = parts[2] if len(parts) == 3 else ""
    if architecture in _ALIASES:
        architecture, implied = _ALIASES[architecture]
        variant = variant or implied
    if (architecture == "arm64" and variant in ("8", "v8")) or (architecture == "amd64" and variant == "v1"):
        variant = ""
    elif architecture == "arm":
        variant = {"": "v7", "5": "v5", "6": "v6", "7": "v7", "8": "v8"}.get(variant, variant)
    return Platform(os_, architecture, variant)


def is_known(platform: Platform) -> bool:
    """Whether Go, and so every builder, knows both names."""
    return platform.os in KNOWN_OS and platform.architecture in KNOWN_ARCHITECTURES


def host() -> Platform:
    """The platform whose images this machine runs: containers on macOS and Windows desktops are Linux ones."""
    from platform import machine as machine_of_host  # imported here because few runs need it

    machine = machine_of_host().lower() or "amd64"
    if machine.startswith("armv"):
        return parse(f"linux/arm/{machine[3:5]}")
    return parse(f"linux/{machine}")

"""The builders of images that lazyoci can drive, and the choice among them."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from lazyoci.build.engines.base import Engine, Request
from lazyoci.build.engines.buildx import Buildx
from lazyoci.build.engines.docker import Docker
from lazyoci.build.engines.libpod import Libpod
from lazyoci.errors import BuildError

__all__ = ["ENGINES", "Engine", "Request", "choose"]

# in the order in which `auto` tries them
ENGINES: Mapping[str, Callable[[], Engine]] = {
    "buildx": Buildx,
    "docker": Docker,
    "buildah": lambda: Libpod("buildah"),
    "podman": lambda: Libpod("podman"),
}


def choose(name: str, request: Request) -> Engine:
    """The engine called `name`, or with `auto` the first that can do what is asked.

    Raises BuildError with the reason of each that cannot.
    """
    if name != "auto" and name not in ENGINES:
        raise BuildError(f"{request.label}: there is no engine {name!r}", hint=f"choose auto, {', '.join(ENGINES)}")
    reasons: dict[str, str] = {}
    for candidate in ENGINES if name == "auto" else (name,):
        engine = ENGINES[candidate]()
        reason = engine.refusal(request)
        if not reason:
            return engine
        reasons[candidate] = reason
    told = "; ".join(f"{candidate}: {reason}" for candidate, reason in reasons.items())
    raise BuildError(f"{request.label}: no builder can make this image ({told})", hint=_remedy(name, reasons))


def _remedy(name: str, reasons: Mapping[str, str]) -> str:
    if "which cannot export" in reasons.get("buildx", ""):
        return "create a builder that can: docker buildx create --use; or install buildah or podman"
    if name != "auto" and "daemon" in reasons[name]:
        return "start Docker, or let --engine auto choose"
    if name != "auto" and "installed" not in reasons[name]:
        return "mend that, or let --engine auto choose"
    return "install Docker with buildx, or buildah, or podman"

"""The builders of images that lazyoci can drive, and the choice among them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from lazyoci.build.engines.buildx import Buildx
from lazyoci.build.engines.chosen import chosen
from lazyoci.build.engines.docker import Docker
from lazyoci.build.engines.engine import BuildRequest, Engine
from lazyoci.build.engines.libpod import Libpod
from lazyoci.build.process import installed
from lazyoci.errors import BuildError

_NO_DAEMON = re.compile(r"(?i)daemon|failed to connect to the docker")

# in the order in which `auto` tries them
ENGINES: Mapping[str, Callable[[], Engine]] = {
    "buildx": Buildx,
    "docker": Docker,
    "buildah": lambda: Libpod("buildah"),
    "podman": lambda: Libpod("podman"),
}


def choose(name: str, request: BuildRequest) -> Engine:
    """The engine called `name`, or with `auto` the first one that supports the request.

    If the user chose a context or builder of Docker, `auto` takes no other engine: it might build another image and
    move tags to it only because the chosen one is down. Raises BuildError with each engine's reason.
    """
    if name != "auto" and name not in ENGINES:
        raise BuildError(f"{request.label}: there is no engine {name!r}", hint=f"choose auto, {', '.join(ENGINES)}")
    choice, candidates = _candidates(name, request)
    reasons: dict[str, str] = {}
    for candidate in candidates:
        engine = ENGINES[candidate]()
        reason = engine.refusal(request)
        if not reason:
            return engine
        reasons[candidate] = reason
        if name == "auto" and engine.choice:
            choice = engine.choice
            break
    told = "; ".join(f"{candidate}: {reason}" for candidate, reason in reasons.items())
    remedy = _of_choice(choice, request, reasons) if choice else _remedy(name, reasons)
    raise BuildError(f"{request.label}: no builder can make this image ({told})", hint=remedy)


def _candidates(name: str, request: BuildRequest) -> tuple[str, tuple[str, ...]]:
    """What the user chose of Docker (a context or builder), and the engines to try."""
    if name != "auto":
        return "", (name,)
    if request.builder:
        return f"the builder {request.builder}", ("buildx",)
    choice = chosen()
    return choice, ("buildx", "docker") if choice else tuple(ENGINES)


def _of_choice(choice: str, request: BuildRequest, reasons: Mapping[str, str]) -> str:
    """The error for a chosen engine that does not support the request; it is never replaced silently."""
    if any("no builder" in reason for reason in reasons.values()):
        mend = "correct its name; docker buildx ls shows the builders there are"
    elif _lacks_export(reasons):
        mend = "create a builder that can: docker buildx create --use"
    elif any("not installed" in reason or "no buildx" in reason for reason in reasons.values()):
        mend = "install Docker with buildx"
    else:
        mend = f"start or mend {choice}"
    other = next((one for one in ("buildah", "podman") if not request.builder and installed(one)), "")
    return f"{mend}; or let another engine build: --engine {other}" if other else mend


def _lacks_export(reasons: Mapping[str, str]) -> bool:
    return "which cannot export" in reasons.get("buildx", "")


def _remedy(name: str, reasons: Mapping[str, str]) -> str:
    if _lacks_export(reasons):
        return "create a builder that can: docker buildx create --use; or install buildah or podman"
    if name != "auto" and _NO_DAEMON.search(reasons[name]):
        return "start Docker, or let --engine auto choose"
    if name != "auto" and "installed" not in reasons[name]:
        return "mend that, or let --engine auto choose"
    if any(_NO_DAEMON.search(reason) for reason in reasons.values()):
        return "start Docker, or install buildah or podman"
    return "install Docker with buildx, or buildah, or podman"

"""What of Docker the user has chosen: then nothing else may build in its place, even where it does not work."""

from __future__ import annotations

import os

from lazyoci.build.process import ask, installed, without_user

BUILDER = "BUILDX_BUILDER"
_ENDPOINTS = ("DOCKER_HOST", "DOCKER_CONTEXT")
_DEFAULT = "default"  # the name of the context, and of the builder, that nobody had to choose


def chosen() -> str:
    """The choice, as people know it (`DOCKER_HOST`, `docker context farm`); the empty text if none was made.

    A builder of buildx that was made the active one is told by buildx alone: see `Buildx`.
    """
    if os.environ.get(BUILDER):
        return f"{BUILDER}={os.environ[BUILDER]}"
    if not installed("docker"):
        return ""  # DOCKER_HOST may lead programs of Podman's to its socket
    for name in _ENDPOINTS:
        if os.environ.get(name, _DEFAULT) not in ("", _DEFAULT):
            return f"{name}={without_user(os.environ[name])}"
    name = current_context()
    return "" if name in ("", _DEFAULT) else f"docker context {name}"


def current_context() -> str:
    """The name of the current context; the empty text where docker does not tell it."""
    shown = ask(["docker", "context", "show"])
    name = shown.out.strip()
    return "" if shown.code or "\n" in name else name

"""What the user has chosen in Docker (host or context). Then no other engine may build, even if it does not work."""

from __future__ import annotations

import os

from lazyoci.build.process import ask, installed, without_user

BUILDER = "BUILDX_BUILDER"
_ENDPOINTS = ("DOCKER_HOST", "DOCKER_CONTEXT")
_DEFAULT = "default"  # the default name of contexts and builders


def chosen() -> str:
    """The choice for messages (`DOCKER_HOST`, `docker context farm`); empty if nothing was chosen.

    Only buildx itself knows its active builder: see `Buildx`.
    """
    if os.environ.get(BUILDER):
        return f"{BUILDER}={os.environ[BUILDER]}"
    if not installed("docker"):
        return ""  # DOCKER_HOST may be set to the socket of Podman
    for name in _ENDPOINTS:
        if os.environ.get(name, _DEFAULT) not in ("", _DEFAULT):
            return f"{name}={without_user(os.environ[name])}"
    name = current_context()
    return "" if name in ("", _DEFAULT) else f"docker context {name}"


def current_context() -> str:
    """The name of the current context; empty if docker does not tell it."""
    shown = ask(["docker", "context", "show"])
    name = shown.out.strip()
    return "" if shown.code or "\n" in name else name

"""The web page of a repository, for registries where its address follows from the name."""

from __future__ import annotations

import re

from lazyoci.oci.reference import Repository


def page(repository: Repository) -> str | None:
    """The address of the page for people; None where none is known."""
    host, path = repository.host, repository.path
    if host == "docker.io":
        owner, _, name = path.partition("/")
        return f"https://hub.docker.com/_/{name}" if owner == "library" else f"https://hub.docker.com/r/{path}"
    if host == "ghcr.io":
        return f"https://ghcr.io/{path}"  # leads on to the package's page on GitHub
    if host == "quay.io":
        return f"https://quay.io/repository/{path}"
    if host == "public.ecr.aws":
        return f"https://gallery.ecr.aws/{path}"
    if host == "registry.gitlab.com":
        project = "/".join(path.split("/")[:2])
        return f"https://gitlab.com/{project}/container_registry"
    google = re.fullmatch(r"([a-z0-9-]+)-docker\.pkg\.dev", host)
    parts = path.split("/")
    if google is not None and len(parts) >= 2:
        return f"https://console.cloud.google.com/artifacts/docker/{parts[0]}/{google[1]}/{parts[1]}"
    return None

"""References without a host on the command line: they mean Docker Hub, and may as well be meant as a directory here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lazyoci.cli.common import warn
from lazyoci.errors import UsageError

if TYPE_CHECKING:
    from lazyoci.oci.reference import Reference


def check_target(text: str, found: Reference) -> None:
    """Refuse a target such as `out`, to which only Docker may push, and warn of one such as `acme/api:v1`."""
    if not _is_implied(text, found):
        return
    official = found.repository.path.startswith("library/")
    if official or ":" not in text.rpartition("/")[2]:
        directory = f", or ./{text} for a directory" if ":" not in text and "@" not in text else ""
        raise UsageError(
            f"{text} names no registry, and means {found}, where only Docker's official images are"
            if official and not directory
            else f"{text} names no registry and no tag",
            hint=f"write HOST/REPOSITORY:TAG{directory}",
        )
    warn(f"{text} names no registry, and means {found}; write that")


def check_source(text: str, found: Reference) -> None:
    """Refuse a source such as `out`, which is no directory and may be an image, and tell what `nginx:1` means."""
    if not _is_implied(text, found):
        return
    if "/" not in text and ":" not in text and "@" not in text:
        raise UsageError(
            f"there is no directory {text}, and as a reference it names no registry and no tag",
            hint=f"write HOST/REPOSITORY:TAG, such as {found.repository}:latest",
        )
    warn(f"{text} names no registry, and means {found}; write that")


def _is_implied(text: str, found: Reference) -> bool:
    from lazyoci.oci.reference import DOCKER_HUB

    written = text.removeprefix("oci://").partition("/")[0].casefold()
    return found.repository.host == DOCKER_HUB and not written.endswith(DOCKER_HUB)

"""References without a host on the command line: they mean Docker Hub, and may as well be meant as a directory here."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from lazyoci.cli.common import warn
from lazyoci.errors import UsageError

if TYPE_CHECKING:
    from lazyoci.oci.reference import Reference


def target(text: str, option: str = "") -> Reference:
    """The reference that something is published as: with its tag written, as `latest` is no tag to guess.

    `option` names where it is from, and then it cannot be meant as a directory. Raises UsageError and ReferenceError.
    """
    from lazyoci.oci.reference import ReferenceError, parse

    told = f"{option} " if option else ""
    if option and re.search(r"[\s,]", text.strip()):
        raise UsageError(f"{option} takes one reference", hint=f"repeat it: {option} REFERENCE {option} REFERENCE")
    try:
        found = parse(text)
    except ReferenceError as error:
        if option and text.startswith(("/", ".", "~")):
            raise UsageError(
                f"{option} {text} is no reference", hint=f"to copy to a directory: lazyoci copy LAYOUT {text}"
            ) from None
        if option or error.hint or not _may_be_place(text):
            raise
        raise UsageError(error.message, hint=f"write HOST/REPOSITORY:TAG, or ./{text} for a directory") from None
    if found.digest:
        raise UsageError(
            f"{told}{text} names a digest, which the {'content' if option else 'source'} decides",
            hint=f"write {found.repository}:TAG",
        )
    _check_host(text, found, told)
    if ":" not in text.rpartition("/")[2]:
        raise UsageError(f"{told}{text} names no tag", hint=f"write {text}:TAG")
    return found


def _may_be_place(text: str) -> bool:
    """Whether a target that names no host may be meant as a path: `out`, but not `ghcr.io/a`."""
    host, slash, _ = text.partition("/")
    return "@" not in text and ":" not in text and not (slash and ("." in host or host == "localhost"))


def _check_host(text: str, found: Reference, told: str) -> None:
    """Refuse a target such as `out`, to which only Docker may push, and warn of one such as `acme/api:v1`."""
    if not _is_implied(text, found):
        return
    official = found.repository.path.startswith("library/")
    if official or ":" not in text.rpartition("/")[2]:
        directory = f", or ./{text} for a directory" if not told and ":" not in text and "@" not in text else ""
        raise UsageError(
            f"{told}{text} names no registry, and means {found}, where only Docker's official images are"
            if official and ":" in text
            else f"{told}{text} names no registry and no tag",
            hint=f"write HOST/REPOSITORY:TAG{directory}",
        )
    warn(f"{told}{text} names no registry, and means {found}; write that")


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

"""Where pulled artifacts go: the default directories, and checks of file names that others chose."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Sequence
from pathlib import Path

from lazyoci.oci import names
from lazyoci.oci.kind import Name
from lazyoci.oci.reference import Reference
from lazyoci.transfer.find import PullError

# the same as the Go tool's; generic artifacts go to the images' directory
_DIRECTORIES: dict[Name, str] = {
    "image": "oci",
    "artifact": "oci",
    "helm": "helm",
    "sbom": "sbom",
    "signature": "sig",
    "attestation": "att",
    "wasm": "wasm",
}
_DEVICE = re.compile(r"(?i)(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(\..*)?")  # names that Windows reserves for devices


def default_directory(root: Path, kind: Name, reference: Reference) -> Path:
    """`ROOT/TYPE/HOST/REPOSITORY/TAG`; the last is `@DIGEST` for a reference with one."""
    last = f"@{reference.digest}" if reference.digest else reference.tag
    parts = [_DIRECTORIES[kind], reference.repository.host, *reference.repository.path.split("/"), last]
    if os.name == "nt":  # on Windows, a colon begins the name of an alternate stream
        parts = [part.replace(":", "_") for part in parts]
    return root.joinpath(*parts)


def safe_parts(name: str, what: str) -> tuple[str, ...]:
    """The parts of a relative path with forward slashes; PullError if it could lead out of the destination."""
    parts = tuple(part for part in name.split("/") if part != ".")
    problem = names.flaw(name)
    if os.name == "nt" and any(":" in part or part[-1:] in " ." or _DEVICE.fullmatch(part) for part in parts):
        problem = problem or "is no name on Windows"
    if problem:
        raise PullError(f"{what} is named {name!r}, which is no safe path (it {problem}); it is not unpacked")
    return parts


def make_parents(root: Path, parts: Sequence[str]) -> Path:
    """`root/parts`, after making its directories; PullError if one of them is a link or a file."""
    here = root
    for part in parts[:-1]:
        here = here / part
        try:
            mode = here.lstat().st_mode
        except FileNotFoundError:
            here.mkdir()
            continue
        if not stat.S_ISDIR(mode):
            kind = "a link" if stat.S_ISLNK(mode) else "not a directory"
            raise PullError(
                f"{here} is {kind}; nothing is unpacked through it", hint="remove it, or choose another DIR"
            )
    return here / parts[-1]


def put(source: Path, goal: Path) -> None:
    """Move a file or link to its place in one step; what was there is replaced, unless it is a directory."""
    if goal.is_dir() and not goal.is_symlink():
        raise PullError(f"{goal} is a directory; a file of that name cannot be unpacked", hint="choose another DIR")
    source.replace(goal)

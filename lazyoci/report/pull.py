"""The result of `lazyoci pull`: a few lines for people, an object for machines."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from lazyoci import clean
from lazyoci.errors import LazyociError
from lazyoci.frozen import frozen
from lazyoci.report.style import Style
from lazyoci.report.units import bytes_text
from lazyoci.transfer.pull import Pulled


@frozen
class PullReport:
    """The result of one pull: the layout, the unpacked files, and the program it was loaded into ("" for none).

    `error` says why unpacking or loading failed; even then the layout is complete.
    """

    pulled: Pulled
    files: Sequence[Path] = ()
    loaded: str = ""
    error: LazyociError | None = None


def text(pull: PullReport, style: Style) -> str:
    """What was pulled, how large it is, and where it is now."""
    found = pull.pulled.found
    rows = [("Type", found.kind.name), ("Detail", found.kind.detail), ("Digest", found.root.digest)]
    if found.root.digest != found.named.descriptor.digest:
        rows.append(("Chosen of", found.named.descriptor.digest))
    if found.platforms:
        rows.append(("Platform" + "s" * (len(found.platforms) > 1), ", ".join(map(str, found.platforms))))
    rows += [
        ("Size", f"{bytes_text(found.size)}, {pull.pulled.fetched} of {len(found.blobs)} blobs fetched"),
        ("Layers", str(len(found.layers))),
        ("Destination", str(pull.pulled.directory)),
    ]
    rows += [("File" if number == 0 else "", str(path)) for number, path in enumerate(pull.files)]
    lines = [f"{style.good('OK')}    {style.bold(str(found.reference))}"]
    lines += [f"      {name:<12} {clean.line(value)}" for name, value in rows if value]
    if pull.loaded:
        lines.append(f"      Loaded into {pull.loaded}")
    return "\n".join(lines) + "\n"


def json(pull: PullReport) -> dict[str, Any]:
    """The object described by `schema/pull.schema.json`."""
    pulled, found = pull.pulled, pull.pulled.found
    out: dict[str, Any] = {
        "reference": str(found.reference),
        "digest": found.root.digest,
        "size": found.size,
        "destination": str(pulled.directory),
        "layers": len(found.layers),
        "artifactType": found.kind.name,
    }
    if found.kind.detail:
        out["typeDetail"] = found.kind.detail
    out["loadedToDocker"] = bool(pull.loaded)
    if pull.loaded:
        out["loadedTo"] = pull.loaded.lower()
    if found.root.digest != found.named.descriptor.digest:
        out["indexDigest"] = found.named.descriptor.digest
    if found.platforms:
        out["platforms"] = list(map(str, found.platforms))
    if pull.files:
        out["files"] = [str(path) for path in pull.files]
    out["blobs"] = len(found.blobs)
    out["fetched"] = pulled.fetched
    if pull.error is not None:
        out["error"] = pull.error.message
    return out

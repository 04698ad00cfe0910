"""Results of `lazyoci browse`: tables and pages for people, lists and objects for machines (`browse.schema.json`)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lazyoci.errors import LazyociError
from lazyoci.oci.annotations import TITLE
from lazyoci.oci.digest import short
from lazyoci.registry.catalog import Hit
from lazyoci.report.cells import printable
from lazyoci.report.style import Style
from lazyoci.report.table import cut, table
from lazyoci.report.units import bytes_text
from lazyoci.transfer.describe import Description

_DESCRIPTION = 60  # characters of a description in a table


@dataclass(frozen=True, slots=True)
class ListedTag:
    """A tag; if details were asked for, also what it points to, or why that is not known."""

    name: str
    description: Description | None = None
    error: LazyociError | None = None


def repositories_json(host: str, paths: Sequence[str]) -> list[dict[str, Any]]:
    """Each repository; `namespace` is its first segment if it has several, as in the Go tool."""
    out = []
    for path in paths:
        namespace, slash, rest = path.partition("/")
        parts = (namespace, rest) if slash else ("", path)
        out.append({"namespace": parts[0], "repository": parts[1], "fullPath": f"{host}/{path}"})
    return out


def repositories_text(host: str, paths: Sequence[str], style: Style) -> str:
    """The same as a table."""
    rows = [list(item.values()) for item in repositories_json(host, paths)]
    return table(("NAMESPACE", "REPOSITORY", "FULL PATH"), rows, style)


def tags_json(tags: Sequence[ListedTag]) -> list[dict[str, Any]]:
    """Each tag; with `type`, `digest`, `size` and `platforms` if they were asked for."""
    return [_tag_json(tag) for tag in tags]


def _tag_json(tag: ListedTag) -> dict[str, Any]:
    out: dict[str, Any] = {"tag": tag.name}
    found = tag.description
    if found is not None:
        out |= {"type": found.kind.name}
        if found.kind.detail:
            out["typeDetail"] = found.kind.detail
        out |= {"digest": found.named.descriptor.digest, "size": found.size}
        if found.platforms:
            out["platforms"] = list(map(str, found.platforms))
    if tag.error is not None:
        out["error"] = tag.error.message
    return out


def tags_text(tags: Sequence[ListedTag], style: Style, *, details: bool) -> str:
    """One tag per line, or a table if there are details."""
    if not details:
        return "".join(f"{printable(tag.name)}\n" for tag in tags)
    rows = []
    for tag in tags:
        found = tag.description
        if found is None:
            rows.append([tag.name, "", "", "", tag.error.message if tag.error is not None else ""])
        else:
            platforms = ", ".join(map(str, found.platforms))
            digest = short(found.named.descriptor.digest)
            rows.append([tag.name, found.kind.name, digest, bytes_text(found.size), platforms or found.kind.detail])
    return table(("TAG", "TYPE", "DIGEST", "SIZE", "PLATFORMS OR DETAIL"), rows, style)


def manifest_json(found: Description) -> dict[str, Any]:
    """All that is known of what a reference points to."""
    reference, named = found.reference, found.named
    out: dict[str, Any] = {
        "repository": str(reference.repository),
        "tag": reference.tag,
        "digest": named.descriptor.digest,
        "size": found.size,
        "type": found.kind.name,
    }
    if found.kind.detail:
        out["typeDetail"] = found.kind.detail
    out["mediaType"] = named.media_type
    if named.artifact_type:
        out["artifactType"] = named.artifact_type
    if found.platform is not None:
        out["platform"] = str(found.platform)
    out["platforms"] = list(map(str, found.platforms))
    if found.shown is not None and found.shown is not named:
        out["manifestDigest"] = found.shown.descriptor.digest
    if found.created:
        out["created"] = found.created
    out["annotations"] = _texts(named.annotations)
    out["labels"] = dict(found.labels)
    if found.shown is not None and found.shown.config is not None:
        out["config"] = found.shown.config.to_json()
    out["layers"] = [layer.to_json() for layer in found.layers]
    if named.is_index:
        out["manifests"] = [dict(one.raw) for one in found.listed]
    if named.subject is not None:
        out["subject"] = named.subject.to_json()
    if found.referrers is not None:
        out["referrers"] = [one.to_json() for one in found.referrers]
    return out


def _texts(found: Mapping[str, Any]) -> dict[str, str]:
    return {key: value for key, value in found.items() if isinstance(value, str)}


def manifest_text(found: Description, style: Style) -> str:
    """The same as a page."""
    named = found.named
    facts = [
        ("Digest", named.descriptor.digest),
        ("Type", found.kind.name + (f" ({found.kind.detail})" if found.kind.detail else "")),
        ("Media type", named.media_type),
        ("Artifact type", named.artifact_type),
        ("Platforms", ", ".join(map(str, found.platforms))),
        ("Size", bytes_text(found.size)),
        ("Created", found.created),
        ("Subject", named.subject.digest if named.subject is not None else ""),
    ]
    lines = [style.bold(str(found.reference))]
    lines += [f"  {name:<14} {printable(value)}" for name, value in facts if value]
    _pairs(lines, "Annotations", _texts(named.annotations), style)
    if named.is_index:
        lines += ["", style.bold("Manifests")]
        for one in found.listed:
            what = f"attestation of {short(one.subject)}" if one.subject else str(one.platform or one.raw["mediaType"])
            lines.append(f"  {one.descriptor.digest}  {printable(what)}")
    shown = found.shown
    if shown is not None:
        of = f" of {found.platform}, {shown.descriptor.digest}" if shown is not named else ""
        lines += ["", style.bold(f"Layers{of}")]
        for layer in shown.layers:
            title = layer.annotations.get(TITLE, "")
            words = (layer.digest, bytes_text(layer.size).rjust(9), printable(layer.media_type), printable(title))
            lines.append("  " + "  ".join(words).rstrip())
    _pairs(lines, "Labels", found.labels, style)
    if found.referrers is not None:
        lines += ["", style.bold("Referrers")]
        lines += [f"  {one.digest}  {printable(one.artifact_type or one.media_type)}" for one in found.referrers]
        if not found.referrers:
            lines.append("  none")
    return "\n".join(lines) + "\n"


def _pairs(lines: list[str], heading: str, pairs: Mapping[str, str], style: Style) -> None:
    if pairs:
        lines += ["", style.bold(heading)]
        lines += [f"  {printable(key)}: {printable(value)}" for key, value in sorted(pairs.items())]


def hits_json(host: str, hits: Sequence[Hit]) -> list[dict[str, Any]]:
    """The results of a search, without the fields that the registry did not give."""
    out = []
    for hit in hits:
        item: dict[str, Any] = {"name": hit.name}
        if hit.description:
            item["description"] = hit.description
        for key, count in (("stars", hit.stars), ("pulls", hit.pulls)):
            if count is not None:
                item[key] = count
        if hit.official:
            item["official"] = True
        out.append({**item, "registry": host})
    return out


def hits_text(hits: Sequence[Hit], style: Style) -> str:
    """The same as a table."""
    rows = [
        [
            hit.name,
            cut(hit.description, _DESCRIPTION, style),
            "" if hit.stars is None else _count(hit.stars),
            "" if hit.pulls is None else _count(hit.pulls),
            "yes" if hit.official else "",
        ]
        for hit in hits
    ]
    return table(("NAME", "DESCRIPTION", "STARS", "PULLS", "OFFICIAL"), rows, style)


def _count(number: int) -> str:
    """`999`, `1.2K`, `3.4M`, `5.6B`."""
    size, units = float(number), ["", "K", "M", "B"]
    while size >= 999.95 and len(units) > 1:
        size /= 1000
        units.pop(0)
    return f"{size:.1f}{units[0]}" if units[0] else str(number)

"""The page on registries: what lazyoci's messages advise at each that it knows, from the table that they come from."""

from __future__ import annotations

from collections.abc import Iterator

from lazyoci.registry.vendors import GENERIC, VENDORS, Vendor, fill

_WHEN = {
    "login": "There are no usable credentials",
    "push": "The credentials may not push",
    "missing": "The repository does not exist",
    "immutable": "The tag may not move",
    "refused": "It takes the manifest not, or gives it not",
    "unsupported": "It does not offer what was asked",
    "cut": "It hangs up where an upload begins",
    "quota": "Its quota is used up",
    "rate": "It limits the rate",
    "policy": "A policy forbids the push",
    "address": "It does not let this address through",
    "account": "Something is wrong with the account",
    "read_only": "It is read-only",
    "type": "It does not take this type of artifact",
}


def text() -> str:
    """The whole page."""
    head = (
        "# Registries\n\nlazyoci knows these by their host or by what they answer, and its messages end with what "
        "helps there. `HOST`, `REPOSITORY`, `USER` and so on stand for yours. Every other registry that keeps to the "
        "OCI distribution specification works too; what is said there comes last.\n"
    )
    return head + "".join(part for kind in (*VENDORS.values(), GENERIC) for part in _section(kind))


def _section(kind: Vendor) -> Iterator[str]:
    yield f"\n## {'Any other' if kind is GENERIC else kind.name}\n"
    for name, when in _WHEN.items():
        template = getattr(kind, name)
        if template and (kind is GENERIC or template != getattr(GENERIC, name)):
            said = fill(template.replace("{label}", "NAME").replace("{project}", "PROJECT"), host="HOST")
            yield f"\n{when}:\n\n```text\n{said}\n```\n"

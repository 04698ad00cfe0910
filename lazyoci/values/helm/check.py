"""Checks a chart's metadata as Helm does: Helm's error, and what to write instead (helm pkg/chart, metadata.go)."""

from __future__ import annotations

import re

from lazyoci.template.gofmt.strings import quote
from lazyoci.values.helm.chart import Chart
from lazyoci.values.helm.chart_yaml import ChartError

# Masterminds semver, not strict: minor and patch may be missing, leading zeros are allowed
_VERSION = re.compile(
    r"v?(\d+)(?:\.(\d+))?(?:\.(\d+))?(?:-([0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*))?"
    r"(?:\+[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*)?",
    re.ASCII,
)
_ALIAS = re.compile(r"[a-zA-Z0-9_-]+")
_SEPARATORS = dict.fromkeys((0x1C, 0x1D, 0x1E, 0x1F))  # white space to Python, not to Go
_ABBREVIATED = 7  # hexadecimal digits of a commit, as git shortens it


def check_chart(chart: Chart) -> None:
    """Raise ChartError for the first thing that Helm refuses."""

    def wrong(key: str, message: str, hint: str) -> ChartError:
        return ChartError(message, line=chart.lines.get(key), hint=hint, place="Chart.yaml")

    if not chart.name:
        raise wrong("name", "chart.metadata.name is required", "add name: and the chart's name")
    if chart.name in (".", ".."):
        raise wrong("name", f"chart.metadata.name {quote(chart.name)} is not allowed", "give the chart a name")
    if "/" in chart.name or "\\" in chart.name:
        raise wrong("name", f"chart.metadata.name {quote(chart.name)} is invalid", "write a name without slashes")
    if not chart.version:
        raise wrong("version", "chart.metadata.version is required", "add version: and one such as 0.1.0")
    if not is_version(chart.version):
        message = f"chart.metadata.version {quote(chart.version)} is invalid"
        written = next((one.plain.written for one in chart.unquoted if one.key == "version"), "")
        hint = _better_version(written or chart.version)
        raise wrong("version", message, f"{written} is a number to YAML; {hint}, in quotes" if written else hint)
    if chart.type not in ("", "application", "library"):
        message = "chart.metadata.type must be application or library"
        raise wrong("type", message, f"it is {quote(chart.type)}")
    taken: set[str] = set()
    for one in chart.dependencies:
        if one.alias and _ALIAS.fullmatch(one.alias) is None:
            message = f"dependency {quote(one.name)} has disallowed characters in the alias"
            raise wrong("dependencies", message, "an alias is of letters, digits, _ and -")
        key = one.alias or one.name
        if key in taken:
            message = f"more than one dependency with name or alias {quote(key)}"
            raise wrong("dependencies", message, "give one of them an alias")
        taken.add(key)


def is_version(text: str) -> bool:
    """Whether Helm accepts this as the version of a chart."""
    match = _VERSION.fullmatch(text)
    if match is None or _bad_parts(match[4]):
        return False
    numbers = [number.lstrip("0") or "0" for number in match.groups()[:3] if number is not None]
    return all(len(number) <= 20 and int(number) < 1 << 64 for number in numbers)


def _bad_parts(prerelease: str | None) -> list[str]:
    """The numeric parts with a leading zero, which semantic versioning forbids."""
    return [part for part in (prerelease or "").split(".") if part.isdigit() and len(part) > 1 and part[0] == "0"]


def _better_version(version: str) -> str:
    match = _VERSION.fullmatch(version)
    bad = _bad_parts(match[4]) if match is not None else []
    if match is None or not bad:
        return "write MAJOR.MINOR.PATCH, such as 1.2.3, or 1.2.3-rc.1 for a prerelease"
    parts = [_without_zero(part) if part in bad else part for part in match[4].split(".")]
    better = version[: match.start(4)] + ".".join(parts) + version[match.end(4) :]
    return f"a number of a prerelease has no zero in front: write {better}"


def _without_zero(part: str) -> str:
    """A number without leading zeros. If it looks like a commit it gets a letter instead, as in `git describe`."""
    return f"g{part}" if len(part) >= _ABBREVIATED else part.lstrip("0") or "0"


def clean(text: str) -> str:
    """Text as Helm stores it: white space becomes a space, and unprintable characters are removed."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(
        " " if ch.isspace() and ch not in "\x1c\x1d\x1e\x1f" else ch for ch in text if ch.isspace() or ch.isprintable()
    ).translate(_SEPARATORS)

"""The tags of docker/metadata-action as a .lazy file has them, as docs/how-to/from-metadata-action.md tells it.

https://github.com/docker/metadata-action: a rule is one line of its input `tags`, a flavor one of its input `flavor`.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import yaml

from lazyoci.template.to_tag import tagify

DEFAULT = ("type=schedule", "type=ref,event=branch", "type=ref,event=tag", "type=ref,event=pr")
SHA = "{{ trunc 7 .GitSHALong }}"
RELEASES = ["release", "prerelease"]
FULL = ("{{version}}", "{{raw}}")
PARTS = {
    "{{raw}}": "{{ tagify .VersionRaw }}",
    "{{version}}": "{{ .VersionFull }}",
    "{{major}}": "{{ .VersionMajor }}",
    "{{minor}}": "{{ .VersionMinor }}",
    "{{patch}}": "{{ .VersionPatch }}",
}
DATES = {"{{date 'YYYYMMDD'}}": '{{ .Date | replace "-" "" }}'}
# a regular expression → the line of versions that it means, and the variable for what it catches of a version
MATCHES = {
    r"\d.\d.\d": ("", "{{ .VersionFull }}"),
    r"\d+": ("", "{{ .VersionMajor }}"),
    r"v(\d+.\d+.\d+)$": ("", "{{ .VersionFull }}"),
    r"^api-v(.*)$": ("api-v*", "{{ .VersionFull }}"),
    r"^api/v(\d.\d.\d)$": ("api/v*", "{{ .VersionFull }}"),
}
# one → the glob of the tags that it matches, and what it catches of them
NAMES = {
    r"^nightly-(\d+)$": ("nightly-*", '{{ .GitTag | trimPrefix "nightly-" }}'),
    "/^API-(.*)$/i": ("api-*", '{{ .GitTag | trimPrefix "api-" }}'),
}

Condition = Any  # as a .lazy file has it; None is always


class NoTranslation(Exception):
    """What a .lazy file cannot say; the text says why."""


@dataclass
class Wanted:
    """One tag. `latest` is when `latest` comes with it, False if it does not."""

    tag: str
    when: Condition = None
    forward: bool = False
    latest: Condition | bool = False
    line: str = ""
    own_prefix: str | None = None
    own_suffix: str | None = None
    priority: int = 0


@dataclass
class Flavor:
    latest: str = "auto"
    prefix: str = ""
    suffix: str = ""
    on_latest: set[str] = field(default_factory=set)


def file_of(rules: Sequence[str], flavors: Sequence[str] = ()) -> str:
    """A .lazy file with the tags of these rules, empty where there are none. Raises NoTranslation."""
    flavor = _flavor(flavors)
    wanted = [one for rule in (rules if any(rules) else DEFAULT) for one in _wanted(rule)]
    if not wanted:
        return ""
    lines = {one.line for one in wanted if one.line}
    if len(lines) > 1:
        raise NoTranslation("an artifact has one line of versions")
    tags = [made for one in wanted if (made := _written(one, flavor)) is not None]
    latest = _latest(wanted, flavor)
    if latest is not None:
        tags.append(latest)
    full = any(re.match(r"{{ (\.VersionFull|tagify \.VersionRaw) }}", one["tag"]) for one in tags)
    tags = [{key: text for key, text in one.items() if text != "forward" or full} for one in tags]
    unique = list({str(one): one for one in tags}.values())
    artifact: dict[str, Any] = {"type": "docker", "name": "app", "image": "app"}
    if lines:
        artifact["versionFrom"] = {"tag": lines.pop()}
    artifact["targets"] = [{"registry": "registry.example/name/app", "tags": unique}]
    return yaml.safe_dump({"version": 1, "artifacts": [artifact]}, sort_keys=False, allow_unicode=True, width=200)


def _flavor(lines: Sequence[str]) -> Flavor:
    flavor = Flavor()
    for line in lines:
        parts = dict(part.split("=", 1) for part in line.split(","))
        if not set(parts) <= {"latest", "prefix", "suffix", "onlatest"}:
            raise NoTranslation("an error there, too")
        flavor.latest = parts.get("latest", flavor.latest)
        for name in ("prefix", "suffix"):
            if name in parts:
                setattr(flavor, name, parts[name])
                if parts.get("onlatest") == "true":
                    flavor.on_latest.add(name)
    return flavor


def _attributes(rule: str) -> dict[str, str]:
    enable = re.search(r",enable=(\${{.*}})", rule)  # GitHub computes it before the action sees the rule
    if enable is not None:
        return _attributes(rule.replace(enable[0], "")) | {"enable": enable[1]}
    words = next(csv.reader([rule]))
    if len(words) == 1:
        words = next(csv.reader(words))  # quoted as a whole
    found: dict[str, str] = {}
    for word in words:
        key, given, text = word.partition("=")
        found[key if given else "value"] = text if given else word
    return found


def _wanted(rule: str) -> list[Wanted]:
    has = _attributes(rule)
    if has.get("enable") == "false":
        return []
    found = {
        "semver": _semver,
        "pep440": _semver,
        "match": _match,
        "ref": _ref,
        "edge": _edge,
        "sha": _sha,
        "schedule": _schedule,
        "raw": _raw,
    }[has["type"]](has)
    for one in found:
        one.own_prefix = has.get("prefix", one.own_prefix)
        one.own_suffix = has.get("suffix")
        one.priority = int(has.get("priority", 0))
        enable = has.get("enable", "true")
        if enable == "{{is_default_branch}}":
            one.when = "default-branch"
        elif enable != "true":
            glob = re.search(r"!startsWith\(github.ref, 'refs/tags/(.*)'\)", enable)
            assert glob is not None, enable
            one.when = {"all": [one.when, f"not tag:{glob[1]}*"]}
    return found


def _semver(has: dict[str, str]) -> list[Wanted]:
    line = ""
    if "match" in has:
        if "value" in has:
            return [Wanted("1.0.0", latest=None)]  # what they give is known when the file is written
        if has["match"] not in MATCHES:
            raise NoTranslation("the expression catches nothing")
        line = MATCHES[has["match"]][0]
    elif "value" in has:
        return [Wanted(has["value"].removeprefix("v"), latest=None)]
    pattern = has["pattern"]
    tag = re.sub(r"{{.*?}}", lambda part: PARTS[part[0]], pattern)
    full = pattern in FULL
    return [Wanted(tag, RELEASES if full else "release", not full, "release", line)]


def _match(has: dict[str, str]) -> list[Wanted]:
    pattern = has["pattern"]
    if pattern in NAMES:
        glob, tag = NAMES[pattern]
        return [Wanted(tag, f"tag:{glob}", latest=f"tag:{glob}")]
    if pattern not in MATCHES:
        raise NoTranslation("the group does not exist")
    line, tag = MATCHES[pattern]
    return [Wanted(tag, "release", "VersionFull" not in tag, "release", line)]


def _ref(has: dict[str, str]) -> list[Wanted]:
    match has.get("event"):
        case "branch":
            return [Wanted("{{ tagify .GitBranch }}", "branch")]
        case "tag":
            return [Wanted("{{ tagify .GitTag }}", "tag", latest={"all": ["tag", "not prerelease"]})]
        case "pr":
            return [Wanted("{{ .PullRequest }}", "pull-request", own_prefix="pr-")]
    raise NoTranslation("an error there, too")


def _edge(has: dict[str, str]) -> list[Wanted]:
    return [Wanted("edge", f"branch:{has['branch']}" if "branch" in has else "default-branch")]


def _sha(has: dict[str, str]) -> list[Wanted]:
    return [Wanted("{{ .GitSHALong }}" if has.get("format") == "long" else SHA, own_prefix="sha-")]


def _schedule(has: dict[str, str]) -> list[Wanted]:
    return [Wanted(_text(has.get("pattern", "nightly")), "schedule")]


def _raw(has: dict[str, str]) -> list[Wanted]:
    value = has["value"]
    if "{{base_ref}}" in value:
        found = [Wanted(value.replace("{{base_ref}}", "{{ .BaseBranch }}"), "pull-request")]
        rest = value.replace("{{base_ref}}", "")
        return [*found, Wanted(rest, "not pull-request")] if rest else found
    if value == "{{branch}}":
        return [Wanted("{{ tagify .GitBranch }}", "branch")]
    return [Wanted(_text(value))]


def _text(value: str) -> str:
    if "{{" not in value:
        return tagify(value)
    if value not in DATES:
        raise NoTranslation("there is the date in UTC, and neither other time zones nor the commit's time")
    return DATES[value]


def _written(one: Wanted, flavor: Flavor) -> dict[str, Any] | None:
    """One tag with its prefix and suffix; None where a prefix leaves nothing that a registry takes."""
    is_latest = one.tag == "latest"
    prefix, suffix = one.own_prefix, one.own_suffix
    if prefix is None:
        prefix = flavor.prefix
    if suffix is None:
        suffix = flavor.suffix
    when = one.when
    if prefix == "{{branch}}-":
        prefix = "{{ tagify .GitBranch }}-"
        if when is None or is_latest:
            when = "branch"
        elif when != "branch":
            if when not in _BRANCHES:
                return None  # without a branch the prefix is a hyphen, with which no tag begins
            when = {"all": ["branch", when]}
    made: dict[str, Any] = {"tag": prefix + one.tag + suffix.replace("{{sha}}", SHA)}
    if when is not None:
        made["when"] = when
    elif is_latest:
        made["moves"] = "always"  # to a pull request, too
    if one.forward:
        made["moves"] = "forward"
    return made


_BRANCHES = ("branch", "default-branch", "schedule")


def _latest(wanted: Sequence[Wanted], flavor: Flavor) -> dict[str, Any] | None:
    """`latest`, where a rule brings it or the flavor asks for it: then with any other tag, a prerelease's left out."""
    whens: list[Condition]
    if flavor.latest == "false" or not wanted:
        return None
    if flavor.latest == "true":
        when: Condition = {"all": [["not prerelease"], _any([one.when for one in wanted])]}
        when = "not prerelease" if any(one.when is None for one in wanted) else when
    else:
        first = max(wanted, key=lambda one: one.priority)  # it alone decides, where it is due
        decisive = [first] if first.priority and first.when is None else wanted
        whens = [one.latest for one in decisive if one.latest is not False]
        if not whens:
            return None
        when = None if None in whens else _any(whens)
    made: dict[str, Any] = {
        "tag": flavor.prefix * ("prefix" in flavor.on_latest)
        + "latest"
        + flavor.suffix * ("suffix" in flavor.on_latest)
    }
    if when is not None:
        made["when"] = when
    else:
        made["moves"] = "always"
    if when == "release":
        made["moves"] = "forward"
    return made


def _any(whens: Sequence[Condition]) -> Condition:
    flat = [word for when in whens for word in (when if isinstance(when, list) else [when])]
    unique = list({str(one): one for one in flat}.values())
    return unique[0] if len(unique) == 1 else unique

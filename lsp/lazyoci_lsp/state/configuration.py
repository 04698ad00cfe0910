"""The user's settings in the editor, under `lazyoci`. Clients without settings send them as `initializationOptions`."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, cast, get_args

from lazyoci.diagnostic import Severity

SECTION = "lazyoci"
Checks = Literal["off", "cached", "anonymous", "credentials"]
_SEVERITIES = {"error": Severity.ERROR, "warning": Severity.WARNING, "info": Severity.INFORMATION}


@dataclass(frozen=True, slots=True)
class Configuration:
    """One state of the settings. Times are in seconds."""

    trusted: bool = True  # trusted:             false in a restricted workspace: no program, no network
    preview_tag: str = ""  # preview.tag:        stands for --tag
    scenario: str = ""  # the scenario of "Preview as…", which is no setting: empty for here and now
    preview_env: Mapping[str, str] = field(default_factory=dict)  # preview.env: over the server's environment
    variables: Mapping[str, str] = field(default_factory=dict)  # vars: NAME: value, stands for --var
    severities: Mapping[str, Severity] = field(default_factory=dict)  # rules.severities: CODE: error|warning|info
    off: frozenset[str] = frozenset()  # rules.severities: CODE: off
    registry_checks: Checks = "anonymous"  # registry.checks
    registry_timeout: float = 5.0  # registry.timeout, of one request
    registry_max_age: float = 600.0  # registry.maxAge: how long an answer is good
    registry_retry_after: float = 60.0  # registry.retryAfter: how long a failure, or a tag that is missing, is believed
    formatter: bool = True  # format.enabled
    inlay_hints: bool = True  # inlayHints.enabled
    code_lens: bool = True  # codeLens.enabled

    def environ(self) -> dict[str, str]:
        """The server's environment with what the user set for previews."""
        return {**os.environ, **self.preview_env}


def read(value: object, before: Configuration | None = None) -> tuple[Configuration, list[str]]:
    """Read settings from decoded JSON. Returns also what is wrong with it; a wrong setting keeps its default.

    `trusted` stays as it was `before` where the value does not tell: it comes from the client, not from the user.
    """
    reader = _Reader(value)
    severities: dict[str, Severity] = {}
    off: set[str] = set()
    for code, word in reader.mapping("rules.severities").items():
        if word == "off":
            off.add(code)
        elif word in _SEVERITIES:
            severities[code] = _SEVERITIES[str(word)]
        else:
            reader.problem(f"rules.severities.{code}", "one of error, warning, info, off")
        reader.known_code(code)
    found = Configuration(
        trusted=reader.boolean("trusted", True if before is None else before.trusted),
        preview_tag=reader.text("preview.tag"),
        preview_env={name: str(text) for name, text in reader.mapping("preview.env").items() if text is not None},
        variables={name: str(text) for name, text in reader.mapping("vars").items() if text is not None},
        severities=severities,
        off=frozenset(off),
        registry_checks=reader.checks("registry.checks"),
        registry_timeout=reader.seconds("registry.timeout", 5.0),
        registry_max_age=reader.seconds("registry.maxAge", 600.0),
        registry_retry_after=reader.seconds("registry.retryAfter", 60.0),
        formatter=reader.boolean("format.enabled", True),
        inlay_hints=reader.boolean("inlayHints.enabled", True),
        code_lens=reader.boolean("codeLens.enabled", True),
    )
    return found, reader.problems


class _Reader:
    """Reads settings by dotted names, nested (`{"preview": {"tag": …}}`) or flat (`{"preview.tag": …}`)."""

    def __init__(self, value: object) -> None:
        self._value: dict[str, Any] = value if isinstance(value, dict) else {}
        self.problems: list[str] = []

    def problem(self, name: str, wanted: str) -> None:
        """Tell of a value that is not of the wanted kind."""
        self.problems.append(f"the setting {SECTION}.{name} has to be {wanted}")

    def get(self, name: str) -> Any:
        """The value of a setting; None where it is not set."""
        if name in self._value:
            return self._value[name]
        at: Any = self._value
        for part in name.split("."):
            at = at.get(part) if isinstance(at, dict) else None
        return at

    def boolean(self, name: str, default: bool) -> bool:
        value = self.get(name)
        if value is None or isinstance(value, bool):
            return default if value is None else value
        self.problem(name, "true or false")
        return default

    def text(self, name: str) -> str:
        value = self.get(name)
        if value is None or isinstance(value, str):
            return value or ""
        self.problem(name, "a text")
        return ""

    def seconds(self, name: str, default: float) -> float:
        value = self.get(name)
        if value is None:
            return default
        if isinstance(value, int | float) and not isinstance(value, bool) and 0 < value < 1e6:
            return float(value)
        self.problem(name, "a number of seconds above zero")
        return default

    def mapping(self, name: str) -> dict[str, Any]:
        value = self.get(name)
        if value is None or isinstance(value, dict):
            return value or {}
        self.problem(name, "a mapping")
        return {}

    def checks(self, name: str) -> Checks:
        value = self.get(name)
        if value is None:
            return "anonymous"
        if value in get_args(Checks):
            return cast(Checks, value)
        self.problem(name, f"one of {', '.join(get_args(Checks))}")
        return "off"  # an unknown word: better ask nobody

    def known_code(self, code: str) -> None:
        """Tell of a code that no rule has."""
        from lazyoci.rules.codes import unknown  # brings in all of the rules' table: only where codes are named

        problem = unknown(code)
        if problem is not None:
            self.problems.append(f"the setting {SECTION}.rules.severities: {problem}")

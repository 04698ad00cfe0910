"""No builder knows this platform.

A platform is `os/architecture[/variant]` in the names of Go: `linux/amd64`, `linux/arm64`, `linux/arm/v7`. An
architecture without an operating system can mean a different platform on each machine.

Fails:

```yaml
type: image
platforms: [linux/amd46]
```

Mended:

```yaml
type: image
platforms: [linux/amd64]
```
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from lazyoci.config.model import CopyArtifact, DockerArtifact, ImageArtifact, Text
from lazyoci.config.suggest import Suggestion, suggest
from lazyoci.diagnostic import Span
from lazyoci.oci import platform
from lazyoci.oci.platform import KNOWN_ARCHITECTURES, KNOWN_OS, PlatformError
from lazyoci.rules.base import Finding, Subject
from lazyoci.rules.shared import meant
from lazyoci.rules.shared.fixes import replace
from lazyoci.rules.shared.wording import quoted

_OTHER_NAMES = {"x64": "amd64", "x86": "386", "arm32": "arm", "i686": "386", "mac": "darwin", "macos": "darwin"}


def check(subject: Subject) -> Iterator[Finding]:
    """One finding per platform."""
    for artifact in subject.config.artifacts:
        if isinstance(artifact, ImageArtifact | DockerArtifact | CopyArtifact):
            for text in artifact.platforms:
                found = problem(text.value)
                if found is not None:
                    yield _finding(subject, text, found)


class PlatformProblem(NamedTuple):
    """Why a text is no platform; `instead` is what was probably meant, or surely if it is `certain`."""

    message: str
    instead: str = ""
    certain: bool = True


def _finding(subject: Subject, text: Text, found: PlatformProblem) -> Finding:
    fix = None
    if found.instead:
        whole = Span(0, len(text.value))
        fix = replace(subject.source, text.node, whole, found.instead, f"replace with {found.instead}")
    return meant.finding(text.node, found.message, None, fix, found.certain)


def problem(value: str) -> PlatformProblem | None:
    """Why nothing can be built for the platform `value`; None where it can. For `--platform` too."""
    try:
        parsed = platform.parse(value)
    except PlatformError:
        lone = value.strip().lower()
        if lone in KNOWN_ARCHITECTURES:
            message = f"platform {quoted(value)} names no operating system; write linux/{lone}"
            return PlatformProblem(message, f"linux/{lone}")
        remedy = "list each by itself" if "," in value else "write os/architecture, such as linux/amd64"
        return PlatformProblem(f"{quoted(value)} is not a platform; {remedy}")
    if platform.is_known(parsed):
        return None
    os_, architecture = _guess(parsed.os, KNOWN_OS), _guess(parsed.architecture, KNOWN_ARCHITECTURES)
    what = f"operating system {quoted(parsed.os)}"
    if os_ is not None and os_.word == parsed.os:
        what = f"architecture {quoted(parsed.architecture)}"
    if os_ is None or architecture is None:
        known = "linux/amd64, linux/arm64 and linux/arm/v7 are the usual ones"
        return PlatformProblem(f"platform {quoted(value)} has an unknown {what}; {known}")
    instead = f"{os_.word}/{architecture.word}" + (f"/{parsed.variant}" if parsed.variant else "")
    message = f"platform {quoted(value)} has an unknown {what}; did you mean {instead}?"
    return PlatformProblem(message, instead, os_.certain and architecture.certain)


def _guess(name: str, known: frozenset[str]) -> Suggestion | None:
    """The name that was meant; certain for a known name, an alias, or a usual name with letters swapped."""
    if name in known:
        return Suggestion(name, True)
    if name in _OTHER_NAMES:
        return Suggestion(_OTHER_NAMES[name], True)
    for usual in ("linux", "windows") if known is KNOWN_OS else ("amd64", "arm64"):
        if sorted(name) == sorted(usual):  # the same letters in another order: no other platform is as similar
            return Suggestion(usual, True)
    guess = suggest(name, sorted(known))
    return None if guess is None else Suggestion(guess.word, False)

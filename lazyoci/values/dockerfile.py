"""Reads the build arguments and stages of a Dockerfile, the parts that a `.lazy` file may refer to.

Lines are read as BuildKit reads them (frontend/dockerfile/parser): parser directives, comments, continuation lines and
here-documents. Unknown instructions are skipped, not refused: checking a Dockerfile is the builder's task.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Sequence

from lazyoci.frozen import frozen

DEFAULT_DOCKERFILE = "Dockerfile"  # default of an image artifact, relative to the `.lazy` file

_HEREDOC = r"""\d*<<(-?)(["']?)([^\s<>"']+)\2"""
_WITH_HEREDOCS = frozenset({"ADD", "COPY", "RUN"})
_STANDARD_FRONTENDS = frozenset({"docker/dockerfile", "docker/dockerfile-upstream"})

# build arguments that exist without an ARG: proxies, and what BuildKit itself looks at
PREDEFINED_ARGS = frozenset(
    {
        *("HTTP_PROXY", "HTTPS_PROXY", "FTP_PROXY", "NO_PROXY", "ALL_PROXY"),
        *("http_proxy", "https_proxy", "ftp_proxy", "no_proxy", "all_proxy"),
        *("TARGETPLATFORM", "TARGETOS", "TARGETARCH", "TARGETVARIANT", "TARGETSTAGE"),
        *("BUILDPLATFORM", "BUILDOS", "BUILDARCH", "BUILDVARIANT"),
        "SOURCE_DATE_EPOCH",
    }
)


def is_predefined(name: str) -> bool:
    """Whether the build argument `name` has an effect without an ARG in the Dockerfile."""
    return name in PREDEFINED_ARGS or name.startswith("BUILDKIT_")


@frozen
class BuildArgument:
    """An `ARG`. `default` is as written, None if there is none; `line` counts from zero."""

    name: str
    default: str | None
    line: int


@frozen
class Stage:
    """A `FROM`. `name` is in lower case, as BuildKit compares it, and empty without `AS`; `line` counts from zero."""

    base: str
    name: str
    platform: str  # the value of --platform, as written; else empty
    line: int


@frozen
class Copy:
    """A `COPY` or `ADD`. `stage` is the index of its stage, `origin` of the one it takes from, or None for the context.

    `goal` is where the files go, by the `WORKDIR`s above; `line` counts from zero.
    """

    sources: tuple[str, ...]
    goal: str
    stage: int
    origin: int | None
    line: int

    @property
    def takes_all(self) -> bool:
        """Whether it copies the whole context."""
        return self.origin is None and any(source.strip("/") in ("", ".", "*", "./*") for source in self.sources)


@frozen
class Dockerfile:
    """The parts of a Dockerfile that were read. `frontend` is the value of `# syntax=`, or empty."""

    arguments: tuple[BuildArgument, ...]
    stages: tuple[Stage, ...]
    frontend: str
    copies: tuple[Copy, ...] = ()

    @property
    def is_standard(self) -> bool:
        """Whether the Dockerfile uses the standard syntax. With another frontend the same lines may mean anything."""
        name = self.frontend.removeprefix("docker.io/").partition("@")[0].partition(":")[0]
        return not name or name in _STANDARD_FRONTENDS

    def has_argument(self, name: str) -> bool:
        """Whether some stage, or the part before the first, declares `ARG name`."""
        return any(argument.name == name for argument in self.arguments)

    def has_stage(self, target: str) -> bool:
        """Whether `target` is a stage, by its name or by its index from zero."""
        if target.isascii() and target.isdigit():
            return int(target) < len(self.stages) or any(stage.name == target for stage in self.stages)
        return any(stage.name == target.lower() for stage in self.stages)

    def taken(self, target: str) -> list[Copy]:
        """Every COPY that takes the whole context into the image of `target`, else of the last stage.

        Directly, in a stage it is from, or in one whose files are copied: `COPY --from=build /app /app`.
        """
        found: list[Copy] = []
        here = self._index(target, len(self.stages)) if target else len(self.stages) - 1
        waiting = [] if here is None or here < 0 else [(here, "/")]
        seen = set(waiting)
        while waiting:
            stage, above = waiting.pop()
            base = self._index(self.stages[stage].base, stage)
            more = [] if base is None else [(base, above)]
            for copy in [one for one in self.copies if one.stage == stage and _is_below(one.goal, above)]:
                if copy.takes_all and copy not in found:
                    found.append(copy)
                if copy.origin is not None:
                    more += [(copy.origin, posixpath.join("/", source.removesuffix("*"))) for source in copy.sources]
            waiting += [place for place in more if place not in seen]
            seen.update(more)
        return sorted(found, key=lambda one: one.line)

    def base_of(self, target: str) -> str:
        """What the image of `target`, else of the last stage, is from, as written, across stages; empty if unknown."""
        here = self._index(target, len(self.stages)) if target else len(self.stages) - 1
        if here is None or here < 0:
            return ""
        while (base := self._index(self.stages[here].base, here)) is not None:
            here = base
        return self.stages[here].base

    def _index(self, name: str, before: int) -> int | None:
        return _stage_index(self.stages[:before], name)


def read_dockerfile(data: bytes) -> Dockerfile:
    """Read the bytes of a Dockerfile. Never fails: bytes that are not UTF-8 are replaced."""
    lines = data.decode("utf-8-sig", "replace").replace("\r\n", "\n").split("\n")
    directives = _directives(lines)
    escape = "`" if directives.get("escape") == "`" else "\\"
    arguments: list[BuildArgument] = []
    stages: list[Stage] = []
    copies: list[Copy] = []
    places: dict[int | None, str] = {}  # the WORKDIR of each stage so far
    for number, keyword, rest in _instructions(lines, escape):
        if keyword == "ARG":
            arguments.extend(_arguments(_words(rest, escape), number))
        elif keyword == "FROM" and (stage := _stage(_words(rest, escape), number)) is not None:
            stages.append(stage)
            places[len(stages) - 1] = places.get(_stage_index(stages[:-1], stage.base), "/")
        elif keyword == "WORKDIR" and stages:
            here = len(stages) - 1
            places[here] = posixpath.join(places[here], rest.strip().strip("\"'"))
        elif keyword in ("COPY", "ADD") and stages and (words := _copied(rest, escape)):
            *sources, goal, origin = words
            number_of = _stage_index(stages[:-1], origin) if origin else None
            if not origin or number_of is not None:
                goal = posixpath.join(places[len(stages) - 1], goal)
                copies.append(Copy(tuple(sources), goal, len(stages) - 1, number_of, number))
    return Dockerfile(tuple(arguments), tuple(stages), directives.get("syntax", ""), tuple(copies))


def _directives(lines: list[str]) -> dict[str, str]:
    """The parser directives: special comments at the top of the file. The first line may be `#!`."""
    found: dict[str, str] = {}
    for number, line in enumerate(lines):
        if number == 0 and line.startswith("#!"):
            continue
        name, equals, value = line.strip().removeprefix("#").partition("=")
        name = name.strip().lower()
        if not line.lstrip().startswith("#") or not equals or not (name.isascii() and name.isalnum()):
            break
        found.setdefault(name, value.strip())
    return found


def _instructions(lines: list[str], escape: str) -> Iterator[tuple[int, str, str]]:
    """Every instruction: first line, keyword, and the rest. `ONBUILD` is dropped, here-documents are skipped."""
    number = 0
    while number < len(lines):
        first = number
        parts: list[str] = []
        while number < len(lines):
            line = lines[number]
            number += 1
            bare = line.strip()
            if not bare or bare.startswith("#"):
                if not parts:
                    break
                continue  # blank lines and comments do not end a continued line
            tail = line.rstrip(" \t")
            if not tail.endswith(escape) or tail.endswith(escape * 2):
                parts.append(line)
                break
            parts.append(tail[:-1])
        keyword, rest = _split("".join(parts))
        if keyword == "ONBUILD":
            keyword, rest = _split(rest)
        if keyword:
            yield first, keyword, rest
        if keyword in _WITH_HEREDOCS and "<<" in rest:
            number = _after_heredocs(_words(rest, escape), lines, number)


def _split(text: str) -> tuple[str, str]:
    """The keyword of an instruction, in capitals, and what follows it."""
    parts = text.split(None, 1)
    return (parts[0].upper() if parts else "", parts[1] if len(parts) > 1 else "")


def _words(text: str, escape: str) -> list[str]:
    """The words of an instruction, each with its quotes, as a shell would split them."""
    if escape not in text and '"' not in text and "'" not in text:
        return text.split()
    words: list[str] = []
    word: list[str] = []
    quote = ""
    escaped = False
    for ch in text:
        if ch.isspace() and not quote and not escaped:
            if word:
                words.append("".join(word))
                word = []
            continue
        word.append(ch)
        if escaped:
            escaped = False
        elif ch == escape and quote != "'":
            escaped = True
        elif quote:
            quote = "" if ch == quote else quote
        elif ch in "\"'":
            quote = ch
    return [*words, "".join(word)] if word else words


def _after_heredocs(words: list[str], lines: list[str], number: int) -> int:
    """The line after the here-documents that an instruction opens; `number` itself if one of them is not closed."""
    import re  # only for Dockerfiles with here-documents

    end = number
    for word in words:
        match = re.fullmatch(_HEREDOC, word)
        if match is None:
            continue
        while end < len(lines) and (lines[end].lstrip("\t") if match[1] else lines[end]) != match[3]:
            end += 1
        if end == len(lines):
            return number
        end += 1
    return end


def _arguments(words: list[str], line: int) -> Iterator[BuildArgument]:
    for word in words:
        name, equals, default = word.partition("=")
        yield BuildArgument(name.strip("\"'"), default.strip("\"'") if equals else None, line)


def _stage(words: list[str], line: int) -> Stage | None:
    platform = ""
    while words and words[0].startswith("--"):
        flag, _, value = words[0].partition("=")
        if flag.lower() == "--platform":
            platform = value
        words = words[1:]
    if not words:
        return None
    name = words[2].lower() if len(words) == 3 and words[1].upper() == "AS" else ""
    return Stage(words[0], name, platform, line)


def _stage_index(stages: Sequence[Stage], name: str) -> int | None:
    """The last of these stages that has this name, else the one with this index."""
    named = [number for number, stage in enumerate(stages) if stage.name == name.lower()]
    if named or not (name.isascii() and name.isdigit()):
        return named[-1] if named else None
    return int(name) if int(name) < len(stages) else None


def _is_below(path: str, above: str) -> bool:
    """Whether `path` is `above` or in it, both absolute."""
    path, above = posixpath.normpath(path), posixpath.normpath(above)
    return above == "/" or path == above or path.startswith(f"{above}/")


def _copied(rest: str, escape: str) -> list[str]:
    """What a COPY or ADD takes, where to, and the value of --from; nothing if it leaves something out."""
    words, origin = _words(rest, escape), ""
    while words and words[0].startswith("--"):
        flag, _, value = words[0].partition("=")
        if flag.lower() == "--exclude":
            return []
        origin = value if flag.lower() == "--from" else origin
        words = words[1:]
    if words and words[0].startswith("["):
        import json  # only for Dockerfiles with lists

        try:
            words = [one for one in json.loads(" ".join(words)) if isinstance(one, str)]
        except ValueError:
            return []
    return [*(word.strip("\"'") for word in words), origin] if len(words) > 1 else []

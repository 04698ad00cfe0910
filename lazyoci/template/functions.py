"""Descriptions of the functions a template can call, for hover, signature help, completion and the reference."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple


class Function(NamedTuple):
    """The description of a function. `signature` names the arguments in order; `…` marks a repeatable or optional one.

    In a pipeline the value before `|` becomes the last argument. `extra` marks functions that only lazyoci knows.
    """

    name: str
    signature: str
    doc: str
    example: str
    extra: bool = False


_GO = (
    Function(
        "and",
        "and value values…",
        "The first empty argument, or the last one when none is empty. Arguments after an empty one are not evaluated.",
        "{{ if and .Version (not .VersionPrerelease) }}stable{{ end }}",
    ),
    Function(
        "call",
        "call function arguments…",
        "Calls a function held in a value. No variable of a `.lazy` file holds one, so here it always fails.",
        "{{ call .Function }}",
    ),
    Function(
        "eq",
        "eq value others…",
        "Whether the value equals any of the others. All must be of one type: `eq 1 1.0` is an error.",
        '{{ if eq .GitBranch "main" "master" }}latest{{ else }}{{ .GitSHA }}{{ end }}',
    ),
    Function(
        "ge",
        "ge left right",
        "Whether left is greater than or equal to right. Texts compare byte by byte, so `1.10` comes before `1.9`.",
        "{{ if ge (len .GitSHA) 7 }}{{ slice .GitSHA 0 7 }}{{ end }}",
    ),
    Function(
        "gt",
        "gt left right",
        "Whether left is greater than right. Texts compare byte by byte, so `1.10` comes before `1.9`.",
        "{{ if gt (len .GitSHA) 7 }}{{ slice .GitSHA 0 7 }}{{ end }}",
    ),
    Function(
        "html",
        "html values…",
        "The values as `print` would join them, escaped for HTML. Rarely what a tag needs.",
        "{{ html .GitBranch }}",
    ),
    Function(
        "index",
        "index text position",
        "The byte at a position, counted from 0, as a number; an error past the end. `slice` gives text instead.",
        '{{ printf "%c" (index .Version 0) }}',
    ),
    Function(
        "js",
        "js values…",
        "The values as `print` would join them, escaped for a JavaScript string. Rarely what a tag needs.",
        "{{ js .GitBranch }}",
    ),
    Function("le", "le left right", "Whether left is less than or equal to right. Texts compare byte by byte.",
             "{{ if le (len .Tag) 128 }}{{ .Tag }}{{ end }}"),
    Function("len", "len text", "The length of a text in bytes.",
             "{{ if gt (len .GitSHA) 7 }}{{ slice .GitSHA 0 7 }}{{ end }}"),
    Function("lt", "lt left right", "Whether left is less than right. Texts compare byte by byte.",
             "{{ if lt (len .Tag) 100 }}{{ .Tag }}-{{ .GitSHA }}{{ end }}"),
    Function("ne", "ne left right", "Whether two values of one type differ.",
             '{{ if ne .GitBranch "main" }}{{ .GitBranch }}-{{ end }}{{ .GitSHA }}'),
    Function("not", "not value", "`true` for an empty value (`\"\"`, `0`, `false`, `nil`), `false` for any other.",
             "{{ if not .VersionPrerelease }}latest{{ else }}next{{ end }}"),
    Function(
        "or",
        "or value values…",
        "The first argument that is not empty, or the last one. Arguments after that are not evaluated.",
        '{{ or .Tag "latest" }}',
    ),
    Function(
        "print",
        "print values…",
        "The values as one text, with a space between two that are both not text.",
        '{{ print .Version "-" .GitSHA }}',
    ),
    Function(
        "printf",
        "printf format values…",
        "The format with its verbs replaced by the values: `%s` text, `%.7s` its first 7 characters, `%d` a number, "
        "`%q` quoted, `%%` a percent sign. A value that does not fit shows as `%!verb(type=value)`.",
        '{{ printf "%s-%.7s" .Version .GitSHA }}',
    ),
    Function(
        "println",
        "println values…",
        "The values with a space between any two and a line break at the end, which no tag may hold.",
        "{{ println .Version }}",
    ),
    Function(
        "slice",
        "slice text start… end…",
        "Part of a text, from byte start up to, not including, byte end; an error when the text is shorter. "
        '`printf "%.7s"` cuts without failing.',
        "{{ slice .GitSHA 0 7 }}",
    ),
    Function("urlquery", "urlquery values…", "The values as `print` would join them, escaped for the query of a URL.",
             "{{ urlquery .GitBranch }}"),
)  # fmt: skip

_OURS = (
    Function(
        "default",
        "default fallback value…",
        "The value, or the fallback when the value is empty.",
        '{{ .Tag | default "edge" }}',
        extra=True,
    ),
    Function("lower", "lower text", "The text in lower case.", "{{ lower .GitBranch }}", extra=True),
    Function(
        "replace",
        "replace old new text",
        "The text with every `old` replaced by `new`.",
        '{{ .GitBranch | replace "/" "-" }}',
        extra=True,
    ),
    Function(
        "tagify",
        "tagify text",
        "The text as a valid tag: what a tag may not hold becomes `-`, and at most 128 characters stay. "
        "A text that is a valid tag stays as it is, and so does an empty one.",
        "{{ tagify .GitBranch }}",
        extra=True,
    ),
    Function("trimPrefix", "trimPrefix prefix text", "The text without the prefix, where it has it.",
             '{{ .Tag | trimPrefix "v" }}', extra=True),
    Function("trimSuffix", "trimSuffix suffix text", "The text without the suffix, where it has it.",
             '{{ .GitBranch | trimSuffix "-dev" }}', extra=True),
    Function(
        "trunc",
        "trunc length text",
        "The first bytes of a text, up to a length; with a negative length, the last ones. A shorter text stays whole.",
        "{{ trunc 7 .GitSHALong }}",
        extra=True,
    ),
    Function("upper", "upper text", "The text in upper case.", "{{ upper .VersionPrerelease }}", extra=True),
)  # fmt: skip

FUNCTIONS: Mapping[str, Function] = {function.name: function for function in (*_GO, *_OURS)}
"""Every function by its name."""

PORTABLE_FUNCTIONS: frozenset[str] = frozenset(function.name for function in _GO)
"""The functions of Go's `text/template`."""

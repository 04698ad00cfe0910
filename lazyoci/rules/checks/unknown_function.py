"""A template calls a function that does not exist.

Besides Go's own (`and`, `eq`, `ge`, `gt`, `html`, `index`, `js`, `le`, `len`, `lt`, `ne`, `not`, `or`, `print`,
`printf`, `println`, `slice`, `urlquery`) there are `default`, `lower`, `replace`, `tagify`, `trimPrefix`, `trimSuffix`,
`trunc` and `upper`. A word without a dot is read as a function, so the usual cause is a variable whose dot was
forgotten.

Fails:

```yaml
tags: ["{{ Version }}"]
```

Mended:

```yaml
tags: ["{{ .VersionFull }}"]
```
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from lazyoci.config.suggest import suggest
from lazyoci.resolve import Resolution, ResolvedArtifact
from lazyoci.rules.base import Finding, Subject
from lazyoci.rules.shared import meant
from lazyoci.rules.shared.fixes import replace
from lazyoci.rules.shared.literal_braces import or_text
from lazyoci.rules.shared.wording import is_near, is_slip
from lazyoci.template import FUNCTIONS, TemplateError


def check(subject: Subject) -> Iterator[Finding]:
    """One finding per template: parsing ends at the first function that does not exist."""
    for artifact in subject.resolved.artifacts:
        for resolution in artifact.texts:
            error = resolution.error
            if error is not None and error.what == "unknown-function":
                yield or_text(subject.source, artifact, resolution, _finding(subject, artifact, resolution, error))


def _finding(subject: Subject, artifact: ResolvedArtifact, resolution: Resolution, error: TemplateError) -> Finding:
    from lazyoci.rules.shared import condition_words  # imported only when something is wrong
    from lazyoci.rules.shared.placeholders import finding, parted_name

    foreign = (
        condition_words.expression(artifact, resolution)
        or finding(subject, resolution)
        or parted_name(subject, resolution, error.span)
        or condition_words.variable(artifact, resolution, error.name, error.span)
    )
    if foreign is not None:
        return foreign
    elsewhere = _ELSEWHERE.get(error.name)
    if elsewhere is not None:
        return _at(resolution, error, elsewhere)
    name, certain = _meant(error.name)
    value = resolution.source.value
    if value[error.span.end : error.span.end + 1] not in ("", " ", "\t", "|", ")", "}", "-"):
        name = ""  # something stands within it
        word = re.match(r"[\w.:/-]+", value[error.span.start :])
        if word is not None and len(word[0]) > len(error.name) and '"' not in value:
            return _at(resolution, error, f'if {word[0]} is meant as text, put it in quotes: "{word[0]}"')
    if not name:
        ours = ", ".join(function.name for function in FUNCTIONS.values() if function.extra)
        return _at(resolution, error, f"besides Go's own there are {ours}")
    kind = "the variable " if name.startswith(".") else ""
    told = _at(resolution, error, f"did you mean {kind}{name}?")
    span = error.span
    argument = re.match(r"[ \t]*['\"]", value[span.end :]) if kind else None  # a variable takes none
    if value[span.start : span.end] != error.name or argument is not None:
        alone = f"write {name} alone, as variables take no arguments"
        return told if argument is None else _at(resolution, error, alone)
    fix = replace(subject.source, resolution.source.node, span, name, f"replace with {name}")
    return meant.finding(told.node, told.message, span, fix, certain)


_ELSEWHERE = {  # functions of Sprig, Jinja and shells, and what does the same
    **dict.fromkeys(("quote", "squote", "toString", "string", "trim", "strip", "nospace", "str"), "leave it out"),
    **dict.fromkeys(("substr", "cut", "truncate", "substring", "left"), "write trunc 7, or slice with two positions"),
    **dict.fromkeys(
        ("split", "splitList", "first", "last", "regexReplaceAll", "regexFind", "regex_replace", "sed", "tr"),
        'write replace "old" "new", trimPrefix or trimSuffix, or give the value by --var',
    ),
    **dict.fromkeys(("now", "today", "timestamp", "utcnow"), "write .Timestamp, or .Date for the day"),
    **dict.fromkeys(("semver", "semverCompare"), "write .VersionFull, .VersionMajor, .VersionMinor or .VersionPatch"),
    **dict.fromkeys(
        ("include", "tpl", "required", "file", "lookup"), "templates read nothing else; write --var and .Var"
    ),
    **dict.fromkeys(("slugify", "kebabcase", "sanitize", "slug", "urlize"), "write tagify"),
    **dict.fromkeys(("toLower", "lowercase", "downcase"), "write lower"),
    **dict.fromkeys(("toUpper", "uppercase", "upcase"), "write upper"),
    **dict.fromkeys(("coalesce", "ternary"), "write or, with the values in order, or if and else"),
}


def _at(resolution: Resolution, error: TemplateError, remedy: str) -> Finding:
    return Finding(resolution.source.node, f"{error.name} is not a template function; {remedy}", error.span)


def _meant(name: str) -> tuple[str, bool]:
    """The function or variable that was probably meant, and whether that is certain; empty if there is none."""
    if len(name) < 3:
        return "", False
    function = suggest(name, sorted(FUNCTIONS))
    if function is not None and not is_near(name.casefold(), function.word.casefold(), max(1, len(name) // 4)):
        function = None
    variable = meant.variable(name)
    if function is not None and (function.certain or variable is None or not variable.certain):
        return function.word, function.certain and is_slip(name, function.word)
    return ("", False) if variable is None else (f".{variable.word}", variable.certain)

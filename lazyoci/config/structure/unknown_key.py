"""Keys that are unknown in their mapping: which key was meant, where they belong, or how to keep them."""

from __future__ import annotations

import re
from bisect import bisect_left
from typing import NamedTuple

from lazyoci.config import keys
from lazyoci.config.lookalikes import lookalikes, plain
from lazyoci.config.structure.conversions import as_list
from lazyoci.config.structure.instance import LEVELS
from lazyoci.config.structure.other_programs import elsewhere
from lazyoci.config.structure.wording import FORM, HOME, REMEDY
from lazyoci.config.suggest import Suggestion, suggest, synonyms
from lazyoci.diagnostic import Edit, Fix, Span
from lazyoci.yaml.excerpt import excerpt
from lazyoci.yaml.nodes import Document, Mapping, Node, Scalar
from lazyoci.yaml.scalars import is_null

# keys that hold one text
_TEXTS = frozenset(REMEDY) - FORM.keys() | {"name", "dockerfile", "context", "target", "builder"}


class UnknownKey(NamedTuple):
    """An unknown key, what to do about it, and the known key that was probably meant ("" for none).

    The fix is `certain`, or only a choice.
    """

    key: Scalar
    remedy: str
    fix: Fix | None = None
    meant: str = ""
    certain: bool = True


_Place = tuple[Mapping, frozenset[int]]  # a mapping, and the ids of the key nodes written in it, not merged


def unknown_keys(document: Document, mapping: Mapping, level: str) -> list[UnknownKey]:
    """The unknown keys of a mapping of the format; `level` is a key of LEVELS."""
    known = LEVELS[level]
    fields = mapping.fields()
    fitting, home = known, level
    if level == "artifacts":
        type_ = mapping.get("type")
        own = keys.OF_TYPE.get(type_.value) if isinstance(type_, Scalar) else None
        fitting = known if own is None else own | keys.COMMON
        home = type_.value if own is not None and isinstance(type_, Scalar) else ""
    unknown = [name for name in fields if name not in known and not name.startswith(keys.EXTENSION)]
    written = frozenset(id(key) for key, _ in mapping.items) if unknown else frozenset()
    lacking = sorted(known - fields.keys())
    return [_unknown_key(document, (mapping, written), name, lacking, fitting, home) for name in unknown]


def _unknown_key(
    document: Document, at: _Place, name: str, known: list[str], fitting: frozenset[str], home: str
) -> UnknownKey:
    """`known` are the keys that the mapping lacks; `fitting` are those of them that suit the artifact's type."""
    mapping, own = at
    key, value = mapping.fields()[name]
    if home == "when":
        return UnknownKey(key, _of_condition(name, value), None, "all")
    suits = [one for one in known if one in fitting]
    if not isinstance(value, Scalar):
        suits = [one for one in suits if one not in _TEXTS] or suits
    guess = suggest(name, suits, home) or suggest(name, known)
    alien = next(lookalikes(name), None)
    if alien is not None and (meant := plain(name).strip()) in known:
        fix = _rewrite(own, key, meant, f'replace with "{meant}"')
        return UnknownKey(key, f"it holds {alien.name}: {alien.remedy}", fix, meant)
    if alien is not None:
        return UnknownKey(
            key,
            f"it holds {alien.name}: remove it, or {alien.remedy}"
            if alien.meant
            else f"it holds {alien.name}: remove it",
        )
    if home == "docker" and name == "build":
        return UnknownKey(key, "type docker builds nothing: write type: image with context, and without image")
    if mapping.flow and isinstance(value, Scalar) and value.start == value.end and value.start <= key.end:
        return UnknownKey(key, "a colon and a value are missing behind it, or a comma is too many")
    if re.search(r"\w[^\w.-]|[^\w.-]+\w", name.strip()):
        return UnknownKey(key, "a key is one word; look for a sign that is missing, or one too many")
    other = next((level for level, names in LEVELS.items() if name in names), None)
    if other is not None and guess is None:
        return UnknownKey(key, f"it belongs in {HOME[other]}")
    if other is not None and guess is not None and not guess.certain and guess.word not in synonyms(home, name):
        return UnknownKey(key, f"it belongs in {HOME[other]}")
    if guess is not None and guess.word == "version" and not _is_version(value):
        return UnknownKey(key, "write version: 1 instead", None, "version")
    if guess is not None and guess.word in (*keys.LISTS, "tags") and isinstance(value, Scalar) and not is_null(value):
        return _as_list(document, own, (key, value), guess, fitting)
    if guess is not None:
        fits = guess.word in fitting
        fix = _rewrite(own, key, guess.word, f'replace with "{guess.word}"') if fits else None
        return UnknownKey(key, f'did you mean "{guess.word}"?', fix, guess.word, guess.certain)
    if _holds_anchor(document, key, value):
        renamed = keys.EXTENSION + name
        fix = _rewrite(own, key, renamed, f'rename to "{excerpt(renamed)}"')
        return UnknownKey(key, f'keys for anchors begin with {keys.EXTENSION}: write "{excerpt(renamed)}"', fix)
    return UnknownKey(key, elsewhere(name) or "remove it")


def _of_condition(name: str, value: Node) -> str:
    """What to write instead of a mapping that is not a condition."""
    if name in ("any", "or"):
        return "a list alone means any of them: write when: [release, default-branch]"
    if isinstance(value, Scalar) and name == "not":
        return f'write it as one text: "not {excerpt(value.value)}"'
    if isinstance(value, Scalar) and name in ("tag", "branch"):
        return f'write it as one text, without a space: "{name}:{excerpt(value.value)}"'
    return "a condition is a word such as release, a list of which one must hold, or {all: […]}"


def _is_version(value: Node) -> bool:
    """Whether a value can be the version of the file format."""
    return isinstance(value, Scalar) and value.value in ("1", "1.0")


def _as_list(
    document: Document, own: frozenset[int], entry: tuple[Scalar, Scalar], guess: Suggestion, fitting: frozenset[str]
) -> UnknownKey:
    """A misspelt key of a list whose value is one text: one finding reports and fixes both mistakes."""
    key, value = entry
    edit = as_list(document.source, value, split=guess.word in ("tags", "platforms"))
    if edit is None or value.start < key.end:
        return UnknownKey(key, f"write {guess.word}, with a list", None, guess.word)
    fits = guess.word in fitting
    fix = _rewrite(own, key, guess.word, f"write {guess.word}: {excerpt(edit.text)}") if fits else None
    fix = Fix(fix.title, (*fix.edits, edit)) if fix is not None else None
    return UnknownKey(key, f"write {guess.word}: {excerpt(edit.text)}", fix, guess.word, guess.certain)


def _rewrite(own: frozenset[int], key: Scalar, word: str, title: str) -> Fix | None:
    """Replace the key; None if it is only merged into the mapping, is an alias, or has a tag."""
    if key.tag or key.style in ("|", ">") or id(key) not in own:
        return None
    inner = 1 if key.style else 0  # keep the quotes
    return Fix(title, (Edit(Span(key.start + inner, key.end - inner), word),))


def _holds_anchor(document: Document, key: Node, value: Node) -> bool:
    first = bisect_left(document.anchors, key.end, key=lambda anchor: anchor.span.start)  # they are in file order
    return first < len(document.anchors) and document.anchors[first].span.start < value.end

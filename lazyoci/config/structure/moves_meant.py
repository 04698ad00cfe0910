"""What an invalid value of `moves` was meant to be: other words than ours for whether a tag moves."""

from __future__ import annotations

from lazyoci.config.suggest import Suggestion, suggest

_CALLED = {
    "always": ("true", "yes", "on", "any"),
    "never": ("false", "no", "off", "fixed", "immutable"),
    "forward": ("newer", "newest", "new", "up", "upward", "upwards", "forwards", "higher", "highest", "ahead"),
}
_MEANT = {word: meant for meant, words in _CALLED.items() for word in words}


def moves_meant(value: str, words: tuple[str, ...]) -> Suggestion | None:
    """One of `words`. Certain only for a slip of the pen, as a wrong guess would move a tag, or stop one."""
    folded = value.strip().casefold()
    meant = _MEANT.get(folded)
    return suggest(value, words) if meant is None else Suggestion(meant, folded == "forwards")

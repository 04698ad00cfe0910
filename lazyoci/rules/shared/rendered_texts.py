"""Annotations, build arguments and labels that are templates, and what they become, for display.

If a text looks like a secret, neither its result nor the values in it are shown.
"""

from __future__ import annotations

from collections.abc import Iterator

from lazyoci.frozen import frozen
from lazyoci.mask import masked
from lazyoci.resolve import Resolution, ResolvedArtifact
from lazyoci.rules.shared.secrets import looks_secret

HIDDEN = "(hidden: it looks like a secret)"


@frozen
class ShownText:
    """One such text: its mapping (`annotations`, `buildArgs` or `labels`), its key there, and what it becomes."""

    where: str
    key: str
    resolution: Resolution
    hidden: bool

    @property
    def text(self) -> str:
        """What the text becomes, or a note that this is not shown."""
        return HIDDEN if self.hidden else masked(self.resolution.text)


def templated(artifact: ResolvedArtifact) -> Iterator[ShownText]:
    """All such texts, in the order of the file."""
    maps = (("annotations", artifact.annotations), ("buildArgs", artifact.build_args), ("labels", artifact.labels))
    for where, texts in maps:
        for key, one in texts.items():
            if one.source.is_template:
                values = [value.text or "" for value in one.used]
                names = [value.name for value in one.used]
                hidden = looks_secret(key, one.source.value, one.text, *values) or any(map(looks_secret, names))
                yield ShownText(where, key, one, hidden)

"""What a transfer may ask or send at the same time, and what has to wait for what. No I/O.

On a long link the number of questions counts little, and the number of times that an answer must be waited for, much.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from lazyoci.transfer.content import Content

LATEST = "latest"
_FEW = 2  # blobs: a config and a layer


def to_ask(content: Content, there: Mapping[str, bool]) -> tuple[str, ...]:
    """The manifests of which must be known next whether a place has them; none of them depends on another.

    `there` is what is known. A place that has a manifest has all below it, so only below one that is missing is more
    to be asked. An empty tuple means that enough is known.
    """
    found: dict[str, None] = {}
    seen: set[str] = set()
    level = [content.root.digest]
    while level:
        found |= dict.fromkeys(digest for digest in level if digest not in there)
        seen.update(level)
        missing = [digest for digest in level if there.get(digest) is False]
        below = dict.fromkeys(child for digest in missing for child in content.below(digest))
        level = [child for child in below if child not in seen]
    return tuple(found)


def is_worth_asking_for(content: Content) -> bool:
    """Whether to ask for the root before its blobs are asked for.

    If the root is there, that one answer stands for all below it. Most often it is not, and then one answer more was
    waited for. With at most two blobs, and nothing else below it, they are asked for at once: that is at most one
    question more, if the root is there after all.
    """
    root = content.manifests[content.root.digest]
    return len(content.manifests) > 1 or root.subject is not None or len(content.blobs) > _FEW


def to_put(content: Content, there: Mapping[str, bool]) -> tuple[tuple[str, ...], ...]:
    """The manifests that a place lacks, in steps: those of one step may be put at the same time, after all before it.

    Everything that a manifest names is in an earlier step. The root, if it is missing, is alone in the last one.
    """
    heights: dict[str, int] = {}

    def height(digest: str) -> int:
        """0 for a manifest below which none is missing, else one more than the highest of these."""
        if digest not in heights:
            below = [height(child) for child in content.below(digest) if there.get(child) is False]
            heights[digest] = 1 + max(below, default=-1)
        return heights[digest]

    if there.get(content.root.digest) is not False:
        return ()
    steps: list[list[str]] = [[] for _ in range(height(content.root.digest) + 1)]
    for digest in content.manifests:  # children before parents
        if digest in heights:
            steps[heights[digest]].append(digest)
    return tuple(map(tuple, steps))


def tags(names: Sequence[str]) -> tuple[tuple[int, ...], ...]:
    """The steps in which tags are written, as positions in `names`.

    The first one is alone: it brings the manifest, and shows whether tags may be written at all. `latest` is the last,
    so that whoever pulls it finds the version it stands for.
    """
    first, rest = list(range(len(names)))[:1], list(range(len(names)))[1:]
    between = [at for at in rest if names[at] != LATEST]
    last = [at for at in rest if names[at] == LATEST]
    return tuple(tuple(step) for step in (first, between, last) if step)

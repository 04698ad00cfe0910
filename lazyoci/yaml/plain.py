"""Reads YAML other than `.lazy` files, such as settings and charts: into one document, or one problem with its line."""

from __future__ import annotations

from typing import Literal

from lazyoci.diagnostic import Source
from lazyoci.yaml.compose import Broken, Reason, compose
from lazyoci.yaml.libyaml import TOO_DEEP, MarkedYAMLError, YAMLError
from lazyoci.yaml.nodes import Document, Mapping, Node, Scalar, Sequence
from lazyoci.yaml.scalars import is_null

MAX_DEPTH = 100  # levels; no file that is read here needs as many
Data = str | list["Data"] | dict[str, "Data"] | None


class NotYaml(ValueError):
    """Why a text cannot be read. `line` counts from zero; None if there is no such line.

    `reason` is "syntax" if the parser stopped (`problem` is then its message), or what `compose` refuses; `alias`
    is the name of the alias that caused it.
    """

    def __init__(self, problem: str, line: int | None, reason: Reason | Literal["syntax"], alias: str = "") -> None:
        super().__init__(problem)
        self.problem = problem
        self.line = line
        self.reason = reason
        self.alias = alias


def read(text: str, *, first_only: bool = False) -> Document:
    """The nodes of `text`; raises NotYaml. With `first_only` the text after the first document is not read."""
    source = Source(text)
    try:
        document, _ = compose(source, first_only=first_only)
    except Broken as broken:
        line = source.position(broken.diagnostic.span.start).line
        raise NotYaml(broken.diagnostic.message, line, broken.reason, broken.alias) from None
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        reason: Reason | Literal["syntax"] = "too deep" if TOO_DEEP in (error.problem or "") else "syntax"
        raise NotYaml(error.problem or "unreadable", None if mark is None else mark.line, reason) from None
    except YAMLError as error:
        raise NotYaml(str(error).partition("\n")[0], None, "syntax") from None
    except UnicodeEncodeError:
        raise NotYaml("half of a surrogate pair is no character", None, "syntax") from None
    deep = too_deep(document.root)
    if deep is not None:
        line = source.position(deep.start).line
        raise NotYaml(f"nested more than {MAX_DEPTH} levels deep", line, "too deep")
    return document


def too_deep(root: Node | None) -> Node | None:
    """A node more than MAX_DEPTH levels below the root, aliases followed. Without one, callers may recurse safely."""
    heights: dict[int, int] = {}  # by id: the number of levels below a collection
    waiting = [] if root is None else [root]
    while waiting:
        node = waiting[-1]
        inner = _collections(node)
        below = [one for one in inner if id(one) not in heights]
        if below:
            waiting += below
        else:
            heights[id(node)] = max((heights[id(one)] + 1 for one in inner), default=int(_has_parts(node)))
            waiting.pop()
    if root is None or heights[id(root)] <= MAX_DEPTH:
        return None
    for _ in range(MAX_DEPTH):
        root = max(_collections(root), key=lambda one: heights[id(one)])
    return root


def _collections(node: Node) -> list[Node]:
    """The lists and mappings directly within a node, including those that are keys."""
    if isinstance(node, Sequence):
        return [one for one in node.items if not isinstance(one, Scalar)]
    if isinstance(node, Mapping):
        return [one for entry in node.items for one in entry if not isinstance(one, Scalar)]
    return []


def _has_parts(node: Node) -> bool:
    return bool(isinstance(node, (Sequence, Mapping)) and node.items)


def data(node: Node | None) -> Data:
    """A node as lists, mappings and texts, with merge keys applied. Every scalar is its text, except that null is None.

    Keys that are not scalars are left out.
    """
    if isinstance(node, Scalar):
        return None if is_null(node) else node.value
    if isinstance(node, Sequence):
        return [data(item) for item in node.items]
    if isinstance(node, Mapping):
        return {name: data(value) for name, (_, value) in node.fields().items()}
    return None

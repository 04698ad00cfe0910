"""Turns a text into its YAML tree, or into a diagnostic if it is not YAML."""

from __future__ import annotations

from lazyoci.diagnostic import Diagnostic, Source
from lazyoci.yaml.compose import Broken, compose
from lazyoci.yaml.libyaml import YAMLError
from lazyoci.yaml.nodes import Document


def read(source: Source, *, quick: bool = False) -> tuple[Document | None, list[Diagnostic]]:
    """The first document of `source`, and what is wrong with its YAML. Without a document that is one error.

    With `quick` the error is where the parser stopped; otherwise at the actual mistake, which takes longer to find.
    """
    try:
        return compose(source)
    except Broken as broken:
        return None, [broken.diagnostic]
    except (YAMLError, UnicodeEncodeError) as error:
        from lazyoci.config.syntax.explain import explain  # only for broken YAML

        return None, explain(source, error, quick=quick)

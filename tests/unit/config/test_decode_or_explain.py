"""The decoder accepts exactly what the schema accepts, and what it does not accept is explained."""

from __future__ import annotations

import copy
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from lazyoci.config import keys
from lazyoci.config.decode import decode
from lazyoci.config.read import read
from lazyoci.config.structure.explain import explain
from lazyoci.config.structure.instance import Instance
from lazyoci.config.structure.violations import violations
from lazyoci.diagnostic import Severity, Source
from lazyoci.yaml.nodes import Document


class Raw(str):
    """A scalar as YAML writes it."""


BASE: dict[str, Any] = {
    "version": Raw("1"),
    "artifacts": [
        {
            "type": Raw("image"),
            "name": Raw("api"),
            "targets": [
                {
                    "registry": Raw("ghcr.io/acme/api"),
                    "tags": [
                        Raw("latest"),
                        Raw('"{{ .Tag }}"'),
                        {
                            "tag": Raw("edge"),
                            "moves": Raw("forward"),
                            "when": [Raw("release"), {"all": [Raw("branch"), [Raw("manual")]]}],
                        },
                    ],
                    "when": {"all": [Raw("branch")], "x-note": {}},
                    "moves": Raw("never"),
                }
            ],
            "when": Raw("not schedule"),
            "versionFrom": {"tag": Raw("api-v*"), "file": Raw("VERSION"), "x-note": {}},
            "annotations": {"a": Raw("b")},
            "platforms": [Raw("linux/amd64")],
            "buildArgs": {"A": Raw("1.10"), "x-y": Raw("1")},
            "dockerfile": Raw("Dockerfile"),
            "attestations": {"provenance": Raw("max"), "sbom": Raw("true"), "x-note": Raw("1")},
            "contexts": {"base": Raw("docker-image://alpine")},
            "ssh": [Raw("default")],
        },
        {"type": Raw("helm"), "chartPath": Raw("charts/api"), "targets": [{"registry": Raw("r"), "tags": [Raw("1")]}]},
        {
            "type": Raw("artifact"),
            "mediaType": Raw("text/plain"),
            "files": [{"path": Raw("a"), "mediaType": Raw("text/plain")}],
            "targets": [{"registry": Raw("r"), "tags": [Raw("t")], "x-note": {}}],
        },
        {"type": Raw("docker"), "image": Raw("nginx"), "targets": [{"registry": Raw("r"), "tags": [Raw("t")]}]},
    ],
    "x-own": [Raw("anything")],
}

SCALARS = (
    '1 1.0 1.5 01 0x1 0o1 2 "1" true ~ null "" a '
    'image helm artifact docker min max forward always False yes "true" "|image" Image 2024-01-01 .nan 1e400 '
    "!!str|1 !!int|1 !!int|x !!null|~ !!null|x !!binary|YQ== !!binary|'@' !own|x !|1 99999999999999999999"
)
scalars = st.sampled_from([Raw(one.replace("|", " ")) for one in SCALARS.split(" ") if one])
names = st.sampled_from(
    sorted(
        {"x-any", "other", "~", "x", "1"}.union(
            keys.ROOT,
            keys.ARTIFACT,
            keys.TARGET,
            keys.TAG,
            keys.FILE,
            keys.ATTESTATIONS,
            keys.CONDITION,
            keys.VERSION_FROM,
        )
    )
)
values = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=2) | st.dictionaries(names, inner, max_size=2), max_leaves=3
)


def places(tree: Any) -> list[tuple[Any, Any]]:
    """Every container of the tree with each key or index into it."""
    steps = list(tree) if isinstance(tree, dict) else list(range(len(tree))) if isinstance(tree, list) else []
    return [(tree, step) for step in steps] + [place for step in steps for place in places(tree[step])]


@st.composite
def trees(draw: st.DrawFn) -> Any:
    """A valid file with a few things replaced, removed or added."""
    tree = copy.deepcopy(BASE)
    for _ in range(draw(st.integers(0, 3))):
        container, step = draw(st.sampled_from(places(tree)))
        match draw(st.sampled_from(("replace", "remove", "add", "swap"))):
            case "replace":
                container[step] = draw(values)
            case "remove":
                del container[step]
            case "add" if isinstance(container, dict):
                container[draw(names)] = draw(values)
            case "add":
                container.append(draw(values))
            case "swap":
                other, place = draw(st.sampled_from(places(tree)))
                container[step] = copy.deepcopy(other[place])
        if not places(tree):
            break
    return tree


def documents() -> st.SearchStrategy[str]:
    """The same in flow style."""
    return trees().map(written)


def written(tree: Any) -> str:
    """The tree as YAML, in flow style."""
    if isinstance(tree, dict):
        return "{" + ", ".join(f"? {name} : {written(value)}" for name, value in tree.items()) + "}"
    if isinstance(tree, list):
        return "[" + ", ".join(written(item) for item in tree) + "]"
    return str(tree)


def judged(document: Document) -> bool:
    """What the schema says."""
    assert document.root is not None
    instance = Instance(document, document.root)
    return not instance.problems and not violations(instance.data)


def agree(text: str) -> bool:
    """Whether decoder and schema accept `text`; fails where they differ."""
    document, found = read(Source(text))
    assert document is not None, found
    decoded = decode(document)
    config, diagnostics = decoded.config if decoded.valid else None, decoded.found
    errors = [one for one in diagnostics if one.severity is Severity.ERROR]
    assert (config is not None) == judged(document), text
    assert (config is None) == bool(errors), text
    assert errors == explain(document)  # though the decoder spares the schema what it knows to be valid
    return config is not None


def test_the_base_is_valid() -> None:
    assert agree(written(BASE))


@settings(max_examples=150, deadline=None)
@given(documents())
def test_decoder_and_schema_agree(text: str) -> None:
    agree(text)


@settings(max_examples=100, deadline=None)
@given(names, names, values, st.sampled_from(("<<", '"<<"', "!!merge <<", "x-base")))
def test_they_agree_on_merges(name: str, other: str, value: Any, merge: str) -> None:
    artifact = f"{merge}: *base, type: image, targets: [{{registry: r, tags: [t]}}]"
    agree(
        f"x-base: &base {{? {name} : {written(value)}, ? x{other} : 1}}\nversion: 1\nartifacts:\n  - {{{artifact}}}\n"
    )

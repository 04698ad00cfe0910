"""After any edits, a check of what changed finds what a new check of the whole text finds."""

from __future__ import annotations

import random

import pytest

from lazyoci.check.again import check_again
from lazyoci.check.parts import NotInParts, Parts, parts_of
from lazyoci.check.text import Checked, check_text
from lazyoci.diagnostic import Source
from lazyoci.rules import Selection
from lazyoci.rules.written_references import Elsewhere
from lazyoci.world import World
from lazyoci.yaml.pieces import cut
from tests.golden_files import Case, cases
from tests.worlds import ROOT, described

WORLD = {
    "files": {
        "Dockerfile": "FROM scratch\nARG A\n",
        "chart/Chart.yaml": "apiVersion: v2\nname: c\nversion: 1.0.0\n",
        "a.txt": "",
    },
    "git": {"sha": "e5bce6f", "branch": "main", "tag": "v1.4.2", "distance": 3},
    "face": "editor",
}
HEAD = "# a comment\nversion: 1\nartifacts:\n"
KINDS = (
    "  - type: image\n    name: i{0}\n    dockerfile: Dockerfile\n    buildArgs: {{A: x, B: y}}\n"
    '    targets:\n      - registry: ghcr.io/acme/i{0}\n        tags: ["{{{{ .Version }}}}", latest, latest]\n',
    "  - type: helm\n    chartPath: chart\n    targets:\n      - registry: ghcr.io/acme/{0}/c\n        tags:\n"
    '          - "{{{{ .ChartVersion }}}}"\n',
    "  - type: artifact\n    name: f{0}\n    files: [{{path: a.txt, mediaType: text/plain}}]\n"
    '    targets: [{{registry: "{{{{ .Registry }}}}/f{0}", tags: ["{{{{ .Tag }}}}"]}}]\n',
    "  # nothing else\n  - type: docker\n    name: d{0}\n    image: nginx:1.{0}\n    targets:\n"
    "      - registry: quay.io/acme/d{0}\n        tags: ['1.{0}', {0}.0, bad tag]\n",
)
SILENCED = (
    "  - type: docker\n    name: s{0}\n    image: nginx:1.{0}\n    targets:\n      - registry: quay.io/acme/s{0}\n"
    "        # lazyoci: ignore[invalid-tag]\n        tags: ['1.{0}', bad tag]\n",
    "  - type: docker\n    name: t{0}  # lazyoci: ignore[unknown-key, no-such-code]\n    image: nginx:1.{0}\n"
    "    targets:\n      - registry: quay.io/acme/t{0}\n        tags: [a, a]  # lazyoci: ignore[duplicate-tag]\n"
    "    annotations: {{a: '# lazyoci: ignore[invalid-tag]'}}\n",
)
PIECES = (
    *(
        '"',
        "'",
        "[",
        "{",
        ":",
        "#",
        "- ",
        "\n",
        "  ",
        "x",
        " ",
        "latest",
        "{{ .Tag }}",
        "\t",
        "\r\n",
        "&a ",
        "*a",
        "|\n",
    ),
    *(
        "    labells: 1\n",
        "    name: i1\n",
        "  - \n",
        "when: release",
        "ghcr.io/acme/i1",
        "# lazyoci: ignore[invalid-tag]",
        "  # lazyoci: ignore[duplicate-tag]\n",
        "# lazyoci: ignore-file[invalid-tag]\n",
        "é",
    ),
    *(kind.format(99) for kind in KINDS),
)


def same(one: Checked, other: Checked) -> None:
    assert one.diagnostics == other.diagnostics
    assert (one.valid, one.is_yaml, one.sound) == (other.valid, other.is_yaml, other.sound)
    assert one.known is not None
    assert other.known is not None
    assert [shown(planned) for planned in one.known.plan.artifacts] == [
        shown(planned) for planned in other.known.plan.artifacts
    ]
    assert [written[:2] for written in map(_written, one.written)] == [
        written[:2] for written in map(_written, other.written)
    ]


def _written(one: object) -> tuple[object, ...]:
    from lazyoci.rules.written_references import Written

    assert isinstance(one, Written)
    return one.key, one.by, one.source.position(one.span.start).line


def shown(planned: object) -> object:
    from lazyoci.plan import PlannedArtifact

    assert isinstance(planned, PlannedArtifact)
    return (
        planned.artifact.label,
        planned.artifact.index,
        planned.artifact.node.span,
        [(one.text, one.tag.source.node.span) for one in planned.references],
    )


def parts(checked: Checked) -> Parts | None:
    try:
        return parts_of(checked)
    except NotInParts:
        return None


def edited(text: str, chance: random.Random) -> str:
    """The text after one edit, as a person would make it, or a cat."""
    at = chance.randint(0, len(text))
    if chance.random() < 0.4:
        end = min(len(text), at + chance.choice((1, 1, 2, 5, 40, 150)))
        return text[:at] + text[end:]
    if chance.random() < 0.5:  # at the beginning of a line
        at = text.rfind("\n", 0, at) + 1
    return text[:at] + chance.choice(PIECES) + text[at:]


@pytest.mark.parametrize(("kinds", "least"), [(KINDS, 30), ((*KINDS, *SILENCED), 5)], ids=["plain", "silenced"])
@pytest.mark.parametrize("seed", range(6))
def test_the_same_is_found(seed: int, kinds: tuple[str, ...], least: int) -> None:
    chance = random.Random(seed)
    world, selection, elsewhere = described(WORLD), Selection(), Elsewhere()
    good = HEAD + "".join(chance.choice(kinds).format(number) for number in range(8))

    def whole(text: str, world: World) -> Checked:
        return check_text(Source(text, ROOT / ".lazy"), world, selection, elsewhere)

    again = 0
    for _ in range(40):
        text = good
        before = whole(text, world)
        known = parts(before)
        while known is not None:
            text = edited(text, chance)
            found = check_again(before, known, Source(text, ROOT / ".lazy"), elsewhere)
            if found is None:
                break  # it is checked as a whole
            again += 1
            before, known = found
            same(before, whole(text, described(WORLD)))
    assert again > least  # with comments that silence rules, only where the text decodes


def test_an_edit_reads_one_artifact_and_leaves_the_others() -> None:
    world, selection = described(WORLD), Selection()
    text = HEAD + "".join(KINDS[number % 4].format(number) for number in range(40))
    before = check_text(Source(text, ROOT / ".lazy"), world, selection)
    known = parts_of(before)
    found = check_again(before, known, Source(text.replace("i8\n", "i8x\n", 1), ROOT / ".lazy"), None)
    assert found is not None
    pairs = zip(known.items, found[1].items, strict=True)
    assert [number for number, (one, other) in enumerate(pairs) if one.part is not other.part] == [8]


def test_a_comment_that_silences_a_rule_leaves_the_other_artifacts_alone() -> None:
    kinds, path = (*KINDS, *SILENCED), ROOT / ".lazy"
    text = HEAD + "".join(kinds[number % 6].format(number) for number in range(24))
    before = check_text(Source(text, path), described(WORLD), Selection())
    known = parts_of(before)
    for old, new in (("[invalid-tag]\n", "[invalid-tag, absolute-path]\n"), ("[a, a]", "[a, b]"), ("bad tag", "bad")):
        at = text.index(old)
        edited_text = text[:at] + new + text[at + len(old) :]
        found = check_again(before, known, Source(edited_text, path), None)
        assert found is not None
        same(found[0], check_text(Source(edited_text, path), described(WORLD), Selection()))
        assert found[0].diagnostics != before.diagnostics
        pairs = zip(known.items, found[1].items, strict=True)
        assert sum(one.part is not other.part for one, other in pairs) == 1


def test_a_line_that_is_named_is_right_where_only_the_line_moved() -> None:
    path = ROOT / ".lazy"
    text = HEAD + KINDS[3].format(1).replace("bad tag", "a,     b") + KINDS[0].format(2)
    before = check_text(Source(text, path), described(WORLD), Selection())
    broken = text.replace("a,     b", "a,\n    b")
    assert len(broken) == len(text)
    found = check_again(before, parts_of(before), Source(broken, path), None)
    assert found is not None
    same(found[0], check_text(Source(broken, path), described(WORLD), Selection()))
    assert found[0].diagnostics != before.diagnostics


def _several() -> list[Case]:
    """The golden files with several artifacts."""
    found = [(case, cut(case.text, "artifacts")) for case in (*cases("ok"), *cases("err"))]
    return [case for case, pieces in found if pieces is not None and len(pieces.items) > 1]


@pytest.mark.parametrize("case", _several(), ids=lambda case: case.path.stem)
def test_every_rule_finds_the_same_in_one_artifact_as_in_the_file(case: Case) -> None:
    """Each artifact of each golden file is read again alone; a rule about several has to be known to check_again."""
    facts = {**case.facts, "face": "editor"}
    world, selection = described(facts), Selection(select=frozenset(facts.get("select", ())))
    text, path = case.text, ROOT / facts.get("directory", "") / ".lazy"
    pieces = cut(text, "artifacts")
    for span in () if pieces is None else pieces.items:
        other = f"{text[: span.end].rstrip()}  # x\n{text[span.end :]}"
        before = check_text(Source(other, path), world, selection, Elsewhere())
        known = parts(before)
        found = None if known is None else check_again(before, known, Source(text, path), Elsewhere())
        if found is not None:
            same(found[0], check_text(Source(text, path), described(facts), selection, Elsewhere()))

"""Every rule's fix as a code action, fixes of a kind, suppressions: on all golden files, each doing what it says."""

from __future__ import annotations

from pathlib import Path

import pytest
from lsprotocol import types
from pygls.exceptions import JsonRpcException

from lazyoci.rules import RULES
from tests.golden_files import Case, cases
from tests.lsp.kit import Editor, apply, capabilities, editor

pytestmark = pytest.mark.asyncio

# what this file alone does not bring about: another tag than the test's, a rule that has to be chosen, or files
ELSEWHERE = {"not-portable", "doubled-v", "missing-chart", "missing-context", "missing-dockerfile", "missing-file"}
ONE = "version: 1\nartifacts:\n  - type: docker\n    image: a\n    targets: [{registry: r.io/a, tags: [%s]}]%s\n"
MORE = {
    "a tag that is a branch": ONE % ('"{{ .Tag }}"', ""),
    "a suppression of nothing": ONE % ("v1", "  # lazyoci: ignore[duplicate-tag]"),
}
Found = list[types.Diagnostic]


async def findings(one: Editor, uri: str, text: str) -> Found:
    one.change(uri, text)
    return list((await one.pull(uri)).items)


def count(found: Found, code: object) -> int:
    return sum(item.code == code for item in found)


def texts() -> list[Case]:
    return [case for case in cases("err") if "\0" not in case.text]


async def test_every_fix_is_offered_and_mends(tmp_path: Path) -> None:
    mended: set[str] = set()
    environ = {"LAZYOCI_TAG": "feature/x", "LAZYOCI_VERSION": "1.4.0-rc.1"}
    options = {"registry": {"checks": "off"}, "preview": {"env": environ}}
    able = capabilities(pull=True)
    async with editor(tmp_path, tmp_path / "home", client_capabilities=able, options=options) as one:
        uri = one.open(".lazy", "")
        golden = [case for case in texts() if case.path.with_name(f"{case.name}.fixed").exists()]
        for name, text in [*((case.name, case.text) for case in golden), *MORE.items()]:
            before = await findings(one, uri, text)
            offered = await one.actions(uri, (0, 0), (1_000_000, 0))
            for action in offered.values():
                if not action.is_preferred:
                    continue
                (diagnostic,) = action.diagnostics or ()
                assert action.kind == types.CodeActionKind.QuickFix
                after = await findings(one, uri, one.applied(uri, action.edit))
                left, had = (sum(item.message == diagnostic.message for item in found) for found in (after, before))
                assert left < had, (name, action.title)
                mended.add(str(diagnostic.code))
                one.change(uri, text)
    assert mended == {rule.code for rule in RULES if rule.fixable} - ELSEWHERE


async def test_fixes_of_one_kind_leave_none_of_it(tmp_path: Path) -> None:
    text = "version: 1\nartifacts:\n" + "".join(
        f"  - type: docker\n    image: a\n    nme: n{n}\n    targets: [{{registry: r.io/a{n}, tags: [x]}}]\n"
        for n in "123"
    )
    async with editor(tmp_path, tmp_path / "home", client_capabilities=capabilities(pull=True)) as one:
        uri = one.open(".lazy", text)
        found = await one.actions(uri, (4, 6))
        assert "Fix all 3 unknown-key" in found
        after = one.applied(uri, found["Fix all 3 unknown-key"].edit)
        assert after == text.replace("nme", "name")
        assert count(await findings(one, uri, after), "unknown-key") == 0


async def test_every_suppression_silences_what_it_names(tmp_path: Path) -> None:
    silenced: set[str] = set()
    async with editor(tmp_path, tmp_path / "home", client_capabilities=capabilities(pull=True)) as one:
        uri = one.open(".lazy", "")
        for case in texts():
            before = await findings(one, uri, case.text)
            for diagnostic in before:
                code = str(diagnostic.code)
                if code in silenced:
                    continue
                here = diagnostic.range.start
                found = await one.actions(uri, (here.line, here.character))
                offer = found.get(f"Ignore {code} on this line")
                if offer is None:
                    continue
                after = await findings(one, uri, one.applied(uri, offer.edit))
                assert count(after, code) < count(before, code), (case.name, code)
                assert count(after, "unused-suppression") <= count(before, "unused-suppression"), (case.name, code)
                silenced.add(code)
                one.change(uri, case.text)
    assert len(silenced) >= 30, sorted(silenced)
    assert "path-escapes" not in silenced  # only the user, never the file, allows it


async def test_fix_all_is_what_the_command_line_does(tmp_path: Path) -> None:
    async with editor(tmp_path, tmp_path / "home", client_capabilities=capabilities(pull=True)) as one:
        uri = one.open(".lazy", "")
        for name in ("unknown-key", "unquoted-template", "wrong-type", "duplicate-tag"):
            case = next(case for case in texts() if case.name == name)
            one.change(uri, case.text)
            (action,) = (await one.actions(uri, (0, 0), only=["source.fixAll.lazyoci"])).values()
            after = one.applied(uri, action.edit)
            assert after == case.path.with_name(f"{case.name}.fixed").read_text("utf-8")


async def test_rewrites_in_each_style(tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").write_bytes(b"FROM scratch\r\n")
    text = "version: 1\r\nartifacts:\r\n  - type: image\r\n    buildArgs: {GO: '1'}\r\n    targets:\r\n"
    text += "      - registry: ghcr.io/a/b\r\n        tags: v{{ .Tag }}\r\n"
    text += "      - registry: ghcr.io/a/c\r\n        tags: [v1, '{{ .GitBranch }}']\r\n"
    text += "      - registry: ghcr.io/a/d\r\n        tags:\r\n          - v1\r\n"
    async with editor(tmp_path, tmp_path / "home", client_capabilities=capabilities(pull=True)) as one:
        uri = one.open(".lazy", text)
        (quote,) = [item for title, item in (await one.actions(uri, (6, 15))).items() if "uote" in title]
        assert 'tags: "v{{ .Tag }}"\r\n' in one.applied(uri, quote.edit)
        one.change(uri, text.replace("tags: v{{ .Tag }}", "tags: v1"))
        listed = [item for title, item in (await one.actions(uri, (6, 15))).items() if "list" in title]
        assert any("tags: [v1]\r\n" in one.applied(uri, item.edit) for item in listed)
        one.change(uri, text.replace("tags: v{{ .Tag }}", "tags: [v1]"))
        found = await one.actions(uri, (8, 15))
        assert "tags: [v1, '{{ .GitBranch }}', latest]" in one.applied(uri, found['Add the tag "latest"'].edit)
        found = await one.actions(uri, (8, 25))
        tagify = found["Make any branch a valid tag: tagify"]
        assert tagify.kind == types.CodeActionKind.RefactorRewrite
        assert "'{{ .GitBranch | tagify }}'" in one.applied(uri, tagify.edit)
        found = await one.actions(uri, (11, 13))
        assert "          - v1\r\n          - latest\r\n" in one.applied(uri, found['Add the tag "latest"'].edit)
        found = await one.actions(uri, (3, 17))
        edit = found["Add ARG GO to Dockerfile"].edit
        assert edit is not None
        (change,) = edit.document_changes or ()
        assert isinstance(change, types.TextDocumentEdit)
        assert change.text_document.uri == one.uri("Dockerfile")
        edits = [item for item in change.edits if isinstance(item, types.TextEdit)]
        assert apply("FROM scratch\r\n", edits) == "FROM scratch\r\nARG GO\r\n"


async def test_what_may_have_been_meant_can_be_chosen(tmp_path: Path) -> None:
    """A choice comes before the line that would be added, and nothing makes a secret easier to see."""
    (tmp_path / "Dockerfile").write_text("ARG REVISION\nFROM scratch\nARG REVISION\n", "utf-8")
    text = "version: 1\nartifacts:\n  - type: image\n    buildArgs:\n      REVISON: abc\n"
    text += "      API_TOKEN: s3cr3t-0123456789\n    targets: [{registry: ghcr.io/a/b, tags: [v1]}]\n"
    async with editor(tmp_path, tmp_path / "home", client_capabilities=capabilities(pull=True)) as one:
        uri = one.open(".lazy", text)
        found = await one.actions(uri, (4, 8))
        assert list(found)[:2] == ["Replace with REVISION", "Add ARG REVISON to Dockerfile"]
        assert not found["Replace with REVISION"].is_preferred
        after = one.applied(uri, found["Replace with REVISION"].edit)
        assert after == text.replace("REVISON", "REVISION")
        found = await one.actions(uri, (5, 8))
        assert next(iter(found)) == "Take API_TOKEN out, and pass it by secrets:"
        assert not [title for title in found if "ARG" in title]
        after = one.applied(uri, next(iter(found.values())).edit)
        assert "s3cr3t" not in after
        assert {item.code for item in await findings(one, uri, after)} == {"unused-build-arg"}  # REVISON


def resolving() -> types.ClientCapabilities:
    able = capabilities(pull=True)
    assert able.text_document is not None
    assert able.text_document.code_action is not None
    able.text_document.code_action.data_support = True
    able.text_document.code_action.resolve_support = types.ClientCodeActionResolveOptions(["edit"])
    return able


async def test_edits_are_made_when_an_action_is_chosen(tmp_path: Path) -> None:
    text = ONE % ('"{{ .Versoin }}", "{{ .Versoin }}"', "\n    nme: a")
    async with editor(tmp_path, tmp_path / "home", client_capabilities=resolving()) as one:
        uri = one.open(".lazy", text)
        found = await one.actions(uri, (0, 0), (6, 0))
        assert found
        assert all(action.edit is None for action in found.values())
        chosen = await one.client.code_action_resolve_async(found['Replace with "name"'])
        assert one.applied(uri, chosen.edit) == text.replace("nme", "name")
        for wrong in ("first", -1, None, [2]):
            data = {**chosen.data, "number": wrong}
            with pytest.raises(JsonRpcException, match=r"data\.number"):
                await one.client.code_action_resolve_async(types.CodeAction(chosen.title, kind=chosen.kind, data=data))
        (everything,) = (await one.actions(uri, (0, 0), only=["source.fixAll"])).values()
        assert everything.kind == "source.fixAll.lazyoci"
        assert everything.edit is None
        mended = one.applied(uri, (await one.client.code_action_resolve_async(everything)).edit)
        assert "Versoin" not in mended
        assert "nme" not in mended
        one.change(uri, text + "# edited\n")
        with pytest.raises(JsonRpcException, match="edited since"):
            await one.client.code_action_resolve_async(found['Replace with "name"'])
        one.change(uri, mended)
        assert not await one.actions(uri, (0, 0), only=["source.fixAll"])

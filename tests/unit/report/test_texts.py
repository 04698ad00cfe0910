"""Build arguments, labels and annotations that are templates: what is built from them, and what is shown of them."""

from __future__ import annotations

import json
from typing import Any

import pytest

from lazyoci.check import Checked, check
from lazyoci.config.model import ImageArtifact
from lazyoci.publish.collect import collect
from lazyoci.publish.options import Options
from lazyoci.report import preview, preview_html
from lazyoci.report.build import json as build_json
from lazyoci.report.build import text as build_text
from lazyoci.report.style import Style
from lazyoci.rules.shared.literal_braces import escape
from lazyoci.template import execute, parse
from tests.schemas import conforms
from tests.worlds import ROOT, described

LAZY = """\
version: 1
artifacts:
  - type: image
    name: api
    buildArgs:
      VERSION: "{{ .VersionFull }}"
      PLAIN: "1.25"
      NPM_TOKEN: "{{ .Var.NPM }}"
      HOME_URL: "{{ .Var.SESSION_TOKEN }}"
      FORMAT: '{{ "{{" }}.Names}}'
    labels: {v: "v{{ .VersionMajorMinor }}", who: "{{ .Var.WHO }}"}
    annotations: {org.example.name: "{{ .Name }}"}
    targets: [{registry: ghcr.io/acme/api, tags: ["{{ .VersionFull }}"]}]
"""
SECRETS = ("s3cret-of-npm", "s3ssion")


@pytest.fixture
def checked() -> Checked:
    environ = {"LAZYOCI_VAR_NPM": SECRETS[0], "LAZYOCI_VAR_SESSION_TOKEN": SECRETS[1]}
    world = described(
        {"files": {"Dockerfile": "FROM scratch\n"}, "tag": "v1.4.2", "environ": environ, "face": "editor"}
    )
    return check(LAZY, ROOT / ".lazy", world)


def test_what_is_built(checked: Checked) -> None:
    assert checked.plan is not None
    built = checked.plan.artifacts[0].resolved.rendered
    assert isinstance(built, ImageArtifact)
    assert {key: text.value for key, text in built.build_args.items()} == {
        "VERSION": "1.4.2",
        "PLAIN": "1.25",
        "NPM_TOKEN": SECRETS[0],
        "HOME_URL": SECRETS[1],
        "FORMAT": "{{.Names}}",
    }
    assert built.labels["v"].value == "v1.4"


def test_preview_as_text(checked: Checked) -> None:
    shown = preview.tree(checked, Style(color=False, unicode=True))
    assert 'buildArgs VERSION=1.4.2  "{{ .VersionFull }}"  --tag' in shown
    assert "buildArgs NPM_TOKEN=(hidden: it looks like a secret)" in shown
    assert "buildArgs HOME_URL=(hidden: it looks like a secret)" in shown
    assert "buildArgs FORMAT={{.Names}}" in shown
    assert 'labels v=v1.4  "v{{ .VersionMajorMinor }}"  --tag' in shown
    assert "labels who=‹Var.WHO›" in shown
    assert "annotations org.example.name=api" in shown
    assert "PLAIN" not in shown
    assert not any(secret in shown for secret in SECRETS)


def test_preview_as_json(checked: Checked) -> None:
    shown: dict[str, Any] = preview.json(checked)["artifacts"][0]
    assert shown["buildArgs"]["VERSION"]["text"] == "1.4.2"
    assert shown["buildArgs"]["NPM_TOKEN"] == {"text": None, "hidden": True, "values": []}
    assert shown["labels"]["v"]["values"] == [{"name": "VersionMajorMinor", "value": "1.4", "source": "--tag"}]
    assert shown["labels"]["who"]["text"] is None
    assert not any(secret in json.dumps(shown) for secret in SECRETS)


def test_preview_as_html(checked: Checked) -> None:
    page = preview_html.page(checked)
    assert '<code>VERSION</code> = <code class="tag known">1.4.2</code>' in page
    assert not any(secret in page for secret in SECRETS)


def test_dry_run(checked: Checked) -> None:
    (job,) = collect([checked], Options(dry_run=True))
    shown = build_text([job.result], Style(color=False, unicode=True), dry_run=True)
    assert "[dry-run] would set buildArgs VERSION=1.4.2\n" in shown
    assert "[dry-run] would set labels v=v1.4\n" in shown
    assert not any(secret in shown for secret in SECRETS)


def test_dry_run_as_json(checked: Checked) -> None:
    (job,) = collect([checked], Options(dry_run=True, allow_unresolved=True))
    (shown,) = conforms(build_json([job.result]), "build")
    assert shown["buildArgs"]["VERSION"] == "1.4.2"
    assert shown["buildArgs"]["NPM_TOKEN"] is None
    assert shown["labels"]["v"] == "v1.4"
    assert shown["annotations"] == {"org.example.name": "api"}
    assert "PLAIN" not in shown["buildArgs"]
    assert not any(secret in json.dumps(shown) for secret in SECRETS)
    (job,) = collect([checked], Options())
    assert not {"annotations", "buildArgs", "labels"} & build_json([job.result])[0].keys()  # of a dry run alone


@pytest.mark.parametrize("text", ["{{.Names}}", "a {{ b }} {{ {{", '{{ "x', "{{{{", "{{ /* {{ */ }}"])
def test_escaped_braces_render_to_themselves(text: str) -> None:
    assert execute(parse(escape(text)), {}, [], []).text == text

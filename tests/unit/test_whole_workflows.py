"""Whole workflows of docker/metadata-action in .lazy files, as docs/how-to/from-metadata-action.md says it.

What each publishes is written down by hand, from the rules of the action: on six events, with one more for other tags.
"""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from tests.pages import blocks
from tests.unit.test_metadata_action import PAGE, SHA, tags

MAIN = {"event": "branch main", "name": "push", "ref": "refs/heads/main"}
FEATURE = {"event": "branch feature/x", "name": "push", "ref": "refs/heads/feature/x"}
PULL = {"event": "pr 7", "name": "pull_request", "ref": "refs/pull/7/merge"}
NIGHT = {"event": "schedule", "name": "schedule", "ref": "refs/heads/main"}
SHORT = f"sha-{SHA[:7]}"


def tagged(name: str) -> Mapping[str, str]:
    return {"event": f"tag {name}", "name": "push", "ref": f"refs/tags/{name}"}


OF_THE_PAGE = next(one.text for one in blocks(PAGE) if one.text.startswith("version: 1"))

# flavor: latest=auto, suffix=-alpine,onlatest=true
# type=edge,branch=main
# type=semver,pattern={{version}}
# type=semver,pattern={{major}}.{{minor}}
# type=ref,event=branch,enable=${{ github.ref != 'refs/heads/main' }}
# type=ref,event=pr,prefix=pull-
# type=raw,value=stable,enable=${{ startsWith(github.ref, 'refs/tags/v') && !contains(github.ref, '-') }}
# type=sha,format=long,prefix=commit-
VARIANT = """version: 1
artifacts:
  - type: docker
    name: app
    image: app
    targets:
      - registry: ghcr.io/acme/app
        tags:
          - {tag: edge-alpine, when: "branch:main"}
          - {tag: "{{ .VersionFull }}-alpine", when: [release, prerelease]}
          - {tag: "{{ .VersionMajorMinor }}-alpine", when: release, moves: forward}
          - {tag: latest-alpine, when: release, moves: forward}
          - {tag: "{{ tagify .GitBranch }}-alpine", when: {all: [branch, "not branch:main"]}}
          - {tag: "pull-{{ .PullRequest }}-alpine", when: pull-request}
          - {tag: stable-alpine, when: release, moves: forward}
          - "commit-{{ .GitSHALong }}-alpine"
"""

# flavor: latest=false
# type=match,pattern=^api-v(.*)$,group=1
# type=match,pattern=^api-v(\d+\.\d+)\.\d+$,group=1
# type=raw,value=latest,enable={{is_default_branch}}
# type=raw,value={{date 'YYYYMMDD'}}-{{sha}},enable=${{ github.event_name == 'schedule' }}
# type=raw,value=by-hand,enable=${{ github.event_name == 'workflow_dispatch' }}
# type=ref,event=pr
COMPONENT = """version: 1
artifacts:
  - type: docker
    name: api
    image: api
    versionFrom: {tag: "api-v*"}
    targets:
      - registry: docker.io/acme/api
        tags: &tags
          - {tag: "{{ .VersionFull }}", when: [release, prerelease]}
          - {tag: "{{ .VersionMajorMinor }}", when: release, moves: forward}
          - {tag: latest, when: default-branch}
          - {tag: '{{ .Date | replace "-" "" }}-{{ trunc 7 .GitSHALong }}', when: schedule}
          - {tag: by-hand, when: manual}
          - {tag: "pr-{{ .PullRequest }}", when: pull-request}
      - registry: ghcr.io/acme/api
        tags: *tags
"""
LONG = f"commit-{SHA}-alpine"
CASES = [
    (OF_THE_PAGE, MAIN, {"main", SHORT}),
    (OF_THE_PAGE, FEATURE, {"feature-x", SHORT}),
    (OF_THE_PAGE, PULL, {"pr-7", SHORT}),
    (OF_THE_PAGE, NIGHT, {"nightly", "main", SHORT}),
    (OF_THE_PAGE, tagged("v1.4.2"), {"1.4.2", "1.4", "1", "latest", SHORT}),
    (OF_THE_PAGE, tagged("v1.5.0-rc.1"), {"1.5.0-rc.1", SHORT}),
    (OF_THE_PAGE, tagged("v0.3.0"), {"0.3.0", "0.3", "latest", SHORT}),
    (VARIANT, MAIN, {"edge-alpine", LONG}),
    (VARIANT, FEATURE, {"feature-x-alpine", LONG}),
    (VARIANT, PULL, {"pull-7-alpine", LONG}),
    (VARIANT, NIGHT, {"edge-alpine", LONG}),
    (VARIANT, tagged("v1.4.2"), {"1.4.2-alpine", "1.4-alpine", "latest-alpine", "stable-alpine", LONG}),
    (VARIANT, tagged("v1.5.0-rc.1"), {"1.5.0-rc.1-alpine", LONG}),
    (COMPONENT, MAIN, {"latest"}),
    (COMPONENT, FEATURE, set()),
    (COMPONENT, PULL, {"pr-7"}),
    (COMPONENT, NIGHT, {"latest", f"20260801-{SHA[:7]}"}),
    (COMPONENT, tagged("api-v1.4.2"), {"1.4.2", "1.4"}),
    (COMPONENT, tagged("api-v1.5.0-rc.1"), {"1.5.0-rc.1"}),
    (COMPONENT, tagged("web-v2.0.0"), set()),
    (COMPONENT, MAIN | {"name": "workflow_dispatch"}, {"latest", "by-hand"}),
]


@pytest.mark.parametrize(
    ("text", "event", "expected"), CASES, ids=lambda one: one["event"] if isinstance(one, dict) else ""
)
def test_the_same_set(text: str, event: Mapping[str, str], expected: set[str]) -> None:
    found, errors = tags(text, event)
    assert found == expected
    assert not [one for one in errors if not one.startswith("missing-")]

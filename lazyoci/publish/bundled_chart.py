"""Whether Helm would find the chart of a bundle under the tags of the publisher's file.

Chart.yaml may have changed between the two, as programs that set its version do: then a tag would name one version, and
the chart in it have another.
"""

from __future__ import annotations

import json

from lazyoci.errors import BundleError
from lazyoci.layout.store import Built
from lazyoci.oci.descriptor import parse_manifest
from lazyoci.oci.mediatype import HELM_CONFIG
from lazyoci.publish.job import Job
from lazyoci.rules import BY_CODE

_CODE = "chart-tag-mismatch"


def check(job: Job, built: Built) -> None:
    """Raise BundleError if the content is no chart, or of a version that no tag is, where the file's own chart has one.

    Where no tag is the version of the chart here either, that is what the file wants, and the rule tells of it.
    """
    assert job.planned is not None and job.checked is not None
    if job.result.type != "helm":
        return
    version = _version(job.result.name, built)
    own = job.planned.resolved.values.get("ChartVersion")
    if own.text is None and not job.checked.selection.wants(BY_CODE[_CODE]):
        return
    for target in job.planned.targets:
        tags = [one.reference.tag for one in target.references if one.reference is not None]
        wanted = own.text is None or _tag(own.text) in tags
        if tags and wanted and not target.not_now and _tag(version) not in tags:
            here = "" if own.text is None else f", and Chart.yaml here has {own.text}"
            raise BundleError(
                f"{job.result.name} is a chart of version {version} in the bundle{here}; Helm would not find it in "
                f"{target.text}, where it looks for the tag {_tag(version)}, and the file has {', '.join(tags)}",
                hint="build the bundle from the Chart.yaml that is checked out here",
            )


def _tag(version: str) -> str:
    """The tag that Helm makes of a version: a tag has no `+`."""
    return version.replace("+", "_")


def _version(name: str, built: Built) -> str:
    config = parse_manifest(built.store.read(built.root), built.root.media_type).config
    if config is not None and config.media_type == HELM_CONFIG:
        try:
            chart = json.loads(built.store.read(config))
        except (ValueError, RecursionError):
            chart = None
        if isinstance(chart, dict) and isinstance(chart.get("version"), str):
            return str(chart["version"])
    raise BundleError(f"{name} is no chart in the bundle", hint="build the bundle again: lazyoci build --bundle")

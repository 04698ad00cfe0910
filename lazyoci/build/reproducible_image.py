"""Makes an image reproducible whose builder writes the time of the build into it.

The classic builder of Docker ignores SOURCE_DATE_EPOCH. So the saved image is changed afterwards: times within
layers and in the history are limited, that of the image is set, and names of containers and intermediate images, which
differ from run to run, are removed. A new image's digest is not known to anybody yet, so it may change.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from lazyoci.build.context import Context
from lazyoci.layout.archive import GzipWriter
from lazyoci.layout.compression import gunzip
from lazyoci.layout.image import complete, config_of
from lazyoci.layout.region import Region
from lazyoci.layout.store import Built, Staged, Store
from lazyoci.layout.tar_times import no_later
from lazyoci.layout.verify import expansion_limit
from lazyoci.oci import mediatype
from lazyoci.oci.descriptor import Descriptor, dump, parse_manifest

_OF_THE_RUN = ("container", "container_config")  # the classic builder's last container and its configuration
_GZIPPED = (mediatype.OCI_LAYER_GZIP, mediatype.DOCKER_LAYER_GZIP)


def make_reproducible(built: Built, epoch: int, context: Context) -> Built:
    """`built` with no time later than `epoch`; LayoutError if a layer is not a tar. Unchanged if it has an attestation,
    which contains the digest."""
    store = Staged(built.store)
    root = _settled(built.store, built.root, epoch, context, store)
    return built if root == built.root else complete(store, root, built.platforms)


def _settled(source: Store, root: Descriptor, epoch: int, context: Context, store: Staged) -> Descriptor:
    manifest = parse_manifest(source.read(root), root.media_type)
    if manifest.is_index:
        if any(child.is_attestation for child in manifest.manifests):
            return root
        children = []
        for child, raw in zip(manifest.manifests, manifest.document["manifests"], strict=True):
            new = _settled(source, child, epoch, context, store)
            children.append({**raw, "digest": new.digest, "size": new.size})
        return store.add_json(root.media_type, {**manifest.document, "manifests": children})
    config = config_of(source, manifest)
    if config is None or manifest.config is None:
        return root
    layers, diff_ids = [], []
    for raw, layer, diff_id in zip(
        manifest.document.get("layers") or (), manifest.layers, _diff_ids(config), strict=True
    ):
        new, new_id = _layer(source, layer, diff_id, epoch, context, store)
        layers.append({**raw, "digest": new.digest, "size": new.size})
        diff_ids.append(new_id)
    data = dump({**_config(config, epoch), "rootfs": {**config["rootfs"], "diff_ids": diff_ids}})
    described = store.add_bytes(manifest.config.media_type, data)
    wanted = {**manifest.document["config"], "digest": described.digest, "size": described.size}
    return store.add_json(root.media_type, {**manifest.document, "config": wanted, "layers": layers})


def _diff_ids(config: Mapping[str, Any]) -> list[str]:
    return list(config["rootfs"].get("diff_ids") or ())  # already compared with the layers when these were read


def _layer(
    source: Store, layer: Descriptor, diff_id: str, epoch: int, context: Context, store: Staged
) -> tuple[Descriptor, str]:
    """A layer with its times limited. Unchanged if nothing is later, or if it is compressed in another way,
    as layers of a base image may be."""
    if layer.media_type not in _GZIPPED:
        return layer, diff_id
    what = f"layer {layer.digest}"
    goal = context.scratch_file(".tar.gz")
    with source.open(layer) as stream, goal.open("wb") as out:
        writer = GzipWriter(out)
        for piece in no_later(gunzip(stream, what, expansion_limit(layer.size)), epoch, what):
            writer.write(piece)
            context.progress(len(piece))
        packed = writer.finish()
    if packed.tar_digest == diff_id:
        goal.unlink()
        return layer, diff_id
    described = Descriptor(layer.media_type, packed.digest, packed.size)
    return store.adopt(described, Region.whole(goal)), packed.tar_digest


def _config(config: Mapping[str, Any], epoch: int) -> dict[str, Any]:
    moment = datetime.fromtimestamp(epoch, UTC)
    out = {key: value for key, value in config.items() if key not in _OF_THE_RUN}
    out["created"] = _text(moment)
    if isinstance(config.get("history"), list):
        out["history"] = [_step(step, moment) for step in config["history"]]
    inner = config.get("config")
    if isinstance(inner, dict) and "Image" in inner:  # the image id of the step before the last
        out["config"] = {**inner, "Image": ""}
    return out


def _step(step: Any, moment: datetime) -> Any:
    """A step of the history with its time limited. Steps of a base image are earlier and keep their times."""
    if not isinstance(step, dict) or not isinstance(step.get("created"), str):
        return step
    try:
        at = datetime.fromisoformat(step["created"][:19] + "+00:00")
    except ValueError:
        return {**step, "created": _text(moment)}
    return step if at < moment else {**step, "created": _text(moment)}


def _text(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")

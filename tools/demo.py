"""`make demo`: validate, preview, build and push the examples, then read every one back by its digest.

Pushes to the development registry where one runs or can be started; else writes an OCI layout to `.demo/layout`.
Reading back uses nothing of lazyoci: bytes are fetched, hashed and compared with the digest that was printed.
"""

from __future__ import annotations

import hashlib
import http.client
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import registry

ROOT = Path(__file__).resolve().parent.parent
EXAMPLES = ROOT / "examples"
TAG = "v1.0.0"
MANIFESTS = "application/vnd.oci.image.manifest.v1+json, application/vnd.oci.image.index.v1+json"


def run(*arguments: str) -> str:
    """Run lazyoci and show what it prints; its failure ends the demo."""
    print(f"\n$ lazyoci {' '.join(arguments)}", flush=True)
    environ = os.environ | {"LAZYOCI_REGISTRY": f"{registry.HOST}:{registry.PORT}"}
    done = subprocess.run(
        [sys.executable, "-m", "lazyoci", *arguments], cwd=ROOT, env=environ, stdout=subprocess.PIPE, encoding="utf-8"
    )
    print(done.stdout, end="", flush=True)
    if done.returncode:
        raise SystemExit(f"demo: failed: lazyoci {' '.join(arguments)} exited {done.returncode}")
    return done.stdout


ENGINES = ("docker", "buildah", "podman")


def can_build_images() -> bool:
    """Whether something that builds images works here; lazyoci itself then chooses among them."""
    return any(registry.works(engine, "info") for engine in ENGINES)


def fetch(repository: str, kind: str, digest: str) -> bytes:
    """One manifest or blob, by digest, straight from the registry."""
    connection = http.client.HTTPConnection("127.0.0.1", registry.PORT, timeout=30)
    connection.request("GET", f"/v2/{repository}/{kind}/{digest}", headers={"Accept": MANIFESTS})
    reply = connection.getresponse()
    data = reply.read()
    connection.close()
    if reply.status != 200:
        raise SystemExit(f"demo: failed: {repository} {digest} answered {reply.status}")
    return data


def read_back(read: Callable[[str, str], bytes], root: str) -> int:
    """Read everything below `root` and compare each digest; the number of blobs and manifests."""
    todo, seen = [("manifests", root)], set()
    while todo:
        kind, digest = todo.pop()
        if digest in seen:
            continue
        seen.add(digest)
        data = read(kind, digest)
        if "sha256:" + hashlib.sha256(data).hexdigest() != digest:
            raise SystemExit(f"demo: failed: {digest} came back with other bytes")
        if kind == "manifests":
            manifest = json.loads(data)
            todo += [("manifests", one["digest"]) for one in manifest.get("manifests", [])]
            blobs = [manifest.get("config"), *(manifest.get("layers") or [])]
            todo += [("blobs", one["digest"]) for one in blobs if one]
    return len(seen)


def main() -> int:
    """The demo; its last line says what happened."""
    names = ["artifact", "helm"] + (["image"] if can_build_images() else [])
    paths = [f"examples/{name}" for name in names]
    started = not registry.answers()
    there = registry.up() == 0
    try:
        run("validate", *[f"examples/{name}" for name in ("artifact", "helm", "image", "docker", "multi")])
        run("preview", "examples/multi", "--tag", TAG)
        run("build", *paths, "--tag", TAG, "--dry-run")
        layout = ROOT / ".demo" / "layout"
        if there:
            results = json.loads(run("build", *paths, "--tag", TAG, "-o", "json"))
            run("build", *paths, "--tag", TAG)
        else:
            shutil.rmtree(layout, ignore_errors=True)
            results = json.loads(run("build", *paths, "--tag", TAG, "--no-push", "--layout", str(layout), "-o", "json"))
        count = 0
        for result in results:
            reference = result["targets"][0]["reference"]
            repository = reference.partition("/")[2].rpartition(":")[0]
            if there:
                count += read_back(lambda kind, digest, at=repository: fetch(at, kind, digest), result["digest"])
            else:
                count += read_back(
                    lambda _kind, digest: (layout / "blobs" / digest.replace(":", "/")).read_bytes(), result["digest"]
                )
    finally:
        if started and there:
            registry.down()
    place = f"pushed to the registry on {registry.HOST}:{registry.PORT}"
    if not there:
        place = "written to .demo/layout, as there is no registry"
    without = "" if "image" in names else " (no image: neither Docker nor Buildah nor Podman works here)"
    print(
        f"\nDEMO OK: {len(results)} examples built and {place}{without}; "
        f"{count} blobs and manifests read back, every digest right."
    )
    return 0


if __name__ == "__main__":
    raise SystemExit(main())

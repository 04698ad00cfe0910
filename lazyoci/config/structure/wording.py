"""Texts for structural messages: what each key is for, as part of a remedy."""

from __future__ import annotations

# What to do where a required key is missing or has no value.
REMEDY = {
    "version": 'begin the file with "version: 1"',
    "artifacts": "list what to build, at least one",
    "type": "write image, helm, artifact, docker or copy",
    "targets": "list where to push, each with registry and tags",
    "registry": "name the repository, such as ghcr.io/acme/app",
    "tags": "list at least one",
    "path": "name the file",
    "mediaType": "name the type of the file, such as application/json",
    "chartPath": "name the directory of the chart",
    "files": "list the files, each with path and mediaType",
    "image": "name the local image to push",
    "from": "name the reference to copy, such as ghcr.io/acme/staging/app:v1",
    "referrers": "write true or false",
    "provenance": "write min or max",
    "sbom": "write true or false",
    "tag": "name the tag",
    "moves": "write always, never or forward",
    "metadata": "write auto, or write annotations yourself",
    "versionFrom": "name git tags, a file or both, as in {tag: api-v*}",
    "file": "name the file",
    "when": "name an occasion, such as release",
    "all": "list the conditions that must all hold, as in {all: [branch, not schedule]}",
}

# The message for an artifact without a key that its type requires.
NEEDED = {
    "chartPath": "helm needs chartPath, the directory of the chart",
    "files": "type artifact needs files, each with path and mediaType",
    "image": "docker needs image, the local image to push",
    "from": "type copy needs from, the reference to copy",
}

# What to do where a list is empty that must not be.
EMPTY = {
    "artifacts": "list what to build, at least one",
    "targets": "list where to push, each with registry and tags",
    "tags": "list at least one",
    "files": "list at least one, with path and mediaType",
    "when": "name an occasion, such as release",
    "all": "list the conditions that must all hold",
}

# What a key must hold if it does not hold text.
FORM = {
    "artifacts": "a list of artifacts",
    "targets": "a list of targets, each with registry and tags",
    "tags": "a list of tags",
    "files": "a list of files, each with path and mediaType",
    "platforms": "a list of platforms",
    "secrets": "a list of secrets",
    "cacheFrom": "a list of cache sources",
    "cacheTo": "a list of cache destinations",
    "annotations": "a mapping of names to values",
    "buildArgs": "a mapping of names to values",
    "labels": "a mapping of names to values",
    "ssh": "a list of agents and keys, such as default",
    "contexts": "a mapping of names to directories and addresses",
    "attestations": "a mapping with provenance or sbom",
    "provenance": "min or max",
    "sbom": "true or false, without quotes",
    "referrers": "true or false, without quotes",
    "all": "a list of conditions",
    "moves": "always, never or forward",
    "metadata": "auto",
    "versionFrom": "a mapping with tag, file or both",
}

# What an item must be if it is not a text.
ITEM = {
    "artifacts": "an artifact, a mapping with type and targets",
    "targets": "a mapping with registry and tags",
    "files": "a mapping with path and mediaType",
}

# Where misplaced keys belong, by level; a level is the last key of a path.
HOME = {
    "": "the top of the file",
    "artifacts": "an artifact",
    "targets": "an item of targets",
    "files": "an item of files",
    "attestations": "attestations",
    "tags": "an item of tags",
    "when": "when",
    "versionFrom": "versionFrom",
}

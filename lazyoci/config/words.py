"""What the structural messages say about each key: what it is for, so that a remedy can be named."""

from __future__ import annotations

# What a mapping that lacks the key is told.
MISSING = {
    "version": 'version is missing; begin the file with "version: 1"',
    "artifacts": "artifacts is missing; list what to build, at least one",
    "type": "type is missing; it is image, helm, artifact or docker",
    "targets": "targets is missing; list where to push, each with registry and tags",
    "registry": "registry is missing; name the repository, such as ghcr.io/acme/app",
    "tags": "tags is missing; list at least one",
    "path": "path is missing; name the file",
    "mediaType": "mediaType is missing; name the file's, such as application/json",
    "chartPath": "helm needs chartPath, the directory of the chart",
    "files": "artifact needs files, a list of path and mediaType",
    "image": "docker needs image, the local image to push",
}

# What a list that must not be empty is told.
EMPTY = {
    "artifacts": "artifacts is empty; list what to build, at least one",
    "targets": "targets is empty; list where to push, each with registry and tags",
    "tags": "tags is empty; list at least one",
    "files": "files is empty; list at least one, with path and mediaType",
}

# What a key has to hold where it does not hold text.
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
}

# What an item has to be where it is no text.
ITEM = {
    "artifacts": "an artifact, a mapping with type and targets",
    "targets": "a mapping with registry and tags",
    "files": "a mapping with path and mediaType",
}

# Where keys belong that were found elsewhere, by level; a level is the last key of a path.
HOME = {
    "": "the top of the file",
    "artifacts": "an artifact",
    "targets": "an item of targets",
    "files": "an item of files",
}

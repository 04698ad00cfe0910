"""An artifact gets no tag on a release.

Every tag of it has a condition, and none holds when the next version is released. That may be meant, as for what is
built each night; mostly a tag such as `{tag: "{{ .VersionFull }}", when: release}` was forgotten.

Fails:

```yaml
tags: [{tag: edge, when: default-branch}]
```

Mended:

```yaml
tags: [{tag: edge, when: default-branch}, {tag: "{{ .VersionFull }}", when: release}]
```
"""

"""An artifact gets no tag on a release.

All of its tags have conditions, and none is true when the next version is released. This may be intended, for example
for nightly builds. But usually a tag such as `{tag: "{{ .VersionFull }}", when: release}` was forgotten.

Fails:

```yaml
tags: [{tag: edge, when: default-branch}]
```

Mended:

```yaml
tags: [{tag: edge, when: default-branch}, {tag: "{{ .VersionFull }}", when: release}]
```
"""

"""A key that means nothing here.

The Go tool of the same name passes over such keys, so that a mistyped `platform:` quietly builds for one platform. Here
every key counts, except those beginning with `x-`: they are yours, to hold anchors.

Fails:

```yaml
type: image
platform: [linux/amd64, linux/arm64]
```

Mended:

```yaml
type: image
platforms: [linux/amd64, linux/arm64]
```
"""

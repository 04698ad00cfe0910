"""A key has no meaning here.

The Go tool of the same name ignores such keys, so a mistyped `platform:` would build for one platform without a
message. lazyoci reports every unknown key, except those that begin with `x-`: you can use them for YAML anchors.

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

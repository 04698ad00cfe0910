"""A key belongs to another type of artifact, and has no effect on this one.

The Go tool of the same name passes over such keys, so this is only a warning; but mostly the type, or the key, is not
what was meant.

Fails:

```yaml
type: docker
image: nginx:alpine
labels: {team: web}
```

Mended:

```yaml
type: docker
image: nginx:alpine
```
"""

"""A key belongs to another type of artifact, and has no effect on this one.

The Go tool of the same name ignores such keys, so this is only a warning. But usually the type or the key is a mistake.

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

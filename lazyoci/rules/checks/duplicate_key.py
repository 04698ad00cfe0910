"""One mapping has a key twice.

YAML forbids it, and readers that allow it disagree about which of the two counts. In `targets` and `artifacts` the
usual cause is a dash that was forgotten. Keys that a merge key (`<<`) brings in may be repeated: then the explicit one
counts.

Fails:

```yaml
type: docker
image: nginx:alpine
image: nginx:latest
```

Mended:

```yaml
type: docker
image: nginx:alpine
```
"""

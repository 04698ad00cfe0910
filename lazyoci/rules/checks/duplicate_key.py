"""One mapping has a key twice.

YAML forbids this, and programs that allow it disagree about which of the two counts. In `targets` and `artifacts` the
usual cause is a forgotten dash. A key may repeat one that a merge key (`<<`) brings in: then the key that is written in
the mapping itself counts.

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

"""A value is of another kind than its key needs: text where a list belongs, a mapping where text belongs.

Fails:

```yaml
registry: ghcr.io/acme/api
tags: v1
```

Mended:

```yaml
registry: ghcr.io/acme/api
tags: [v1]
```
"""

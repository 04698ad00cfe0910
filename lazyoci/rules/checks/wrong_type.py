"""A value has the wrong type for its key, such as text instead of a list, or a mapping instead of text.

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

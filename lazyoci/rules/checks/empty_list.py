"""A list that needs at least one item is empty: `artifacts`, `targets`, `tags` or `files`.

A target without tags would publish nothing that can be pulled by name.

Fails:

```yaml
registry: ghcr.io/acme/api
tags: []
```

Mended:

```yaml
registry: ghcr.io/acme/api
tags: ["{{ .VersionFull }}"]
```
"""

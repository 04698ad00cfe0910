"""The text is not valid YAML, so none of it can be read.

The message names the place where the reader had to stop. The cause is often just above it: a quote or bracket that is
not closed, a tab in the indentation, or a key that is indented differently from its neighbours.

Fails:

```yaml
version: 1
artifacts:
  - type: docker
    image: "nginx:alpine
    targets: [{registry: ghcr.io/acme/web, tags: [v1]}]
```

Mended:

```yaml
version: 1
artifacts:
  - type: docker
    image: "nginx:alpine"
    targets: [{registry: ghcr.io/acme/web, tags: [v1]}]
```
"""

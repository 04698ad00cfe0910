"""The text is not YAML, so nothing in it can be read.

The message is about the place where reading had to stop; the cause is often just above: a quote or bracket that is not
closed, a tab in the indentation, a key with less or more indentation than its neighbours.

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

"""The file has more than one YAML document, and only the first is read.

Everything after the `---` is ignored, and its artifacts are not built. Move it into a file of its own, or add its
artifacts to the first document.

Fails:

```yaml
version: 1
artifacts:
  - type: docker
    image: nginx:alpine
    targets: [{registry: ghcr.io/acme/web, tags: [v1]}]
---
version: 1
artifacts:
  - type: docker
    image: redis:alpine
    targets: [{registry: ghcr.io/acme/cache, tags: [v1]}]
```

Mended:

```yaml
version: 1
artifacts:
  - type: docker
    image: nginx:alpine
    targets: [{registry: ghcr.io/acme/web, tags: [v1]}]
  - type: docker
    image: redis:alpine
    targets: [{registry: ghcr.io/acme/cache, tags: [v1]}]
```
"""

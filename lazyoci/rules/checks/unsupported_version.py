"""`version` is a number, but not 1, the one version of the format there is.

It is the version of the format, not of what is published: that comes from `--tag`, LAZYOCI_VERSION or git.

Fails:

```yaml
version: 2
artifacts:
  - type: docker
    image: nginx:alpine
    targets: [{registry: ghcr.io/acme/web, tags: [v1]}]
```

Mended:

```yaml
version: 1
artifacts:
  - type: docker
    image: nginx:alpine
    targets: [{registry: ghcr.io/acme/web, tags: [v1]}]
```
"""

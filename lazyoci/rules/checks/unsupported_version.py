"""`version` is a number other than 1, and 1 is the only version of the format.

`version` is the version of the file format. The version that is published comes from `--tag`, LAZYOCI_VERSION or git.

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

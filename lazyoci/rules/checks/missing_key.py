"""A required key is missing or has no value.

A file needs `version` and `artifacts`; an artifact needs `type` and `targets`, a chart also `chartPath`, a generic
artifact `files`, and an image of the Docker daemon `image`; a target needs `registry` and `tags`, a file `path` and
`mediaType`.

Fails:

```yaml
type: helm
targets: [{registry: ghcr.io/acme/charts/api, tags: ["{{ .ChartVersion }}"]}]
```

Mended:

```yaml
type: helm
chartPath: charts/api
targets: [{registry: ghcr.io/acme/charts/api, tags: ["{{ .ChartVersion }}"]}]
```
"""

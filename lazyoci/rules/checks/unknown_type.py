"""The type of an artifact is not one of `image`, `helm`, `artifact` and `docker`.

`image` builds an image from a Dockerfile, `helm` packages a chart, `artifact` publishes files, and `docker` pushes an
image from the local Docker daemon.

Fails:

```yaml
type: chart
chartPath: charts/api
```

Mended:

```yaml
type: helm
chartPath: charts/api
```
"""

"""The type of an artifact is not one of `image`, `helm`, `artifact` and `docker`.

`image` builds a Dockerfile, `helm` packages a chart, `artifact` publishes files, `docker` pushes an image that the
local daemon has.

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

"""A template has no quotes, so YAML reads its braces as a mapping.

At the beginning of a value, `{` has a meaning in YAML. After other text, as in `v{{ .Tag }}`, quotes are not needed,
but do no harm.

Fails:

```yaml
tags: [{{ .Tag }}]
```

Mended:

```yaml
tags: ["{{ .Tag }}"]
```
"""

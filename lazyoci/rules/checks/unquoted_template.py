"""A template stands without quotes, so that YAML reads its braces as a mapping.

`{{ .Tag }}` at the beginning of a value is YAML's own syntax. Behind other text, as in `v{{ .Tag }}`, no quotes are
needed, but they do no harm.

Fails:

```yaml
tags: [{{ .Tag }}]
```

Mended:

```yaml
tags: ["{{ .Tag }}"]
```
"""

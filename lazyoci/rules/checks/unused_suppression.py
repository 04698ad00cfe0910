"""A comment switches off a rule that has nothing to say there.

`# lazyoci: ignore[code]` holds for its own line, or for the next one when it stands alone; `# lazyoci:
ignore-file[code]` holds for the whole file. One that silences nothing may hide the next mistake, so it is reported. A
rule that looks at more than the file (does that path exist? which branch is this?) may have something to say elsewhere:
such a code is never called unused.

Fails, as the key is right:

```yaml
artifacts:
  - type: image
    name: api # lazyoci: ignore[unknown-key]
```

Mended:

```yaml
artifacts:
  - type: image
    name: api
```
"""

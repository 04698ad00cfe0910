"""A comment switches off a rule that would report nothing there.

`# lazyoci: ignore[code]` is for its own line, or for the next line if the comment is alone on its line; `# lazyoci:
ignore-file[code]` is for the whole file. A comment that silences nothing could hide a later mistake, so it is reported.
Some rules look at more than the file: whether a path exists, or which branch this is. They may report something on
another machine, so their codes are never called unused.

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

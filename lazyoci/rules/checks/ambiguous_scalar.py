"""A value without quotes is text here, but other YAML readers would take it for something else.

lazyoci keeps what is written: the tag `1.10` stays `1.10`. Editors, formatters and scripts may read a
number, a date or a boolean there, and write `1.1` back. Quotes keep it for everyone.

Fails:

```yaml
tags: [1.10]
```

Mended:

```yaml
tags: ["1.10"]
```
"""

"""A value without quotes is text here, but other YAML readers would take it for something else.

lazyoci keeps what is written: the tag `1.10` stays `1.10`. Editors, formatters and scripts may read it as a number, a
date or a boolean, and write `1.1` back. In quotes every program reads the same text.

Fails:

```yaml
tags: [1.10]
```

Mended:

```yaml
tags: ["1.10"]
```
"""

"""A list item or a value is empty, which YAML reads as null.

A null in a list is left out, and a null build argument becomes the empty text. Usually a value was forgotten. If you
mean the word `null` itself, quote it.

Fails:

```yaml
tags:
  - v1
  -
```

Mended:

```yaml
tags:
  - v1
```
"""

"""On the next release this would be an error, and the release would not be published.

What is due on releases alone is not rendered in other runs, so its mistakes would show on the day of the release. So
files that use `when`, `moves` or `versionFrom` are judged a second time, as if the next version were released: the one
after the highest that git knows, else 1.0.0. What depends on the environment of that run, such as `.Registry` or a file
that a build makes, is left out. The code of the error stands at the end of the message: `lazyoci explain` tells more of
it, and `lazyoci preview --scenarios` shows the release as a whole.

Fails:

```yaml
tags: [{tag: "{{ .GitBranch }}", when: release}]
```

Mended:

```yaml
tags: [{tag: "{{ tagify .GitTag }}", when: release}]
```
"""

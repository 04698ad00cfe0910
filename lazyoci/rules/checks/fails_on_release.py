"""On the next release this would be an error, and the release would not be published.

Tags that are published only on releases are not rendered in other runs, so a mistake in them would only show on the day
of the release. Therefore files that use `when`, `moves` or `versionFrom` are checked a second time, as if the next
version were released now. That is the version after the highest that git knows, or 1.0.0 if git knows none. Problems
that depend on the environment of the release, such as the value of `.Registry` or a file that a build creates, are not
reported. The message ends with the code of the error: `lazyoci explain CODE` explains it, and `lazyoci preview
--scenarios` shows what the release would publish.

Fails:

```yaml
tags: [{tag: "{{ .GitBranch }}", when: release}]
```

Mended:

```yaml
tags: [{tag: "{{ tagify .GitTag }}", when: release}]
```
"""

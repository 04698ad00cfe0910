"""A Dockerfile copies its whole context, and with it a file with credentials.

`COPY . .` takes everything that no `.dockerignore` excludes. Everyone who can pull the image can read it, and a later
`RUN rm` only hides it in a layer below. The first 2,000 files of the context are looked at, down to three directories
below it, and those are reported that `secret-file` would report. A stage counts if its files are in the image: it is
the last one or `target`, one of these is `FROM` it, or copies from it what it copied.

If it is intended, say so in a comment above the line: `# lazyoci: ignore[secret-in-context]`.

Fails where the Dockerfile says `COPY . .` and there is an `.env` with values:

```yaml
type: image
context: .
```

Mended by a context that holds only what the image needs, or by the line `.env` in a `.dockerignore`:

```yaml
type: image
context: src
```
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator

from lazyoci import gitignore
from lazyoci.config.model import ImageArtifact
from lazyoci.rules.base import Finding, Subject, type_node
from lazyoci.rules.shared.dockerfiles import dockerfile_of, path_of
from lazyoci.rules.shared.paths import kind, listing, read
from lazyoci.rules.shared.published_secrets import head_of, others_like_it
from lazyoci.rules.shared.wording import quoted

_MOST_NAMES = 2_000  # files of the context that are looked at by their names
_MOST_READ = 100  # files that are read
_DEEPEST = 3  # directories below the context
_KEPT = frozenset({".git", ".hg", ".svn", ".venv", "node_modules", "__pycache__", "vendor", "venv"})
_LOGIN = ".git/config"  # CI leaves a token in it
# of the Dockerfile first, then of the context (https://docs.docker.com/build/concepts/context/#dockerignore-files)
_IGNORES = (".containerignore", ".dockerignore")


def check(subject: Subject) -> Iterator[Finding]:
    """One finding per image, at its context, with the first file."""
    for artifact in subject.config.artifacts:
        if not isinstance(artifact, ImageArtifact):
            continue
        found = dockerfile_of(subject, artifact)
        target = artifact.target.value if artifact.target is not None else ""
        if found is None or "{{" in target:
            continue
        copies = found.taken(target)
        if not copies:
            continue
        context = (artifact.context.value if artifact.context is not None else "") or "."
        secrets = list(_secrets(subject, artifact, context))
        if secrets:
            node = artifact.context.node if artifact.context is not None else type_node(artifact)
            (first, what), more = secrets[0], others_like_it([name for name, _ in secrets[1:]])
            line = f"line {copies[0].line + 1} of {quoted(path_of(artifact))}"
            message = (
                f"{line} copies {quoted(first)} into the image, which holds {what}{more}; "
                f"list {'them' if more else 'it'} in .dockerignore"
            )
            yield Finding(node, message)


def _secrets(subject: Subject, artifact: ImageArtifact, context: str) -> Iterator[tuple[str, str]]:
    """The files that the context would give, relative to it, each with the kind of secret that it is."""
    from lazyoci.values.secret_files import HEAD, certain, tells  # imported only where all is copied

    rules = gitignore.read(_ignored(subject, artifact, context))
    read_so_far = 0
    for name in _names(subject, context, rules.match_file):
        if read_so_far == _MOST_READ:
            return
        if (name != _LOGIN and not tells(name)) or kind(subject, f"{context}/{name}") != "file":
            continue
        read_so_far += 1
        what = certain(name, head_of(subject, f"{context}/{name}", HEAD))
        if what and not rules.match_file(name):
            yield name, what


def _names(subject: Subject, context: str, ignored: Callable[[str], bool]) -> Iterator[str]:
    """The names in the context, then those in its directories, without what builders and version control keep there."""
    left = _MOST_NAMES
    waiting: deque[str] = deque([""])
    while waiting and left > 0:
        here = waiting.popleft()
        names = listing(subject, f"{context}/{here}" if here else context)
        left -= len(names)
        for name in names:
            path = f"{here}/{name}" if here else name
            yield path
            if path == ".git":
                yield _LOGIN
            elif name in _KEPT:
                continue
            elif (
                "." not in name[1:]
                and path.count("/") < _DEEPEST
                and kind(subject, f"{context}/{path}") == "dir"
                and not ignored(f"{path}/")
            ):
                waiting.append(path)


def _ignored(subject: Subject, artifact: ImageArtifact, context: str) -> list[str]:
    """The lines of the file that tells what to leave out of the context."""
    own = f"{path_of(artifact)}.dockerignore"
    for path in (own, *(f"{context}/{name}" for name in _IGNORES)):
        if kind(subject, path) == "file" and (data := read(subject, path)) is not None:
            return data.decode("utf-8-sig", "replace").splitlines()
    return []

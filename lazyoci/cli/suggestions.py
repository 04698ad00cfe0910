"""Suggestions for words on the command line that are wrong, such as those of other programs. Imported only then.

For what only the Go tool of the same name has, the suggestion names the page of the documentation about it.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from difflib import get_close_matches
from pathlib import Path

_GO = 'the page "Move from the Go tool" of the documentation names what does it'
_COMMANDS: Mapping[str, Mapping[str, str]] = {
    "lazyoci": {
        **dict.fromkeys(("lint", "check", "verify", "test", "audit", "doctor"), "to check files: lazyoci validate"),
        **dict.fromkeys(
            ("push", "deploy", "release", "run", "up", "upload", "make", "ship", "apply", "bake"),
            "lazyoci build builds and pushes; with --dry-run it only shows what it would do",
        ),
        **dict.fromkeys(
            ("show", "plan", "render", "template", "print", "dry-run", "what", "status"),
            "to see what would be published: lazyoci preview",
        ),
        **dict.fromkeys(
            ("ls", "list"), "lazyoci preview lists what a file declares; lazyoci browse tags HOST/REPOSITORY, its tags"
        ),
        **dict.fromkeys(("login", "auth", "signin"), "to log in: lazyoci registry login HOST"),
        **dict.fromkeys(("logout", "signout"), "to log out: lazyoci registry logout HOST"),
        **dict.fromkeys(("ping", "whoami"), "to try a registry and its login: lazyoci registry test HOST"),
        **dict.fromkeys(("add", "registries"), "to add a registry: lazyoci registry add HOST"),
        **dict.fromkeys(("tags", "versions"), "to list tags: lazyoci browse tags HOST/REPOSITORY"),
        **dict.fromkeys(
            ("inspect", "manifest", "describe", "get", "digest"),
            "to look at one reference: lazyoci browse manifest HOST/REPOSITORY:TAG",
        ),
        **dict.fromkeys(
            ("repos", "repositories", "catalog", "images"), "to list repositories: lazyoci browse repos HOST"
        ),
        **dict.fromkeys(("search", "find"), "to search a registry: lazyoci browse search HOST WORD"),
        **dict.fromkeys(
            ("download", "fetch", "load", "import", "cat"), "to fetch from a registry: lazyoci pull REFERENCE"
        ),
        **dict.fromkeys(
            ("package", "pack", "save", "export", "bundle"),
            "to build without pushing: lazyoci build --no-push --layout DIR",
        ),
        **dict.fromkeys(("fmt", "prettier", "tidy"), "to bring files into the canonical layout: lazyoci format"),
        **dict.fromkeys(("fix", "mend"), "to apply the certain fixes: lazyoci validate --fix"),
        **dict.fromkeys(("diff", "compare"), "to see what would change: lazyoci build --dry-run --check"),
        **dict.fromkeys(("new", "create", "generate", "scaffold", "setup"), "to write a .lazy file: lazyoci init"),
        **dict.fromkeys(("rules", "rule", "why"), "to read about the rules: lazyoci explain"),
        **dict.fromkeys(("settings", "set", "env", "preferences"), "to change the settings: lazyoci config"),
        **dict.fromkeys(("server", "serve", "language-server", "ls-server"), "to run the language server: lazyoci lsp"),
        **dict.fromkeys(("completions", "autocomplete"), "to complete commands in a shell: lazyoci completion bash"),
        **dict.fromkeys(
            ("tag", "retag", "promote"), "tags stand under targets in the .lazy file, and lazyoci build pushes them"
        ),
        **dict.fromkeys(
            ("delete", "rm", "remove", "prune", "clean", "gc", "untag"),
            "lazyoci deletes nothing from registries; to forget one of the settings: lazyoci registry remove HOST",
        ),
        **dict.fromkeys(("sign", "attest"), "to sign what was published: cosign, with the digest of --metadata-file"),
        **dict.fromkeys(
            ("upgrade", "update", "self-update"),
            "to update lazyoci: the program that installed it, such as pip or pipx",
        ),
        **dict.fromkeys(("cp", "promote", "retag"), "to copy an artifact by its digest: lazyoci copy SOURCE TARGET"),
        "sync": "lazyoci copy takes one artifact; skopeo sync mirrors whole repositories",
        "mirror": f"mirroring is outside this release; {_GO}",
        **dict.fromkeys(("tui", "ui", "gui", "interactive"), f"the terminal interface is outside this release; {_GO}"),
        **dict.fromkeys(("man", "usage", "docs"), "for help: lazyoci --help, or lazyoci COMMAND --help"),
    },
    "lazyoci browse": {
        **dict.fromkeys(
            ("list", "ls", "catalog", "repositories", "images"), "to list repositories: lazyoci browse repos HOST"
        ),
        **dict.fromkeys(
            ("show", "inspect", "get", "describe", "digest"),
            "to look at one reference: lazyoci browse manifest HOST/REPOSITORY:TAG",
        ),
        **dict.fromkeys(("find", "grep"), "to search a registry: lazyoci browse search HOST WORD"),
        **dict.fromkeys(("versions", "tag"), "to list tags: lazyoci browse tags HOST/REPOSITORY"),
    },
    "lazyoci registry": {
        **dict.fromkeys(("auth", "signin"), "to log in: lazyoci registry login HOST"),
        **dict.fromkeys(("ping", "check", "verify", "status"), "to try one: lazyoci registry test HOST"),
        **dict.fromkeys(("new", "create", "set", "update", "edit"), "to add or change one: lazyoci registry add HOST"),
        **dict.fromkeys(("show", "get"), "to list them: lazyoci registry list"),
    },
    "lazyoci config": {
        **dict.fromkeys(("show", "ls", "view", "print", "dump"), "to list the settings: lazyoci config list"),
        **dict.fromkeys(("edit", "file", "where"), "to see where the file is: lazyoci config path"),
        **dict.fromkeys(("add", "update"), "to change a setting: lazyoci config set KEY VALUE"),
        **dict.fromkeys(("remove", "rm", "delete", "reset"), "to take a setting back: lazyoci config unset KEY"),
    },
}
_OPTIONS: Mapping[str, str] = {
    "--theme": f"it was of the terminal interface, which is outside this release; {_GO}",
    "--artifact-dir": "set LAZYOCI_ARTIFACT_DIR, or: lazyoci config set artifact-dir DIR",
    "--no-dry-run": "leave out --dry-run",
    "--plan": "write --dry-run",
    "-n": "write --dry-run",
    "--check-only": "write --dry-run",
    "--skip-push": "write --no-push",
    "--strict": "write --severity warning, and warnings fail too",
    "--werror": "write --severity warning, and warnings fail too",
    "--json": "write -o json",
    "--yaml": "write -o yaml",
    "--format": "write -o FORMAT",
    "--no-color": "write --color never",
    "--no-colour": "write --color never",
    "--short": "lazyoci --version prints one line",
    "-V": "write --version",
    "--force": "tags move without it; --no-clobber is what keeps them",
    "--overwrite": "tags move without it; --no-clobber is what keeps them",
    "-y": "nothing is asked, so there is nothing to agree to",
    "--yes": "nothing is asked, so there is nothing to agree to",
    "--registry": "set LAZYOCI_REGISTRY, which gives {{ .Registry }}",
    "--repository": "name it in the .lazy file, under targets",
    "--build-arg": "write it under buildArgs in the .lazy file; --var gives values to its templates",
    "--set": "write --var NAME=VALUE, which gives {{ .Var.NAME }}",
    "--env": "write --var NAME=VALUE, which gives {{ .Var.NAME }}",
    "-e": "write --var NAME=VALUE, which gives {{ .Var.NAME }}",
    "--label": "write it under labels in the .lazy file",
    "--arch": "write --platform linux/ARCHITECTURE",
    "--parallel": "write --jobs N",
    "--concurrency": "write --jobs N",
    "-j": "write --jobs N",
    "--password": "write --pass-stdin, and pipe the password",
    "--password-stdin": "write --pass-stdin",
    "--username": "write --user NAME",
    "--tls-verify": "write --insecure, where a private registry has no certificate",
    "--plain-http": "write --insecure, where a private registry has no TLS",
    "--latest": "tags stand under targets in the .lazy file, as - latest",
    "--target": "write it as target of the artifact in the .lazy file",
    "--secret": "write it under secrets in the .lazy file",
    "--ssh": "write it under ssh in the .lazy file",
    "--cache-from": "write it under cacheFrom in the .lazy file",
    "--cache-to": "write it under cacheTo in the .lazy file",
    "--build-context": "write it under contexts in the .lazy file",
    "--annotation": "write it under annotations in the .lazy file",
    **dict.fromkeys(("--provenance", "--sbom", "--attest"), "write it under attestations in the .lazy file"),
    "--pull": "which base an image has is decided by FROM in its Dockerfile: name it by its digest there",
    "--no-cache": "the cache is the engine's, and emptied there: docker builder prune",
    "--load": "to load what was published into Docker or Podman: lazyoci pull REFERENCE --docker",
    **dict.fromkeys(("--creds", "--src-creds", "--dest-creds"), "log in before: lazyoci registry login HOST"),
    **dict.fromkeys(
        ("--src-tls-verify", "--dest-tls-verify"), "write --insecure, where a private registry has no certificate"
    ),
    "--cacert": "write --ca FILE",
    "--ca-file": "write --ca FILE",
}
_OF_COMMAND: Mapping[tuple[str, str], str] = {
    ("lazyoci build", "--version"): "write --tag VERSION",
    ("lazyoci build", "--output-dir"): "write --layout DIR",
    ("lazyoci preview", "--version"): "write --tag VERSION",
    ("lazyoci build", "--all"): "leave it out: without --artifact all are built",
    ("lazyoci publish", "--all"): "leave it out: without --artifact all are published",
    ("lazyoci publish", "--push"): "leave it out: without --dry-run it publishes",
    ("lazyoci publish", "--platform"): "name the bundles of these platforms alone, and add --partial",
    ("lazyoci publish", "--bundle"): "name the bundle without an option: lazyoci publish BUNDLE",
    ("lazyoci publish", "--from"): "name the bundle without an option: lazyoci publish BUNDLE",
    ("lazyoci preview", "--dry-run"): "leave it out: it publishes nothing",
    ("lazyoci copy", "--all"): "leave it out: without --platform all are copied",
    **dict.fromkeys(
        [("lazyoci copy", one) for one in ("--from", "--to", "--source", "--dest")], "write lazyoci copy SOURCE TARGET"
    ),
    **dict.fromkeys(
        [("lazyoci copy", one) for one in ("--tag", "-t", "--latest")], "write it behind TARGET, as HOST/REPOSITORY:TAG"
    ),
    **dict.fromkeys(
        [("lazyoci copy", one) for one in ("--recursive", "-r")],
        "it copies one artifact; skopeo sync mirrors whole repositories",
    ),
    **dict.fromkeys(
        [("lazyoci pull", one) for one in ("--tag", "-t", "--latest")],
        "write it behind REFERENCE, as HOST/REPOSITORY:TAG",
    ),
    ("lazyoci pull", "--all"): "write --all-platforms",
    ("lazyoci pull", "--force"): "leave it out, or name a new directory with --dest",
    ("lazyoci pull", "--dry-run"): "to look at it: lazyoci browse manifest REFERENCE",
    ("lazyoci format", "--fix"): "it writes files anew by itself; certain fixes: lazyoci validate --fix",
    ("lazyoci format", "--write"): "it writes files anew by itself",
    ("lazyoci validate", "--file"): "name the file without an option: lazyoci validate PATH",
    ("lazyoci validate", "-f"): "name the file without an option: lazyoci validate PATH",
    ("lazyoci validate", "--check"): "it changes nothing without --fix",
    ("lazyoci validate", "--dry-run"): "it changes nothing without --fix; with --diff it shows what that would change",
}
_SAMPLES = {
    "--files": "out",
    "--layout": "out",
    "--dest": "out",
    "--tag": "v1.4.2",
    "-t": "v1.4.2",
    "--var": "REGION=eu",
    "--artifact": "api",
    "-a": "api",
    "--jobs": "4",
}
_VERSION = re.compile(r"v?\d+(?:\.\d+)*(?:[-+][\w.+-]*)?")
_HOST = re.compile(r"(?:[a-z0-9-]+(?:\.[a-z0-9-]+)+|[a-z0-9-]+(?=:)|localhost)(?::\d+)?", re.I)
_REFERENCE = re.compile(r"[\w.-]+(?::\d+)?/[\w./-]+(?::[\w.-]+)?(?:@sha256:[0-9a-f]+)?")


def command(path: str, words: Sequence[str], names: Collection[str], top: Collection[str] = ()) -> str:
    """The suggestion for a command that does not exist: the first of `words`.

    `names` are the commands of the group at `path`, `top` those of lazyoci itself.
    """
    word = words[0]
    fact = f"no such command {word!r}"
    folded = word.casefold()
    if folded == "help":
        asked = " ".join([path, *(one for one in words[1:2] if one in names)])
        return f"{fact}; it is an option: {asked} --help"
    if folded == "lazyoci":
        return f"{fact}; write lazyoci once"
    known = _COMMANDS.get(path, {}).get(folded)
    if folded in names:
        return f"{fact}; commands are in small letters: {path} {folded}"
    if known:
        return f"{fact}; {known}"
    if path == "lazyoci" and Path(word).exists():
        return f"{fact}; to check it: lazyoci validate {word}; to build what it declares: lazyoci build {word}"
    address = _address(path, word)
    if address:
        return f"{fact}; {address}"
    # init is never proposed, because it writes a file
    close = get_close_matches(folded, [name for name in names if name != "init" or folded.startswith("in")], n=1)
    if close:
        return f"{fact}; did you mean {close[0]!r}?"
    return f"{fact}; write: lazyoci {folded}" if path != "lazyoci" and folded in top else fact


def _address(path: str, word: str) -> str:
    """The suggestion for a registry's address in place of a command."""
    host, slash, rest = word.partition("/")
    if not _HOST.fullmatch(host) or not (slash or path != "lazyoci" or ":" in host):
        return ""
    tagged = ":" in rest or "@" in rest
    if path == "lazyoci registry":
        return f"to try it: lazyoci registry test {word}; to log in: lazyoci registry login {host}"
    if path not in ("lazyoci", "lazyoci browse"):
        return ""
    if not rest:
        return f"to list its repositories: lazyoci browse repos {host}"
    if tagged:
        return f"to look at it: lazyoci browse manifest {word}; to fetch it: lazyoci pull {word}"
    return f"to list its tags: lazyoci browse tags {word}"


def option(path: str, name: str, possibilities: Collection[str], behind: Collection[str] = ()) -> str:
    """The suggestion for an option that does not exist. `behind` are those of `lazyoci build`, before any command."""
    known = _OF_COMMAND.get((path, name)) or _OPTIONS.get(name)
    if known:
        return f"there is no option {name}; {known}"
    others = [one for one in possibilities if one != "--help"]
    # by the first letter alone, --pull would be answered with --push
    begun = [one for one in others if len(name) > 4 and (one.startswith(name) or name.startswith(f"{one}-"))]
    close = begun or get_close_matches(name, others, n=1, cutoff=0.75)
    if not close and name in behind:
        return f"there is no option {name} before a command; write it behind, as in lazyoci build {name}"
    return f"there is no option {name}" + (f"; did you mean {close[0]}?" if close else "")


def extra(path: str, arguments: str) -> str:
    """The suggestion for arguments that a command does not take."""
    fact = f"one argument too many: {arguments}" if " " not in arguments else f"arguments too many: {arguments}"
    if path == "lazyoci pull" and " " not in arguments:
        return f"{fact}; to unpack the files there: --files {arguments}; for the layout: --dest {arguments}"
    if path == "lazyoci registry login" and " " not in arguments:
        return f"{fact}; the user is given as --user {arguments}"
    return fact


def value(name: str) -> str:
    """The suggestion for an option without its value."""
    sample = _SAMPLES.get(name)
    return f"{name} needs a value" + (f", such as {name} {sample}" if sample else "")


def path(argument: str, there: Path) -> str:
    """What an argument that names no file probably means; `there` is the current directory."""
    if _VERSION.fullmatch(argument):
        return f"a version is given as --tag {argument}"
    if argument[:1] in ("–", "—"):
        return f"an option begins with two hyphens: --{argument.lstrip('–—')}"  # as editors write them
    if re.match(r"(?:https?|ssh|git)://|git@", argument):
        return "clone the repository, and name its directory"
    if re.search(r"[*?\[]", argument):
        from glob import glob  # as in a shell, * is no file whose name begins with a dot

        fits = bool(glob(argument, root_dir=there))  # noqa: PTH207  # Path.glob takes those too
        return "without quotes the shell names the files" if fits else "no file fits it; name a file or a directory"
    beside = Path(argument).parent / ".lazy"
    if re.fullmatch(r"\.?la[sz]+[iy](\.ya?ml)?", Path(argument).name.lower()) and (there / beside).is_file():
        return f"did you mean {beside}?"
    name = _artifact(argument, there)
    if name:
        return f"to build this artifact alone: --artifact {argument}"
    if _REFERENCE.fullmatch(argument) and not argument.startswith("."):
        host = argument.partition("/")[0]
        if "." in host or ":" in host or host == "localhost":
            return f"references stand in the .lazy file; to fetch one: lazyoci pull {argument}"
    return ""


def _artifact(name: str, there: Path) -> bool:
    """Whether the .lazy file here has an artifact of this name."""
    from lazyoci import reader
    from lazyoci.config.load import load
    from lazyoci.diagnostic import Source
    from lazyoci.yaml.encoding import EncodingError, decode_bytes

    try:
        config = load(Source(decode_bytes(reader.read(there / ".lazy", reader.LAZY)))).config
    except (OSError, EncodingError):
        return False
    return config is not None and any(one.name is not None and one.name.value == name for one in config.artifacts)

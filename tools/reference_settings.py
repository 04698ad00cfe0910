"""What the pages on settings and environment say of each name; tests hold the names to those of the code."""

from __future__ import annotations

from collections.abc import Mapping

Table = Mapping[str, str]

SETTINGS: Table = {
    "artifact-dir": "Where `lazyoci pull` puts layouts, below `TYPE/HOST/REPOSITORY/TAG`. Default: `artifacts` in the "
    "cache directory.",
    "cache-dir": "Where lazyoci keeps what can be had again. Default: `lazyoci` in `$XDG_CACHE_HOME` or `~/.cache`.",
    "default-registry": "The registry of `browse search` and `browse repos` that name none. Default: `docker.io`.",
}

REGISTRIES: Table = {
    "url": "Required. `HOST[:PORT]`, or `HOST/PATH` for a part of a registry: of several entries that fit, the longest "
    "counts.",
    "name": "A name for people.",
    "username": "The user; `lazyoci registry login` keeps the password elsewhere.",
    "password": "Read, as the Go tool wrote it; lazyoci never writes one here.",
    "insecure": "`true`: an unverified certificate or plain HTTP will do, and credentials may go over it.",
    "tls": "`auto` (default), `verify`, `skip-verify` or `plain-http`: what to try first, and for the last three the "
    "only way.",
    "ca": "Certificates to trust besides the system's (PEM), relative to this file.",
    "cert": "A client certificate (PEM).",
    "key": "Its key.",
    "agents": "`true`: agents that use [`lazyoci mcp`](../how-to/agents.md) may ask it with your credentials, which "
    "otherwise they may not.",
    "chunkSize": "Such as `32MiB`, at least 1 MiB: larger blobs are uploaded in chunks of this size. Only for "
    "registries, or proxies before them, that limit one request: a chunk cannot be taken up again, and some lose them.",
}

RULES: Table = {
    "select": "Only these codes.",
    "ignore": "Never these.",
    "severity": "The least severity that fails: `error` (default), `warning`, `info`.",
    "severities": "Another severity for a code, or `off`.",
    "defaultBranch": "The name of the repository's default branch, where CI does not tell it; git's own note of it, "
    "which a clone makes, counts last.",
}

ENVIRONMENT: Mapping[str, Table] = {
    "What is built": {
        "LAZYOCI_REGISTRY": "The value of `{{ .Registry }}`.",
        "LAZYOCI_TAG": "The value of `{{ .Tag }}` where `--tag` is not given.",
        "LAZYOCI_VAR_NAME": "The value of `{{ .Var.NAME }}`, for any NAME, where `--var NAME=…` is not given. No other "
        "variable of the environment can be read by a template.",
        "LAZYOCI_ALLOW_OUTSIDE": "Directories beyond the repository into which paths may lead, as `--allow-outside`: "
        "absolute, separated as in PATH.",
        "LAZYOCI_OCCASION": "What `--occasion` states, where that is not given; several with commas.",
        "LAZYOCI_VERSION": "The version: before `--tag`, CI and git. A semantic version fills all variables. "
        "Other text is `VersionRaw`, and `Version` and `VersionFull` as it stands, of which no tag is made: "
        "[`not-a-version`](rules.md#not-a-version).",
        "SOURCE_DATE_EPOCH": "Seconds since 1970: the time of files in archives and of "
        "`org.opencontainers.image.created`, and that at which images stand still; these take the time of the commit "
        "where it is not set. "
        "[Specification](https://reproducible-builds.org/specs/source-date-epoch/).",
    },
    "Credentials": {
        "LAZYOCI_AUTH_HOST": "The registry that the next two are for.",
        "LAZYOCI_USERNAME": "The user there.",
        "LAZYOCI_PASSWORD": "The password there.",
        "DOCKER_AUTH_CONFIG": "JSON of the kind of Docker's `config.json`.",
        "REGISTRY_AUTH_FILE": "A file of Podman's kind.",
        "DOCKER_CONFIG": "The directory of Docker's `config.json`, instead of `~/.docker`.",
        "HELM_REGISTRY_CONFIG": "Helm's file of credentials.",
        "HELM_CONFIG_HOME": "Helm's directory of configuration.",
        "XDG_RUNTIME_DIR": "Where Podman's credentials of the session lie.",
    },
    "Network": {
        "HTTPS_PROXY": "The proxy for HTTPS: `http://proxy.lan:3128`, with `USER:PASSWORD@` before the host where it "
        "wants that.",
        "HTTP_PROXY": "The proxy for plain HTTP. Within CGI programs only `http_proxy` counts.",
        "ALL_PROXY": "The proxy for both, where they have none of their own.",
        "NO_PROXY": "Hosts that are reached without one.",
        "SSL_CERT_FILE": "The certificates to trust, instead of the system's.",
    },
    "Places": {
        "LAZYOCI_ARTIFACT_DIR": "Goes before the setting `artifact-dir`.",
        "XDG_CONFIG_HOME": "Where `lazyoci/config.yaml` lies, instead of `~/.config`.",
        "XDG_CACHE_HOME": "Where the cache lies, instead of `~/.cache`.",
        "APPDATA": "The same for settings on Windows.",
        "LOCALAPPDATA": "The same for the cache on Windows.",
    },
    "Output": {
        "NO_COLOR": "Any text: no colour. [no-color.org](https://no-color.org)",
        "FORCE_COLOR": "Any text: colour, without a terminal too.",
        "TERM": "`dumb`: no colour, and lines instead of bars.",
        "COLUMNS": "The width of tables and messages.",
        "GITHUB_WORKSPACE": "`validate -o github` and `-o sarif` name files relative to it.",
    },
}

# below the table of a heading
NOTES: Table = {
    "Network": "The proxies' variables are read as curl and Go read them. The lower-case name counts before the "
    "upper-case one, an empty one not at all. A proxy is spoken to by HTTP (port 80, unless it is "
    "given) or, as `https://…`, by TLS; SOCKS is not spoken. `NO_PROXY` is a list, separated by commas "
    "or spaces, of names that stand for themselves and all below them (`example.com`, `.example.com`), "
    "each perhaps with a port, of addresses (`10.0.0.1`, `[fd00::1]`), of networks (`10.0.0.0/8`, "
    "`fd00::/8`), or `*` for all. `localhost` and the addresses of this machine never have a proxy.",
}

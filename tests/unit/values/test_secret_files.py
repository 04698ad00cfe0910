"""Which files only their owner may have, and which only look so."""

from __future__ import annotations

import pytest

from lazyoci.values.secret_files import certain, likely

KEY = "-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXktdjEA\n-----END OPENSSH PRIVATE KEY-----\n"
CERTIFICATE = "-----BEGIN CERTIFICATE-----\nMII\n-----END CERTIFICATE-----\n"
TOKEN = "ghp_" + "aB3dE6gH9jK2mN5pQ8sT" + "0vW4xY7zA1cD3fG5"  # in two parts, so that no scanner takes it for one
AWS = "q7Zr4Vb1Nx8Lk5Tj2Hs9" + "Gd6Fp3Ca0Wm/Yu+EiOoR"
DOCKER = '{"auths": {"ghcr.io": {"auth": "YTpi"}}}'


@pytest.mark.parametrize(
    ("path", "text", "what"),
    [
        ("id_rsa", KEY, "a private key"),
        ("keys/ID_ED25519", "whatever", "a private key"),
        ("deploy_key", KEY, "a private key"),
        ("notes", f"\n\n{KEY}", "a private key"),
        ("server.pem", CERTIFICATE + KEY.replace("OPENSSH ", ""), "a private key"),
        ("server.key", "Bag Attributes\n" + KEY.replace("OPENSSH", "RSA"), "a private key"),
        ("enc.txt", KEY.replace("OPENSSH", "ENCRYPTED"), "a private key"),
        ("me.asc", "-----BEGIN PGP PRIVATE KEY BLOCK-----\n\nlQ\n", "a private key"),
        ("crlf.pem", KEY.replace("\n", "\r\n"), "a private key"),
        ("a.ppk", "PuTTY-User-Key-File-3: ssh-rsa\n", "a private key"),
        ("keys.txt", "# created: 2026\n# public key: age1\nAGE-SECRET-KEY-1QQ\n", "a private key"),
        ("sa.json", '{"type": "service_account", "private_key": "-----BEGIN PRIVATE KEY-----\\nMII"}', "a private key"),
        (".env", "TOKEN=x\n", "environment variables"),
        ("a/.env.production", "export A='b'\n", "environment variables"),
        (".netrc", "machine h login a password b\n", "logins"),
        (".npmrc", "//registry.npmjs.org/:_authToken=npm_abc\n", "a login for npm"),
        (".yarnrc.yml", 'npmAuthToken: "abc"\n', "a login for npm"),
        (".pypirc", "[pypi]\nusername = __token__\npassword = pypi-x\n", "a login for PyPI"),
        (".git-credentials", "https://a:b@host\n", "logins for git"),
        (".pgpass", "host:5432:db:user:pw\n", "passwords for PostgreSQL"),
        (".vault-token", "hvs.x", "a token for Vault"),
        (".aws/credentials", "[default]\n", "credentials for AWS"),
        ("aws-credentials.json", '{"aws_secret_access_key": "x"}', "credentials for AWS"),
        (".docker/config.json", DOCKER, "logins for registries"),
        ("docker-config.json", DOCKER, "logins for registries"),
        (".dockerconfigjson", DOCKER, "logins for registries"),
        (".dockercfg", '{"h": {"auth": "x"}}', "logins for registries"),
        (".kube/config", "users:\n- user:\n    client-key-data: LS0\n", "a login for Kubernetes"),
        (".kube/config", "users:\n- user: {token: abc}\n", "a login for Kubernetes"),
        ("prod-kubeconfig", "users: [{name: a, user: {token: abc}}]\n", "a login for Kubernetes"),
        ("cluster.yaml", "kind: Config\nusers:\n- user:\n    password: abc\n", "a login for Kubernetes"),
        ("netrc", "machine h login a password b\n", "logins"),
        ("registry-logins.json", DOCKER, "logins for registries"),
        ("dockercfg.txt", DOCKER, "logins for registries"),
        ("site/.git/config", '[remote "origin"]\n\turl = https://x:ghs_abc@github.com/a/b\n', "a login for git"),
        (".git/config", '[http "h"]\n\textraheader = AUTHORIZATION: basic eDp5\n', "a login for git"),
        ("site/.git/HEAD", "ref: refs/heads/main\n", "a git repository, with all that it ever held"),
        (".hg/requires", "store\n", "a Mercurial repository, with all that it ever held"),
        (".svn/wc.db", "SQLite format 3\0", "a Subversion checkout"),
        ("settings.json", f'{{"token": "{TOKEN}"}}', "an access token"),
        ("values.yaml", f"a: ghp_{'x' * 36}\nb: {TOKEN}\n", "an access token"),
        ("app.toml", "key = 'glpat-abcDEF456-hijKLM78_z'\n", "an access token"),
        ("notes", "npm_" + TOKEN[4:], "an access token"),
        ("config.ini", f"aws_secret_access_key = {AWS}\n", "credentials for AWS"),
        ("a.yaml", f'awsSecretAccessKey: "{AWS}"\n', "credentials for AWS"),
    ],
)
def test_certain(path: str, text: str, what: str) -> None:
    assert certain(path, text.encode()) == what


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("id_rsa.pub", "ssh-rsa AAAA"),
        ("id_rsa", ""),
        ("id_rsa", "ssh-rsa AAAA me@host"),
        ("ca.pem", CERTIFICATE),
        ("ca.crt", CERTIFICATE),
        ("public.pem", "-----BEGIN PUBLIC KEY-----\nMII\n"),
        ("README.md", f"# Keys\n\n{KEY}"),
        ("key_test.go", f"package x\n\nconst key = `\n{KEY}`\n"),
        ("how.md", "a key begins with -----BEGIN PRIVATE KEY-----"),
        (".env", "# A=b\n\nB=\n"),
        (".env.example", "TOKEN=x\n"),
        (".env.sample", "TOKEN=x\n"),
        (".npmrc", "registry=https://h/\n//h/:_authToken=${NPM_TOKEN}\n"),
        (".pypirc", "[distutils]\nindex-servers = pypi\n"),
        ("credentials", "see there\n"),
        ("config.json", '{"auth": "basic"}'),
        (".docker/config.json", '{"auths": {"ghcr.io": {}}, "credsStore": "pass"}'),
        ("config", "client: x\n"),
        (".git/config", '[remote "origin"]\n\turl = https://github.com/a/b\n'),
        ("site/.git", "gitdir: ../.git/worktrees/site\n"),
        ("HEAD", "ref: refs/heads/main\n"),
        ("kubeconfig", "users:\n- user:\n    token: ${TOKEN}\n"),
        ("cluster.yaml", "kind: Config\nusers:\n- user:\n    exec: {command: aws}\n"),
        ("deployment.yaml", "kind: Deployment\ntoken: abc\n"),
        ("settings.json", '{"token": "ghp_short"}'),
        ("settings.json", f'{{"token": "ghp_{"x" * 36}"}}'),
        ("settings.json", f'{{"commit": "{TOKEN[4:]}"}}'),
        ("settings.example.json", f'{{"token": "{TOKEN}"}}'),
        ("how.md", f"such as {TOKEN}"),
        ("token_test.go", f'const token = "{TOKEN}"'),
        ("config.ini", "aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY\n"),
        ("config.ini", f"digest = {AWS}\n"),
    ],
)
def test_not_certain(path: str, text: str) -> None:
    assert certain(path, text.encode()) == ""


@pytest.mark.parametrize(
    "path",
    [
        *("token.txt", "token", "credentials.json", "aws-credentials.csv", "prod.env", ".env.staging", "client.p12"),
        *("release.jks", "vault.kdbx", "a/terraform.tfstate", "client_secret.json", "service-account.json", "api_key"),
        *("passwords.txt", "secrets.json", ".htpasswd", "GitHub-Token.txt"),
    ],
)
def test_likely(path: str) -> None:
    assert likely(path, b"x")
    assert not likely(path, b" \n")


@pytest.mark.parametrize(
    "path",
    [
        *(
            "tokens.json",
            "tokenizer.json",
            "token.wasm",
            "secret.yaml",
            "secrets.yaml",
            "environment.json",
            "monkey.txt",
        ),
        *("credentials.go", "password.js", "keyboard.json", ".env.example", "credentials.example.json", "test.env"),
        *("id_rsa.pub", "README.md", "app.env.json", "design-tokens.css", "env"),
    ],
)
def test_not_likely(path: str) -> None:
    assert not likely(path, b"x")

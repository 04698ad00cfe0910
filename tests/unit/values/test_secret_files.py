"""Which files only their owner may have, and which only look so."""

from __future__ import annotations

import pytest

from lazyoci.values.secret_files import certain, likely

KEY = "-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXktdjEA\n-----END OPENSSH PRIVATE KEY-----\n"
CERTIFICATE = "-----BEGIN CERTIFICATE-----\nMII\n-----END CERTIFICATE-----\n"
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

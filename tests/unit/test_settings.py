"""lazyoci.settings: reading with file and line, and changes that keep everything else of the file."""

from __future__ import annotations

import os
import stat
import sys
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from lazyoci.errors import SettingsError
from lazyoci.settings import load, path
from lazyoci.settings.edit import Editor
from lazyoci.settings.server import Server, parse_server
from lazyoci.yaml.splice import Splicer

posix = pytest.mark.skipif(sys.platform == "win32", reason="modes and links of POSIX")


@pytest.fixture
def env(tmp_path: Path) -> dict[str, str]:
    return {"HOME": str(tmp_path), "USERPROFILE": str(tmp_path), "XDG_CONFIG_HOME": str(tmp_path / "cfg")}


def write(env: dict[str, str], text: str) -> Path:
    file = path(env)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8", newline="")
    return file


class TestServer:
    @pytest.mark.parametrize(
        ("text", "host", "path", "scheme"),
        [
            ("ghcr.io", "ghcr.io", "", ""),
            ("https://ghcr.io/", "ghcr.io", "", "https"),
            ("HTTP://Reg.Lan:5000/v2/", "reg.lan:5000", "", "http"),
            ("https://index.docker.io/v1/", "docker.io", "", "https"),
            ("registry-1.docker.io", "docker.io", "", ""),
            ("docker.io/acme", "docker.io", "acme", ""),
            ("oci://ghcr.io/acme/charts/", "ghcr.io", "acme/charts", ""),
            ("[::1]:5000", "[::1]:5000", "", ""),
            (" localhost ", "localhost", "", ""),
        ],
    )
    def test_reads_what_people_write(self, text: str, host: str, path: str, scheme: str) -> None:
        assert parse_server(text) == Server(host, path, scheme)

    @pytest.mark.parametrize(
        ("text", "message"),
        [
            ("ftp://x.io", "ftp:// is not how a registry is reached"),
            ("", "names no registry"),
            ("https:///", "names no registry"),
            ("registry", "references would take it for a repository of Docker Hub"),
            ("x.io:99999", "port 99999"),
            ("x.io/Upper", "upper-case"),
            ("bad_host.io", "is not a registry host"),
        ],
    )
    def test_refuses_what_is_no_address(self, text: str, message: str) -> None:
        with pytest.raises(SettingsError, match=message):
            parse_server(text)

    def test_never_repeats_a_password(self) -> None:
        with pytest.raises(SettingsError) as caught:
            parse_server("https://anna:hunter2@ghcr.io")
        assert "hunter2" not in caught.value.message + caught.value.hint

    def test_covers_its_path_and_below(self) -> None:
        team = Server("ghcr.io", "acme")
        assert team.covers("ghcr.io", "acme/api") and team.covers("GHCR.io", "acme")
        assert not team.covers("ghcr.io", "acmeister/api") and not team.covers("ghcr.io")
        assert Server("docker.io").covers("registry-1.docker.io", "library/nginx")


class TestLoad:
    def test_absent_file_is_empty_settings(self, env: dict[str, str]) -> None:
        found = load(env)
        assert not found.exists and found.registries == () and found.path == path(env)

    def test_reads_what_the_go_tool_wrote(self, env: dict[str, str]) -> None:
        write(
            env,
            "registries:\n    - name: Lab\n      url: http://reg.lan:5000/\n      username: anna\n"
            "      password: 0123\n      insecure: true\ncacheDir: ~/c\nartifactDir: ''\ntheme: dracula\nmode: auto\n",
        )
        found = load(env)
        (entry,) = found.registries
        assert (entry.server.host, entry.username, entry.insecure) == ("reg.lan:5000", "anna", True)
        assert entry.password == "0123", "the source text, not the octal number 83"
        assert "0123" not in repr(found)
        assert found.effective("cache-dir", env) == (str(Path(env["HOME"]) / "c"), str(path(env)))

    def test_tls_keys(self, env: dict[str, str]) -> None:
        write(
            env, "registries:\n- {url: a.io, tls: plain-http, ca: ca.pem, cert: ~/c.pem, key: /k.pem}\n- url: b.io/x\n"
        )
        first, second = load(env).registries
        assert first.ca == path(env).parent / "ca.pem" and first.cert == Path(env["HOME"]) / "c.pem"
        assert (first.tls, second.tls, second.ca) == ("plain-http", "", None)

    def test_the_longest_path_governs(self, env: dict[str, str]) -> None:
        write(env, "registries:\n- url: a.io\n- url: a.io/team\n  name: team\n- url: a.io\n  name: last\n")
        found = load(env)
        entry, host, none = found.registry("a.io", "team/x"), found.registry("A.io", "other"), found.registry("b.io")
        assert entry is not None and entry.name == "team"
        assert host is not None and host.name == "last" and none is None

    @pytest.mark.parametrize(
        ("text", "line", "problem"),
        [
            ("a: [\n", 2, "expected"),
            ("- x\n", 1, "expected a mapping"),
            ("theme: x\nregistries: docker.io\n", 2, "registries: expected a list"),
            ("registries:\n- name: x\n", 2, "an entry without url"),
            ("registries:\n- url: x.io\n  insecure: maybe\n", 3, "insecure: expected true or false"),
            ("registries:\n- url: x.io\n  tls: off\n", 3, "tls: expected one of verify"),
            ("registries:\n- url: x.io\n  key: k\n", 3, "needs its certificate"),
            ("registries:\n- url: nodots\n", 2, "url: 'nodots' is not a registry host"),
            ("cacheDir: [x]\n", 1, "cacheDir: expected text"),
            ("cacheDir: a\ncacheDir: b\n", 2, "given twice"),
            ("registries:\n- &x\n  <<: [1]\n  url: x.io\n", 3, "expected a mapping for merging"),
            ("registries:\n- *x\n", 2, '"*x" has no anchor before it'),
            ("cacheDir: a\n---\ncacheDir: b\n", 1, "only one YAML document is read"),
        ],
    )
    def test_broken_file_names_its_line(self, env: dict[str, str], text: str, line: int, problem: str) -> None:
        file = write(env, text)
        with pytest.raises(SettingsError) as caught:
            load(env)
        assert caught.value.message.startswith(f"{file}:{line}: ")
        assert problem in caught.value.message

    def test_bytes_that_are_no_text(self, env: dict[str, str]) -> None:
        file = write(env, "a: b\n")
        file.write_bytes(b"a: b\nc: \xff\n")
        with pytest.raises(SettingsError, match=r":2: not UTF-8"):
            load(env)

    def test_deep_nesting_is_an_error_of_ours(self, env: dict[str, str]) -> None:
        write(env, "a: " + "[" * 5000)
        with pytest.raises(SettingsError):
            load(env)

    def test_a_secret_is_never_repeated(self, env: dict[str, str]) -> None:
        write(env, "registries:\n- url: x.io\n  password: [hunter2]\n")
        with pytest.raises(SettingsError) as caught:
            load(env)
        assert "hunter2" not in str(caught.value)

    def test_environment_before_file_before_default(self, env: dict[str, str]) -> None:
        assert load(env).effective("default-registry", env) == ("docker.io", "default")
        assert load(env).effective("artifact-dir", env)[1] == "default"
        write(env, "artifactDir: /a\ndefaultRegistry: https://GHCR.io/\n")
        assert load(env).effective("default-registry", env)[0] == "ghcr.io"
        assert Path(load(env).effective("artifact-dir", env)[0]) == Path("/a")
        given = env | {"LAZYOCI_ARTIFACT_DIR": "~/b"}
        assert load(given).effective("artifact-dir", given) == (str(Path(env["HOME"]) / "b"), "LAZYOCI_ARTIFACT_DIR")

    def test_a_relative_xdg_directory_is_ignored(self, env: dict[str, str]) -> None:
        assert (
            path(env | {"XDG_CONFIG_HOME": "rel", "APPDATA": ""}) == Path(env["HOME"]) / ".config/lazyoci/config.yaml"
        )


COMMENTED = """\
# my registries
theme: dark   # the Go tool's

registries:
  # the lab
  - name: lab     # first
    url: reg.lan:5000
    password: old

  # work
  - url: ghcr.io
    username: "anna"
# end of registries
cacheDir: /c
"""


class TestEditor:
    def edited(self, env: dict[str, str]) -> str:
        return path(env).read_bytes().decode()

    def test_changes_touch_only_their_lines(self, env: dict[str, str]) -> None:
        write(env, COMMENTED)
        editor = Editor(path(env), env)
        editor.put("cache-dir", "/d e: f")
        editor.put("artifact-dir", "/a")
        assert not editor.put_registry(Server("ghcr.io"), {"username": "bob", "insecure": True})
        assert not editor.put_registry(Server("reg.lan:5000"), {"password": None, "name": "Lab"})
        assert editor.put_registry(Server("quay.io"), {"name": "no"})
        editor.save()
        assert self.edited(env) == COMMENTED.replace("cacheDir: /c", 'cacheDir: "/d e: f"\nartifactDir: /a').replace(
            '    username: "anna"\n', '    username: bob\n    insecure: true\n  - url: quay.io\n    name: "no"\n'
        ).replace("name: lab ", "name: Lab ").replace("    password: old\n", "")

    def test_removing_keeps_comments(self, env: dict[str, str]) -> None:
        write(env, COMMENTED)
        editor = Editor(path(env), env)
        assert editor.drop_registry(Server("reg.lan:5000")) and editor.drop_registry(Server("ghcr.io"))
        assert not editor.drop_registry(Server("quay.io"))
        assert editor.drop("cache-dir") and not editor.drop("artifact-dir")
        editor.save()
        text = self.edited(env)
        assert "registries: []\n" in text and "# end of registries\n" in text and "theme: dark   # the Go" in text
        assert load(env).registries == ()

    def test_first_key_of_an_entry_can_go(self, env: dict[str, str]) -> None:
        write(env, "registries:\n- name: a\n  url: a.io\n")
        editor = Editor(path(env), env)
        editor.put_registry(Server("a.io"), {"name": None})
        editor.save()
        assert self.edited(env) == "registries:\n- url: a.io\n"

    @pytest.mark.parametrize(
        "text",
        [
            "",
            "# only a comment",
            "---\n",
            "null\n",
            "{}\n",
            "registries:\n",
            "registries: # none yet\n",
            "registries: []\n",
            "{registries: [], theme: x}\n",
            "registries: [{url: b.io, name: 'it''s'}, {url: c.io}]\ntheme: x\n",
            "registries:\n- {url: b.io}\ntheme: x\n",
            "registries:\r\n  -\r\n    url: b.io\r\ntheme: größe  # ü\r\n",
            "theme: |\n  a\n  b\n",
            "  registries:\n  - url: b.io\n  theme: x",
        ],
    )
    def test_any_style_takes_and_gives_back_an_entry(self, env: dict[str, str], text: str) -> None:
        write(env, text)
        before = load(env).registries
        editor = Editor(path(env), env)
        assert editor.put_registry(Server("a.io"), {"name": "A"})
        editor.save()
        after = load(env).registries
        assert after[:-1] == before and after[-1].name == "A"
        editor = Editor(path(env), env)
        assert editor.drop_registry(Server("a.io"))
        editor.put("default-registry", "x.io")
        editor.save()
        assert load(env).registries == before
        assert load(env).effective("default-registry", env)[0] == "x.io"
        assert all(line in self.edited(env) for line in text.splitlines() if line.lstrip().startswith("#"))

    @pytest.mark.parametrize("first", ["", "- url: a.io\n"])
    def test_what_cannot_be_kept_is_refused(self, env: dict[str, str], first: str) -> None:
        text = f"registries:\n{first}- url: a.io\n  name: &n x\n- url: b.io\n  name: *n\n"
        write(env, text)
        editor = Editor(path(env), env)
        assert editor.drop_registry(Server("a.io"))
        with pytest.raises(SettingsError, match="cannot be changed without risk"):
            editor.save()
        assert self.edited(env) == text

    def test_a_broken_file_is_not_overwritten(self, env: dict[str, str]) -> None:
        write(env, "registries: [\n")
        with pytest.raises(SettingsError):
            Editor(path(env), env)

    @posix
    def test_modes_and_links(self, env: dict[str, str], tmp_path: Path) -> None:
        real = tmp_path / "dotfiles" / "lazy.yaml"
        real.parent.mkdir()
        real.write_text("theme: x\n", encoding="utf-8")
        path(env).parent.mkdir(parents=True)
        path(env).symlink_to(real)
        editor = Editor(path(env), env)
        editor.put("cache-dir", "/c")
        editor.save()
        assert path(env).is_symlink() and real.read_text(encoding="utf-8") == "theme: x\ncacheDir: /c\n"
        assert stat.S_IMODE(real.stat().st_mode) == 0o600
        assert [item.name for item in real.parent.iterdir()] == ["lazy.yaml"], "no temporary file is left"

    @posix
    def test_a_new_directory_is_private(self, env: dict[str, str]) -> None:
        editor = Editor(path(env), env)
        editor.put("cache-dir", "/c")
        editor.save()
        assert stat.S_IMODE(path(env).parent.stat().st_mode) == 0o700

    @posix
    @pytest.mark.skipif(hasattr(os, "geteuid") and os.geteuid() == 0, reason="root may write everywhere")
    def test_a_directory_that_cannot_be_written(self, env: dict[str, str]) -> None:
        file = write(env, "theme: x\n")
        file.parent.chmod(0o500)
        editor = Editor(file, env)
        editor.put("cache-dir", "/c")
        with pytest.raises(SettingsError, match="cannot be written"):
            editor.save()

    def test_a_failed_write_leaves_the_old_file(self, env: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
        file = write(env, "theme: x\n")
        editor = Editor(file, env)
        editor.put("cache-dir", "/c")

        def fail(_handle: int) -> None:
            raise OSError(28, "No space left on device")

        monkeypatch.setattr(os, "fsync", fail)
        with pytest.raises(SettingsError, match="No space left"):
            editor.save()
        assert file.read_text(encoding="utf-8") == "theme: x\n" and len(list(file.parent.iterdir())) == 1


words = st.text(min_size=1, max_size=12)
comments = st.sampled_from(["", "# note\n", "\n", "  # deeper\n"])


@st.composite
def documents(draw: st.DrawFn) -> str:
    """Settings in block style with comments and odd scalars in between."""
    dash = " " * draw(st.integers(0, 4))
    parts = [draw(comments)]
    for key in draw(st.lists(st.sampled_from(["theme", "mode", "registries", "cacheDir"]), unique=True)):
        if key != "registries":
            parts.append(
                f"{key}: {draw(st.sampled_from(['x', '0x1', 'größe', chr(34) + 'q # q' + chr(34), '']))}  # end\n"
            )
        else:
            parts.append("registries:\n")
            count = draw(st.integers(1, 3))
            for index in range(count):
                name = draw(st.sampled_from(["a", "'b'", "|\n" + dash + "    text"]))
                parts.append(f"{draw(comments)}{dash}- name: {name}\n{dash}  url: r{index}.io\n")
        parts.append(draw(comments))
    return "".join(parts)


@settings(max_examples=80, deadline=None)
@given(documents(), st.integers(0, 4), words, st.booleans())
def test_splicing_says_what_was_asked_and_keeps_all_else(text: str, number: int, value: str, remove: bool) -> None:
    splicer = Splicer(text)
    before = splicer.plain() or {}
    entries = list(before.get("registries") or ())
    if number < len(entries) and remove:
        splicer.remove("registries", number)
        del entries[number]
        wanted = before | {"registries": entries or []}
    elif number < len(entries):
        splicer.put(("registries", number), "username", value)
        entries[number] = entries[number] | {"username": value}
        wanted = before | {"registries": entries}
    elif number == 4:
        splicer.put((), "cacheDir", value)
        wanted = before | {"cacheDir": value}
    else:
        splicer.append("registries", {"url": "n.io", "name": value})
        wanted = before | {"registries": [*entries, {"url": "n.io", "name": value}]}
    assert splicer.plain() == wanted
    assert all(splicer.text.count(comment) == text.count(comment) for comment in ("# note", "# deeper", "  # end"))


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=60))
def test_only_our_errors_come_from_any_text(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    directory = tmp_path_factory.mktemp("s")
    env = {"HOME": str(directory), "XDG_CONFIG_HOME": str(directory)}
    file = path(env)
    file.parent.mkdir()
    file.write_bytes(text.encode("utf-8", "surrogatepass"))
    try:
        editor = Editor(file, env)
        editor.put("cache-dir", "/c")
        editor.save()
    except SettingsError:
        return
    assert yaml.safe_load(file.read_text(encoding="utf-8"))["cacheDir"] == "/c"


@pytest.mark.parametrize(
    ("text", "size"), [("32MiB", 32 << 20), ("5 MB", 5_000_000), ("1048576", 1 << 20), ("1GiB", 1 << 30)]
)
def test_the_size_of_chunks(env: dict[str, str], text: str, size: int) -> None:
    write(env, f"registries:\n  - url: registry.lan\n    chunkSize: {text}\n")
    found = load(env).host("registry.lan")
    assert found is not None and found.chunk_size == size


@pytest.mark.parametrize("text", ["0", "-1", "lots", "1 KiB", "1.5MiB", "٣٣MiB"])
def test_a_size_of_chunks_that_is_none(env: dict[str, str], text: str) -> None:
    file = write(env, f"registries:\n  - url: registry.lan\n    chunkSize: {text}\n")
    with pytest.raises(SettingsError, match="chunkSize: expected a size of at least 1 MiB") as caught:
        load(env)
    assert caught.value.message.startswith(f"{file}:3:")

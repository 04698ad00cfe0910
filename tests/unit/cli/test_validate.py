"""`lazyoci validate`: what is checked, what is printed where, and the exit code."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from lazyoci import __version__
from tests import warm
from tests.schemas import conforms
from tests.unit.cli.files import BROKEN, CLEAN, MISSPELT, REPEATED, Place, make_place, of


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Place:
    return make_place(tmp_path, monkeypatch, capsys)


class TestWhatIsChecked:
    def test_nothing_named_is_the_lazy_file_here(self, place: Place) -> None:
        place.write(".lazy")
        ran = place("validate")
        assert (ran.code, ran.out, ran.err) == (0, "1 file, no problems\n", "")

    def test_nothing_named_and_nothing_there(self, place: Place) -> None:
        ran = place("validate")
        assert ran.code == 2
        assert ran.out == ""
        assert "no .lazy in this directory" in ran.err

    @pytest.mark.parametrize(
        ("name", "remedy"),
        [
            ("foo.lazy", "there is foo.lazy: give that name, or rename it to .lazy"),
            *[
                (name, f"there is {name}: rename it to .lazy")
                for name in (".lazy.yaml", ".lazy.yml", "lazy.yaml", "lazy", ".lazy.txt", ".Lazy", "app.lazy.yml")
            ],
            *[
                (name, f"there is {name}: rename it to .lazy")
                for name in ("Lazyfile", "lazyfile.yaml", "lazyoci.yaml", "lazyoci.yml", ".lazyoci", ".lazyoci.yml")
            ],
        ],
    )
    def test_what_lies_there_under_another_name(self, place: Place, name: str, remedy: str) -> None:
        place.write(f"other/{name}")
        place.write(name)
        for command in ("validate", "preview", "build"):
            assert (ran := place(command)).code == 2
            assert ran.err == f"lazyoci: no .lazy in this directory\n  {remedy}\n"
        assert f"there is other/{name}" in place("build", "other").err
        assert name in place().out

    @pytest.mark.parametrize("name", [".lazyoci.yaml", "lazy.py", "lazyload.yaml", "README.md"])
    def test_what_is_another_file(self, place: Place, name: str) -> None:
        place.write(name, "disable: [latest-tag]\n")
        assert "lazyoci init" in place("validate").err

    def test_a_file_a_directory_and_the_same_again(self, place: Place) -> None:
        place.write("a/.lazy", of("a"))
        place.write("a/b/other.lazy", of("other"))
        place.write("a/b/not.yaml", BROKEN)
        place.write("x.yaml", of("x"))
        ran = place("validate", "x.yaml", "a", "a/.lazy", "a/b")
        assert ran.out == "3 files, no problems\n"

    def test_what_does_not_exist_is_a_usage_error_before_anything_is_printed(self, place: Place) -> None:
        place.write("bad.lazy", MISSPELT)
        ran = place("validate", "bad.lazy", "nope.lazy")
        assert ran.code == 2
        assert ran.out == ""
        assert "nope.lazy does not exist" in ran.err

    def test_a_directory_without_any(self, place: Place) -> None:
        (place.path / "empty").mkdir()
        ran = place("validate", "empty")
        assert ran.code == 2
        assert "no .lazy in the directory empty" in ran.err

    def test_standard_input(self, place: Place) -> None:
        assert place("validate", "-", stdin=CLEAN).out == "1 file, no problems\n"
        ran = place("validate", "-", stdin=MISSPELT)
        assert ran.code == 1
        assert ran.out.startswith("<stdin>:5:5: error[unknown-key]")

    def test_standard_input_with_a_name_is_judged_where_that_lies(self, place: Place) -> None:
        text = CLEAN.replace("type: docker", "type: image").replace("    image: nginx:1.27\n", "")
        assert "missing-dockerfile" in place("validate", "-", stdin=text).out
        place.write("svc/Dockerfile", "FROM scratch\n")
        ran = place("validate", "-", "--stdin-filename", "svc/.lazy", stdin=text)
        assert (ran.code, ran.out) == (0, "1 file, no problems\n")

    def test_standard_input_beside_files(self, place: Place) -> None:
        place.write(".lazy")
        assert place("validate", "-", ".lazy", stdin=of("piped")).out == "2 files, no problems\n"

    def test_many_files_give_one_summary(self, place: Place) -> None:
        for number in range(60):
            place.write(f"svc{number:02}/.lazy", of(f"svc{number}", MISSPELT if number % 3 == 0 else CLEAN))
        ran = place("validate", ".", "-o", "concise")
        *lines, last = ran.out.splitlines()
        assert last == "60 files, 20 errors (20 fixable with --fix)"
        assert [line.partition("/")[0] for line in lines] == [f"svc{n:02}" for n in range(0, 60, 3)]

    @pytest.mark.skipif(os.name == "nt" or not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root reads all")
    def test_an_unreadable_file_is_told_after_the_others(self, place: Place) -> None:
        place.write("a.lazy").chmod(0)
        place.write("b.lazy", MISSPELT)
        ran = place("validate", "a.lazy", "b.lazy")
        assert ran.code == 2
        assert "a.lazy cannot be read: Permission denied" in ran.err
        assert "b.lazy:5:5: error[unknown-key]" in ran.out

    @pytest.mark.parametrize("data", [b"\xff\xfe\xfd", b"version: 1\n# \xe9\n", b"\x00\x01"])
    def test_bytes_that_are_no_text_are_a_finding(self, place: Place, data: bytes) -> None:
        place.write(".lazy", data)
        ran = place("validate", "-o", "json")
        assert ran.code == 1
        [one] = ran.json["diagnostics"]
        assert one["code"] == "yaml-syntax"

    def test_utf_16_is_read(self, place: Place) -> None:
        place.write(".lazy", CLEAN.encode("utf-16"))
        assert place("validate").code == 0


class TestWhatFails:
    def test_errors_fail_and_warnings_do_not(self, place: Place) -> None:
        place.write("e.lazy", MISSPELT)
        place.write("w.lazy", REPEATED)
        assert place("validate", "e.lazy").code == 1
        assert place("validate", "w.lazy").code == 0
        assert place("validate", "w.lazy", "--severity", "warning").code == 1

    def test_information_is_shown_and_fails_only_when_asked_for(self, place: Place) -> None:
        place.write(".lazy", CLEAN.replace("v1.2.3", "latest"))
        assert place("validate").out == "1 file, no problems\n"
        ran = place("validate", "--verbose")
        assert (ran.code, "info[only-floating-tags]" in ran.out) == (0, True)
        ran = place("validate", "--severity", "info")
        assert (ran.code, "info[only-floating-tags]" in ran.out) == (1, True)
        ran = place("validate", "--select", "only-floating-tags")
        assert (ran.code, "info[only-floating-tags]" in ran.out) == (0, True)

    def test_select_and_ignore(self, place: Place) -> None:
        place.write(".lazy", REPEATED)
        assert "duplicate-tag" in place("validate").out
        assert "duplicate-tag" not in place("validate", "--ignore", "duplicate-tag").out
        assert "duplicate-tag" not in place("validate", "--select", "invalid-tag, unknown-key").out
        assert "duplicate-tag" in place("validate", "--select", "invalid-tag", "--select", "duplicate-tag").out

    @pytest.mark.parametrize("option", ["--select", "--ignore"])
    def test_an_unknown_code_is_a_usage_error(self, place: Place, option: str) -> None:
        place.write(".lazy")
        ran = place("validate", option, "duplicate-tag,duplicat-key")
        assert ran.code == 2
        assert 'no rule has the code "duplicat-key"; did you mean "duplicate-key"?' in ran.err
        assert "see: lazyoci explain" in place("validate", option, "zzz").err

    def test_nothing_selected_at_all(self, place: Place) -> None:
        place.write(".lazy")
        ran = place("validate", "--select", "invalid-tag", "--ignore", "invalid-tag")
        assert ran.code == 2
        assert "every selected rule is ignored too" in ran.err

    def test_git_is_asked_only_with_resolve(self, place: Place) -> None:
        place.write(".lazy", CLEAN.replace("v1.2.3", '"{{ .GitSHA }}"'))
        assert "git was not asked" in place("validate", "-v").out
        assert "is not in a git repository" in place("validate", "-v", "--resolve").out

    def test_tag(self, place: Place) -> None:
        place.write(".lazy", CLEAN.replace("v1.2.3", '"{{ .Tag }}"'))
        assert place("validate", "--tag", "v1").code == 0
        ran = place("validate", "--tag", "a/b")
        assert (ran.code, "invalid-tag" in ran.out) == (1, True)

    def test_contradictions(self, place: Place) -> None:
        place.write(".lazy")
        assert place("validate", "--fix", "--diff").code == 2
        assert place("validate", "--diff", "-o", "json").code == 2
        assert place("validate", "-o", "xml").code == 2


class TestOutput:
    def test_quiet_leaves_errors(self, place: Place) -> None:
        place.write(".lazy", REPEATED)
        assert place("validate", "-q") == type(place("validate", "-q"))(0, "", "")
        place.write(".lazy", MISSPELT)
        ran = place("validate", "-q")
        assert ran.out.startswith(".lazy:")
        assert "1 file" not in ran.out

    def test_colour(self, place: Place) -> None:
        place.write(".lazy", MISSPELT)
        assert "\x1b[" not in place("validate").out
        assert "\x1b[" in place("validate", "--color", "always").out
        assert "\x1b[" in place("validate", FORCE_COLOR="1").out
        assert "\x1b[" not in place("validate", FORCE_COLOR="1", NO_COLOR="1").out

    def test_width(self, place: Place) -> None:
        place.write(".lazy", CLEAN.replace("v1.2.3", "a/b" + " " * 10 + "#" * 200))
        assert max(map(len, place("validate", COLUMNS="60").out.splitlines()[1:])) <= 60

    @pytest.mark.parametrize("text", [CLEAN, MISSPELT, REPEATED, BROKEN])
    def test_json_is_as_its_schema_says(self, place: Place, text: str) -> None:
        place.write(".lazy", text)
        ran = place("validate", "-o", "json")
        conforms(ran.json, "diagnostics")
        assert ran.json["summary"]["files"] == 1
        assert ran.code == (1 if ran.json["summary"]["errors"] else 0)
        assert ran.err == ""

    def test_sarif(self, place: Place) -> None:
        place.write("a b/.lazy", MISSPELT)
        log = place("validate", "a b", "-o", "sarif").json
        driver = log["runs"][0]["tool"]["driver"]
        assert driver["semanticVersion"] == __version__
        assert all(rule["help"]["markdown"] for rule in driver["rules"])
        uri = log["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
        assert uri == "a%20b/.lazy"

    def test_github_names_files_from_the_root_of_the_repository(self, place: Place) -> None:
        (place.path / ".git").mkdir()
        place.write("svc/.lazy", MISSPELT)
        place.monkeypatch.chdir(place.path / "svc")
        assert "file=svc/.lazy,line=5" in place("validate", "-o", "github").out
        (place.path / ".git").rmdir()
        assert "file=.lazy,line=5" in place("validate", "-o", "github").out
        assert "file=svc/.lazy,line=5" in place("validate", "-o", "github", GITHUB_WORKSPACE=str(place.path)).out

    @pytest.mark.skipif(sys.platform != "linux", reason="only there may a file name be any bytes")
    def test_a_file_name_that_is_no_text(self, place: Place) -> None:
        name = os.fsdecode(b"\xff.lazy")
        place.write(name, MISSPELT)
        assert place("validate", ".", "-o", "json").json["diagnostics"][0]["path"] == name
        assert "%FF.lazy" in place("validate", ".", "-o", "sarif").out
        assert place("validate", ".").code == 1


class TestFix:
    def test_mends_what_is_certain_and_reports_the_rest(self, place: Place) -> None:
        place.write(".lazy", MISSPELT.replace("v1.2.3", "a/b"))
        ran = place("validate", "--fix")
        assert ran.code == 1
        assert "error[invalid-tag]" in ran.out
        assert "1 file, 1 error, 1 fixed" in ran.out
        assert place.read() == CLEAN.replace("v1.2.3", "a/b")

    def test_twice_is_once(self, place: Place) -> None:
        place.write(".lazy", MISSPELT)
        assert place("validate", "--fix").out == "1 file, 1 fixed\n"
        assert place.read() == CLEAN
        before = (place.path / ".lazy").stat().st_mtime_ns
        assert place("validate", "--fix").out == "1 file, no problems\n"
        assert (place.path / ".lazy").stat().st_mtime_ns == before

    def test_only_what_is_selected(self, place: Place) -> None:
        place.write(".lazy", MISSPELT)
        place("validate", "--fix", "--ignore", "unknown-key")
        assert place.read() == MISSPELT
        place("validate", "--fix", "--select", "duplicate-tag")
        assert place.read() == MISSPELT

    def test_one_kind_alone_is_mended(self, place: Place) -> None:
        twice = "          - v1.2.3\n" * 2
        place.write(".lazy", MISSPELT.replace("          - v1.2.3\n", twice))
        ran = place("validate", "--fix", "--select", "unknown-key")
        assert ran.out.endswith("1 fixed\n")
        assert place.read() == CLEAN.replace("          - v1.2.3\n", twice)
        assert "duplicate-tag" in place("validate").out
        place("validate", "--fix", "--select", "duplicate-tag")
        assert place.read() == CLEAN

    def test_information_is_mended_too(self, place: Place) -> None:
        place.write(".lazy", CLEAN.replace("v1.2.3", "1.10"))
        place("validate", "--fix")
        assert place.read() == CLEAN.replace("v1.2.3", '"1.10"')

    def test_what_is_left_is_shown_as_without_it(self, place: Place) -> None:
        place.write(".lazy", MISSPELT.replace("v1.2.3", '"{{ .Tag }}"'))
        assert place("validate", "--fix").out == "1 file, 1 fixed\n"  # that .Tag has no value is information only
        assert place("validate").out == "1 file, no problems\n"

    def test_keeps_line_breaks_comments_and_byte_order_mark(self, place: Place) -> None:
        text = "\ufeff" + MISSPELT.replace("name: proxy", "name: proxy   # keep\n  # this").replace("\n", "\r\n")
        place.write(".lazy", text)
        place("validate", "--fix")
        assert place.read() == text.replace("imgae", "image")

    def test_keeps_utf_16(self, place: Place) -> None:
        place.write(".lazy", MISSPELT.encode("utf-16"))
        place("validate", "--fix")
        assert (place.path / ".lazy").read_bytes() == CLEAN.encode("utf-16")

    @pytest.mark.skipif(os.name == "nt", reason="POSIX permissions and links")
    def test_keeps_permissions_and_links(self, place: Place) -> None:
        place.write("real.lazy", MISSPELT).chmod(0o640)
        (place.path / ".lazy").symlink_to("real.lazy")
        place("validate", "--fix")
        assert (place.path / ".lazy").is_symlink()
        assert stat.S_IMODE((place.path / "real.lazy").stat().st_mode) == 0o640
        assert place.read("real.lazy") == CLEAN
        assert sorted(one.name for one in place.path.iterdir()) == [".lazy", "real.lazy"]

    def test_standard_input_goes_to_standard_output(self, place: Place) -> None:
        ran = place("validate", "-", "--fix", stdin=MISSPELT.replace("v1.2.3", "a/b"))
        assert ran.out == CLEAN.replace("v1.2.3", "a/b")
        assert "<stdin>:9:14: error[invalid-tag]" in ran.err

    def test_broken_yaml_is_left_alone(self, place: Place) -> None:
        place.write(".lazy", BROKEN)
        assert place("validate", "--fix").code == 1
        assert place.read() == BROKEN

    def test_diff_changes_nothing(self, place: Place) -> None:
        place.write("a/.lazy", MISSPELT)
        place.write("b/.lazy")
        ran = place("validate", ".", "--diff")
        assert ran.code == 1
        assert ran.out.splitlines()[:2] == ["--- a/a/.lazy", "+++ b/a/.lazy"]
        assert [line for line in ran.out.splitlines()[2:] if line[0] in "+-"] == [
            "-    imgae: nginx:1.27",
            "+    image: nginx:1.27",
        ]
        assert "1 of 2 files would change" in ran.err
        assert place.read("a/.lazy") == MISSPELT
        assert place("validate", "b", "--diff").code == 0

    def test_the_patch_applies(self, place: Place) -> None:
        place.write(".lazy", MISSPELT.rstrip("\n"))
        patch = place("validate", "--diff").out
        subprocess.run(["git", "apply", "-"], input=patch, text=True, cwd=place.path, check=True)
        assert place.read() == CLEAN.rstrip("\n")

    def test_json_of_fixed_files(self, place: Place) -> None:
        place.write(".lazy", MISSPELT)
        found = place("validate", "--fix", "-o", "json").json
        assert found["summary"] == {
            "files": 1, "errors": 0, "warnings": 0, "information": 0, "fixable": 0, "fixed": 1,
        }  # fmt: skip


def test_the_program_prints_what_the_command_does(place: Place) -> None:
    """Without options another way is taken, without click; nobody may see a difference."""
    place.write("clean.lazy")
    place.write("error.lazy", MISSPELT)
    place.write("warning.lazy", REPEATED)
    place.write("broken.lazy", b"\xff")
    place.write("dir/.lazy", REPEATED)
    environ = {**os.environ, "COLUMNS": "80"}
    for arguments in (
        ["clean.lazy"], ["error.lazy"], ["warning.lazy", "clean.lazy"], ["broken.lazy", "error.lazy"],
        ["nope.lazy"], ["dir"], [], ["clean.lazy", "clean.lazy"],
    ):  # fmt: skip
        done = subprocess.run(
            [*warm.command(), "validate", *arguments],
            cwd=place.path,
            env=environ,
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=False,
        )
        ran = place("validate", *arguments)
        assert (done.returncode, done.stdout, done.stderr) == (ran.code, ran.out, ran.err), arguments


def test_no_message_of_the_program_is_lost_in_an_encoding_that_lacks_it(place: Place) -> None:
    place.write(".lazy", CLEAN.replace("v1.2.3", "grün/→"))
    done = subprocess.run(
        [sys.executable, "-m", "lazyoci", "validate", "-o", "json"],
        cwd=place.path,
        env={**os.environ, "PYTHONIOENCODING": "ascii"},
        capture_output=True,
        check=False,
    )
    assert json.loads(done.stdout.decode("utf-8"))["diagnostics"][0]["code"] == "invalid-tag"

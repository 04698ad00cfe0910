"""What is secret is shown in no form: however it was given, and however a step prints it."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lazyoci.build import build
from lazyoci.build.mask_output import output_masker
from lazyoci.build.process import ToolError
from lazyoci.values.image_inputs import Secret, secret
from tests.unit.build.make import context, image
from tests.unit.build.stand_in import StandIn

VALUE = "s3cret/välue+1"
KEY = "-----BEGIN KEY-----\nMIIEvQIBADANBgkqhkiG9w0BAQEFAASC\nBKcwggSjAgEAAoIBAQC7VJTUt9Us8cKj\n-----END KEY-----\n"


def hides(directory: Path, *secrets: str, **build_args: str) -> Callable[[str], str]:
    return output_masker(build_args=build_args, secrets=secrets, ssh=(), options=(), directory=directory)


GIVEN = [
    "id=TOKEN",
    "id=x,env=TOKEN",
    "type=env,id=TOKEN",
    "type=env,id=x,env=TOKEN",
    "type=env,id=x,src=TOKEN",
    "ID=x,ENV=TOKEN",
    "Type=env,Id=TOKEN",
    '"id=x","env=TOKEN"',
    "id=x,src=token.txt",
    "id=x,source=token.txt",
    "SRC=token.txt,ID=x",
    "type=file,id=x,src=token.txt",
    "type=file,id=token.txt",
    "id=token.txt",
    'id=x,"src=to,ken.txt"',
]


@pytest.mark.parametrize("option", GIVEN)
def test_however_it_is_given(option: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOKEN", VALUE)
    for name in ("token.txt", "to,ken.txt"):
        (tmp_path / name).write_text(f"{VALUE}\n", encoding="utf-8")
    mask = hides(tmp_path, option)
    assert mask(f"#5 0.063 it is {VALUE}.") == "#5 0.063 it is ***."


def test_options_are_read_as_docker_reads_them() -> None:
    assert secret("id=a,src=b") == Secret((), ("b",))
    assert secret("id=a") == Secret(("a",), ("a",))
    assert secret("id=a,env=B") == Secret(("B",), ())
    assert secret("") == Secret((), ())
    assert secret("TYPE=env,ID=a,SRC=b") == Secret(("b",), ())
    # said twice, or in quotes that only some builders know: whatever one of them may read
    assert secret("id=a,src=b,source=c") == Secret((), ("b", "c"))
    assert secret("id=a,env=b,type=file") == Secret(("b",), ("b",))
    assert secret("id=a,src=b,type=env,type=file") == Secret((), ("b",))
    assert secret('id=a,"x,src=b,y"').files == ("b",)


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_every_line_of_it(tmp_path: Path, newline: str) -> None:
    (tmp_path / "key.pem").write_text(KEY.replace("\n", newline), encoding="utf-8", newline="")
    mask = hides(tmp_path, "id=key,src=key.pem")
    assert [mask(f"#5 0.1 {line}") for line in KEY.splitlines()] == ["#5 0.1 ***"] * 4
    assert KEY.splitlines()[1] not in mask(json.dumps({"key": KEY}))


def test_every_line_of_a_variable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KEY", KEY)
    mask = hides(tmp_path, "id=KEY", API_KEY=VALUE + "\nsecond line")
    assert mask(KEY.splitlines()[2]) == "***"
    assert mask("second line") == "***"


@pytest.mark.parametrize("before", ["", "u", "us", "user:", "Basic user:"])
@pytest.mark.parametrize("after", ["", "\n", "and more"])
def test_in_base64_wherever_it_stands(before: str, after: str, tmp_path: Path) -> None:
    mask = hides(tmp_path, TOKEN=VALUE)
    for encode in (base64.b64encode, base64.urlsafe_b64encode):
        written = encode(f"{before}{VALUE}{after}".encode()).decode()
        shown = mask(written)
        assert "***" in shown
        # at most a character on either side holds bits of something else too, and stays
        assert len(written) - len(shown.replace("***", "")) >= 8 * len(VALUE.encode()) // 6 - 1


@pytest.mark.parametrize("length", [64, 76])
def test_in_base64_over_several_lines(length: int, tmp_path: Path) -> None:
    data = bytes(range(256)) + KEY.encode()
    (tmp_path / "store.p12").write_bytes(data)
    mask = hides(tmp_path, "id=store,src=store.p12")
    encoded = base64.b64encode(data).decode()
    lines = [encoded[start : start + length] for start in range(0, len(encoded), length)]
    assert [mask(line) for line in lines] == ["***"] * len(lines)


def test_in_an_address_and_in_json(tmp_path: Path) -> None:
    value = 'pa"ss/wörd\\1'
    mask = hides(tmp_path, PASSWORD=value)
    for form in (quote(value, safe=""), json.dumps(value), json.dumps(value, ensure_ascii=False)):
        assert "rd" not in mask(form)


def test_a_setting_of_a_file_alone(tmp_path: Path) -> None:
    (tmp_path / "npmrc").write_text(
        "registry=https://registry.example/\n//registry.example/:_authToken=npm_0123456789\n"
    )
    (tmp_path / "netrc").write_text("machine a login b password hunter2hunter2\n")
    (tmp_path / "pip.conf").write_text("[global]\nindex-url = https://bot:wonderland@pypi.example/simple\n")
    (tmp_path / "key.json").write_text('{\n  "client": "me",\n  "client_secret": "0a1b2c3d4e5f"\n}\n')
    mask = hides(tmp_path, *(f"id=x,src={name}" for name in ("npmrc", "netrc", "pip.conf", "key.json")))
    assert mask("token npm_0123456789, password hunter2hunter2") == "token ***, password ***"
    assert mask("bot with wonderland, and 0a1b2c3d4e5f") == "bot with ***, and ***"
    assert mask("GET https://registry.example/left-pad") == "GET https://registry.example/left-pad"


def test_passwords_of_addresses_and_caches(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("https_proxy", "http://someone:pr0xy%2Fpass@proxy.lan:3128")
    mask = output_masker(
        build_args={"REPO": "https://gh0_token@git.example/x.git"},
        secrets=(),
        ssh=(),
        options=("https://me:hunter22@git.example/y.git", "type=s3,region=eu,secret_access_key=AbCdEf123"),
        directory=tmp_path,
    )
    said = "gh0_token hunter22 AbCdEf123 pr0xy%2Fpass pr0xy/pass region=eu"
    assert mask(said) == "*** *** *** *** *** region=eu"


def test_what_is_not_there_or_no_file(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    mask = hides(tmp_path, "id=none,src=nowhere", "id=dir,src=folder", "id=a\0b", "", "id=short,env=PWD_NOT_SET")
    assert mask("nothing to hide here") == "nothing to hide here"


@given(st.text(min_size=6).filter(lambda text: len(text.strip()) >= 6), st.text(max_size=5), st.text(max_size=5))
def test_any_value_is_hidden(value: str, before: str, after: str) -> None:
    value = value.replace("\0", "x").encode("utf-8", "replace").decode()
    lines = [line.strip() for line in value.splitlines() if len(line.strip()) >= 6]
    mask = hides(Path(), TOKEN=value)
    for line in lines:
        from lazyoci.build.process import clean

        if len(clean(line)) >= 6:
            assert clean(line) not in mask(clean(line))


def test_in_output_and_in_errors(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    docker = StandIn(tmp_path / "bin", monkeypatch)
    place = tmp_path / "project"
    place.mkdir()
    (place / "Dockerfile").write_text("FROM scratch\n")
    (place / "key.pem").write_text(KEY)
    monkeypatch.setenv("NPM", VALUE)
    encoded = base64.b64encode(f"user:{VALUE}".encode()).decode()
    told = f"#5 0.1 {KEY.splitlines()[1]}\n#5 0.2 {encoded}\nERROR: failed with {VALUE}: exit code: 1\n"
    answers = {"buildx version": "version", "buildx inspect": "inspect", "buildx build": 1}
    docker.plan(answers=answers, say={"buildx build": told})
    lines: list[str] = []
    with pytest.raises(ToolError) as caught:
        build(image(secrets=["id=key,src=key.pem", "id=NPM"]), context(place, on_output=lines.append))
    assert caught.value.message == "image: docker buildx build failed: failed with ***: exit code: 1"
    everything = "\n".join((*lines, *caught.value.output, caught.value.message))
    assert KEY.splitlines()[1] not in everything and VALUE not in everything
    assert base64.b64encode(VALUE.encode())[:8].decode() not in everything

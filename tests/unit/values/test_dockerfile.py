"""Dockerfiles: arguments and stages, found where BuildKit finds them and nowhere else."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lazyoci.values.dockerfile import Dockerfile, is_predefined, read_dockerfile


def names(text: str) -> list[str]:
    return [argument.name for argument in read_dockerfile(text.encode()).arguments]


def stages(text: str) -> list[str]:
    return [stage.name for stage in read_dockerfile(text.encode()).stages]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ARG A\nFROM x\nARG B=1", ["A", "B"]),
        ("FROM x\nARG A=1 B C='a b'", ["A", "B", "C"]),
        ("FROM x\n  arg A", ["A"]),
        ("FROM x\n# ARG A\nRUN echo ARG B", []),
        ("FROM x\nARG \\\n  A=1 \\\n  # a comment\n\n  B", ["A", "B"]),
        ("FROM x\nARG A=1 \\  \n B", ["A", "B"]),
        ("FROM x\nRUN echo \\\\\nARG A", ["A"]),
        ("# escape=`\nFROM x\nRUN dir c:\\\nARG A `\n B", ["A", "B"]),
        ("FROM x\nRUN dir c:\\\nARG A", []),
        ("FROM x\nONBUILD ARG A", ["A"]),
        ("FROM x\nRUN <<EOF\nARG A\nEOF\nARG B", ["B"]),
        ("FROM x\nRUN <<-'END' cat\nARG A\n\tEND\nARG B", ["B"]),
        ("FROM x\nCOPY <<one <<two /\nARG A\none\nARG B\ntwo\nARG C", ["C"]),
        ("FROM x\nRUN echo $((1<<2))\nARG A", ["A"]),
        ("FROM x\nRUN cat <<EOF\nARG A", ["A"]),  # never ends: not a here-document
        ("FROM x\nENV A=<<EOF\nARG B\nEOF", ["B"]),
        ("\ufeffARG A\r\nFROM x\r\nARG B\r\n", ["A", "B"]),
        ("", []),
        ("ARG", []),
        ("ONBUILD", []),
    ],
)
def test_arguments(text: str, expected: list[str]) -> None:
    assert names(text) == expected


def test_an_argument_knows_its_default_and_line() -> None:
    found = read_dockerfile(b'FROM x\n\nARG A="b c"\nARG D').arguments
    assert [(one.default, one.line) for one in found] == [("b c", 2), (None, 3)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("FROM x", [""]),
        ("FROM x AS Build\nFROM build as final", ["build", "final"]),
        ("FROM --platform=$BUILDPLATFORM x AS a", ["a"]),
        ("from x \\\nas a", ["a"]),
        ("FROM x # AS a", [""]),
        ("FROM", []),
    ],
)
def test_stages(text: str, expected: list[str]) -> None:
    assert stages(text) == expected


def test_a_stage_is_found_by_name_and_by_index() -> None:
    found = read_dockerfile(b"FROM --platform=linux/amd64 golang:1 AS Build\nFROM scratch")
    assert (found.stages[0].base, found.stages[0].platform, found.stages[1].line) == ("golang:1", "linux/amd64", 1)
    assert found.has_stage("BUILD")
    assert found.has_stage("1")
    assert not found.has_stage("2")
    assert not found.has_stage("final")


@pytest.mark.parametrize(
    ("text", "standard"),
    [
        ("FROM x", True),
        ("# syntax=docker/dockerfile:1\nFROM x", True),
        ("#!/usr/bin/env x\n# syntax = docker.io/docker/dockerfile-upstream:master\n", True),
        ("# syntax=ghcr.io/acme/frontend:1\nFROM x", False),
        ("\n# syntax=ghcr.io/acme/frontend:1\nFROM x", True),  # below anything else it is a comment
    ],
)
def test_frontend(text: str, standard: bool) -> None:
    assert read_dockerfile(text.encode()).is_standard is standard


def test_predefined_arguments() -> None:
    assert is_predefined("HTTPS_PROXY")
    assert is_predefined("https_proxy")
    assert is_predefined("BUILDKIT_INLINE_CACHE")
    assert is_predefined("SOURCE_DATE_EPOCH")
    assert not is_predefined("VERSION")


_PIECES = st.sampled_from(
    ["FROM x AS a", "ARG A=1", "RUN <<E", "E", "\\", '"', "'", "`", "# escape=`", " ", "\n", "\r\n", "<<-E"]
)


@settings(max_examples=100)
@given(st.lists(_PIECES, max_size=30))
def test_never_fails(pieces: list[str]) -> None:
    assert isinstance(read_dockerfile("".join(pieces).encode()), Dockerfile)


@settings(max_examples=50)
@given(st.binary(max_size=200))
def test_never_fails_on_bytes(data: bytes) -> None:
    assert isinstance(read_dockerfile(data), Dockerfile)


@pytest.mark.parametrize(
    ("text", "target", "takes"),
    [
        ("FROM x\nCOPY . .", "", True),
        ("FROM x\nCOPY --chown=1:1 ./ /app/", "", True),
        ('FROM x\nADD ["a b", ".", "/app"]', "", True),
        ("FROM x\nCOPY src go.mod /app/", "", False),
        ("FROM x AS build\nCOPY . .\nFROM y\nCOPY --from=build / /", "", True),
        ("FROM x AS build\nWORKDIR /app\nCOPY . .\nFROM y\nCOPY --from=build /app /app", "", True),
        ("FROM x AS build\nWORKDIR /app\nCOPY . .\nFROM y\nCOPY --from=0 /app/* /app/", "", True),
        ("FROM x AS build\nWORKDIR /app\nCOPY . .\nFROM y\nCOPY --from=build /app/bin /bin", "", False),
        ("FROM x AS a\nWORKDIR /s\nCOPY . in\nFROM a AS b\nFROM y\nCOPY --from=b /s/in /", "", True),
        ("FROM x AS a\nCOPY . /a\nFROM x AS b\nCOPY --from=a /a /b\nFROM y\nCOPY --from=b /b /", "", True),
        ("FROM x\nCOPY . .\nCOPY --from=nginx /a /", "", True),
        ("FROM x AS build\nCOPY . .\nFROM y", "build", True),
        ("FROM x AS build\nCOPY . .\nFROM Build", "", True),
        ("FROM x\nCOPY . .\nFROM y", "0", True),
        ("FROM x AS a\nCOPY . .\nFROM y AS a\nFROM a", "", False),
        ("FROM x AS x\nCOPY . .", "", True),
        ("FROM x\nCOPY --exclude=.env . .", "", False),
        ("FROM x\nCOPY <<. /app\na\n.", "", False),
        ("COPY . .", "", False),
    ],
)
def test_what_an_image_takes_from_its_context(text: str, target: str, takes: bool) -> None:
    found = read_dockerfile(text.encode())
    assert bool(found.taken(target)) is takes

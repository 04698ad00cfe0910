"""libyaml's parser, and what serves without it. Each in a fresh interpreter."""

from __future__ import annotations

import subprocess
import sys


def run(code: str) -> str:
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_errors_of_the_parser_are_those_of_the_package() -> None:
    code = """
from lazyoci.yaml.libyaml import MarkedYAMLError, ReaderError, YAMLError, parse
for text, kind in (("a: [", MarkedYAMLError), ("a: \\x07", ReaderError)):
    try:
        list(parse(text))
    except kind as error:
        assert isinstance(error, YAMLError)
        import yaml
        assert isinstance(error, yaml.YAMLError)
    else:
        raise AssertionError(text)
"""
    run(code)


def test_without_the_c_extension_the_slow_parser_serves() -> None:
    code = """
import sys
sys.modules["yaml._yaml"] = None
from lazyoci.yaml.libyaml import Parser, ReaderError, parse
import yaml
assert Parser is yaml.SafeLoader and ReaderError is yaml.reader.ReaderError
assert len(list(parse("a: [1, 2]"))) == 11
from pathlib import Path
from lazyoci.check import check
assert check("a: [", Path("x")).diagnostics[0].code == "yaml-syntax"
"""
    run(code)

"""The parser without PyYAML's package, and the package all the same when it is wanted. Each in a fresh interpreter."""

from __future__ import annotations

import subprocess
import sys

import pytest


def run(code: str) -> str:
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_parsing_runs_no_more_of_the_package_than_it_needs() -> None:
    code = """
import sys
from lazyoci.config.libyaml import parse
assert len(list(parse("a: [1, 2]"))) == 11
print(sorted(name for name in sys.modules if name.startswith("yaml")))
"""
    assert run(code) == "['yaml', 'yaml._yaml', 'yaml.error', 'yaml.events', 'yaml.nodes', 'yaml.tokens']\n"


@pytest.mark.parametrize(
    "use",
    [
        "import yaml; assert yaml.safe_load('a: 1.5') == {'a': 1.5}",
        "from yaml import safe_dump; assert safe_dump({'a': 1}) == 'a: 1\\n'",
        "import yaml; assert yaml.load('[1]', Loader=yaml.CSafeLoader) == [1] and yaml.__with_libyaml__",
        "import yaml.constructor; assert yaml.constructor.SafeConstructor and yaml.SafeLoader",
        "import yaml; assert yaml.reader.ReaderError and yaml.reader.Reader",
        "import yaml; assert not hasattr(yaml, 'nothing'); assert yaml.safe_load('a') == 'a'",
    ],
)
def test_the_package_becomes_real_when_it_is_used(use: str) -> None:
    run(f"from lazyoci.config.libyaml import parse\nassert list(parse('a'))\n{use}")


def test_errors_of_the_parser_are_those_of_the_package() -> None:
    code = """
from lazyoci.config.libyaml import MarkedYAMLError, ReaderError, YAMLError, parse
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


def test_a_package_imported_before_is_left_alone() -> None:
    code = """
import yaml
from lazyoci.config.libyaml import ReaderError, parse
assert ReaderError is yaml.reader.ReaderError
assert len(list(parse("a"))) == 5
"""
    run(code)


def test_two_threads_find_the_whole_package() -> None:
    code = """
import threading
from lazyoci.config.libyaml import parse
import yaml
found = []
threads = [threading.Thread(target=lambda: found.append(yaml.safe_load("a: 1"))) for _ in range(8)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
assert found == [{"a": 1}] * 8
"""
    run(code)


def test_without_the_c_extension_the_slow_parser_serves() -> None:
    code = """
import sys
sys.modules["yaml._yaml"] = None
from lazyoci.config.libyaml import Parser, ReaderError, parse
import yaml
assert Parser is yaml.SafeLoader and ReaderError is yaml.reader.ReaderError
assert len(list(parse("a: [1, 2]"))) == 11
from pathlib import Path
from lazyoci.check import check
assert check("a: [", Path("x")).diagnostics[0].code == "yaml-syntax"
"""
    run(code)

"""Masks secrets in the output of builders, in every form in which a step may print them.

A value of several lines is printed line by line; a step may encode it, or print one setting of a whole file of settings
alone. Very short values are not masked, because they would match in almost every line.
"""

from __future__ import annotations

import base64
import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from urllib.parse import unquote

from lazyoci.build.process import clean
from lazyoci.encodings import encodings
from lazyoci.values.image_inputs import fields, key_files, secret

SHOWN = "***"
_SHORTEST = 6  # characters of a value that is masked
_SHORTEST_SETTING = 8  # characters of a value within a line, which is more often harmless
_MOST_FILE = 1 << 20  # bytes of a file; BuildKit takes no secret of more than 500 kB
_LINE_LENGTHS = (76, 64)  # at which `base64` and `openssl base64` break lines
_NAMED_SECRET = re.compile(
    r"(?i)password|passwd|passphrase|secret|token|credential|(?:api|access|private|signing)_?key"
)
_SEPARATOR = re.compile(r"[=:]")
_OF_NETRC = re.compile(r"(?i)\bpassword\s+(\S+)")
_USER_OF_URL = re.compile(r"://([^/@\s]+)@")
_PROXY = re.compile(r"(?i)(?:https?|ftp|all)_proxy")


def output_masker(
    *,
    build_args: Mapping[str, str],
    secrets: Iterable[str],
    ssh: Iterable[str],
    options: Iterable[str],
    directory: Path,
) -> Callable[[str], str]:
    """A function that masks secrets in a line of output. `options` are texts that may contain one, as addresses do."""
    needles: set[str] = set()
    for value in _values(build_args, secrets, ssh, options, directory):
        needles.update(clean(form) for form in _forms(value))
    hidden = sorted((needle for needle in needles if len(needle) >= _SHORTEST), key=len, reverse=True)

    def mask(line: str) -> str:
        for needle in hidden:
            if needle in line:
                line = line.replace(needle, SHOWN)
        return line

    return mask


def _values(
    build_args: Mapping[str, str], secrets: Iterable[str], ssh: Iterable[str], options: Iterable[str], directory: Path
) -> Iterator[str]:
    """Every secret value, including the values of settings within secret files."""
    for name, value in build_args.items():
        if _NAMED_SECRET.search(name):
            yield value
        yield from _of_url(value)
    for given in map(secret, secrets):
        for name in given.variables:
            yield os.environ.get(name, "")
        for path in given.files:
            yield from _of_file(directory / path)
    for option in ssh:
        for path in key_files(option):
            yield from _of_file(directory / path)
    for option in options:
        yield from _of_url(option)
        yield from (value for name, value in fields(option).items() if _NAMED_SECRET.search(name))
    for name, value in os.environ.items():
        if _PROXY.fullmatch(name):
            yield from _of_url(value)


def _of_url(text: str) -> Iterator[str]:
    """The password or token in an address, as written and percent-decoded."""
    for user in _USER_OF_URL.findall(text):
        name, colon, password = user.partition(":")
        found = password if colon else name
        yield found
        yield unquote(found)


def _of_file(path: Path) -> Iterator[str]:
    try:
        if not path.is_file() or path.stat().st_size > _MOST_FILE:
            return
        text = os.fsdecode(path.read_bytes())  # like the environment, so that any bytes are preserved
    except (OSError, ValueError):
        return  # the builder reports why it cannot be read
    yield text
    for line in text.splitlines():
        yield from (value for value in _settings(line) if len(value) >= _SHORTEST_SETTING)
        yield from _of_url(line)


def _settings(line: str) -> Iterator[str]:
    """The value after a separator, up to the line's end, if it is one word and no address; and netrc's passwords."""
    for separator in _SEPARATOR.finditer(line):
        value = line[separator.end() :].strip(" \t\"',;")
        if not value.startswith("//") and "://" not in value and len(value.split()) == 1:
            yield value
    yield from _OF_NETRC.findall(line)


def _forms(value: str) -> Iterator[str]:
    """A value as it is, its lines, and both encoded."""
    whole = value.strip()
    for text in dict.fromkeys((whole, *(line.strip() for line in whole.splitlines()))):
        if len(text) >= _SHORTEST:
            yield from encodings(text, least=_SHORTEST)
    encoded = base64.b64encode(os.fsencode(value)).decode()
    for length in _LINE_LENGTHS:
        yield from (encoded[start : start + length] for start in range(0, len(encoded), length))

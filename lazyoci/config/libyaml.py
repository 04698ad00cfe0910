"""libyaml's parser, and the rest of PyYAML only when something asks for it.

`import yaml` compiles a reader, a resolver, constructors and emitters in Python, of which a check uses none: a quarter
of the time of a whole `validate`. The C extension wants of the package hardly more than names for its errors. So a
package that has just these stands in, and becomes the real one as soon as anything else is looked up in it.
"""

from __future__ import annotations

import sys
from _thread import RLock  # `threading` itself is not needed
from collections.abc import Iterator
from importlib import import_module
from importlib.machinery import ModuleSpec
from importlib.util import find_spec, module_from_spec
from types import ModuleType, SimpleNamespace
from typing import Any

TOO_DEEP = "maximum nesting depth"  # what newer parsers say where a document is nested more than 1,000 deep
_SMALL = ("error", "tokens", "events", "nodes")  # modules that the extension uses
_LARGE = ("Reader", "Scanner", "Parser", "Composer", "Constructor", "Emitter", "Serializer", "Representer")


def _stand_in(spec: ModuleSpec) -> Any:
    """Put a package `yaml` in place whose own code has not run yet."""
    package: Any = module_from_spec(spec)
    sys.modules["yaml"] = package
    for name in _SMALL:
        setattr(package, name, import_module(f"yaml.{name}"))
    lock = RLock()
    state = "waiting"

    def become_real(wanted: str) -> object:
        nonlocal state
        with lock:  # another thread waits until all is there
            if state == "running":  # in this very thread: the package's code looks for what it has not got
                raise AttributeError(f"module 'yaml' has no attribute {wanted!r}", name=wanted, obj=package)
            if state == "waiting":
                state = "running"
                assert spec.loader is not None
                spec.loader.exec_module(package)
                state = "done"
                del package.__getattr__
        return getattr(package, wanted)

    package.__getattr__ = become_real
    return package


def _load() -> ModuleType | None:
    """The C extension; None where PyYAML was built without it."""
    spec = None if "yaml" in sys.modules else find_spec("yaml")
    package = None if spec is None or spec.loader is None else _stand_in(spec)
    if package is not None:
        for name in _LARGE:  # derived as in PyYAML; only the extension is to see these
            base = package.error.YAMLError if name == "Reader" else package.error.MarkedYAMLError
            setattr(package, name.lower(), SimpleNamespace(**{f"{name}Error": type(f"{name}Error", (base,), {})}))
    try:
        return import_module("yaml._yaml")
    except ImportError:
        return None
    finally:
        if package is not None:
            for name in _LARGE:
                delattr(package, name.lower())


_extension = _load()
from yaml import events, tokens  # noqa: E402  # of the stand-in, which is in place only now
from yaml.error import Mark, MarkedYAMLError, YAMLError  # noqa: E402

Parser: Any
ReaderError: type[YAMLError]
if _extension is not None:
    Parser, ReaderError = _extension.CParser, _extension.ReaderError
else:  # slower, else nearly the same
    from yaml import SafeLoader as Parser
    from yaml.reader import ReaderError

__all__ = ["Mark", "MarkedYAMLError", "Parser", "ReaderError", "YAMLError", "events", "parse", "tokens"]


def parse(text: str) -> Iterator[Any]:
    """The parsing events of `text`; raises YAMLError."""
    next_event = Parser(text).get_event
    event = None
    while event.__class__ is not events.StreamEndEvent:
        event = next_event()
        yield event

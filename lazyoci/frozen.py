"""`@frozen`: like `@dataclass(frozen=True, slots=True)`, but ten times as fast when a module is imported.

`lazyoci validate` imports some fifty small value classes, `lazyoci build` a hundred, and both are judged by their
start-up: `dataclasses` compiles six functions for each (about 0.4 ms a class), this compiles one. Type checkers read it
as a dataclass (PEP 681). Used by everything that a check or a push imports; elsewhere `dataclasses` serves as well.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast, dataclass_transform, overload

T = TypeVar("T")


class FrozenError(AttributeError):
    """Code tried to change a frozen value."""


class _Field:
    """What `field` said of a field. `make` makes its default anew for every value; None where a value must be given."""

    __slots__ = ("hidden", "make", "secret")

    def __init__(self, make: Callable[[], Any] | None, hidden: bool, secret: bool) -> None:
        self.make = make
        self.hidden = hidden
        self.secret = secret


_REQUIRED: Any = object()


def field(
    *,
    default: Any = _REQUIRED,
    default_factory: Callable[[], Any] | None = None,
    hidden: bool = False,
    secret: bool = False,
) -> Any:
    """A field whose default is made anew for every value, such as `field(default_factory=dict)`, or that is not shown.

    A `secret` one is not shown by `repr`, so that no log can have it. A `hidden` one, such as a cache, is not compared
    either.
    """
    make = default_factory or (None if default is _REQUIRED else lambda: default)
    return _Field(make, hidden, secret)


@overload
def frozen(cls: type[T], /) -> type[T]: ...


@overload
def frozen(*, kw_only: bool = False, order: bool = False) -> Callable[[type[T]], type[T]]: ...


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def frozen(cls: type[T] | None = None, /, *, kw_only: bool = False, order: bool = False) -> Any:
    """Make a class of annotated fields immutable values: `__init__`, `==`, `hash`, `repr`, slots; `<` with `order`.

    Annotations must be text (`from __future__ import annotations`). Fields of base classes come first. Methods may not
    use a bare `super()`, as the class is made anew with its slots.
    """

    def make(plain: type[T]) -> type[T]:
        return _make(plain, kw_only, order)

    return make if cls is None else make(cls)


def replace(value: T, **changes: Any) -> T:
    """A copy of `value` with some fields changed."""
    return type(value)(**{name: getattr(value, name) for name in fields(type(value))} | changes)


def fields(cls: type) -> tuple[str, ...]:
    """The names of all fields of a frozen class."""
    names: tuple[str, ...] = cls.__frozen_fields__  # type: ignore[attr-defined]
    return names


def _make(plain: type[T], kw_only: bool, order: bool) -> type[T]:
    names: list[str] = []
    defaults: dict[str, Any] = {}
    said: dict[str, _Field] = {}
    for base in reversed(plain.__mro__[1:]):
        names += [name for name in getattr(base, "__frozen_fields__", ()) if name not in names]
        defaults |= getattr(base, "__frozen_defaults__", {})
        said |= getattr(base, "__frozen_said__", {})
    namespace = dict(plain.__dict__)
    own = [name for name, kind in plain.__annotations__.items() if not kind.startswith("ClassVar")]
    for name in own:
        if name in namespace:
            given = namespace.pop(name)
            if isinstance(given, _Field):
                said[name] = given
            if not isinstance(given, _Field) or given.make is not None:
                defaults[name] = given
    inherited = set(names)
    names += [name for name in own if name not in inherited]
    for name in ("__dict__", "__weakref__"):
        namespace.pop(name, None)
    namespace |= {
        "__slots__": tuple(name for name in own if name not in inherited),
        "__frozen_fields__": tuple(names),
        "__frozen_defaults__": defaults,
        "__frozen_said__": said,
        "__frozen_shown__": tuple([name for name in names if name not in said or _is_shown(said[name])]),
        "__frozen_compared__": tuple([name for name in names if name not in said or not said[name].hidden]),
        "__match_args__": () if kw_only else tuple(names),
        "__setattr__": _refuse,
        "__delattr__": _refuse,
        "__getstate__": _get_state,
        "__setstate__": _set_state,
        "__qualname__": plain.__qualname__,
    }
    for name, function in (("__repr__", _repr), ("__eq__", _eq), ("__hash__", _hash)):
        if name not in plain.__dict__ or plain.__dict__[name] is None:
            namespace[name] = function
    if order:
        namespace |= {"__lt__": _lt, "__le__": _le, "__gt__": _gt, "__ge__": _ge}
    metaclass: Any = type(plain)
    made: Any = metaclass(plain.__name__, plain.__bases__, namespace)
    made.__init__ = _initializer(made, names, defaults, kw_only)
    return cast("type[T]", made)


def _initializer(owner: Any, names: list[str], defaults: dict[str, Any], kw_only: bool) -> Callable[..., None]:
    """The `__init__`. It sets each slot by its descriptor, in two thirds of the time of `object.__setattr__`."""
    scope: dict[str, Any] = {}
    parameters, body = [], []
    for name in names:
        value = name
        scope[f"_set_{name}"] = getattr(owner, name).__set__
        if name in defaults:
            scope[f"_{name}"] = defaults[name]
            parameters.append(f"{name}=_{name}")
            if isinstance(defaults[name], _Field):
                value = f"{name}.make() if {name} is _{name} else {name}"
        else:
            parameters.append(name)
        body.append(f"\n _set_{name}(self, {value})")
    star = "*, " if kw_only and names else ""
    exec(f"def __init__(self, {star}{', '.join(parameters)}):{''.join(body) or ' pass'}", scope)
    made: Callable[..., None] = scope["__init__"]
    return made


def _is_shown(said: _Field) -> bool:
    return not said.hidden and not said.secret


def _values(value: Any) -> tuple[Any, ...]:
    return tuple([getattr(value, name) for name in type(value).__frozen_compared__])


def _refuse(self: Any, name: str, *_: Any) -> None:
    raise FrozenError(f"{type(self).__name__}.{name} cannot be changed")


def _repr(self: Any) -> str:
    shown = ", ".join(f"{name}={getattr(self, name)!r}" for name in type(self).__frozen_shown__)
    return f"{type(self).__qualname__}({shown})"


def _eq(self: Any, other: object) -> Any:
    return _values(self) == _values(other) if type(other) is type(self) else NotImplemented


def _hash(self: Any) -> int:
    return hash(_values(self))


def _lt(self: Any, other: object) -> Any:
    return _values(self) < _values(other) if type(other) is type(self) else NotImplemented


def _le(self: Any, other: object) -> Any:
    return _values(self) <= _values(other) if type(other) is type(self) else NotImplemented


def _gt(self: Any, other: object) -> Any:
    return _values(self) > _values(other) if type(other) is type(self) else NotImplemented


def _ge(self: Any, other: object) -> Any:
    return _values(self) >= _values(other) if type(other) is type(self) else NotImplemented


def _get_state(self: Any) -> tuple[Any, ...]:
    return tuple([getattr(self, name) for name in fields(type(self))])


def _set_state(self: Any, state: tuple[Any, ...]) -> None:
    for name, value in zip(fields(type(self)), state, strict=True):
        object.__setattr__(self, name, value)

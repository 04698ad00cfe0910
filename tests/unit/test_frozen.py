"""`@frozen` behaves as `@dataclass(frozen=True, slots=True)` does."""

from __future__ import annotations

import copy
import pickle
from typing import ClassVar

import pytest

from lazyoci.frozen import FrozenError, field, fields, frozen, replace


@frozen(order=True)
class Point:
    """A place."""

    x: int
    y: int = 0

    @property
    def sum(self) -> int:
        return self.x + self.y


@frozen(kw_only=True)
class Base:
    kind: ClassVar[str] = "base"

    name: str
    size: int = 1


@frozen(kw_only=True)
class Derived(Base):
    kind: ClassVar[str] = "derived"

    must: str
    extra: dict[str, int] = field(default_factory=dict)


def test_fields_defaults_and_properties() -> None:
    assert (Point(1).y, Point(1, y=2).sum) == (0, 3)
    assert Point.__doc__ == "A place."
    assert repr(Point(1)) == "Point(x=1, y=0)"


def test_equality_hash_and_order() -> None:
    assert Point(1) == Point(1, 0)
    other: object = Base(name="x")
    assert Point(1) != other
    assert {Point(1), Point(1)} == {Point(1)}
    assert sorted([Point(2), Point(1, 5), Point(1)]) == [Point(1), Point(1, 5), Point(2)]
    assert Point(1) <= Point(1) < Point(2) > Point(1) >= Point(0)


def test_immutable_and_slotted() -> None:
    point = Point(1)
    with pytest.raises(FrozenError):
        point.x = 2  # type: ignore[misc]  # that it is refused is the point
    with pytest.raises(FrozenError):
        del point.x
    assert not hasattr(point, "__dict__")


def test_inheritance() -> None:
    derived = Derived(name="n", must="m")
    assert (derived.kind, derived.size, derived.extra) == ("derived", 1, {})
    assert derived.extra is not Derived(name="n", must="m").extra
    assert isinstance(derived, Base)
    with pytest.raises(TypeError):
        Derived(name="n")  # type: ignore[call-arg]  # a field is missing


@frozen
class Login:
    user: str
    password: str = field(secret=True)
    token: str = field(default="", secret=True)
    seen: list[str] = field(default_factory=list, hidden=True)


def test_a_secret_is_not_shown_but_compared() -> None:
    login = Login("anna", "hunter2", "s3cret", ["x"])
    assert repr(login) == "Login(user='anna')"
    assert login == Login("anna", "hunter2", "s3cret")
    assert login != Login("anna", "hunter2")
    assert len({login, Login("anna", "hunter3", "s3cret"), Login("anna", "hunter2", "s3cret")}) == 2
    assert fields(Login) == ("user", "password", "token", "seen")
    with pytest.raises(TypeError):
        Login("anna")  # type: ignore[call-arg]  # the password is missing


def test_copies() -> None:
    assert replace(Point(1), y=3) == Point(1, 3)
    assert copy.deepcopy(Point(1, 2)) == Point(1, 2)
    assert pickle.loads(pickle.dumps(Point(1, 2))) == Point(1, 2)


@frozen
class Remembering:
    name: str
    memory: list[int] = field(default_factory=list, hidden=True)


def test_hidden_fields() -> None:
    one, other = Remembering("a"), Remembering("a")
    one.memory.append(1)
    assert one == other
    assert repr(one) == "Remembering(name='a')"
    assert replace(one, name="b").memory is one.memory


def test_matching() -> None:
    match Point(1, 2):
        case Point(x, y):
            assert (x, y) == (1, 2)

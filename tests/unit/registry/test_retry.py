import pytest
from hypothesis import given
from hypothesis import strategies as st

from lazyoci.registry.http.retry import ATTEMPTS, RETRY_AFTER_CAP, Failed, delay, seconds, wait_asked

NOW = 1_800_000_000.0  # Fri, 15 Jan 2027 08:00:00 GMT


@pytest.mark.parametrize("status", [408, 429, 499, 500, 502, 503, 504, 522])
def test_statuses_that_may_heal(status: int) -> None:
    waits = [delay(attempt, Failed("status", status), now=NOW) for attempt in range(1, ATTEMPTS + 1)]
    assert waits == [0.5, 1.0, 2.0, 4.0, 8.0, None]


@pytest.mark.parametrize("status", [400, 401, 403, 404, 405, 409, 412, 413, 415, 501])
def test_statuses_that_do_not_heal(status: int) -> None:
    assert delay(1, Failed("status", status), now=NOW) is None


def test_full_jitter_and_cap() -> None:
    assert delay(1, Failed("reset"), now=NOW, jitter=0.0) == 0.0
    assert delay(3, Failed("reset"), now=NOW, jitter=0.25) == 0.5
    assert delay(5, Failed("timeout"), now=NOW, attempts=40) == 8.0


def test_refusals_and_unknown_names_are_final_and_silence_is_soon() -> None:
    for kind in ("refused", "name", "tls"):
        assert delay(1, Failed(kind), now=NOW) is None  # type: ignore[arg-type]  # the loop widens the literal
    assert delay(1, Failed("protocol"), now=NOW) is not None
    assert delay(2, Failed("protocol"), now=NOW) is None
    assert delay(2, Failed("connect-timeout"), now=NOW) is not None
    assert delay(3, Failed("connect-timeout"), now=NOW) is None


def test_retry_after_in_seconds_and_as_a_date() -> None:
    assert delay(1, Failed("status", 429, "7"), now=NOW) == 7.0
    assert delay(1, Failed("status", 503, "Fri, 15 Jan 2027 08:00:20 GMT"), now=NOW) == 20.0
    assert delay(1, Failed("status", 429, "Fri, 15 Jan 2027 07:00:00 GMT"), now=NOW) == 0.0
    # not where it means nothing
    assert delay(1, Failed("status", 500, "7"), now=NOW) == 0.5
    assert delay(1, Failed("status", 429, "soon"), now=NOW) == 0.5


def test_a_long_wait_is_not_waited_for() -> None:
    assert delay(1, Failed("status", 429, "21600"), now=NOW) is None
    assert delay(1, Failed("status", 429, str(int(RETRY_AFTER_CAP))), now=NOW) == RETRY_AFTER_CAP
    assert wait_asked(Failed("status", 429, "21600"), NOW) == 21600


@given(st.text(max_size=40))
def test_any_retry_after_is_read(text: str) -> None:
    found = seconds(text, NOW)
    assert found is None or found >= 0

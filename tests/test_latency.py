from hypothesis import given
from hypothesis import strategies as st

from restore.latency import Gradient


def feed(gradient: Gradient, seconds: float, *, times: int, size: int = 100) -> None:
    for _ in range(times):
        gradient.observe(seconds, size=size, under_way=int(gradient.limit))


def test_latencies_that_stay_as_they_are_leave_the_limit() -> None:
    gradient = Gradient(50)

    feed(gradient, 0.2, times=500)

    assert round(gradient.limit) == 50


def test_calls_that_slow_down_lower_the_limit_and_quick_ones_raise_it_again() -> None:
    gradient = Gradient(50)
    feed(gradient, 0.2, times=1)

    feed(gradient, 2.0, times=100)
    lowest = gradient.limit
    feed(gradient, 0.2, times=1000)

    assert lowest < 10
    assert round(gradient.limit) == 50


def test_larger_calls_may_take_longer() -> None:
    gradient = Gradient(50)
    feed(gradient, 0.2, times=20)

    feed(gradient, 2.0, times=100, size=5000)

    assert round(gradient.limit) == 50


def test_a_few_slow_calls_that_do_not_use_the_limit_leave_it() -> None:
    gradient = Gradient(50)
    feed(gradient, 0.2, times=20)

    for _ in range(100):
        gradient.observe(2.0, size=100, under_way=3)

    assert round(gradient.limit) == 50


def test_what_a_call_takes_alone_is_learned_anew_where_the_endpoint_is_another() -> None:
    gradient = Gradient(50)
    feed(gradient, 0.2, times=20)

    feed(gradient, 2.0, times=100)
    lowest = gradient.limit
    feed(gradient, 2.0, times=5000)

    assert gradient.limit > 3 * lowest


@given(st.integers(1, 50), st.lists(st.tuples(st.floats(0, 1e6), st.integers(1, 60)), max_size=99))
def test_whatever_calls_take_one_is_allowed_and_no_more_than_the_most(
    most: int, calls: list[tuple[float, int]]
) -> None:
    gradient = Gradient(most)

    for seconds, under_way in calls:
        gradient.observe(seconds, size=1, under_way=under_way)
        assert 1 <= gradient.limit <= most

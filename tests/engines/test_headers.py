from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from restore.engines.headers import read_allowance, read_retry_after
from restore.engines.interface import Allowance


@pytest.mark.parametrize(
    ("said", "seconds"),
    [
        ("6ms", 0.006),
        ("2s", 2),
        ("1m12s", 72),
        ("1m12.5s", 72.5),
        ("1h0m0s", 3600),
        ("1d2h", 93_600),
        ("90", 90),
        ("0.25", 0.25),
        ("0", 0),
        ("", None),
        ("soon", None),
        ("-3s", None),
        ("nan", None),
        ("inf", None),
        ("9" * 400, None),
        ("9" * 400 + "s", None),
        ("2026-01-01T00:00:00Z", None),
    ],
)
def test_a_reset_is_read_in_every_form_that_endpoints_write(
    said: str, seconds: float | None
) -> None:
    allowance = read_allowance(
        {"x-ratelimit-remaining-tokens": "5", "x-ratelimit-reset-tokens": said}
    )

    expected = None if seconds is None else pytest.approx(seconds)
    assert allowance == Allowance(None, None, 5, expected)  # type: ignore[arg-type]  # approx


def test_without_such_headers_there_is_no_allowance() -> None:
    assert read_allowance({"content-type": "application/json"}) is None


@given(st.text(max_size=60))
def test_whatever_a_header_says_it_is_a_number_or_nothing(said: str) -> None:
    allowance = read_allowance({"x-ratelimit-reset-requests": said})

    assert allowance is None or (allowance.requests_reset_s or 0) >= 0


@pytest.mark.parametrize(
    ("until", "seconds"),
    [
        ("Thu, 01 Jan 1970 00:01:30 GMT", 30),
        ("Thu, 01 Jan 1970 00:00:30 GMT", 0),
        ("soon", None),
    ],
)
def test_a_date_to_wait_for_counts_from_the_endpoint_s_own(
    until: str, seconds: float | None
) -> None:
    said = {"retry-after": until, "date": "Thu, 01 Jan 1970 00:01:00 GMT"}

    assert read_retry_after(said) == seconds


@pytest.mark.parametrize("date", ["", "now", "Thu, 99 Jan 1970 00:00:00 GMT"])
def test_without_the_endpoint_s_date_this_machine_s_counts(date: str) -> None:
    in_an_hour = format_datetime(datetime.now(UTC) + timedelta(hours=1), usegmt=True)

    waits = read_retry_after({"retry-after": in_an_hour, "date": date})

    assert waits == pytest.approx(3600, abs=60)

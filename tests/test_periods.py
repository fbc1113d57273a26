"""The period before one, and the same one so many months earlier."""

from __future__ import annotations

from datetime import date

import pytest

from sales.periods import Period, before, month_of, quarter_of, shifted, week_of, year_of

DAY = date(2026, 3, 31)


def days(first: str, last: str) -> Period:
    return Period(date.fromisoformat(first), date.fromisoformat(last))


@pytest.mark.parametrize(
    ("period", "earlier"),
    [
        (month_of(DAY), days("2026-02-01", "2026-02-28")),
        (quarter_of(DAY), days("2025-10-01", "2025-12-31")),
        (year_of(DAY, 4), days("2024-04-01", "2025-03-31")),
        (week_of(DAY), days("2026-03-23", "2026-03-29")),
        (days("2026-03-05", "2026-03-08"), days("2026-03-01", "2026-03-04")),
    ],
)
def test_the_one_before_is_as_long(period: Period, earlier: Period) -> None:
    assert before(period) == earlier


@pytest.mark.parametrize(
    ("period", "months", "earlier"),
    [
        (month_of(DAY), 1, days("2026-02-01", "2026-02-28")),
        (quarter_of(DAY), 12, days("2025-01-01", "2025-03-31")),
        (days("2026-03-01", "2026-03-18"), 12, days("2025-03-01", "2025-03-18")),
        (days("2026-01-15", "2026-03-31"), 1, days("2025-12-15", "2026-02-28")),
    ],
)
def test_whole_months_stay_whole_and_days_stay_days(period: Period, months: int, earlier: Period) -> None:
    assert shifted(period, months) == earlier

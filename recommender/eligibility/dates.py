"""Days: whole years and months added as law counts them, and how long something lasted."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from training_data.messages import Text, text

Days = NDArray[np.datetime64]
NEXT_DAY = "1_march"


def plus_years(day: Any, years: int, leap_day: str = NEXT_DAY) -> Any:
    """Add whole years to days; ``leap_day`` says what 29 February becomes (see the packs)."""
    return plus_months(day, 12 * years, leap_day)


def plus_months(day: Any, months: Any, leap_day: str = NEXT_DAY) -> Any:
    """Add whole months to days; a day that the month lacks becomes its last one.

    29 February plus whole years becomes 1 March or 28 February, as ``leap_day`` says.
    """
    first = np.asarray(day, "datetime64[D]").astype("datetime64[M]")
    offset = np.asarray(day, "datetime64[D]") - first.astype("datetime64[D]")
    target = first + months
    moved = target.astype("datetime64[D]") + offset
    last = (target + 1).astype("datetime64[D]") - 1
    overflow = moved > last
    next_day = overflow & (np.asarray(months) % 12 == 0) & (leap_day == NEXT_DAY)
    return np.where(next_day, last + 1, np.where(overflow, last, moved))


def as_date(day: Any) -> date | None:
    """Return a numpy day as a date, ``None`` for NaT."""
    if np.isnat(day):
        return None
    found: date = np.datetime64(day, "D").astype(object)
    return found


def iso(day: Any) -> str | None:
    """Return a numpy day in ISO form, ``None`` for NaT."""
    return None if np.isnat(day) else str(np.datetime64(day, "D"))


def duration(begin: Any, end: Any) -> Text:
    """Return the full years and months between two days, in words."""
    months = int(np.datetime64(end, "M").astype(int) - np.datetime64(begin, "M").astype(int))
    if months > 0 and plus_months(begin, months) > np.datetime64(end, "D"):
        months -= 1
    return span(max(months, 0))


def span(months: int) -> Text:
    """Return a number of months in words: "1 tahun 9 bulan"."""
    years, rest = divmod(months, 12)
    in_years = text("rule.span.year") if years == 1 else text("rule.span.years", years=years)
    in_months = text("rule.span.month") if rest == 1 else text("rule.span.months", months=rest)
    if years and rest:
        return text("rule.span.years_months", years=in_years, months=in_months)
    return in_years if years else in_months

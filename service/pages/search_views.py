"""Stage serve: a search form as it was sent becomes a search; in: texts, out: ``Search``.

What is no choice of the form restricts nothing: a form that somebody changed by hand is no error
that a person could mend.
"""

from __future__ import annotations

from service.pages.sorting import Order
from service.pages.source import BY_NAME, Search

STATES = ("valid", "partly", "expired", "none")
"""States of an assessment that one can look for."""

BOXES = range(1, 10)
MOST_JP = 10_000


def search_of(
    words: str,
    unit: str,
    tier: str,
    gap: str,
    box: str,
    jp: str,
    assessment: str,
    order: Order = BY_NAME,
    page: int = 1,
) -> Search:
    """Return what was asked for."""
    return Search(
        words.strip(),
        unit,
        tier,
        gap.strip(),
        int(box) if box in map(str, BOXES) else 0,
        _hours(jp),
        assessment if assessment in STATES else "",
        order,
        page,
    )


def _hours(typed: str) -> float | None:
    """Return hours as people type them ("20", "12,5"); None for anything else."""
    digits = typed.strip().replace(",", ".")
    if not digits.replace(".", "", 1).isascii() or not digits.replace(".", "", 1).isdigit():
        return None
    found = float(digits)
    return found if found <= MOST_JP else None

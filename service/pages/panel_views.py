"""Stage serve: what a panel wrote becomes decisions, and what could not comes back with its place.

In: rows of a filled list and how each went. Out: sentences that name a sheet, a row and a remedy,
never a person.
"""

from __future__ import annotations

from dataclasses import dataclass

from service.decisions import APPROVED, REJECTED
from service.exports.panel_books import PanelRow
from training_data.messages import Text, entries, text

WORDS = {
    "setuju": APPROVED,
    "agree": APPROVED,
    "keberatan": REJECTED,
    "tidak setuju": REJECTED,
    "objection": REJECTED,
}
"""What a panel may write of somebody, in either language."""
REASON_AT_MOST = 1000


@dataclass(frozen=True)
class RefusedRow:
    """A row that was not taken over: where it stands, and what helps."""

    sheet: str
    number: int
    why: Text


@dataclass(frozen=True)
class PanelResult:
    """What became of a filled list.

    Attributes:
        approved, rejected: decisions kept.
        refused: rows that were not taken over.
        fault: why nothing was.
        name: in whose name it was to be kept, as typed.
    """

    approved: int = 0
    rejected: int = 0
    refused: tuple[RefusedRow, ...] = ()
    fault: Text | None = None
    name: str = ""


def refused(row: PanelRow, why: str) -> RefusedRow:
    """Return a row that was not taken over; without a sentence of its own it is not theirs."""
    code = f"pages.panel.why.{why}"
    known = code if code in entries() else "pages.panel.why.not_found"
    return RefusedRow(row.sheet, row.number, text(known))

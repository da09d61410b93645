"""Training history for SIASN as the service hands it out; in: which rows, out: a file's content."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, Protocol

HistoryShape = Literal["rw_kursus", "rw_diklat"]
HistoryFormat = Literal["csv", "xlsx", "json"]

MEDIA = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "json": "application/json",
}


class UnknownUnit(Exception):
    """The agency has no such unit."""


@dataclass(frozen=True)
class HistoryWish:
    """Which rows, in which form; ``unit`` with those below it."""

    shape: HistoryShape
    format: HistoryFormat = "csv"
    unit: str = ""
    year: int | None = None
    verified: bool | None = None


@dataclass(frozen=True)
class HistoryFile:
    """A file and how many rows it holds."""

    content: bytes
    rows: int


class History(Protocol):
    """Where training history is kept."""

    def export(self, wish: HistoryWish) -> HistoryFile:
        """Return a file.

        Raises:
            UnknownUnit: the agency has no such unit.
        """
        ...

    def unverified(self) -> Mapping[str, tuple[str, ...]]:
        """Return shape → fields that nobody compared with SIASN's own template."""
        ...

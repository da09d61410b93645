"""Stage serve: tables sorted by their headings; in: what a heading asks for, out: an ``Order``.

A heading asks for a column's code, with a minus before it for the other way round. Rows are ordered
where they are found, on the server; rows that are alike keep the order they have without it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from service.problems import Fault, Problem
from training_data.messages import text


@dataclass(frozen=True)
class Order:
    """By which column a table is ordered, and which way round; no column is its own order."""

    column: str = ""
    down: bool = False

    @property
    def key(self) -> str:
        """What a form or a link asks for to get this order."""
        return f"-{self.column}" if self.down else self.column

    def said(self, column: str) -> str:
        """Return what a heading says of itself; nothing where another one orders the table."""
        if column != self.column:
            return ""
        return "descending" if self.down else "ascending"

    def next(self, column: str) -> str:
        """Return what a press on a heading asks for: its column, then the other way round."""
        return Order(column, column == self.column and not self.down).key


AS_THEY_COME = Order()
"""A table's own order."""


def order_of(
    typed: str, columns: Iterable[str], where: str, default: Order = AS_THEY_COME
) -> Order:
    """Return the order a heading asked for.

    Parameters:
        typed: as it was sent; nothing for the default.
        where: the declared place it came from, such as ``query.urut``.

    Raises:
        Problem: ``invalid`` where the table has no such column.
    """
    if not typed:
        return default
    order = Order(typed.removeprefix("-"), typed.startswith("-"))
    if order.column not in set(columns) or order.key != typed:
        raise Problem("invalid", (Fault(where, "sort", text("api.fault.sort")),))
    return order


def ordered(rows: Sequence[Any], order: Order, value: Callable[[Any], Any]) -> list[Any]:
    """Return rows by a value; rows without one come last whichever way round it goes.

    Rows alike in the value keep their order.
    """
    known = [row for row in rows if value(row) is not None]
    unknown = [row for row in rows if value(row) is None]
    return [*sorted(known, key=value, reverse=order.down), *unknown]

"""What a report is made of before it becomes a page: headings, words, tables and charts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Heading:
    """A heading; level 2 begins a section."""

    level: int
    text: str


@dataclass(frozen=True)
class Words:
    """A paragraph; ``strong`` for the one that says what was found."""

    text: str
    strong: bool = False


@dataclass(frozen=True)
class Table:
    """Rows of cells; the first column names the row, the others are figures.

    Attributes:
        own: places of the rows of the product's own method.
        words: places of columns that hold words, besides the first.
    """

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    own: tuple[int, ...] = ()
    words: tuple[int, ...] = ()


@dataclass(frozen=True)
class Mark:
    """One row of a chart.

    Attributes:
        label, said: words at its left and right.
        value, low, high: place of the dot and its range; ``None`` where no range is known.
        second: place of a second, hollow mark.
        parts: shares of a bar that is parted, instead of a dot.
        own: whether it is the product's own.
    """

    label: str
    said: str
    value: float = 0.0
    low: float | None = None
    high: float | None = None
    second: float | None = None
    parts: tuple[float, ...] = ()
    own: bool = False


@dataclass(frozen=True)
class Chart:
    """A figure with the table of its numbers.

    Attributes:
        legend: what the dot and the hollow mark, or the parts of bars, mean.
        tick: how the axis writes a number.
    """

    kind: Literal["dots", "parts"]
    title: str
    marks: tuple[Mark, ...]
    table: Table
    legend: tuple[str, ...] = ()
    tick: Literal["value", "percent"] = "value"


Block = Heading | Words | Table | Chart


@dataclass(frozen=True)
class Story:
    """A whole report."""

    language: str
    title: str
    blocks: tuple[Block, ...]

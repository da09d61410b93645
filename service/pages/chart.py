"""Stage serve: geometry of the drawings; in: levels and points, out: numbers for SVG attributes.

Drawings carry no style of their own, so that a strict content policy holds: shapes get their place
from attributes computed here and their colour from the stylesheet.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from recommender.results import GapRow

LEVEL_WIDTH = 240.0
"""Width of a level drawing in its own units, without the margins."""
MARGIN = 8.0
"""Room left and right, so that marks at the ends are not cut."""
TERM_WIDTH = 120.0


@dataclass(frozen=True)
class Span:
    """A horizontal piece of a drawing."""

    x: float
    width: float


@dataclass(frozen=True)
class LevelBar:
    """One competency as a bar on a scale from 0 to the top level.

    Attributes:
        ticks: places of the whole levels.
        held: what the person has up to the standard; None when unknown. Level 0 is drawn as a
            knob at the start and thus differs from unknown.
        missing: from the level to the standard.
        above: what lies above the standard.
        required: place of the standard.
        unknown: the level is not known; the scale is drawn hatched.
    """

    ticks: tuple[float, ...]
    held: Span | None
    missing: Span | None
    above: Span | None
    required: float
    unknown: bool
    stale: bool


def level_bar(row: GapRow) -> LevelBar:
    """Lay out one row of a standard."""
    top = max(row.max_level, row.required, row.level or 0.0)

    def at(level: float) -> float:
        return round(MARGIN + LEVEL_WIDTH * level / top, 2) if top else MARGIN

    def span(low: float, high: float) -> Span | None:
        return Span(at(low), round(at(high) - at(low), 2)) if high > low else None

    ticks = tuple(at(float(n)) for n in range(int(top) + 1))
    if row.level is None:
        return LevelBar(ticks, None, None, None, at(row.required), True, row.stale)
    held = span(0.0, min(row.level, row.required)) or Span(at(0.0), 0.0)
    return LevelBar(
        ticks,
        held,
        span(row.level, row.required),
        span(row.required, row.level),
        at(row.required),
        False,
        row.stale,
    )


@dataclass(frozen=True)
class RangeBar:
    """A percentage with its interval on a scale from 0 to ``top``."""

    low: float
    width: float
    value: float | None
    marks: tuple[tuple[float, int], ...]


def range_bar(value: float | None, low: float, high: float) -> RangeBar:
    """Lay out a percentage, its interval and the marks at 0, 50, 100 (and 150)."""
    top = 100.0 if high <= 100 else 150.0 if high <= 150 else high

    def at(percent: float) -> float:
        return round(MARGIN + LEVEL_WIDTH * percent / top, 2)

    marks = tuple((at(float(m)), m) for m in (0, 50, 100, 150) if m <= top)
    where = None if value is None else at(value)
    return RangeBar(at(low), round(at(high) - at(low), 2), where, marks)


def term_bars(micros: Sequence[int]) -> tuple[tuple[Span, float], ...]:
    """Lay out points left and right of a common zero: per term its span and the zero's place."""
    low, high = min(0, *micros, 0), max(0, *micros, 0)
    reach = (high - low) or 1
    zero = round(TERM_WIDTH * -low / reach, 2)
    spans = []
    for micro in micros:
        width = round(TERM_WIDTH * abs(micro) / reach, 2)
        spans.append((Span(zero if micro >= 0 else round(zero - width, 2), width), zero))
    return tuple(spans)


@dataclass(frozen=True)
class ProgressBar:
    """Hours of a year on one scale: recorded, planned, and the mark of those asked for."""

    held: Span
    planned: Span
    target: float | None


def progress_bar(held: float, planned: float, target: float | None) -> ProgressBar:
    """Lay out hours recorded and planned, in sequence, and the mark of the target."""
    top = max(held + planned, target or 0.0)

    def at(hours: float) -> float:
        return round(MARGIN + LEVEL_WIDTH * hours / top, 2) if top else MARGIN

    def span(low: float, high: float) -> Span:
        return Span(at(low), round(at(high) - at(low), 2))

    return ProgressBar(
        span(0.0, held), span(held, held + planned), None if target is None else at(target)
    )

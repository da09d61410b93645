"""Charts as SVG: rows of dots with ranges, or of parted bars; in: a ``Chart``, out: markup.

Colours come from the page's style sheet by class, so that a chart is readable light, dark and
printed. All text is escaped; nothing is loaded from anywhere.
"""

from __future__ import annotations

from html import escape
from math import floor, log10

from recommender.evaluation.blocks import Chart, Mark
from training_data.messages import say

WIDTH = 360.0
"""Width of a drawing in its own units: about that of a phone, so that letters stay readable."""
EDGE = 6.0
ROW = 36.0
TOP = 4.0
FOOT = 24.0


def draw(chart: Chart, language: str) -> str:
    """Return the chart as an ``svg`` element; its title says what it shows."""
    height = TOP + ROW * len(chart.marks) + FOOT
    axis = _Axis.of(chart)
    parts = [
        f'<svg viewBox="0 0 {_n(WIDTH)} {_n(height)}" role="img" aria-label="{_e(chart.title)}">',
        *_grid(axis, height, chart, language),
    ]
    for place, mark in enumerate(chart.marks):
        parts += _row(mark, TOP + ROW * place, axis)
    return "".join([*parts, "</svg>"])


class _Axis:
    """From values to places."""

    def __init__(self, low: float, high: float, step: float) -> None:
        self.low, self.high, self.step = low, high, step

    @classmethod
    def of(cls, chart: Chart) -> _Axis:
        if chart.kind == "parts":
            return cls(0.0, 1.0, 0.25)
        ends = [
            end
            for mark in chart.marks
            for end in (mark.value, mark.low, mark.high, mark.second)
            if end is not None
        ]
        low, high = min(0.0, *ends), max(0.0, *ends)
        if high - low <= 0:
            high = low + 1.0
        step = _step((high - low) / 4)
        return cls(step * floor(low / step), -step * floor(-high / step), step)

    def at(self, value: float) -> float:
        return EDGE + (WIDTH - 2 * EDGE) * (value - self.low) / (self.high - self.low)

    @property
    def ticks(self) -> list[float]:
        count = round((self.high - self.low) / self.step)
        return [self.low + self.step * place for place in range(count + 1)]


def _step(rough: float) -> float:
    """Return a round number near ``rough``: 1, 2, 2.5 or 5 times a power of ten, not below it."""
    power = 10.0 ** floor(log10(rough))
    return next(m * power for m in (1.0, 2.0, 2.5, 5.0, 10.0) if m * power >= rough * 0.999)


def _grid(axis: _Axis, height: float, chart: Chart, language: str) -> list[str]:
    bottom = height - FOOT + 4
    found = []
    for tick in axis.ticks:
        x, zero = axis.at(tick), abs(tick) < axis.step / 1e6
        name = "zero" if zero else "grid"
        found.append(_line(x, TOP, x, bottom, name))
        if chart.tick == "percent":
            said = say("evaluate.report.share", language, value=0.0 if zero else tick)
        else:
            said = say("evaluate.report.tick", language, value=0.0 if zero else round(tick, 6))
        anchor = "start" if x < WIDTH * 0.06 else "end" if x > WIDTH * 0.94 else "middle"
        where = 1.0 if anchor == "start" else WIDTH - 1 if anchor == "end" else x
        found.append(_text(where, height - 6, said, "tick", anchor))
    return found


def _row(mark: Mark, y: float, axis: _Axis) -> list[str]:
    name = "own" if mark.own else "other"
    found = [
        _text(EDGE + 4, y + 13, mark.label, f"label {name}", "start"),
        _text(WIDTH - EDGE - 4, y + 13, mark.said, f"said {name}", "end"),
    ]
    middle = y + 25
    if mark.parts:
        start = 0.0
        for place, share in enumerate(mark.parts):
            x, end = axis.at(start), axis.at(start + share)
            found.append(
                f'<rect class="part{place}" x="{_n(x)}" y="{_n(middle - 6)}"'
                f' width="{_n(end - x)}" height="12"/>'
            )
            start += share
        return found
    if mark.low is not None and mark.high is not None:
        found.append(_line(axis.at(mark.low), middle, axis.at(mark.high), middle, f"range {name}"))
    x = axis.at(mark.value)
    if mark.second is not None:
        at = axis.at(mark.second)
        path = f"M{_n(at)} {_n(middle - 6)}l6 6l-6 6l-6 -6z"
        found.append(f'<path class="second" d="{path}"/>')
    found.append(f'<circle class="dot {name}" cx="{_n(x)}" cy="{_n(middle)}" r="4.5"/>')
    return found


def _line(x: float, y: float, to_x: float, to_y: float, name: str) -> str:
    return f'<line class="{name}" x1="{_n(x)}" y1="{_n(y)}" x2="{_n(to_x)}" y2="{_n(to_y)}"/>'


def _text(x: float, y: float, said: str, name: str, anchor: str) -> str:
    return f'<text class="{name}" x="{_n(x)}" y="{_n(y)}" text-anchor="{anchor}">{_e(said)}</text>'


def _n(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")


def _e(text: str) -> str:
    return escape(text, quote=True)

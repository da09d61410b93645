"""Drawings: what is wide is much, what is unknown never looks like zero."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommender.results import GapRow
from service.pages import chart

ROW = GapRow("M.1", "Integritas", "M", 3, 2, 1, 0, 2, "job", None, None, False, 5.0)
LEVELS = st.integers(0, 20).map(lambda quarter: quarter / 4)


@given(LEVELS, LEVELS)
def test_the_pieces_of_a_bar_add_up_to_level_or_standard(level, required):
    bar = chart.level_bar(replace(ROW, level=level, required=required))
    unit = chart.LEVEL_WIDTH / 5
    assert bar.held.width == pytest.approx(unit * min(level, required), abs=0.02)
    assert (bar.missing is not None) == (level < required)
    assert (bar.above is not None) == (level > required)
    reach = bar.held.width + sum(s.width for s in (bar.missing, bar.above) if s)
    assert reach == pytest.approx(unit * max(level, required), abs=0.05)
    assert bar.required == pytest.approx(chart.MARGIN + unit * required, abs=0.02)


def test_an_unknown_level_has_no_bar_at_all_and_zero_has_one():
    unknown = chart.level_bar(replace(ROW, level=None))
    zero = chart.level_bar(replace(ROW, level=0))
    assert unknown.unknown
    assert unknown.held is None
    assert unknown.missing is None
    assert not zero.unknown
    assert zero.held == chart.Span(chart.MARGIN, 0.0)
    assert zero.missing is not None


def test_other_scales_fill_the_same_width():
    bar = chart.level_bar(replace(ROW, level=7, required=4, max_level=7.0))
    assert bar.above.x + bar.above.width == chart.MARGIN + chart.LEVEL_WIDTH
    assert len(bar.ticks) == 8
    low = chart.level_bar(replace(ROW, level=1, required=2, max_level=3.0))
    assert low.required == chart.MARGIN + chart.LEVEL_WIDTH * 2 / 3


def test_a_level_beyond_its_scale_stays_inside_the_drawing():
    bar = chart.level_bar(replace(ROW, level=6, required=3))
    assert bar.above.x + bar.above.width <= chart.MARGIN + chart.LEVEL_WIDTH


@given(st.lists(st.integers(-(10**7), 10**7), max_size=12))
def test_bars_of_points_share_one_zero_and_one_scale(micros):
    bars = chart.term_bars(micros)
    assert len({zero for _, zero in bars}) <= 1
    for micro, (span, zero) in zip(micros, bars, strict=True):
        assert span.x >= -0.02
        assert span.x + span.width <= chart.TERM_WIDTH + 0.02
        assert (span.x < zero) == (micro < 0 and span.width > 0)


def test_a_percentage_above_a_hundred_gets_a_longer_scale():
    assert [m for _, m in chart.range_bar(96, 90, 100).marks] == [0, 50, 100]
    assert [m for _, m in chart.range_bar(96, 75, 113.6).marks] == [0, 50, 100, 150]
    assert chart.range_bar(None, 0, 250).value is None

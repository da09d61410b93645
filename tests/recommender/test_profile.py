from __future__ import annotations

from datetime import datetime

import pytest

CENTRE, SELF = "assessment_centre", "self"


def _level(make_engine, *scores):
    level, days, sources = zip(*scores, strict=True)
    engine = make_engine(
        competency_scores={
            "employee_id": ["ani"] * len(scores),
            "competency_code": ["T.LL"] * len(scores),
            "level": list(level),
            "assessed_on": [None if d is None else datetime(*d) for d in days],
            "source": list(sources),
        }
    )
    row = next(r for r in engine.gaps("ani").now.rows if r.competency_code == "T.LL")
    return row.level, row.source, row.stale


@pytest.mark.parametrize(
    ("scores", "expected"),
    [
        # Equally old: the assessment centre is trusted more than one's own word.
        ([(1.0, (2025, 1, 5), CENTRE), (4.0, (2025, 1, 5), SELF)], (1.0, CENTRE, False)),
        # Six years halve trust twice: 1.0 · ¼ is less than 0.4 fresh.
        ([(1.0, (2020, 1, 5), CENTRE), (4.0, (2026, 1, 4), SELF)], (4.0, SELF, False)),
        # Two years leave 0.63, still more than 0.4 fresh.
        ([(1.0, (2024, 1, 5), CENTRE), (4.0, (2026, 1, 4), SELF)], (1.0, CENTRE, False)),
        # Of one source the newest counts.
        ([(1.0, (2024, 1, 5), CENTRE), (2.0, (2025, 1, 5), CENTRE)], (2.0, CENTRE, False)),
        # Without a date the age of three years is assumed: 0.5 is less than 0.63.
        ([(1.0, None, CENTRE), (2.0, (2024, 1, 5), CENTRE)], (2.0, CENTRE, False)),
    ],
)
def test_the_strongest_evidence_by_source_and_age_counts(make_engine, scores, expected):
    assert _level(make_engine, *scores) == expected


@pytest.mark.parametrize(("day", "stale"), [((2023, 1, 6), False), ((2023, 1, 5), True)])
def test_an_assessment_is_out_of_date_after_three_years(make_engine, day, stale):
    assert _level(make_engine, (2.0, day, CENTRE)) == (2.0, CENTRE, stale)

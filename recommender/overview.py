"""What lists of people are filtered by and what groups are told by, for everybody at once.

In: an engine. Out: Arrow tables of facts and of gaps on the present post, one row per person, and
of the same by unit with small groups taken out. Every value is the one that the person's own
figures and gaps show; a test compares them person by person.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from recommender.block import blocks
from recommender.columns import UNKNOWN, Days, Ints, choice, days
from recommender.eligibility.dates import plus_years
from recommender.engine import Engine
from recommender.figures.assessment import Assessments
from recommender.figures.learning_hours import jp_of_year
from recommender.gapmap import Asked, UnitRows, unit_rows
from recommender.snapshot import Snapshot
from training_data import reference

BLOCK = 8192
"""People whose levels are laid out at a time."""

ASSESSMENT = ("valid", "partly", "expired", "none")
"""Of the nine competencies: all are validly assessed, some are, none any more, none ever was by an
accepted source on a known day."""

FACTS = pa.schema(
    [
        pa.field("employee_id", pa.string(), nullable=False),
        ("unit_code", pa.string()),
        ("job_code", pa.string()),
        ("tier", pa.string()),
        ("jp", pa.float64()),
        ("box", pa.int64()),
        ("box_published", pa.bool_()),
        ("assessment", pa.string()),
        ("assessed_until", pa.date32()),
        ("gaps", pa.int64()),
        ("unknown", pa.int64()),
    ]
)
"""Columns of the facts: JP of the calendar year, the talent box and whether its owner may see it,
the state of the assessment and its last valid day, gaps and unknown levels on the present post."""

GAPS = pa.schema(
    [
        pa.field("employee_id", pa.string(), nullable=False),
        pa.field("competency_code", pa.string(), nullable=False),
        pa.field("milli", pa.int64(), nullable=False),
    ]
)
"""Columns of the gaps: thousandths of a level below the standard of the present post."""


@dataclass(frozen=True)
class Overview:
    """What is known of everybody.

    Attributes:
        facts: one row per person in the order of ids, in the schema ``FACTS``.
        gaps: one row per gap, in the schema ``GAPS``.
        by_unit: the same by unit.
    """

    facts: pa.Table
    gaps: pa.Table
    by_unit: UnitRows


def overview(engine: Engine) -> Overview:
    """Return the facts and gaps of everybody, and of every unit."""
    snapshot, people = engine.snapshot, engine.snapshot.people
    figures = engine.figure_maker
    found = _gaps(engine)
    asked, open_ = found.asked, found.asked.short > 0
    jp = jp_of_year(snapshot, engine.rules, engine.as_of.year)
    box, published = _boxes(engine)
    state, until = _assessed(snapshot, figures.assessments)
    facts = pa.table(
        [
            people.index.array,
            _codes(people.unit, snapshot.units.codes),
            _codes(people.job, snapshot.jobs.index.codes),
            _codes(people.tier, tuple(tier.code for tier in reference.tiers())),
            pa.array(jp, from_pandas=True),
            pa.array(box, pa.int64(), mask=box == UNKNOWN),
            pa.array(published, pa.bool_(), mask=box == UNKNOWN),
            _codes(state, ASSESSMENT),
            pa.array(until, pa.date32(), from_pandas=True),
            pa.array(found.count, pa.int64(), mask=found.count == UNKNOWN),
            pa.array(found.unknown, pa.int64(), mask=found.count == UNKNOWN),
        ],
        schema=FACTS,
    )
    gaps = pa.table(
        [
            people.index.array.take(pa.array(asked.person[open_])),
            _codes(asked.competency[open_], snapshot.competencies.codes),
            pa.array(asked.short[open_], pa.int64()),
        ],
        schema=GAPS,
    )
    return Overview(facts, gaps, unit_rows(engine, asked, jp))


@dataclass(frozen=True)
class _Gaps:
    """Levels beside the standard of the present post.

    Attributes:
        asked: every pair that a standard asks for.
        count, unknown: per person, −1 where the post has no standard.
    """

    asked: Asked
    count: Ints
    unknown: Ints


def _gaps(engine: Engine) -> _Gaps:
    facts = engine.prepared.facts
    n = len(engine.snapshot.people)
    count, unknown = np.full(n, UNKNOWN, np.int32), np.full(n, UNKNOWN, np.int32)
    parts: list[tuple[NDArray[Any], ...]] = []
    for block in blocks(np.flatnonzero(facts.now >= 0), BLOCK):
        required = facts.standards.required[facts.now[block]]
        asked = required > UNKNOWN
        level = facts.profile.levels(block)
        known = asked & (level > UNKNOWN)
        open_ = known & (required > level)
        row, column = np.nonzero(asked)
        short = np.where(known, np.maximum(required - level, 0), UNKNOWN)
        parts.append((block[row], column, short[asked]))
        any_ = asked.any(axis=1)
        count[block[any_]] = open_[any_].sum(axis=1)
        unknown[block[any_]] = (asked & ~known)[any_].sum(axis=1)
    nothing = np.zeros(0, np.int32)
    person, competency, short = (
        np.concatenate([nothing, *(part[at] for part in parts)]).astype(np.int32) for at in range(3)
    )
    return _Gaps(Asked(person, competency, short), count, unknown)


def _boxes(engine: Engine) -> tuple[Ints, NDArray[np.bool_]]:
    """Return each person's newest box, −1 none, and whether it is the newest published one too."""
    boxes = engine.figure_maker.boxes
    n = len(engine.snapshot.people)
    box, published = np.full(n, UNKNOWN, np.int32), np.zeros(n, bool)
    for person in boxes.people():
        newest = boxes.mapped(person)
        assert newest is not None
        found = newest.given or boxes.box_of(newest.performance, newest.potential)
        if found is not None:
            box[person] = found
            published[person] = boxes.mapped(person, published_only=True) is newest
    return box, published


def _assessed(snapshot: Snapshot, assessments: Assessments) -> tuple[Ints, Days]:
    """Return the state of each person's assessment, and the last day on which all of it holds."""
    table = snapshot.dataset.table("competency_scores")
    n, asked = len(snapshot.people), len(assessments.codes)
    place = {code: at for at, code in enumerate(assessments.codes)}
    codes = snapshot.competencies.codes
    column = np.array([place.get(code, UNKNOWN) for code in codes] + [UNKNOWN])
    person = snapshot.people.index.lookup(table["employee_id"])
    nine = column[snapshot.competencies.lookup(table["competency_code"])]
    sources = reference.choices("score_source")
    accepted = np.array([source in assessments.accepted for source in sources] + [False])
    day = days(table["assessed_on"])
    by = choice(table["source"], sources)
    counts = (person >= 0) & (nine >= 0) & accepted[by] & ~np.isnat(day)
    newest = np.full((n, asked), np.iinfo(np.int64).min)
    np.maximum.at(newest, (person[counts], nine[counts]), day[counts].astype(np.int64))
    years = int(assessments.rule.params["years"])
    over = plus_years(newest.astype("datetime64[D]"), years, assessments.leap_day)
    dated = newest > np.iinfo(np.int64).min
    valid = dated & (np.datetime64(snapshot.as_of, "D") < over)
    state = np.select([valid.all(axis=1), valid.any(axis=1), dated.any(axis=1)], [0, 1, 2], 3)
    last = np.where(dated, over, np.datetime64("9999-12-31")).min(axis=1) - np.timedelta64(1, "D")
    last[~dated.any(axis=1)] = np.datetime64("NaT")
    return state.astype(np.int32), last


def _codes(rows: Ints, codes: tuple[str, ...]) -> pa.Array:
    """Return codes by row, null for −1."""
    return pa.array(codes, pa.string()).take(pa.array(rows, pa.int64(), mask=rows < 0))

"""Figures of units, read from what is stored with generations.

In: a generation's number and a unit. Out: a ``Survey`` in three small queries along keys, whatever
the size of the agency: every whole is stored, nothing is added up here.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from sqlalchemy import Engine, and_, or_, select

from service.database.engine import reading
from service.database.generations import WHOLE
from service.database.tables import generation, unit_gap, unit_overview
from service.survey import EVERYBODY, PAST, Figures, Hours, Moment, Place, Survey


def survey(engine: Engine, number: int, agency: str, unit: str, slice_: str) -> Survey:
    """Return a unit with its parts; nothing where the generation holds no figures of units.

    Parameters:
        unit: a code, empty for the whole agency.
        slice_: a slice of the people, empty for everybody.
    """
    units, gaps = unit_overview.c, unit_gap.c
    mine = (units.generation == number) & (units.agency == agency)
    asked = select(unit_overview).where(
        mine, or_(units.unit_code == unit, units.parent_code == unit)
    )
    with reading(engine) as connection:
        hours: dict[Place, Hours] = {
            (row.unit_code, row.part): Hours(row.people, row.jp_none, row.jp_some, row.jp_enough)
            for row in connection.execute(asked)
        }
        below = [code for code, part in hours if part == "whole" and code != unit]
        query = select(
            gaps.unit_code,
            gaps.part,
            gaps.slice,
            gaps.competency_code,
            gaps.people,
            gaps.known,
            gaps.below,
            gaps.milli,
        ).where(
            gaps.generation == number,
            gaps.agency == agency,
            gaps.slice.in_({EVERYBODY, slice_}),
            or_(gaps.unit_code == unit, and_(gaps.unit_code.in_(below), gaps.part == "whole")),
        )
        cells: dict[Place, dict[str, Figures]] = defaultdict(dict)
        # Everybody comes first: a slice without a row of its own is hidden.
        for row in connection.execute(query.order_by(gaps.slice)):
            place = cells[row.unit_code, row.part]
            own = row.slice == slice_
            place[row.competency_code] = Figures(*row[4:]) if own else Figures()
    return Survey(
        hours,
        {
            place: {code: one for code, one in found.items() if one.people != 0}
            for place, found in cells.items()
        },
    )


def parts(engine: Engine, number: int, agency: str, unit: str) -> tuple[Place, ...]:
    """Return what a unit is made of: units below it, and its own people."""
    units = unit_overview.c
    query = select(units.unit_code, units.part).where(
        units.generation == number, units.agency == agency, units.parent_code == unit
    )
    with reading(engine) as connection:
        return tuple((row.unit_code, row.part) for row in connection.execute(query))


def past(
    engine: Engine, number: int, agency: str, unit: str, competencies: Sequence[str]
) -> tuple[Moment, ...]:
    """Return a whole unit in the latest whole generations up to one, oldest first."""
    gaps = unit_gap.c
    latest = (
        select(generation.c.number, generation.c.as_of)
        .where(
            generation.c.agency == agency,
            generation.c.state.in_(WHOLE),
            generation.c.number <= number,
        )
        .order_by(generation.c.number.desc())
        .limit(PAST)
    )
    with reading(engine) as connection:
        days = {row.number: row.as_of for row in connection.execute(latest)}
        query = select(unit_gap).where(
            gaps.generation.in_(days),
            gaps.agency == agency,
            gaps.unit_code == unit,
            gaps.part == "whole",
            gaps.slice == EVERYBODY,
            gaps.competency_code.in_(competencies),
        )
        found: dict[int, dict[str, Figures]] = defaultdict(dict)
        for row in connection.execute(query):
            found[row.generation][row.competency_code] = Figures(
                row.people, row.known, row.below, row.milli
            )
    return tuple(Moment(one, days[one], found[one]) for one in sorted(found))

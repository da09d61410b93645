"""The gap map of one unit: its parts by competency, hours, answers and the past, put together.

In: the figures a generation holds of units, what was answered, how units are called. Out: a
``GapMap``. Everything that is hidden was hidden before it came here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Literal

from service.survey import EVERYBODY, Figures, Hours, Moment, Place, Survey, Surveys

if TYPE_CHECKING:
    from service.uptake import Said

GROUPS = ("M", "SK", "T")
"""Groups of competencies one can choose."""

SLICES = ("managerial", "functional", "implementing", "civil_servant", "contract")
"""Parts of the people one can choose; of whom it is not known is no choice of its own."""

COLUMNS = 12
"""Competencies that are shown by default."""

Name = Callable[[str], str | None]
"""Unit code → name."""


@dataclass(frozen=True)
class Skill:
    """A competency; ``group`` is empty where none is known."""

    code: str
    name: str
    group: str


@dataclass(frozen=True)
class Wish:
    """What somebody wants to see.

    Attributes:
        unit: a code; the whole of what the viewer may see by default.
        group: one of ``GROUPS``; all by default.
        slice_: one of ``SLICES``; everybody by default.
        columns: how many competencies at most.
    """

    unit: str = ""
    group: str = ""
    slice_: str = EVERYBODY
    columns: int = COLUMNS


@dataclass(frozen=True)
class UnitRow:
    """One row.

    Attributes:
        part: the chosen unit, a unit below it, or the people of the chosen unit itself.
        code: of the unit; empty for the agency, and for people without a unit.
        hours: None where nobody works there.
        cells: by competency; what is not in it is asked of nobody.
        said: None where nobody answered.
    """

    part: Literal["total", "unit", "own"]
    code: str
    name: str | None
    hours: Hours | None
    cells: Mapping[str, Figures]
    said: Said | None


@dataclass(frozen=True)
class GapMap:
    """What is told of one unit.

    Attributes:
        line: (code, name) from the highest unit the viewer reads down to this one.
        skills: the columns: those with the most people below the standard.
        more: how many competencies are asked for in the unit, shown or not.
        rows: units below by name, then own people.
        past: the chosen unit in the generations before, everybody, in the same columns.
        answered_before: answers given before this day are counted.
        least: people a figure speaks of at least.
        enough: JP that a year asks for.
        tells_reasons: whether the viewer may know why people declined.
    """

    wish: Wish
    line: tuple[tuple[str, str | None], ...]
    skills: tuple[Skill, ...]
    more: int
    total: UnitRow
    rows: tuple[UnitRow, ...]
    past: tuple[Moment, ...]
    answered_before: date
    least: int
    enough: float
    tells_reasons: bool

    @property
    def everything(self) -> tuple[UnitRow, ...]:
        """The rows, then the total."""
        return (*self.rows, self.total)


def start_of(surveys: Surveys, root: str) -> str:
    """Return where somebody begins: below the agency's one unit where there is only one."""
    parts = surveys.parts(root) if root == "" else ()
    return parts[0][0] if len(parts) == 1 else root


def gap_map(
    surveys: Surveys,
    wish: Wish,
    line: Sequence[str],
    name: Name,
    said: Mapping[Place, Said],
    answered_before: date,
    tells_reasons: bool,
) -> GapMap:
    """Put the map of a unit together.

    Parameters:
        wish: its unit is the one to show.
        line: codes from the highest unit the viewer reads down to it.
        said: answers by place.
    """
    found = surveys.of(wish.unit, wish.slice_)
    skills = _skills(surveys, found.cells.get((wish.unit, "whole"), {}), wish.group)
    shown = skills[: wish.columns]
    return GapMap(
        wish,
        tuple((code, name(code)) for code in line),
        tuple(shown),
        len(skills),
        _row("total", (wish.unit, "whole"), found, said, name),
        _below(wish.unit, found, said, name),
        tuple(surveys.past(wish.unit, [skill.code for skill in shown])),
        answered_before,
        surveys.least,
        surveys.enough,
        tells_reasons,
    )


def _skills(surveys: Surveys, cells: Mapping[str, Figures], group: str) -> list[Skill]:
    """Return what is asked for, most people below the standard first, what is hidden last."""

    def weight(code: str) -> tuple[int, int, str]:
        one = cells[code]
        return -(one.below or 0), -(one.people or 0), code

    named = (Skill(code, *surveys.skill(code)) for code in sorted(cells, key=weight))
    return [skill for skill in named if group in ("", skill.group)]


def _below(unit: str, found: Survey, said: Mapping[Place, Said], name: Name) -> tuple[UnitRow, ...]:
    units = [
        _row("unit", place, found, said, name)
        for place in found.hours
        if place[1] == "whole" and place[0] != unit
    ]
    units.sort(key=lambda row: (row.name or row.code, row.code))
    own: Place = (unit, "own")
    return (*units, *((_row("own", own, found, said, name),) if own in found.hours else ()))


def _row(
    part: Literal["total", "unit", "own"],
    place: Place,
    found: Survey,
    said: Mapping[Place, Said],
    name: Name,
) -> UnitRow:
    return UnitRow(
        part,
        place[0],
        name(place[0]),
        found.hours.get(place),
        found.cells.get(place, {}),
        said.get(place),
    )

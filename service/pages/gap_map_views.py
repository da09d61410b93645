"""Stage serve: the gap map of a unit becomes a page; in: a ``GapMap``, out: tables to draw.

Every cell says its figure in words; the colour behind it only helps the eye.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal
from urllib.parse import urlencode

from service.gapmap import GROUPS, SLICES, GapMap, Skill, UnitRow, Wish
from service.pages.source import Choice, Source
from service.survey import Figures, Hours
from training_data.messages import Text, text

if TYPE_CHECKING:
    from service.uptake import Said

HOME = "/peta"
HEAT = (0.0, 0.25, 0.5, 0.75)
"""Upper ends of the steps of colour; the last one has none."""

State = Literal["shown", "few", "unknown", "unasked"]


@dataclass(frozen=True)
class CellView:
    """One unit in one competency.

    Attributes:
        state: a share, too few people, nobody measured, or nobody asked.
        heat: step of colour of a share.
    """

    skill: Skill
    state: State
    figures: Figures | None
    heat: int | None


@dataclass(frozen=True)
class RowView:
    """One row of every table.

    Attributes:
        name: what the row is called; ``address`` leads to the unit's own map.
        said_reasons: reasons with how often each was given, most often first.
    """

    row: UnitRow
    name: Text
    address: str | None
    cells: tuple[CellView, ...]
    hours: Hours | None
    said: Said | None
    said_reasons: tuple[Text, ...] | None


@dataclass(frozen=True)
class TrendView:
    """One competency in every generation that is kept."""

    skill: Skill
    cells: tuple[CellView, ...]


@dataclass(frozen=True)
class GapMapPage:
    """The page.

    Attributes:
        unit: what the chosen unit is called.
        crumbs: the units above it and their addresses.
        rows: the parts of the unit; ``total`` is the unit.
        people: per competency the list of those below, for who may see people.
    """

    found: GapMap
    unit: Text
    crumbs: tuple[tuple[Text, str], ...]
    groups: tuple[Choice, ...]
    slices: tuple[Choice, ...]
    rows: tuple[RowView, ...]
    total: RowView
    trend: tuple[TrendView, ...]
    people: tuple[tuple[Skill, str], ...]

    @property
    def everything(self) -> tuple[RowView, ...]:
        """The rows, then the total."""
        return (*self.rows, self.total)

    @property
    def answered(self) -> bool:
        """Whether there are any answers to tell of."""
        return any(view.said is not None for view in self.everything)


def wish_of(unit: str, group: str, slice_: str) -> Wish:
    """Return what a form asks for; what is no choice of it restricts nothing."""
    return Wish(unit, group if group in GROUPS else "", slice_ if slice_ in SLICES else "")


def gap_map_page(source: Source, wish: Wish) -> GapMapPage | None:
    """Describe the map of a unit; None where the viewer reads none."""
    found = source.gap_map(wish)
    if found is None:
        return None
    unit = _named(*found.line[-1])
    linked = source.viewer.may_search and bool(source.filters().competencies)
    return GapMapPage(
        found,
        unit,
        tuple((_named(*one), _address(wish, one[0])) for one in found.line[:-1]),
        tuple(Choice(code, text(f"pages.gap.group.{code}")) for code in GROUPS),
        tuple(Choice(code, text(f"pages.map.slice.{code}")) for code in SLICES),
        tuple(_row(found, row, unit, wish) for row in found.rows),
        _row(found, found.total, unit, wish),
        tuple(
            TrendView(skill, tuple(_cell(skill, one.cells.get(skill.code)) for one in found.past))
            for skill in found.skills
        ),
        tuple((skill, _people(found, skill)) for skill in found.skills) if linked else (),
    )


def _named(code: str, name: str | None) -> Text:
    return Text(name or code, name or code) if name or code else text("pages.map.agency")


def _address(wish: Wish, unit: str) -> str:
    asked = (("unit", unit), ("kelompok", wish.group), ("pegawai", wish.slice_))
    query = urlencode([(name, value) for name, value in asked if value])
    return f"{HOME}?{query}" if query else HOME


def _people(found: GapMap, skill: Skill) -> str:
    return "/?" + urlencode({"unit": found.wish.unit, "kesenjangan": skill.code})


def _row(found: GapMap, row: UnitRow, unit: Text, wish: Wish) -> RowView:
    name = _named(row.code, row.name)
    address = None
    if row.part == "total":
        name = text("pages.map.total", unit=unit)
    elif row.part == "own":
        name = text("pages.map.own", unit=unit) if row.code else text("pages.map.no_unit")
    elif row.name is not None:  # a unit that no table lists has no page of its own
        address = _address(wish, row.code)
    cells = tuple(_cell(skill, row.cells.get(skill.code)) for skill in found.skills)
    reasons = _reasons(row.said) if found.tells_reasons else None
    return RowView(row, name, address, cells, row.hours, row.said, reasons)


def _cell(skill: Skill, one: Figures | None) -> CellView:
    if one is None:
        return CellView(skill, "unasked", None, None)
    if one.hidden:
        return CellView(skill, "few", one, None)
    if one.share is None:
        return CellView(skill, "unknown", one, None)
    heat = next((step for step, end in enumerate(HEAT) if one.share <= end), len(HEAT))
    return CellView(skill, "shown", one, heat)


def _reasons(said: Said | None) -> tuple[Text, ...] | None:
    if said is None or said.reasons is None:
        return None
    given = sorted(said.reasons.items(), key=lambda one: (-one[1], one[0]))
    return tuple(
        text("pages.map.said.reason", reason=text(f"pages.answer.reason.{code}"), count=count)
        for code, count in given
        if count
    )

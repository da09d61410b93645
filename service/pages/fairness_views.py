"""Stage serve: a review of fairness becomes a page; in: its JSON values, out: rows to draw."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from service.pages.chart import RangeBar, range_bar
from training_data.messages import Text, text

PERCENT = 100.0


@dataclass(frozen=True)
class CellView:
    """One group of one measure that is shown; no figure where it holds nobody."""

    group: Text
    n: int | None
    rate: float | None
    low: float | None
    high: float | None
    ratio: float | None
    reference: bool
    bar: RangeBar | None


@dataclass(frozen=True)
class DimensionView:
    """One way of grouping: what is shown, and the names of what is not."""

    name: Text
    rows: tuple[CellView, ...]
    hidden: Text | None


@dataclass(frozen=True)
class MeasureView:
    """One measure with everybody's figure and its groups; ``found`` where one is below a floor."""

    code: str
    name: Text
    overall: Text
    floor: Text | None
    dimensions: tuple[DimensionView, ...]
    found: bool


@dataclass(frozen=True)
class FindingView:
    """A group below a floor, in words, and the measure it is about."""

    measure: str
    text: Text


@dataclass(frozen=True)
class FairnessPage:
    """The page: the verdict, what is below a floor, and every measure."""

    met: bool
    least: int
    blocking: tuple[FindingView, ...]
    warnings: tuple[FindingView, ...]
    override: tuple[str, str] | None
    measures: tuple[MeasureView, ...]


UnitName = Callable[[str], str | None]
"""Unit code → name."""


def fairness_page(report: Mapping[str, Any], unit_name: UnitName) -> FairnessPage:
    """Describe a review; departments are called by their names."""
    found = [(one["blocks"], _finding(one, unit_name)) for one in report["findings"]]
    named = {one["measure"] for one in report["findings"]}
    decided = report["override"]
    return FairnessPage(
        report["met"],
        report["least_group"],
        tuple(said for blocks, said in found if blocks),
        tuple(said for blocks, said in found if not blocks),
        (decided["by"], decided["reason"]) if decided else None,
        tuple(_measure(one, unit_name, one["measure"] in named) for one in report["measures"]),
    )


def _finding(one: Mapping[str, Any], unit_name: UnitName) -> FindingView:
    said = text(
        "fairness.finding",
        measure=text(f"fairness.measure.{one['measure']}"),
        dimension=text(f"fairness.dimension.{one['dimension']}"),
        group=_group(one["dimension"], one["group"], unit_name),
    )
    return FindingView(_anchor(one["measure"]), said)


def _measure(one: Mapping[str, Any], unit_name: UnitName, found: bool) -> MeasureView:
    everybody = one["overall"]
    overall = text("fairness.overall_hidden")
    if everybody["rate"] is not None:
        overall = text("fairness.overall", n=everybody["n"], rate=everybody["rate"])
    floor = None
    if one["floor"] is not None:
        code = "fairness.floor_gates" if one["gates"] else "fairness.floor_warns"
        floor = text(code, floor=one["floor"])
    dimensions = tuple(_dimension(table, unit_name) for table in one["dimensions"])
    return MeasureView(
        _anchor(one["measure"]), Text(**one["name"]), overall, floor, dimensions, found
    )


def _dimension(table: Mapping[str, Any], unit_name: UnitName) -> DimensionView:
    def name(cell: Mapping[str, Any]) -> Text:
        return _group(table["dimension"], cell["group"], unit_name)

    shown = [cell for cell in table["cells"] if not cell["hidden"]]
    return DimensionView(
        text(f"fairness.dimension.{table['dimension']}"),
        tuple(_cell(cell, name(cell), cell["group"] == table["reference"]) for cell in shown),
        _not_shown([name(cell) for cell in table["cells"] if cell["hidden"]]),
    )


def _not_shown(names: list[Text]) -> Text | None:
    """Name the groups without figures; None where every group is shown."""
    if not names:
        return None
    listed = Text("; ".join(one.id for one in names), "; ".join(one.en for one in names))
    return text("pages.fairness.hidden", groups=listed)


def _cell(cell: Mapping[str, Any], name: Text, reference: bool) -> CellView:
    figures = {key: cell[key] for key in ("n", "rate", "low", "high", "ratio")}
    bar = None if cell["rate"] is None else _bar(cell)
    return CellView(name, **figures, reference=reference, bar=bar)


def _group(dimension: str, group: str, unit_name: UnitName) -> Text:
    # The packages behind it are large: the first page that needs it loads it.
    from recommender.fairness.report import group_name

    named = unit_name(group) if dimension == "unit" and group else None
    return Text(named, named) if named else group_name(dimension, group)


def _anchor(measure: str) -> str:
    return measure.replace(".", "-")


def _bar(cell: Mapping[str, Any]) -> RangeBar:
    return range_bar(PERCENT * cell["rate"], PERCENT * cell["low"], PERCENT * cell["high"])

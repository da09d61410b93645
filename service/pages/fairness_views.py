"""Stage serve: a review of fairness becomes a page; in: its JSON values, out: rows to draw."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from service.pages.chart import RangeBar, range_bar
from training_data.messages import Text, text

PERCENT = 100.0


@dataclass(frozen=True)
class CellView:
    """One group of one measure; no figure where it is hidden or holds nobody."""

    dimension: Text
    group: Text
    hidden: bool
    n: int | None
    rate: float | None
    low: float | None
    high: float | None
    ratio: float | None
    reference: bool
    bar: RangeBar | None


@dataclass(frozen=True)
class MeasureView:
    """One measure with everybody's figure and its rows."""

    code: str
    name: Text
    overall: Text
    floor: Text | None
    rows: tuple[CellView, ...]


@dataclass(frozen=True)
class FairnessPage:
    """The page: the verdict, what is below a floor, and every measure."""

    met: bool
    least: int
    blocking: tuple[Text, ...]
    warnings: tuple[Text, ...]
    override: tuple[str, str] | None
    measures: tuple[MeasureView, ...]


def fairness_page(report: Mapping[str, Any]) -> FairnessPage:
    """Describe a review."""
    found = [(one["blocks"], Text(**one["text"])) for one in report["findings"]]
    decided = report["override"]
    return FairnessPage(
        report["met"],
        report["least_group"],
        tuple(said for blocks, said in found if blocks),
        tuple(said for blocks, said in found if not blocks),
        (decided["by"], decided["reason"]) if decided else None,
        tuple(_measure(one) for one in report["measures"]),
    )


def _measure(one: Mapping[str, Any]) -> MeasureView:
    everybody = one["overall"]
    overall = text("fairness.overall_hidden")
    if everybody["rate"] is not None:
        overall = text("fairness.overall", n=everybody["n"], rate=everybody["rate"])
    floor = None
    if one["floor"] is not None:
        code = "fairness.floor_gates" if one["gates"] else "fairness.floor_warns"
        floor = text(code, floor=one["floor"])
    rows = tuple(_cell(table, cell) for table in one["dimensions"] for cell in table["cells"])
    return MeasureView(one["measure"].replace(".", "-"), Text(**one["name"]), overall, floor, rows)


def _cell(table: Mapping[str, Any], cell: Mapping[str, Any]) -> CellView:
    # The packages behind it are large: the first page that needs it loads it.
    from recommender.fairness.report import group_name

    known = cell["rate"] is not None
    return CellView(
        text(f"fairness.dimension.{table['dimension']}"),
        group_name(table["dimension"], cell["group"]),
        cell["hidden"],
        cell["n"],
        cell["rate"],
        cell["low"],
        cell["high"],
        cell["ratio"],
        cell["group"] == table["reference"],
        _bar(cell) if known else None,
    )


def _bar(cell: Mapping[str, Any]) -> RangeBar:
    return range_bar(PERCENT * cell["rate"], PERCENT * cell["low"], PERCENT * cell["high"])

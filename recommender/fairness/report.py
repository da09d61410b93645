"""The report on fairness: what was measured, what is below a floor, as JSON and as Markdown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from recommender.fairness.cells import Cell, Cells
from training_data.messages import Text, entries, say, text


@dataclass(frozen=True)
class Finding:
    """A group that is below a floor for sure.

    Attributes:
        blocks: whether the packs let it hold back a publication; else it is a warning.
    """

    measure: str
    dimension: str
    group: str
    blocks: bool

    def as_json(self) -> dict[str, Any]:
        """Return the finding with its sentence."""
        return {
            "measure": self.measure,
            "dimension": self.dimension,
            "group": self.group,
            "blocks": self.blocks,
            "text": self.text.as_dict(),
        }

    @property
    def text(self) -> Text:
        """The finding as a sentence."""
        return text(
            "fairness.finding",
            measure=text(f"fairness.measure.{self.measure}"),
            dimension=text(f"fairness.dimension.{self.dimension}"),
            group=group_name(self.dimension, self.group),
        )


@dataclass(frozen=True)
class Measured:
    """One measure: everybody, and by every grouping."""

    name: str
    floor: float | None
    gates: bool
    overall: Cell
    tables: tuple[Cells, ...]

    def as_json(self) -> dict[str, Any]:
        """Return the measure as JSON values."""
        return {
            "measure": self.name,
            "name": text(f"fairness.measure.{self.name}").as_dict(),
            "floor": self.floor,
            "gates": self.gates,
            "overall": self.overall.as_json(),
            "dimensions": [
                {
                    "dimension": t.dimension,
                    "reference": t.reference,
                    "cells": [c.as_json() for c in t.cells],
                }
                for t in self.tables
            ],
        }


@dataclass(frozen=True)
class Report:
    """Fairness of one ranking.

    Attributes:
        least: people a cell must hold to be shown.
        measures: in the order of ``outcomes.MEASURES``.
        findings: what is below a floor for sure.
    """

    least: int
    measures: tuple[Measured, ...]
    findings: tuple[Finding, ...]

    @property
    def breaches(self) -> tuple[Finding, ...]:
        """The findings that hold back a publication."""
        return tuple(f for f in self.findings if f.blocks)

    @property
    def met(self) -> bool:
        """Whether nothing holds back a publication."""
        return not self.breaches

    def as_json(self) -> dict[str, Any]:
        """Return the report as JSON values."""
        return {
            "met": self.met,
            "least_group": self.least,
            "findings": [f.as_json() for f in self.findings],
            "measures": [m.as_json() for m in self.measures],
        }

    def as_markdown(self, language: str) -> str:
        """Return the report to read."""
        return markdown(self.as_json(), language)


def group_name(dimension: str, group: str) -> Text:
    """Return the name of a group; places and units are named by what the data say."""
    if group == "":
        return text("fairness.unknown")
    if dimension == "age":
        return _age_band(group)
    code = f"fairness.group.{dimension}.{group}"
    return text(code) if code in entries() else Text(group, group)


def _age_band(group: str) -> Text:
    """Return a band such as ``<30``, ``30-39`` or ``>=50`` in words."""
    if group.startswith("<"):
        return text("fairness.age.under", years=int(group[1:]))
    if group.startswith(">="):
        return text("fairness.age.from", years=int(group[2:]))
    low, _, high = group.partition("-")
    return text("fairness.age.between", low=int(low), high=int(high))


def markdown(report: Mapping[str, Any], language: str) -> str:
    """Return a report, fresh or read back from where it is kept, as Markdown."""
    lines = [f"# {say('fairness.title', language)}", ""]
    state = "fairness.met" if report["met"] else "fairness.not_met"
    lines += [
        say(state, language),
        "",
        say("fairness.about", language, least=report["least_group"]),
    ]
    if report["findings"]:
        lines += ["", f"## {say('fairness.findings', language)}", ""]
        for one in report["findings"]:
            kind = "fairness.blocks" if one["blocks"] else "fairness.warns"
            lines.append(f"- {say(kind, language)}: {one['text'][language]}")
    for one in report["measures"]:
        lines += ["", f"## {one['name'][language]}", "", _overall(one, language), ""]
        lines += [say("fairness.header", language), "| --- | --- | ---: | ---: | --- | ---: |"]
        for table in one["dimensions"]:
            name = say(f"fairness.dimension.{table['dimension']}", language)
            lines += [_line(name, table, cell, language) for cell in table["cells"]]
    return "\n".join(lines) + "\n"


def _overall(one: Mapping[str, Any], language: str) -> str:
    cell = one["overall"]
    if cell["hidden"] or cell["rate"] is None:
        return say("fairness.overall_hidden", language)
    said = say("fairness.overall", language, n=cell["n"], rate=cell["rate"])
    if one["floor"] is None:
        return said
    code = "fairness.floor_gates" if one["gates"] else "fairness.floor_warns"
    return f"{said} {say(code, language, floor=one['floor'])}"


def _line(dimension: str, table: Mapping[str, Any], cell: Mapping[str, Any], language: str) -> str:
    group = group_name(table["dimension"], cell["group"]).in_language(language)
    group = group.replace("|", "/")
    if cell["hidden"]:
        return f"| {dimension} | {group} | {say('fairness.hidden', language)} | | | |"
    if cell["rate"] is None:
        return f"| {dimension} | {group} | {cell['n']} | | | |"
    rate = say("fairness.percent", language, value=cell["rate"])
    low = say("fairness.percent", language, value=cell["low"])
    high = say("fairness.percent", language, value=cell["high"])
    ratio = ""
    if cell["group"] == table["reference"]:
        ratio = say("fairness.reference", language)
    elif cell["ratio"] is not None:
        ratio = say("fairness.number", language, value=cell["ratio"])
    return f"| {dimension} | {group} | {cell['n']} | {rate} | {low} – {high} | {ratio} |"

"""What a panel reads of one person beside a post: seniority, ratings, talent box, record, BUP.

In: an engine and what the reader may see. Out: cells; what is not for the reader is said to be
hidden. Of discipline stands no more than whether BKD has to confirm something.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

from recommender.eligibility.dates import as_date, duration
from recommender.engine import Engine
from recommender.reports.sight import Sight
from recommender.reports.tables import Cell, joined
from recommender.results import Check
from training_data import reference
from training_data.messages import Text, entries, text

YEARS = 2
"""Years of performance that are looked back on."""


@dataclass(frozen=True)
class Beside:
    """What stands beside a candidate; ``None`` where it is not for the reader."""

    ratings: Text | None
    box: Text | None
    retirement: Text | None


def beside(engine: Engine, employees: Sequence[str], sight: Sight) -> dict[str, Beside]:
    """Return what stands beside some candidates; who is not known any more is left out."""
    panel, rows = Panel(engine, sight), engine.snapshot.people.index.rows
    return {
        employee: Beside(
            panel.ratings(rows[employee]) if sight.performance else None,
            panel.box(rows[employee]) if sight.talent else None,
            panel.retirement(rows[employee]) if sight.service_left else None,
        )
        for employee in employees
        if employee in rows
    }


class Panel:
    """Makes the cells for one reader."""

    def __init__(self, engine: Engine, sight: Sight) -> None:
        self.engine, self.sight = engine, sight
        self.facts = engine.eligibility.facts

    def seniority(self, row: int) -> tuple[object, ...]:
        """Return the order of the list: grade, since when, post since when, age, id."""
        people = self.engine.snapshot.people
        scale, grade = int(people.grade_scale[row]), int(people.grade[row])
        return (
            scale if scale >= 0 else 2,
            -grade,
            *(_early(days[row]) for days in (people.grade_since, people.job_since)),
            _early(people.birth_date[row]),
            people.index.codes[row].encode(),
        )

    def ratings(self, row: int) -> Text:
        """Return the ratings of the last years."""
        if not self.sight.performance:
            return text("report.hidden")
        last = self.engine.as_of.year - 1
        codes, found = reference.choices("rating"), []
        for year in range(last - YEARS + 1, last + 1):
            rating = int(self.facts.rating_of(year)[row])
            said = text("report.unknown.source")
            if rating >= 0:
                said = reference.label("rating", codes[rating])
            found.append(text("report.rating", year=str(year), rating=said))
        return joined(found)

    def box(self, row: int) -> Text:
        """Return the talent box, as far as the reader may know it."""
        if not self.sight.talent:
            return text("report.hidden")
        boxes = self.engine.figure_maker.boxes
        figure = boxes.of(row, published_only=not self.sight.talent_unpublished)
        if figure is None or figure.value is None:
            return text("report.unknown.box")
        said = text("report.box", box=int(figure.value))
        day = figure.details["assessed_on"]
        return said if day is None else joined([said, text("report.on", day=_day(day))])

    def record(self, checks: Sequence[Check]) -> Text:
        """Say whether BKD has to confirm something, and nothing more."""
        if not self.sight.verdict:
            return text("report.hidden")
        checks = [check for check in checks if check.confidential]
        if not checks:
            return text("report.record.unknown")
        clear = all(check.outcome == "lolos" for check in checks)
        return text("report.record.clear" if clear else "report.record.confirm")

    def retirement(self, row: int) -> Text:
        """Return age and day of retirement."""
        if not self.sight.service_left:
            return text("report.hidden")
        people, facts = self.engine.snapshot.people, self.facts
        birth, today = people.birth_date[row], np.datetime64(self.engine.as_of, "D")
        if np.isnat(birth):
            return text("report.unknown.birth")
        first, last = (as_date(days[row]) for days in facts.retires_on)
        age = text("report.age", age=duration(birth, today))
        ends = text("report.unknown.retirement")
        if first is not None and first == last:
            ends = text("report.retires", day=first)
        return joined([age, ends])

    def unsure(self, checks: Sequence[Check]) -> list[Text]:
        """Name what is not sure yet; what is confidential stands in a column of its own."""
        open_ = [c for c in checks if c.outcome != "lolos" and not c.confidential]
        return [rule_name(c.rule) for c in open_ if self.shows(c.rule)]

    def shows(self, rule: str) -> bool:
        """Whether the reader may learn how a person stands to a rule."""
        hidden = {
            "role.must_have": self.sight.levels,
            "role.performance": self.sight.performance,
            "role.retirement": self.sight.service_left,
        }
        return hidden.get(rule, True)


def rule_name(rule: str) -> Text:
    """Return what a rule is called."""
    return text(f"pages.rule.{rule}") if has_rule_name(rule) else plain(rule)


def has_rule_name(rule: str) -> bool:
    """Whether a rule has a name for readers; a confidential one has none."""
    return f"pages.rule.{rule}" in entries()


def since(what: Cell, day: Any) -> Text:
    """Return what somebody has with the day since when."""
    held = as_date(day)
    said = what if isinstance(what, Text) else plain(str(what))
    return said if held is None else joined([said, text("report.since", day=held)])


def _early(day: Any) -> int:
    """Return a key by which earlier days come first and unknown ones last."""
    return int(np.iinfo(np.int64).max if np.isnat(day) else np.datetime64(day, "D").astype(int))


def _day(iso: str) -> date:
    return date.fromisoformat(iso)


def plain(words: str) -> Text:
    """Return words that are the same in both languages."""
    return Text(words, words)

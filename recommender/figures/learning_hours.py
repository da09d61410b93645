"""Learning hours (JP) of a year: what was completed, by form and rule, against the target or cap.

In: the snapshot, its completed trainings and the packs. Out: hours of a training to come, hours of
everybody in a year, and the figure of one person. Hours in the tables are JP of 45 minutes by
contract; an agency whose source counts clock hours says so in its pack (``jp.hours_unit``).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pyarrow.compute as pc
from numpy.typing import NDArray

from recommender.columns import UNKNOWN, Ints, days
from recommender.eligibility.dates import as_date, iso
from recommender.figures.history import History
from recommender.figures.results import Figure, Ground, Part, State
from recommender.snapshot import Snapshot
from training_data import reference
from training_data.messages import Text, text
from training_data.reference.packs import Rules

Hours = NDArray[np.float64]
MINUTES_PER_HOUR = 60
_EXACT = 6
"""Sums of hours are compared after rounding here, so that 0.1 + 0.2 is 0.3."""


@dataclass(frozen=True)
class JpRules:
    """What the packs say of learning hours.

    Attributes:
        minutes_per_jp: length of one JP.
        per_day: form → JP of one day, national and international.
        bonus, bonus_forms: what an international course of these forms adds, as a share.
        per_hour: JP of one clock hour of any other form.
        clock: tables whose hours are clock hours: "catalogue", "history".
    """

    minutes_per_jp: float
    per_day: dict[str, dict[str, float]]
    bonus: float
    bonus_forms: tuple[str, ...]
    per_hour: float
    clock: frozenset[str]

    @classmethod
    def of(cls, rules: Rules) -> JpRules:
        """Read the packs."""
        extra = rules.rule("jp.international").params
        units = rules.rule("jp.hours_unit").params
        return cls(
            float(rules.rule("jp.yearly_pns").params["minutes_per_jp"]),
            dict(rules.rule("jp.per_day").params),
            float(extra["bonus"]),
            tuple(extra["forms"]),
            float(rules.rule("jp.other_forms").params["jp_per_hour"]),
            frozenset(name for name, unit in units.items() if unit == "clock"),
        )

    def of_minutes(self, minutes: float) -> float:
        """Return minutes as JP."""
        return minutes / self.minutes_per_jp

    def of_clock(self, form: str | None, hours: float) -> float:
        """Return clock hours as JP: real time for the forms of courses, else by the packs."""
        if form in self.bonus_forms:
            return self.of_minutes(MINUTES_PER_HOUR * hours)
        return hours * self.per_hour

    def of_days(self, form: str | None, days: float | None, international: bool) -> float | None:
        """Return the JP of a form that is counted by the day; ``None`` for any other."""
        if form not in self.per_day or days is None:
            return None
        return days * self.per_day[form]["international" if international else "national"]

    def jp_of(
        self,
        form: str | None,
        *,
        hours: float | None = None,
        days: float | None = None,
        international: bool = False,
        table: str = "catalogue",
    ) -> float | None:
        """Return the JP of one training, ``None`` where its length is not known.

        Parameters:
            form: SIASN jenisDiklat, ``None`` unknown.
            hours: as the table says; goes before days, for a stated number is the catalogue's.
            days: length in days, used where a form is counted by the day.
            table: "catalogue", or "history", whose hours are credited ones: no bonus is added.
        """
        if hours is None:
            return self.of_days(form, days, international)
        if table in self.clock:
            hours = self.of_clock(form, hours)
        if table == "catalogue" and international and form in self.bonus_forms:
            hours *= 1 + self.bonus
        return round(hours, _EXACT)


def planned_jp(snapshot: Snapshot, rules: Rules) -> Hours:
    """Return the JP that each training of the catalogue would add, ``[n_trainings]``.

    NaN where neither its hours nor, for a form counted by the day, a dated session is known.
    """
    jp = JpRules.of(rules)
    table = snapshot.dataset.table("trainings")
    abroad = pc.fill_null(table["international"], False).to_pylist()
    codes = (*reference.choices("form"), None)
    length = _session_days(snapshot)
    found = [
        jp.jp_of(
            codes[form],
            hours=None if np.isnan(hours) else float(hours),
            days=None if lasts == 0 else float(lasts),
            international=bool(foreign),
        )
        for form, hours, lasts, foreign in zip(
            snapshot.trainings.form, snapshot.trainings.hours, length, abroad, strict=True
        )
    ]
    return np.array([np.nan if jp is None else jp for jp in found], np.float64)


def history_jp(snapshot: Snapshot, rules: Rules, history: History) -> Hours:
    """Return the JP of each completed training: as recorded, else as the catalogue says.

    NaN where neither says it, nor a form counted by the day the days it took.
    """
    jp = JpRules.of(rules)
    codes = (*reference.choices("form"), None)
    recorded = history.hours
    if "history" in jp.clock:
        pairs = zip(history.form, recorded, strict=True)
        recorded = np.array([round(jp.of_clock(codes[f], h), _EXACT) for f, h in pairs])
    planned = np.append(planned_jp(snapshot, rules), np.nan)[history.training]
    found: Hours = np.where(np.isnan(recorded), planned, recorded)
    dated = ~np.isnat(history.day) & ~np.isnat(history.started) & (history.form >= 0)
    for row in np.flatnonzero(np.isnan(found) & dated):
        days = int((history.day[row] - history.started[row]).astype(np.int64)) + 1
        credited = jp.of_days(codes[history.form[row]], days, False)
        if credited is not None and days > 0:
            found[row] = credited
    return found


def jp_of_year(snapshot: Snapshot, rules: Rules, year: int) -> Hours:
    """Return everybody's JP completed in a calendar year, ``[n_people]``.

    Rows without a day or without hours cannot be counted. NaN for everybody where the agency gave
    no training history; 0 only where it did and has none of the person.
    """
    return jp_of_years(snapshot, rules, year, year)


def jp_of_years(snapshot: Snapshot, rules: Rules, first: int, last: int) -> Hours:
    """Return everybody's JP completed from one calendar year to another, both with it.

    What cannot be counted is as in ``jp_of_year``.
    """
    history = History.of(snapshot)
    if not history.known:
        return np.full(len(snapshot.people), np.nan)
    hours, years = history_jp(snapshot, rules, history), _years(history)
    use = (years >= first) & (years <= last) & ~np.isnan(hours)
    total = np.bincount(history.employee[use], hours[use], len(snapshot.people))
    return np.round(total, _EXACT)


class LearningHours:
    """The figure of each person for the calendar year of the day."""

    def __init__(self, snapshot: Snapshot, rules: Rules, history: History) -> None:
        self.snapshot = snapshot
        self.rules = rules
        self.history = history

    @cached_property
    def hours(self) -> Hours:
        """JP of each completed training, NaN unknown."""
        return history_jp(self.snapshot, self.rules, self.history)

    @cached_property
    def _of_year(self) -> Ints:
        return _years(self.history)

    def counted(self, person: int, year: int) -> tuple[float, list[int], list[int]]:
        """Return the JP of a year, the rows counted, and the rows that cannot be counted yet."""
        rows = self.history.rows(person)
        known = [r for r in rows if self._of_year[r] == year and not np.isnan(self.hours[r])]
        open_ = [
            r
            for r in rows
            if self._of_year[r] == UNKNOWN or (self._of_year[r] == year and np.isnan(self.hours[r]))
        ]
        return round(sum(float(self.hours[r]) for r in known), _EXACT), known, open_

    def of(self, person: int) -> Figure:
        """Return the hours of the year against the target, or the cap of a contract."""
        year = self.snapshot.as_of.year
        contract = self.rules.rule("jp.yearly_pppk")
        capped = self._employment(person) in contract.params["employment"]
        rule = contract if capped else self.rules.rule("jp.yearly_pns")
        ground, label = Ground.of(rule), text("figure.jp.label", year=str(year))
        limit = float(rule.params["max_jp" if capped else "min_jp"])
        details: dict[str, Any] = {"year": year, "cap" if capped else "target": limit}
        if not self.history.known:
            words = text("figure.jp.no_history")
            return Figure("jp", label, None, None, None, "jp", "belum_ada", words, ground,
                          details=details)  # fmt: skip
        total, known, open_ = self.counted(person, year)
        state: State = "perlu_verifikasi" if open_ and (capped or total < limit) else "final"
        details |= {
            "met": None if capped else True if total >= limit else None if open_ else False,
            "warning": total > limit if capped else None,
            "missing": None if capped else round(max(0.0, limit - total), _EXACT),
            **self._verified(known),
        }
        return Figure(
            "jp",
            label,
            total,
            total,
            None if open_ else total,
            "jp",
            state,
            _says(capped, total, limit, year),
            ground,
            notes=self._notes(details, open_),
            parts=tuple(self._part(r, ground) for r in [*known, *open_]),
            details=details,
        )

    def _employment(self, person: int) -> str | None:
        place = int(self.snapshot.people.employment[person])
        return reference.choices("employment")[place] if place >= 0 else None

    def _verified(self, rows: list[int]) -> dict[str, float]:
        names = {1: "verified", 0: "unverified", UNKNOWN: "unstated"}
        sums = dict.fromkeys(names.values(), 0.0)
        for row in rows:
            sums[names[int(self.history.verified[row])]] += float(self.hours[row])
        return {name: round(value, _EXACT) for name, value in sums.items()}

    def _notes(self, details: dict[str, Any], open_: list[int]) -> tuple[Text, ...]:
        notes = []
        unverified = details["unverified"] + details["unstated"]
        if unverified:
            notes.append(text("figure.jp.unverified", jp=unverified))
        if open_:
            notes.append(text("figure.jp.open", count=len(open_)))
        return tuple(notes)

    def _part(self, row: int, ground: Ground) -> Part:
        history, jp = self.history, float(self.hours[row])
        day, known = history.day[row], not np.isnan(jp)
        codes, form = reference.choices("form"), int(history.form[row])
        facts = {
            "completed_on": iso(day),
            "form": codes[form] if form >= 0 else None,
            "verified": None if history.verified[row] < 0 else bool(history.verified[row]),
        }
        counted = known and not np.isnat(day)
        title = history.titles[row]
        if counted:
            recorded = not np.isnan(history.hours[row])
            code = "figure.jp.course" if recorded else "figure.jp.course_catalogue"
            words = text(code, title=title, day=as_date(day), jp=jp)
            return Part("course", _named(title), jp, jp, jp, None, words, ground, facts)
        code = "figure.jp.course_no_hours" if not known else "figure.jp.course_undated"
        words = text(code, title=title)
        return Part("course", _named(title), None, 0.0, None, None, words, ground, facts)


def _says(capped: bool, total: float, limit: float, year: int) -> Text:
    if capped:
        code = "figure.jp.above_cap" if total > limit else "figure.jp.within_cap"
    else:
        code = "figure.jp.met" if total >= limit else "figure.jp.short"
    return text(code, total=total, limit=limit, year=str(year), missing=round(limit - total, 2))


def _named(title: str) -> Text:
    return Text(title, title)


def _years(history: History) -> Ints:
    """Return the calendar year of each row, −1 undated."""
    years = history.day.astype("datetime64[Y]").astype(np.int64) + 1970
    return np.where(np.isnat(history.day), UNKNOWN, years).astype(np.int32)


def _session_days(snapshot: Snapshot) -> NDArray[np.int64]:
    """Return the days the first coming session of each training lasts, 0 unknown."""
    table = snapshot.dataset.table("sessions")
    training = snapshot.trainings.index.lookup(table["training_code"])
    starts, ends = days(table["starts_on"]), days(table["ends_on"])
    use = (training >= 0) & ~np.isnat(starts) & ~np.isnat(ends) & (ends >= starts)
    order = np.flatnonzero(use)[np.argsort(starts[use], kind="stable")][::-1]
    found = np.zeros(len(snapshot.trainings), np.int64)
    found[training[order]] = (ends[order] - starts[order]).astype(np.int64) + 1
    return found

"""Gates of roles that look at the person first: employment, age, service, record."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pyarrow.compute as pc
from numpy.typing import NDArray

from recommender.columns import UNKNOWN, Ints
from recommender.eligibility.dates import as_date, iso, plus_months, plus_years
from recommender.eligibility.facts import Facts
from recommender.eligibility.gate import (
    FAIL,
    NOT_RUN,
    PASS,
    VERIFY,
    Citation,
    Finding,
    Missing,
    TableGate,
)
from recommender.eligibility.wording import (
    by,
    complete_data,
    missing,
    reason,
    shut,
    tier_name,
    way,
)
from recommender.scenario import Change, Mapped, Rated, SetFact
from training_data import reference
from training_data.reference.packs import Rule


class Employment(TableGate):
    """Ways of employment for which no post can be suggested (contract, probation)."""

    def __init__(self, facts: Facts, rule: Rule, words: str, when_missing: int) -> None:
        self.facts, self.words = facts, words
        table = [[when_missing]]
        for code in reference.choices("employment"):
            table.append([FAIL if code in rule.params["employment"] else PASS])
        item = np.zeros(len(facts.snapshot.jobs), np.int32)
        person = facts.snapshot.people.employment + 1
        super().__init__(rule, "role", person, item, np.array(table, np.uint8))

    @classmethod
    def build(cls, facts: Facts, rule: Rule, words: str, when_missing: int) -> Employment | Missing:
        """Return the gate, or why it is not run."""
        if not (facts.snapshot.people.employment >= 0).any():
            return Missing("employees.employment")
        return cls(facts, rule, words, when_missing)

    def explain(self, row: int, item: int, verdict: int) -> Finding:
        """Name the employment."""
        place = int(self.facts.snapshot.people.employment[row])
        appointed = SetFact("employment", "PNS")
        if place < 0:
            step = complete_data("employment", appointed)
            return Finding(missing("employment"), {"employment": None}, step)
        code = reference.choices("employment")[place]
        name = reference.label("employment", code)
        if verdict == PASS:
            return Finding(reason("employment.pass", employment=name), {"employment": code})
        said, shown = reason(f"{self.words}.fail", employment=name), {"employment": code}
        if self.words == "cpns":
            return Finding(said, shown, way("cpns.way", None, (appointed,)))
        return Finding(said, shown, closed=shut("post_contract"))


class Age(TableGate):
    """Highest age on the day of appointment, by tier of the post."""

    def __init__(self, facts: Facts, rule: Rule) -> None:
        self.facts, self.up_to = facts, rule.params["up_to"]
        limits = rule.params["max_age"]
        ages = sorted(set(limits.values()))
        self.limit = [limits.get(t.code) for t in reference.tiers()] + [None]
        item = [1 + ages.index(a) if a is not None else 0 for a in self.limit]
        self.on = plus_months(facts.today, rule.params["lead_months"], facts.leap_day)
        birth = facts.snapshot.people.birth_date
        in_time = [np.where(self.on <= self._last(birth, age), PASS, FAIL) for age in ages]
        state = np.where(np.isnat(birth), VERIFY, np.stack(in_time)).T
        codes = state.astype(np.int64) @ 4 ** np.arange(len(ages))
        kinds, person = np.unique(codes, return_inverse=True)
        table = np.full((len(kinds), len(ages) + 1), NOT_RUN, np.uint8)
        for place in range(len(ages)):
            table[:, place + 1] = kinds // 4**place % 4
        jobs = np.array(item, np.int32)[facts.snapshot.jobs.tier]
        super().__init__(rule, "role", person, jobs, table)

    def _last(self, birth: Any, age: int) -> Any:
        """Return the last day of eligible appointment: the birthday, or the day before the next."""
        if self.up_to == "birthday":
            return plus_years(birth, age, self.facts.leap_day)
        return plus_years(birth, age + 1, self.facts.leap_day) - 1

    @classmethod
    def build(cls, facts: Facts, rule: Rule) -> Age | Missing | None:
        """Return the gate, or why it is not run."""
        limited = [t.code in rule.params["max_age"] for t in reference.tiers()] + [False]
        if not np.array(limited)[facts.snapshot.jobs.tier].any():
            return None
        if np.isnat(facts.snapshot.people.birth_date).all():
            return Missing("employees.birth_date")
        return cls(facts, rule)

    def citation(self, item: int) -> Citation:
        """Return the mark of the post's tier."""
        mark = self.rule.params["marks"][_tier_code(self.facts, item)]
        return Citation(self.rule.regulation, self.rule.article, mark)

    def explain(self, row: int, item: int, verdict: int) -> Finding:
        """Name the limit and the last day; the date of birth itself is never shown."""
        tier = int(self.facts.snapshot.jobs.tier[item])
        limit = self.limit[tier]
        assert limit is not None
        birth = self.facts.snapshot.people.birth_date[row]
        shown: dict[str, Any] = {"max_age": limit, "appointment_on": iso(self.on)}
        if np.isnat(birth):
            return Finding(
                missing("birth_date"), shown, complete_data("birth_date", young(self.on))
            )
        values = {
            "limit": limit,
            "tier": tier_name(tier),
            "on": as_date(self.on),
            "basis": self.basis(item),
        }
        shown["fulfilled"] = verdict == PASS
        if verdict == PASS:
            return Finding(reason("age.pass", **values), shown)
        return Finding(reason("age.fail", **values), shown, closed=shut("age"))


class Performance(TableGate):
    """Yearly performance of at least a rating, for a number of years, for some tiers."""

    def __init__(self, facts: Facts, rule: Rule) -> None:
        self.facts = facts
        self.years = [facts.snapshot.as_of.year - 1 - back for back in range(rule.params["years"])]
        rated = np.stack([facts.rating_of(year) for year in self.years], axis=1)
        latest = facts.rating_of(facts.snapshot.as_of.year)
        # Once the present year is rated, it counts instead of the oldest.
        moved = latest[:, None] >= 0
        self.rating = np.where(moved, np.column_stack([latest, rated[:, :-1]]), rated)
        self.first_year = np.where(latest >= 0, self.years[0] + 1, self.years[0])
        order = _rating_order()
        least = order[reference.choices("rating").index(rule.params["minimum"])]
        grade = np.append(order, -1)[self.rating]
        short = ((grade >= 0) & (grade < least)).any(axis=1)
        unknown = (grade < 0).any(axis=1)
        state = np.where(short, 2, np.where(unknown, 1, 0))
        table = np.array([[NOT_RUN, PASS], [NOT_RUN, VERIFY], [NOT_RUN, FAIL]], np.uint8)
        self.least = least
        super().__init__(rule, "role", state, _concerned(facts, rule.params["tiers"]), table)

    @classmethod
    def build(cls, facts: Facts, rule: Rule) -> Performance | Missing | None:
        """Return the gate, or why it is not run."""
        if not _concerned(facts, rule.params["tiers"]).any():
            return None
        if not facts.snapshot.dataset.has("performance"):
            return Missing("performance")
        return cls(facts, rule)

    def explain(self, row: int, item: int, verdict: int) -> Finding:
        """Name the years and their ratings."""
        codes, first = reference.choices("rating"), int(self.first_year[row])
        least = self.rule.params["minimum"]
        by_year = {
            first - back: (codes[place] if place >= 0 else None)
            for back, place in enumerate(self.rating[row])
        }
        years = self.rule.params["years"]
        minimum = reference.label("rating", self.rule.params["minimum"])
        shown = {"ratings": {str(y): c for y, c in by_year.items()}, "years": years}
        if verdict == VERIFY:
            absent = ", ".join(str(y) for y, c in sorted(by_year.items()) if c is None)
            good = [Rated(y, least) for y, c in sorted(by_year.items()) if c is None]
            step = complete_data("performance", *good)
            return Finding(reason("performance.verify", years=absent), shown, step)
        values = {"count": years, "minimum": minimum, "basis": self.basis(item)}
        if verdict == PASS:
            return Finding(reason("performance.pass", **values), shown)
        order = _rating_order()
        short = max(y for y, c in by_year.items() if c and order[codes.index(c)] < self.least)
        earliest = date(short + years + 1, 1, 1)
        label = reference.label("rating", str(by_year[short]))
        changes = by(earliest, *(Rated(y, least) for y in range(short + 1, short + years + 1)))
        return Finding(
            reason("performance.fail", year=str(short), rating=label, **values),
            shown,
            way("performance.way", earliest, changes, **values),
        )


class TalentBox(TableGate):
    """Boxes of the nine-box for which a person decides, not a list."""

    confidential = True

    def __init__(self, facts: Facts, rule: Rule) -> None:
        self.facts = facts
        self.box = boxes(facts)
        unmapped = PASS if rule.params["without_mapping"] == "pass" else VERIFY
        table = np.full((10, 1), PASS, np.uint8)
        table[0] = unmapped
        table[rule.params["closed_boxes"]] = FAIL
        item = np.zeros(len(facts.snapshot.jobs), np.int32)
        super().__init__(rule, "role", np.maximum(self.box, 0), item, table)

    @classmethod
    def build(cls, facts: Facts, rule: Rule) -> TalentBox | Missing:
        """Return the gate, or why it is not run."""
        if not facts.snapshot.dataset.has("talent"):
            return Missing("talent")
        return cls(facts, rule)

    def explain(self, row: int, item: int, verdict: int) -> Finding:
        """Say what follows; the box itself stands in the facts alone."""
        box = int(self.box[row])
        shown = {"box": box if box > 0 else None}
        if verdict == VERIFY:
            step = way("box.verify.way", None, self._placed())
            return Finding(reason("box.verify"), shown, step)
        if verdict == PASS:
            return Finding(reason("box.pass"), shown)
        return Finding(reason("box.fail"), shown, closed=shut("box"))

    def _placed(self) -> tuple[Change, ...]:
        """Return a mapping into the lowest box that is open."""
        open_ = [box for box in range(1, 10) if box not in self.rule.params["closed_boxes"]]
        return (Mapped(open_[0]),) if open_ else ()


def boxes(facts: Facts) -> Ints:
    """Return the newest box per person, worked out from the axes where it is not given.

    −1 where the person was not mapped or an axis is missing.
    """
    table = facts.snapshot.dataset.table("talent")
    person = facts.snapshot.people.index.lookup(table["employee_id"])
    given = np.asarray(pc.fill_null(table["box"], UNKNOWN).to_numpy(), np.int32)
    rule = facts.rules.get("talent.nine_box")
    if rule is not None:
        cells, high, middle = (rule.params[k] for k in ("cells", "high_min", "middle_min"))
        grid = np.array([[cells[r][c] for c in ("low", "middle", "high")]
                         for r in ("below", "as_expected", "above")], np.int32)  # fmt: skip
        axes = [
            np.asarray(pc.fill_null(table[c], float("nan")).to_numpy(), np.float64)
            for c in ("performance_axis", "potential_axis")
        ]
        y, x = ((axis >= middle).astype(int) + (axis >= high) for axis in axes)
        known = ~np.isnan(axes[0]) & ~np.isnan(axes[1])
        given = np.where(given > 0, given, np.where(known, grid[y, x], UNKNOWN))
    day = np.asarray(table["assessed_on"].to_numpy(), "datetime64[D]")
    when = np.where(np.isnat(day), np.iinfo(np.int64).min, day.astype(np.int64))
    found = np.full(len(facts.snapshot.people), UNKNOWN, np.int32)
    order = np.lexsort((given, when))
    order = order[person[order] >= 0]
    found[person[order]] = given[order]  # the newest is written last
    return found


class Freeze(TableGate):
    """Windows in which officials are not replaced without the Minister's approval."""

    def __init__(self, facts: Facts, rule: Rule, until: date) -> None:
        self.facts, self.until = facts, until
        table = np.array([[NOT_RUN, PASS if rule.params["approved"] else FAIL]], np.uint8)
        person = np.zeros(len(facts.snapshot.people), np.int32)
        super().__init__(rule, "role", person, _concerned(facts, rule.params["tiers"]), table)

    @classmethod
    def build(cls, facts: Facts, rule: Rule) -> Freeze | None:
        """Return the gate, ``None`` outside every window."""
        today = facts.snapshot.as_of
        for first, last in rule.params["windows"]:
            if date.fromisoformat(first) <= today <= date.fromisoformat(last):
                return cls(facts, rule, date.fromisoformat(last))
        return None

    def explain(self, row: int, item: int, verdict: int) -> Finding:
        """Name the end of the window."""
        shown = {"until": self.until.isoformat(), "approved": bool(self.rule.params["approved"])}
        if verdict == PASS:
            return Finding(reason("freeze.pass", until=self.until), shown)
        after = as_date(np.datetime64(self.until, "D") + 1)
        return Finding(
            reason("freeze.fail", until=self.until, basis=self.basis(item)),
            shown,
            way("freeze.way", after, by(after), date=after),
        )


_ADULT_YEARS = 30
"""An age at which no limit of the packs binds; only for trying out a complete record."""


def young(day: Any) -> SetFact:
    """Return the record of a birth that leaves every limit of age far away."""
    return SetFact("birth_date", as_date(plus_years(day, -_ADULT_YEARS)))


def _concerned(facts: Facts, codes: list[str]) -> NDArray[np.bool_]:
    """Return which posts have one of the tiers."""
    listed = np.array([t.code in codes for t in reference.tiers()] + [False])
    return listed[facts.snapshot.jobs.tier]


def _tier_code(facts: Facts, item: int) -> str:
    return reference.tiers()[int(facts.snapshot.jobs.tier[item])].code


def _rating_order() -> NDArray[np.int64]:
    """Return the order of ratings, a larger one being better, by place in the known list."""
    count = len(reference.choices("rating"))
    return np.arange(count, 0, -1)

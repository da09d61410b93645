"""Gates that trainings and roles share: grade, education, legal status and discipline."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from recommender.columns import Ints
from recommender.eligibility.dates import as_date, iso, plus_years
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
    education_name,
    grade_code,
    grade_name,
    missing,
    reason,
    shut,
    way,
)
from recommender.results import Kind
from recommender.scenario import Change, Ended, SetFact
from training_data import reference
from training_data.reference.packs import Rule

_SCALES = 2
_ORDERS = 1 + max(g.order for g in reference.grades())


class GradeGate(TableGate):
    """A lowest or highest grade that the item states; scales are never compared."""

    def __init__(
        self, facts: Facts, rule: Rule, kind: Kind, bound: str, scale: Ints, order: Ints
    ) -> None:
        people = facts.snapshot.people
        self.facts, self.bound, self.scale, self.order = facts, bound, scale, order
        person = np.where(people.grade < 0, 0, 1 + people.grade_scale * _ORDERS + people.grade)
        item = np.where(order < 0, 0, 1 + scale * _ORDERS + order)
        size = 1 + _SCALES * _ORDERS
        beyond = VERIFY
        if bound == "max":
            beyond = FAIL if rule.params["above"] == "fail" else PASS
        table = np.full((size, size), NOT_RUN, np.uint8)
        table[0, 1:] = VERIFY
        code = np.arange(size - 1)
        same_scale = (code[:, None] // _ORDERS) == (code[None, :] // _ORDERS)
        if bound == "min":
            table[1:, 1:][same_scale & (code[:, None] >= code[None, :])] = PASS
            table[1:, 1:][same_scale & (code[:, None] < code[None, :])] = FAIL
        else:
            table[1:, 1:][same_scale & (code[:, None] <= code[None, :])] = PASS
            table[1:, 1:][same_scale & (code[:, None] > code[None, :])] = beyond
        super().__init__(rule, kind, person, item, table)

    @classmethod
    def build(cls, facts: Facts, rule: Rule, kind: Kind, bound: str) -> GradeGate | Missing | None:
        """Return the gate, or why it is not run."""
        snapshot = facts.snapshot
        items: Any = snapshot.trainings if kind == "training" else snapshot.jobs
        scale, order = getattr(items, f"{bound}_grade_scale"), getattr(items, f"{bound}_grade")
        if not (order >= 0).any():
            return None
        if not (snapshot.people.grade >= 0).any():
            return Missing("employees.grade")
        return cls(facts, rule, kind, bound, scale, order)

    def explain(self, row: int, item: int, verdict: int) -> Finding:
        """Name both grades; a lower one may be reached by promotion in rank."""
        people = self.facts.snapshot.people
        held = (int(people.grade_scale[row]), int(people.grade[row]))
        asked = (int(self.scale[item]), int(self.order[item]))
        shown: dict[str, Any] = {
            "grade": grade_code(*held),
            f"{self.bound}_grade": grade_code(*asked),
        }
        fitting = SetFact("grade", grade_code(*asked))
        if verdict == VERIFY:
            return Finding(missing("grade"), shown, complete_data("grade", fitting))
        names = {"held": grade_name(*held), "asked": grade_name(*asked)}
        if self.bound == "max":
            over = held[1] > asked[1]
            shown["over"] = over
            key = "grade.max.over" if over else "grade.max.pass"
            if verdict == FAIL:
                closed = shut("grade_above", asked=names["asked"])
                return Finding(reason("grade.max.fail", **names), shown, closed=closed)
            return Finding(reason(key, **names), shown)
        if verdict == PASS:
            return Finding(reason("grade.min.pass", **names), shown)
        if held[0]:
            return Finding(reason("grade.min.fail", **names), shown, closed=shut("grade_contract"))
        steps = asked[1] - held[1]
        since, years = people.grade_since[row], self.rule.params["years_per_step"]
        earliest: date | None = None
        changes: tuple[Change, ...] = (fitting,)
        if not np.isnat(since):
            # A promotion that is due counts from today: its decree has yet to be recorded.
            first = max(plus_years(since, years, self.facts.leap_day), self.facts.today + 1)
            earliest = as_date(plus_years(first, years * (steps - 1), self.facts.leap_day))
            changes = by(earliest, *changes)
        return Finding(
            reason("grade.min.fail", **names),
            shown,
            way("grade.min.way", earliest, changes, asked=names["asked"]),
        )


class EducationGate(TableGate):
    """A lowest education, by rank: D4 and S1 are one."""

    def __init__(
        self,
        facts: Facts,
        rule: Rule,
        kind: Kind,
        asked: Ints,
        citations: tuple[Citation, ...] | None = None,
    ) -> None:
        self.facts, self.asked, self.citations = facts, asked, citations
        top = 1 + max(e.rank for e in reference.education_levels())
        rank = np.arange(top)
        table = np.full((top + 1, top + 1), NOT_RUN, np.uint8)
        table[0, 1:] = VERIFY
        table[1:, 1:] = np.where(rank[:, None] >= rank[None, :], PASS, FAIL)
        super().__init__(rule, kind, facts.snapshot.people.education + 1, asked + 1, table)

    @classmethod
    def build(
        cls,
        facts: Facts,
        rule: Rule,
        kind: Kind,
        asked: Ints,
        citations: tuple[Citation, ...] | None = None,
    ) -> EducationGate | Missing | None:
        """Return the gate, or why it is not run."""
        if not (asked >= 0).any():
            return None
        if not (facts.snapshot.people.education >= 0).any():
            return Missing("employees.education_level")
        return cls(facts, rule, kind, asked, citations)

    def citation(self, item: int) -> Citation:
        """Return the citation, by tier where the pack and not the item asks."""
        return self.citations[item] if self.citations else super().citation(item)

    def explain(self, row: int, item: int, verdict: int) -> Finding:
        """Name both levels of education."""
        held, asked = int(self.facts.snapshot.people.education[row]), int(self.asked[item])
        code = {e.rank: e.code for e in reference.education_levels()}
        shown = {"education": code.get(held), "min_education": code[asked]}
        degree = SetFact("education_level", code[asked])
        if verdict == VERIFY:
            return Finding(missing("education"), shown, complete_data("education", degree))
        names = {"held": education_name(held), "asked": education_name(asked)}
        if verdict == PASS:
            return Finding(reason("education.pass", **names), shown)
        step = way("education.way", None, (degree,), asked=names["asked"])
        return Finding(reason("education.fail", **names), shown, step)


class LegalStatusGate(TableGate):
    """Which legal positions (kedudukan hukum) are open, unclear or closed."""

    def __init__(self, facts: Facts, rule: Rule, kind: Kind, n_items: int) -> None:
        self.facts = facts
        verdict_of = {
            **dict.fromkeys(rule.params["open"], PASS),
            **dict.fromkeys(rule.params["verify"], VERIFY),
            **dict.fromkeys(rule.params["closed"], FAIL),
        }
        codes = facts.legal_codes
        table = [VERIFY] + [VERIFY if c is None else verdict_of.get(c, VERIFY) for c in codes]
        person = facts.snapshot.people.legal_status + 1
        super().__init__(
            rule, kind, person, np.zeros(n_items, np.int32), np.array(table, np.uint8)[:, None]
        )

    @classmethod
    def build(
        cls, facts: Facts, rule: Rule, kind: Kind, n_items: int
    ) -> LegalStatusGate | Missing | None:
        """Return the gate, or why it is not run."""
        if not facts.legal_codes:
            return Missing("employees.legal_status")
        return cls(facts, rule, kind, n_items)

    def explain(self, row: int, item: int, verdict: int) -> Finding:
        """Name the position as recorded."""
        place = int(self.facts.snapshot.people.legal_status[row])
        active = (SetFact("legal_status", self._active(row)),)
        record = complete_data("legal_status", *active)
        if place < 0:
            return Finding(missing("legal_status"), {"legal_status": None}, record)
        code = self.facts.legal_codes[place]
        raw = self.facts.snapshot.people.legal_statuses[place]
        shown = {"legal_status": code or raw}
        if code is None:
            return Finding(reason("status.unknown", raw=raw), shown, record)
        name = reference.label("legal_status", code)
        if verdict == PASS:
            return Finding(reason("status.pass", status=name), shown)
        if verdict == VERIFY:
            step = way("status.verify.way", None, active)
            return Finding(reason("status.verify", status=name), shown, step)
        said = reason(f"status.fail.{self.kind}", status=name)
        if code in self.rule.params["final"]:
            return Finding(said, shown, closed=shut("status", status=name))
        return Finding(said, shown, way("status.way", None, active))

    def _active(self, row: int) -> str:
        """Return the active position: the second open one of the pack for people under contract."""
        open_: list[str] = self.rule.params["open"]
        return open_[1] if self.facts.under_contract[row] and len(open_) > 1 else open_[0]


class DisciplineGate(TableGate):
    """A moderate or severe measure that is running; only the personnel agency sees more."""

    confidential = True

    def __init__(self, facts: Facts, rule: Rule, kind: Kind, concerned: NDArray[np.bool_]) -> None:
        self.facts = facts
        self.state, self.last = facts.measure(
            tuple(rule.params["severities"]), rule.params["last_day_counts"]
        )
        table = np.array([[NOT_RUN, PASS], [NOT_RUN, VERIFY], [NOT_RUN, FAIL]], np.uint8)
        super().__init__(rule, kind, self.state, concerned.astype(np.int32), table)

    @classmethod
    def build(
        cls, facts: Facts, rule: Rule, kind: Kind, concerned: NDArray[np.bool_]
    ) -> DisciplineGate | Missing | None:
        """Return the gate, or why it is not run."""
        if not concerned.any():
            return None
        if not facts.snapshot.dataset.has("discipline"):
            return Missing("discipline")
        return cls(facts, rule, kind, concerned)

    def explain(self, row: int, item: int, verdict: int) -> Finding:
        """Say whether something runs, and until when; never which kind."""
        if verdict == PASS:
            return Finding(reason("discipline.pass"), {"running": False})
        if verdict == VERIFY:
            yesterday = as_date(self.facts.today - 1)
            ended = (Ended(yesterday),) if yesterday else ()
            return Finding(
                reason("discipline.verify"),
                {"running": None},
                way("discipline.verify.way", None, ended),
            )
        last = self.last[row]
        free = last + 1 if self.rule.params["last_day_counts"] else last
        earliest = as_date(free)
        shown = {"running": True, "until": iso(last)}
        return Finding(
            reason("discipline.fail", until=as_date(last)),
            shown,
            way("discipline.way", earliest, by(earliest), date=earliest),
        )

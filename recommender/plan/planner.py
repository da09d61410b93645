"""The planner: one person's facts to one person's year, stage by stage.

In: prepared facts, eligibility and rules, once; a person and a wish, per plan. Out: a ``Plan``.

    facts ─ Learner ─ lay_out ─ Problem ─ solve ─ options ─ Describer ─ Plan
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cached_property

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from recommender.columns import MILLI
from recommender.errors import ImpossibleWish
from recommender.figures.learning_hours import jp_of_year
from recommender.plan.basis import Basis, Case, Hours, Wish
from recommender.plan.describe import Describer
from recommender.plan.layout import Layout, lay_out
from recommender.plan.learner import Learner, Window
from recommender.plan.offers import MIX, Session
from recommender.plan.problem import NO_LIMIT, Flags, Limits, Whole
from recommender.plan.results import Plan
from recommender.plan.search import Solution, solve
from recommender.results import MICRO
from recommender.similarity.gaps import Target
from training_data import reference

PREREQUISITES = "training.prerequisites"
_GAP_TERMS = ("gap_now", "gap_next")


class Planner(Basis):
    """Makes plans for everybody of one prepared dataset."""

    @cached_property
    def _hours(self) -> dict[int, NDArray[np.float64]]:
        """Everybody's hours, by year asked for."""
        return {}

    def plan(self, person: int, wish: Wish) -> Plan:
        """Return the best year of one person.

        Parameters:
            person: row of the person.

        Raises:
            ImpossibleWish: the year is over.
        """
        if wish.year < self.snapshot.as_of.year:
            raise ImpossibleWish(
                f"The year {wish.year} is over on {self.snapshot.as_of}; "
                f"plan {self.snapshot.as_of.year} or later."
            )
        learner, hours = self.learner(person, wish), self.hours(person, wish.year)
        layout, solution = self.solved(learner, hours, wish)
        return Describer(self, Case(person, wish, learner, hours, layout, solution)).plan()

    def solved(self, learner: Learner, hours: Hours, wish: Wish) -> tuple[Layout, Solution]:
        """Lay the problem of one person out and solve it."""
        trainings = self.snapshot.trainings
        layout = lay_out(
            learner,
            self.offers,
            trainings.prerequisites,
            self.facts.policy.limits,
            self._limits(hours, wish),
            Window.of(wish.year, self.snapshot.as_of),
            int(self.limits["candidates"]),
            trainings.index.codes,
        )
        return layout, solve(layout.problem)

    def learner(self, person: int, wish: Wish) -> Learner:
        """Gather what the layout needs of one person."""
        rows = np.array([person], np.int64)
        people = self.facts.learners(rows)
        scorer, standards = self.prepared.trainings, self.facts.standards
        wanted = np.ones(len(self.snapshot.trainings), bool)
        for code in wish.without:
            wanted[self.snapshot.trainings.index.rows.get(code, [])] = False
        points, kinds = self.gains.of(person, wish.year)
        return Learner(
            levels=people.levels[0],
            now=Target.present(standards, people.now),
            following=Target.following(standards, people.now, people.following),
            now_scale=scorer.gap_scale("gap_now"),
            next_scale=scorer.gap_scale("gap_next"),
            extra=self._extra(scorer.terms(people)),
            open=wanted & self._open(rows) & self._nothing_outside(rows),
            badges=kinds,
            badge_weight=np.rint(points * self.objective["ip_asn_point"] * MICRO).astype(np.int64),
            done=self._done(person),
            registered=self._registered(person, wish.year),
            latest=self._latest(person),
        )

    def hours(self, person: int, year: int) -> Hours:
        """Return what is recorded in the year, and what the year asks for."""
        contract = self.rules.rule("jp.yearly_pppk").params
        place = int(self.snapshot.people.employment[person])
        capped = place >= 0 and reference.choices("employment")[place] in contract["employment"]
        target = None if capped else float(self.rules.rule("jp.yearly_pns").params["min_jp"])
        cap = float(contract["max_jp"]) if capped else None
        if year not in self._hours:
            self._hours[year] = jp_of_year(self.snapshot, self.rules, year)
        recorded = float(self._hours[year][person])
        known = not np.isnan(recorded)
        return Hours(recorded if known else 0.0, known, target, cap)

    def _limits(self, hours: Hours, wish: Wish) -> Limits:
        missing = max(0.0, (hours.target or 0.0) - hours.recorded)
        shares = self.rules.rule("development.mix").params["share"]
        mix = [round(1000 * shares[m]) for m in MIX]
        window = Window.of(wish.year, self.snapshot.as_of)
        months = 13 - window.first.month
        return Limits(
            courses=wish.courses or int(self.limits["courses"]),
            budget=NO_LIMIT if wish.budget is None else wish.budget,
            load=round(self.limits["jp_per_month"] * MILLI),
            room=round(self.limits["jp_per_month"] * MILLI) * months,
            year=round(self.limits["jp_per_year"] * MILLI),
            target=round(missing * MILLI),
            hour_penalty=round(self.objective["missing_jp"] * MICRO / MILLI),
            mix=(mix[0], mix[1], 1000 - mix[0] - mix[1]),
            mix_penalty=round(self.objective["wrong_mix"] * MICRO),
        )

    def _extra(self, terms: Mapping[str, Whole]) -> Whole:
        """Return what each course costs by itself: the hurdle, lower the more it suits the person.

        It is never a gain: a course needs a purpose (a gap, hours, IP ASN, a course after it) to
        stand in a plan; how well it suits decides between courses that serve one.
        """
        other = np.sum([t[0] for name, t in terms.items() if name not in _GAP_TERMS], axis=0)
        hurdle = self.objective["course_hurdle"] * MICRO
        suits = other * (self.objective["relevance"] / hurdle)
        cost = np.where(suits > 0, hurdle / (1 + np.maximum(suits, 0)), hurdle * (1 - suits))
        worth: Whole = -np.rint(cost).astype(np.int64)
        return worth

    def _open(self, rows: Whole) -> Flags:
        """Return what no rule but that of prerequisites closes."""
        found = np.ones(len(self.snapshot.trainings), bool)
        for gate in self.eligibility.training.gates:
            if gate.id != PREREQUISITES:
                found &= gate.outcomes(rows)[0] < 2
        return found

    def _nothing_outside(self, rows: Whole) -> Flags:
        """Return what asks for no training that the catalogue lacks and the person has not had."""
        found = np.ones(len(self.snapshot.trainings), bool)
        for training in self._with_outside:
            found[training] = all(
                self.eligibility.facts.has_completed_outside(rows, code)[0]
                for code in self.snapshot.trainings.outside[training]
            )
        return found

    @cached_property
    def _with_outside(self) -> list[int]:
        return [t for t, codes in enumerate(self.snapshot.trainings.outside) if codes]

    def _done(self, person: int) -> Flags:
        """Return what the person has completed, as prerequisites count it."""
        done, n = self.eligibility.facts.completion, len(self.snapshot.trainings)
        found = np.zeros(n, bool)
        low, high = np.searchsorted(done.pair, [person * n, (person + 1) * n])
        own = slice(int(low), int(high))
        found[done.pair[own][done.completed[own]] % max(n, 1)] = True
        return found

    def _registered(self, person: int, year: int) -> dict[int, Session | None]:
        """Return what the person is registered or called up for in the year."""
        done, n = self.eligibility.facts.completion, len(self.snapshot.trainings)
        low, high = np.searchsorted(done.pair, [person * n, (person + 1) * n])
        called = self._called_up.get(person, {})
        found: dict[int, Session | None] = {}
        for place in range(int(low), int(high)):
            training = int(done.pair[place] % n)
            if not done.registered[place]:
                continue
            session = called.get(training)
            if session is None and year == self.snapshot.as_of.year:
                found[training] = None
            elif session is not None and session.end.year == year:
                found[training] = session
        return found

    @cached_property
    def _called_up(self) -> dict[int, dict[int, Session]]:
        """Sessions that people are called up for, by person and training."""
        rule = self.rules.get("training.completed")
        table = self.snapshot.dataset.table("nominations")
        binding = rule.params["binding_nominations"] if rule else []
        table = table.filter(pc.is_in(table["status"], pa.array(binding, pa.string())))
        person = self.snapshot.people.index.lookup(table["employee_id"]).tolist()
        found: dict[int, dict[int, Session]] = {}
        for row, code in zip(person, table["session_code"].to_pylist(), strict=True):
            known = self.offers.of_code.get(code)
            if row >= 0 and known is not None:
                found.setdefault(row, {})[known[0]] = known[1]
        return found

    def _latest(self, person: int) -> date | None:
        """Return the end of a contract: nothing begins after it."""
        until = self.snapshot.people.contract_until[person]
        return None if np.isnat(until) else until.astype(object)

"""From the chosen options to a plan people can read: rows, figures, alternatives, open gaps.

In: a layout and its solution. Out: a ``Plan``. Every number is read off the problem that was
solved or the tables behind it; nothing is worked out in a second way.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from recommender.columns import MILLI, UNKNOWN, Ints
from recommender.eligibility.gate import OUTCOMES
from recommender.gap_report import post_title, standard_of
from recommender.nextpost import NO_NEXT
from recommender.plan.alternatives import Alternatives
from recommender.plan.basis import Basis, Case
from recommender.plan.layout import Option
from recommender.plan.learner import Window
from recommender.plan.offers import MIX
from recommender.plan.placing import by_date, months_of
from recommender.plan.problem import Course, Flags, evaluate
from recommender.plan.remaining import RemainingGaps
from recommender.plan.results import (
    Fields,
    Figures,
    LevelChange,
    Plan,
    Proof,
    Remaining,
    Row,
    Totals,
)
from recommender.plan.wording import Wording
from recommender.results import Check, GapRow, Outcome, points
from training_data.messages import Text, text


class Describer:
    """Words one solved problem."""

    def __init__(self, basis: Basis, case: Case) -> None:
        self.basis, self.case = basis, case
        self.person, self.wish, self.hours = case.person, case.wish, case.hours
        self.learner, self.layout, self.solution = case.learner, case.layout, case.solution
        self.problem, self.offers = case.layout.problem, basis.offers
        self.snapshot = basis.snapshot
        self.words = Wording(self.snapshot, self.offers)
        self.alternatives = Alternatives(basis, case, self.words, self._changes)
        found = evaluate(self.problem, self.solution.options)
        self.months = months_of(case, Window.of(self.wish.year, self.snapshot.as_of))
        self.courses = by_date(case, found.courses if found else (), self.months)

    def plan(self) -> Plan:
        """Return the whole plan."""
        facts = self.basis.facts
        now, following = int(facts.now[self.person]), int(facts.following.row[self.person])
        start = self.figures([])
        rows: list[Row] = []
        seen: list[Course] = []
        before = start
        for course in self.courses:
            seen.append(course)
            after = self.figures(seen)
            rows.append(self._row(len(rows) + 1, course, before, after))
            before = after
        remaining = RemainingGaps(
            self.basis, self.case, self.courses, self.levels_after(self.covered)
        ).rows()
        return Plan(
            year=self.wish.year,
            as_of=self.snapshot.as_of,
            now=self._title(now),
            next=self._title(following),
            rows=tuple(rows),
            totals=self._totals(rows, start, before),
            remaining=remaining,
            notes=self._notes(rows, remaining),
            onward=self._why_no_next(),
            proof=Proof(
                self.layout.considered,
                self.layout.pruned,
                self.layout.cut,
                self.solution.exact,
                points(self.solution.value),
                points(self.solution.bound),
            ),
        )

    @cached_property
    def covered(self) -> Flags:
        """Segments that the whole plan covers."""
        if self.courses:
            return self.courses[-1].covered
        return np.zeros(len(self.problem.segment_weight), bool)

    def levels_after(self, covered: Flags) -> Ints:
        """Return expected milli-levels once segments are covered; unknown ones stay unknown."""
        levels = self.learner.levels.astype(np.int64)
        np.add.at(
            levels,
            self.problem.segment_competency[covered],
            self.problem.segment_length[covered],
        )
        return levels.astype(np.int32)

    def figures(self, courses: Sequence[Course]) -> Figures:
        """Return the figures after some first courses."""
        covered = courses[-1].covered if courses else np.zeros_like(self.covered)
        levels = self.levels_after(covered)
        hours = sum(int(self.problem.hours[c.option]) for c in courses)
        badges = np.zeros(len(self.learner.badge_weight), bool)
        for course in courses:
            badges |= course.badges
        gained = round(float(self._badge_points @ badges), 2)
        before = self._ip_asn_before
        return Figures(
            jp=round(self.hours.recorded + hours / MILLI, 3),
            ip_asn=None if before is None else round(before + gained, 2),
            ip_asn_gained=gained,
            jpm_now=self._jpm(levels, self._standards[0]),
            jpm_next=self._jpm(levels, self._standards[1]),
        )

    @cached_property
    def _badge_points(self) -> NDArray[np.float64]:
        return self.basis.gains.of(self.person, self.wish.year)[0]

    @cached_property
    def _ip_asn_before(self) -> float | None:
        return self.basis.gains.total(self.person, self.wish.year)

    @cached_property
    def _next_asked(self) -> Ints:
        asked: Ints = self.learner.following.high[0]
        return asked

    @cached_property
    def _standards(self) -> tuple[tuple[GapRow, ...], tuple[GapRow, ...]]:
        """The rows of the present and of the next post beside today's levels."""
        facts = self.basis.facts
        found = [
            standard_of(self.basis.prepared, self.person, row, None)
            for row in (int(facts.now[self.person]), int(facts.following.row[self.person]))
        ]
        now, following = (standard.rows if standard else () for standard in found)
        return now, following

    def _jpm(self, levels: Ints, rows: Sequence[GapRow]) -> float | None:
        """Return the job person match at the given levels, over what is known, uncapped."""
        codes = self.snapshot.competencies.rows
        then = [
            r
            if r.level is None
            else replace(r, level=int(levels[codes[r.competency_code]]) / MILLI)
            for r in rows
        ]
        value = self.basis.facts.policy.jpm.interval(then)[0]
        return None if value is None else round(value, 2)

    def _row(self, number: int, course: Course, before: Figures, after: Figures) -> Row:
        option = self.layout.options[course.option]
        training, session = option.training, option.session
        codes, titles = self.snapshot.trainings.index.codes, self.snapshot.trainings.titles
        changes = self._changes(course)
        checks = self._checks(training)
        month = self.months[course.option]
        known_hours = bool(self.offers.hours_known[training])
        known_cost = bool(self.offers.cost_known[training])
        mix = int(self.offers.mix[training])
        return Row(
            number=number,
            item_code=codes[training],
            title=titles[training],
            session_code=session.code if session else None,
            starts_on=session.begin if session else None,
            ends_on=session.end if session else None,
            month=month,
            committed=option.locked,
            eligibility=_worst(checks, option.locked),
            openly=_worst([c for c in checks if not c.confidential], option.locked),
            fields=self._fields(training, option, changes, month),
            jp=int(self.offers.hours[training]) / MILLI if known_hours else None,
            cost=int(self.offers.cost[training]) if known_cost else None,
            mix=MIX[mix] if mix >= 0 else None,
            changes=changes,
            before=before,
            after=after,
            reasons=self._reasons(course, option, changes, before, after),
            onward=tuple(
                self.words.closes(c, "next")
                for c in changes
                if c.closes_next > 0 and c.closes_now <= 0
            ),
            notes=self._row_notes(option, checks),
            alternatives=self.alternatives.of(course)
            if self.wish.alternatives and not option.locked
            else (),
        )

    def _changes(self, course: Course) -> tuple[LevelChange, ...]:
        problem = self.problem
        before = self.levels_after(course.covered & ~course.added)
        after = self.levels_after(course.covered)
        found = []
        for c in np.unique(problem.segment_competency[course.added]).tolist():
            now, following = int(self.learner.now.high[0, c]), int(self._next_asked[c])
            floor = max(0, int(self.learner.following.low[0, c]))
            found.append(
                LevelChange(
                    self.snapshot.competencies.codes[c],
                    self.snapshot.competency_names[c],
                    self.snapshot.competency_groups[c],
                    int(self.learner.levels[c]) / MILLI,
                    int(before[c]) / MILLI,
                    int(after[c]) / MILLI,
                    now / MILLI if now != UNKNOWN else None,
                    following / MILLI if following != UNKNOWN else None,
                    self._within(course.added, c, 0, now),
                    self._within(course.added, c, floor, following),
                )
            )
        return tuple(
            sorted(found, key=lambda f: (-f.closes_now, -f.closes_next, f.competency_code))
        )

    def _within(self, added: Flags, competency: int, low: int, high: int) -> float:
        begin, length = self.layout.segment_from, self.problem.segment_length
        inside = added & (self.problem.segment_competency == competency)
        inside &= (begin >= low) & (begin + length <= high)
        return int(length[inside].sum()) / MILLI

    def _checks(self, training: int) -> list[Check]:
        """Return what rules leave open of a training; prerequisites are part of the plan."""
        checks = self.basis.eligibility.checks("training", self.person, training)
        return [c for c in checks if c.outcome == "perlu_verifikasi"]

    def _fields(
        self, training: int, option: Option, changes: tuple[LevelChange, ...], month: int
    ) -> Fields:
        words = self.words
        return Fields(
            competency=words.competencies(training, changes),
            target=words.target(changes),
            form_and_path=words.form_and_path(training),
            provider=words.provider(training),
            schedule=words.schedule(option, month, self.wish.year),
            curriculum=words.curriculum(training),
            budget=words.budget(training),
        )

    def _reasons(
        self,
        course: Course,
        option: Option,
        changes: tuple[LevelChange, ...],
        before: Figures,
        after: Figures,
    ) -> tuple[Text, ...]:
        found = [text("plan.reason.committed")] if option.locked else []
        for change in changes:
            if change.closes_now > 0:
                found.append(self.words.closes(change, "now"))
            elif change.closes_next > 0:
                found.append(self.words.closes(change, "next"))
        later = self._asked_by(course.option)
        if later:
            titles = self.words.titles(later)
            found.append(text("plan.reason.prerequisite", titles=titles))
        target = self.hours.target
        if target is not None and before.jp < target and after.jp > before.jp:
            code = "plan.reason.hours_met" if after.jp >= target else "plan.reason.hours"
            found.append(
                text(code, year=str(self.wish.year), before=before.jp, target=target,
                     jp=round(after.jp - before.jp, 3), after=after.jp)
            )  # fmt: skip
        ip_asn = float(self._badge_points @ course.badges)
        if ip_asn > 0:
            found.append(text("plan.reason.ip_asn", points=ip_asn))
        return tuple(found) or (text("plan.reason.relevant"),)

    def _asked_by(self, option: int) -> list[int]:
        """Return the trainings of the plan that ask for this one."""
        own, lacking = self.layout.options[option].training, self.snapshot.trainings.prerequisites
        return [
            self.layout.options[c.option].training
            for c in self.courses
            if own in lacking[self.layout.options[c.option].training]
        ]

    def _row_notes(self, option: Option, checks: list[Check]) -> tuple[Text, ...]:
        notes = []
        if not option.locked:
            for check in checks:
                notes.append(text("plan.note.confidential") if check.confidential else check.text)
        if option.session is None:
            notes.append(text("plan.note.no_date"))
        if not self.offers.cost_known[option.training]:
            notes.append(text("plan.note.no_price"))
        if not self.offers.hours_known[option.training]:
            notes.append(text("plan.note.no_hours"))
        return tuple(dict.fromkeys(notes))

    def _totals(self, rows: list[Row], start: Figures, end: Figures) -> Totals:
        by_month = self.problem.load[list(self.solution.options)].sum(axis=0)
        by_mix = dict.fromkeys(MIX, 0)
        for course in self.courses:
            option = self.layout.options[course.option]
            hours = int(self.problem.hours[course.option])
            if option.session is None:
                by_month[self.months[course.option] - 1] += hours
            if self.problem.mix[course.option] >= 0:
                by_mix[MIX[self.problem.mix[course.option]]] += hours
        levels = self.levels_after(self.covered)
        return Totals(
            courses=len(rows),
            jp=round(sum(r.jp or 0.0 for r in rows), 3),
            jp_before=self.hours.recorded,
            jp_target=self.hours.target,
            cost=sum(r.cost or 0 for r in rows),
            cost_unknown=sum(r.cost is None for r in rows),
            budget=self.wish.budget,
            jp_by_mix={name: hours / MILLI for name, hours in by_mix.items()},
            jp_by_month=tuple(int(h) / MILLI for h in by_month),
            gaps_now=self._gaps(self.learner.now.high[0], levels),
            gaps_next=self._gaps(self._next_asked, levels),
            start=start,
            end=end,
        )

    def _gaps(self, asked: Ints, levels: Ints) -> tuple[int, int]:
        """Return how many competencies are known to lie below what is asked, before and after."""
        own = self.learner.levels
        known = (own != UNKNOWN) & (asked > 0)
        return int((known & (own < asked)).sum()), int((known & (levels < asked)).sum())

    def _notes(self, rows: list[Row], remaining: Sequence[Remaining]) -> tuple[Text, ...]:
        facts, hours = self.basis.facts, self.hours
        notes = list(self._why_no_next())
        if int(facts.now[self.person]) < 0:
            notes.append(text("now.none"))
        if not hours.known and self.wish.year == self.snapshot.as_of.year:
            notes.append(text("plan.note.no_history"))
        end = hours.recorded + sum(r.jp or 0.0 for r in rows)
        if hours.target is not None and end < hours.target:
            notes.append(
                text("plan.note.short", year=str(self.wish.year), jp=round(end, 2),
                     target=hours.target, missing=round(hours.target - end, 2))
            )  # fmt: skip
        if hours.cap is not None:
            code = "plan.note.above_cap" if end > hours.cap else "plan.note.no_target"
            notes.append(text(code, cap=hours.cap, jp=round(end, 2)))
        if self.wish.year > self.snapshot.as_of.year:
            notes.append(text("plan.note.next_year", day=self.snapshot.as_of))
        if not self.solution.exact:
            notes.append(text("plan.note.not_proved"))
        if not rows:
            notes.insert(0, text("plan.note.empty" if remaining else "plan.note.nothing"))
        return tuple(notes)

    def _why_no_next(self) -> tuple[Text, ...]:
        following = self.basis.facts.following
        if int(following.row[self.person]) >= 0:
            return ()
        return (text(f"next.none_{NO_NEXT[int(following.why_none[self.person])]}"),)

    def _title(self, row: int) -> str | None:
        if row < 0:
            return None
        title = post_title(self.basis.prepared, row)
        return title if isinstance(title, str) else title.id


def _worst(checks: Sequence[Check], locked: bool) -> Outcome:
    """Return what the open checks leave: a committed course is settled."""
    return OUTCOMES[1] if checks and not locked else OUTCOMES[0]

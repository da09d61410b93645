"""Gates of roles that the job standard states: must-have competencies, fields, conditions."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pyarrow.compute as pc
from numpy.typing import NDArray

from recommender.columns import MILLI, UNKNOWN
from recommender.eligibility.facts import Facts
from recommender.eligibility.gate import (
    FAIL,
    NOT_RUN,
    PASS,
    VERIFY,
    Finding,
    Gate,
    Missing,
    Rows,
    TableGate,
    Verdicts,
    classes,
)
from recommender.eligibility.wording import complete_data, joined, missing, reason, way
from recommender.masks import Classes, Refusal
from recommender.results import Way
from recommender.scenario import Certified, Change, Complete, RaiseLevel, SetFact
from training_data import reference
from training_data.messages import Text
from training_data.reference.lists import spelling_key
from training_data.reference.packs import Rule

NAMED_FIELDS = 3
"""A way forward names so many fields of study; longer lists stand in the reason already."""


class EducationField(TableGate):
    """Fields of study that a post accepts.

    A field that no post of the agency names cannot be judged by its words: it needs a person.
    """

    def __init__(self, facts: Facts, rule: Rule, asked: list[str | None]) -> None:
        self.facts = facts
        self.asked = [_fields(text) for text in asked]
        every = {spelling_key(word) for word in rule.params["any"]}
        self.raw: list[str | None] = facts.text_column("employees", "education_field")
        known = {key for fields in self.asked for key in map(spelling_key, fields)} - every
        persons, person = _numbered([spelling_key(raw) if raw else None for raw in self.raw])
        lists, item = _numbered([tuple(map(spelling_key, f)) or None for f in self.asked])
        table = np.full((len(persons), len(lists)), NOT_RUN, np.uint8)
        wanted = [frozenset(accepted or ()) for accepted in lists]
        named = sorted({key for accepted in wanted for key in accepted})
        for a, own in enumerate(persons):
            matched = {key for key in named if own is not None and key in own}
            mapped = not known.isdisjoint(matched)
            for b, accepted in enumerate(wanted):
                if not accepted:
                    continue
                if not every.isdisjoint(accepted) or not matched.isdisjoint(accepted):
                    table[a, b] = PASS
                else:
                    table[a, b] = FAIL if mapped else VERIFY
        super().__init__(rule, "role", person, item, table)

    @classmethod
    def build(cls, facts: Facts, rule: Rule) -> EducationField | Missing | None:
        """Return the gate, or why it is not run."""
        asked = facts.text_column("jobs", "education_fields")
        if not any(_fields(text) for text in asked):
            return None
        if not facts.knows("employees", "education_field"):
            return Missing("employees.education_field")
        return cls(facts, rule, asked)

    def explain(self, row: int, item: int, verdict: int) -> Finding:
        """Name the person's field and the accepted ones."""
        own, fields = self.raw[row], self.asked[item]
        shown = {"education_field": own, "education_fields": fields}
        values = {"own": own or "–", "fields": ", ".join(fields)}
        if verdict == PASS:
            return Finding(reason("field.pass", **values), shown)
        fitting = (SetFact("education_field", fields[0]),)
        if verdict == FAIL:
            name = "field.way_any" if len(fields) > NAMED_FIELDS else "field.way"
            forward = way(name, None, fitting, fields=_either(fields))
            return Finding(reason("field.fail", **values), shown, forward)
        if own is None:
            step = complete_data("education_field", *fitting)
            return Finding(missing("education_field"), shown, step)
        step = way("field.verify.way", None, fitting)
        return Finding(reason("field.verify", **values), shown, step)


class MustHave(Gate):
    """Competencies of importance 1 (mutlak): a known level below is refused, unknown verified.

    An assessment that is over proves neither; whether it does is a switch of the pack.
    """

    def __init__(self, facts: Facts, rule: Rule) -> None:
        super().__init__(rule, "role")
        self.facts = facts
        self.lapses = rule.params["expired"] == "verify"
        jobs = facts.snapshot.jobs
        asked = (jobs.importance == rule.params["importance"]) & (jobs.required > 0)
        self.asked = asked
        job, competency = np.nonzero(asked)
        pairs = np.stack([competency, jobs.required[job, competency]], axis=1)
        condition, distinct = classes(pairs)
        self.competency, self.required = distinct[:, 0], distinct[:, 1]
        # Conditions of each post side by side; the last number stands for none.
        order = np.arange(len(job)) - np.searchsorted(job, job)
        self.of_item = np.full((int(order.max()) + 1, len(asked)), len(distinct), np.int32)
        self.of_item[order, job] = condition

    @classmethod
    def build(cls, facts: Facts, rule: Rule) -> MustHave | Missing | None:
        """Return the gate, or why it is not run."""
        jobs = facts.snapshot.jobs
        if not ((jobs.importance == rule.params["importance"]) & (jobs.required > 0)).any():
            return None
        if not facts.snapshot.dataset.has("competency_scores"):
            return Missing("competency_scores")
        return cls(facts, rule)

    def verdicts(self, rows: Rows) -> Verdicts:
        """Return verdicts ``[len(rows), n_items]``; the worst condition of a post decides."""
        state = self._states(rows)
        found = state[:, self.of_item[0]]
        for conditions in self.of_item[1:]:
            np.maximum(found, state[:, conditions], out=found)
        return found

    def verdict(self, row: int, item: int) -> int:
        """Return the verdict on one pair."""
        wanted = np.flatnonzero(self.asked[item])
        if len(wanted) == 0:
            return NOT_RUN
        level = self._levels(np.array([row]))[0, wanted]
        return int(_against(level, self.facts.snapshot.jobs.required[item, wanted]).max())

    def of_pairs(self, rows: Rows, items: Rows) -> Verdicts:
        """Return the verdict on each pair, ``[len(rows)]``."""
        some, person = np.unique(rows, return_inverse=True)
        state = self._states(some)
        found = np.full(len(rows), NOT_RUN, np.uint8)
        for conditions in self.of_item:
            np.maximum(found, state[person, conditions[items]], out=found)
        return found

    def refusal(self, rows: Rows) -> Refusal:
        """Return who is known to be below what."""
        return Refusal((by_conditions(self._states(rows) == FAIL, self.of_item),))

    def _states(self, rows: Rows) -> Verdicts:
        """Return verdicts by condition, ``[len(rows), n_conditions + 1]``; the last is none."""
        level = self._levels(rows)[:, self.competency]
        none = np.full((len(rows), 1), NOT_RUN, np.uint8)
        return np.concatenate([_against(level, self.required[None, :]), none], axis=1)

    def _levels(self, rows: Rows) -> NDArray[np.int32]:
        """Return milli-levels by evidence that is still valid, −1 unknown or over."""
        levels = self.facts.profile.levels(rows)
        if self.lapses:
            levels[self.facts.profile.stale(rows, self.facts.today)] = UNKNOWN
        return levels

    def explain(self, row: int, item: int, verdict: int) -> Finding:
        """Name each must-have that is below, unknown or no longer proved."""
        snapshot = self.facts.snapshot
        wanted = np.flatnonzero(self.asked[item])
        one = np.array([row])
        level = self._levels(one)[0, wanted]
        over = self.facts.profile.stale(one, self.facts.today)[0, wanted] & (level < 0)
        required = snapshot.jobs.required[item, wanted]
        state = _against(level, required)
        shown = {
            snapshot.competencies.codes[c]: {
                "level": h / MILLI if h >= 0 else None, "required": r / MILLI,
            }
            for c, h, r in zip(wanted, level.tolist(), required.tolist(), strict=True)
        }  # fmt: skip
        if verdict == PASS:
            return Finding(reason("must_have.pass"), shown)
        below = [self._name(int(c)) for c, s in zip(wanted, state, strict=True) if s == FAIL]
        raised = tuple(
            RaiseLevel(snapshot.competencies.codes[c], r / MILLI)
            for c, r, s in zip(wanted.tolist(), required.tolist(), state, strict=True)
            if s == verdict
        )
        if verdict == VERIFY:
            unknown = wanted[state == VERIFY].tolist()
            names = ", ".join(map(self._name, unknown))
            key = "must_have.expired" if over[state == VERIFY].all() else "must_have.verify"
            return Finding(
                reason(key, names=names), shown, way("must_have.verify.way", None, raised)
            )
        steps = tuple(
            reason("must_have.way", name=self._name(int(c)), level=h / MILLI, required=r / MILLI)
            for c, h, r, s in zip(wanted, level.tolist(), required.tolist(), state, strict=True)
            if s == FAIL
        )
        forward = Way(steps, None, raised)
        return Finding(reason("must_have.fail", names=", ".join(below)), shown, forward)

    def _name(self, competency: int) -> str:
        return self.facts.snapshot.competency_names[competency]


def by_conditions(refused: NDArray[np.bool_], of_item: NDArray[np.int32]) -> Classes:
    """Return classes where everybody is a class of their own and items have several conditions."""
    return Classes(refused, np.arange(len(refused), dtype=np.int32), of_item)


def _against(level: NDArray[Any], required: NDArray[Any]) -> Verdicts:
    """Return the verdict of levels against what is asked; −1 is unknown."""
    state = np.where(level >= required, PASS, FAIL)
    return np.where(level < 0, VERIFY, state).astype(np.uint8)


class Conditions(Gate):
    """Conditions of importance 1 in part III of the job standard."""

    def __init__(self, facts: Facts, rule: Rule, stated: list[tuple[int, str, str]]) -> None:
        super().__init__(rule, "role")
        self.facts = facts
        self.kinds = sorted({(kind, value) for _, kind, value in stated})
        place = {key: number for number, key in enumerate(self.kinds)}
        self.of_item: dict[int, list[int]] = {}
        for job, kind, value in stated:
            self.of_item.setdefault(job, []).append(place[kind, value])
        self.state = np.stack([self._state(kind, value) for kind, value in self.kinds])
        most = max(len(set(places)) for places in self.of_item.values())
        # Conditions of each post side by side; the last number stands for none.
        n_items = len(facts.snapshot.jobs)
        self._slots = np.full((most, n_items), len(self.kinds), np.int32)
        for item, places in self.of_item.items():
            own = sorted(set(places))
            self._slots[: len(own), item] = own
        none = np.full((1, self.state.shape[1]), NOT_RUN, np.uint8)
        self._states = np.concatenate([self.state, none]).T

    @classmethod
    def build(cls, facts: Facts, rule: Rule) -> Conditions | None:
        """Return the gate, ``None`` where no post states an absolute condition."""
        table = facts.snapshot.dataset.table("job_conditions")
        table = table.filter(
            pc.fill_null(pc.equal(table["importance"], rule.params["importance"]), False)
        )
        job = facts.snapshot.jobs.index.lookup(table["job_code"]).tolist()
        rows = zip(job, table["kind"].to_pylist(), table["value"].to_pylist(), strict=True)
        stated = [(j, k, v) for j, k, v in rows if j >= 0 and k and v]
        return cls(facts, rule, stated) if stated else None

    def _state(self, kind: str, value: str) -> Verdicts:
        """Return everybody's verdict on one condition."""
        judge: dict[str, Callable[[str], Verdicts]] = {
            "education": self._education,
            "rank": self._rank,
            "training": self._training,
            "certificate": self._certificate,
        }
        return judge.get(kind, self._unread)(value)

    def _unread(self, value: str) -> Verdicts:
        """Free words that no fact answers need a person."""
        return np.full(len(self.facts.snapshot.people), VERIFY, np.uint8)

    def _education(self, value: str) -> Verdicts:
        level = reference.normalise("education_level", value)
        if level is None:
            return self._unread(value)
        rank = next(e.rank for e in reference.education_levels() if e.code == level)
        held = self.facts.snapshot.people.education
        return np.where(held < 0, VERIFY, np.where(held >= rank, PASS, FAIL)).astype(np.uint8)

    def _rank(self, value: str) -> Verdicts:
        code = reference.normalise("grade", value)
        if code is None:
            return self._unread(value)
        asked = next(g for g in reference.grades() if g.code == code)
        people = self.facts.snapshot.people
        same = people.grade_scale == int(asked.scale == "PPPK")
        enough = np.where(people.grade >= asked.order, PASS, FAIL)
        return np.where(same & (people.grade >= 0), enough, VERIFY).astype(np.uint8)

    def _training(self, value: str) -> Verdicts:
        """A course of the catalogue or a structural one; other words need a person."""
        snapshot = self.facts.snapshot
        everyone = np.arange(len(snapshot.people))
        recorded = self.facts.recorded("training_history")
        structural = reference.normalise("structural", value)
        if structural is not None:
            order = {t.code: t.order for t in reference.structural_trainings()}[structural]
            met = self.facts.structural_passed >= order
            return np.where(met, PASS, np.where(recorded, FAIL, VERIFY)).astype(np.uint8)
        titles = {spelling_key(t): row for row, t in enumerate(snapshot.trainings.titles)}
        row = snapshot.trainings.index.rows.get(value, titles.get(spelling_key(value), UNKNOWN))
        if row == UNKNOWN:
            return self._unread(value)
        met = self.facts.has_completed(everyone, row)
        return np.where(met, PASS, np.where(recorded, FAIL, VERIFY)).astype(np.uint8)

    def _certificate(self, value: str) -> Verdicts:
        table = self.facts.snapshot.dataset.table("certifications")
        person = self.facts.snapshot.people.index.lookup(table["employee_id"])
        wanted = spelling_key(value)
        named = [wanted in spelling_key(name) for name in table["name"].to_pylist()]
        until = np.asarray(table["expires_on"].to_numpy(), "datetime64[D]")
        valid = np.isnat(until) | (until >= self.facts.today)
        use = (person >= 0) & np.array(named, bool)
        met = np.zeros(len(self.facts.snapshot.people), bool)
        met[person[use & valid]] = True
        recorded = self.facts.recorded("certifications")
        return np.where(met, PASS, np.where(recorded, FAIL, VERIFY)).astype(np.uint8)

    def verdicts(self, rows: Rows) -> Verdicts:
        """Return verdicts ``[len(rows), n_items]``."""
        found = np.full((len(rows), len(self.facts.snapshot.jobs)), NOT_RUN, np.uint8)
        for item, places in self.of_item.items():
            found[:, item] = self.state[places][:, rows].max(axis=0)
        return found

    def verdict(self, row: int, item: int) -> int:
        """Return the verdict on one pair."""
        places = self.of_item.get(item)
        return NOT_RUN if places is None else int(self.state[places, row].max())

    def of_pairs(self, rows: Rows, items: Rows) -> Verdicts:
        """Return the verdict on each pair, ``[len(rows)]``."""
        found = np.full(len(rows), NOT_RUN, np.uint8)
        for slot in self._slots:
            np.maximum(found, self._states[rows, slot[items]], out=found)
        return found

    def refusal(self, rows: Rows) -> Refusal:
        """Return who is known not to meet what."""
        return Refusal((by_conditions(self._states[rows] == FAIL, self._slots),))

    def explain(self, row: int, item: int, verdict: int) -> Finding:
        """Name the conditions that decide."""
        places = self.of_item[item]
        shown = {
            "conditions": [{"kind": self.kinds[p][0], "value": self.kinds[p][1]} for p in places]
        }
        if verdict == PASS:
            return Finding(reason("conditions.pass"), shown)
        deciding = [self.kinds[p] for p in places if self.state[p, row] == verdict]
        names = [self._name(kind, value) for kind, value in deciding]
        listed = Text("; ".join(n.id for n in names), "; ".join(n.en for n in names))
        changes = tuple(c for kind, value in deciding for c in self._met_by(kind, value))
        if verdict == VERIFY:
            step = way("conditions.verify.way", None, changes)
            return Finding(reason("conditions.verify", names=listed), shown, step)
        steps = tuple(reason(f"conditions.way.{kind}", value=value) for kind, value in deciding)
        return Finding(reason("conditions.fail", names=listed), shown, Way(steps, None, changes))

    def _met_by(self, kind: str, value: str) -> tuple[Change, ...]:
        """Return what meets a condition; nothing where only a person can say."""
        if kind == "certificate":
            return (Certified(value),)
        if kind == "training":
            code, known = self._course(value), reference.normalise("structural", value)
            return (Complete(code, title=value),) if code or known else ()
        listed = {"education": ("education_level",), "rank": ("grade",)}.get(kind, ())
        for column in listed:
            code = reference.normalise(column, value)
            if code is not None:
                return (SetFact(column, code),)
        return ()

    def _course(self, value: str) -> str | None:
        """Return the code of a course of the catalogue, by its code, title or structural kind."""
        trainings = self.facts.snapshot.trainings
        titles = {spelling_key(t): code for code, t in zip(trainings.index.codes, trainings.titles,
                                                           strict=True)}  # fmt: skip
        structural = reference.normalise("structural", value)
        if structural is not None:
            place = reference.choices("structural").index(structural)
            rows = np.flatnonzero(trainings.structural == place)
            return trainings.index.codes[rows[0]] if len(rows) else None
        return value if value in trainings.index.rows else titles.get(spelling_key(value))

    def _name(self, kind: str, value: str) -> Text:
        return reason("conditions.name", kind=reference.label("condition_kind", kind), value=value)


def _fields(text: str | None) -> list[str]:
    return [part.strip() for part in re.split(r"\|", text or "") if part.strip()]


def _either(fields: list[str]) -> Text:
    return joined([Text(field, field) for field in fields])


def _numbered(values: list[Any]) -> tuple[list[Any], NDArray[np.int32]]:
    """Return the distinct values in order of appearance, and the number of each."""
    place: dict[Any, int] = {}
    number = [place.setdefault(value, len(place)) for value in values]
    return list(place) or [None], np.array(number, np.int32)

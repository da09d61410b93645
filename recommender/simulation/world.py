"""The simulated world: people answer suggestions, learn, forget and are assessed, month by month.

In: the ground, the truth beneath it and, each month, what was suggested and what can be joined.
Out: ``Month``, what happened; the true levels stay in here. Luck belongs to person, training and
month, so the order of people never matters and policies are compared under the same luck.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recommender.simulation.behaviour import Behaviour
from recommender.simulation.draws import Luck, gumbel, normal
from recommender.simulation.ground import NEVER, Ground
from recommender.simulation.truth import Truth

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

IGNORED, ACCEPTED, POSTPONED, DECLINED = range(4)
ACTIONS = ("ignored", "accepted", "postponed", "declined")
REASONS = ("beban_kerja", "sudah_dikuasai", "jadwal", "tidak_sesuai_tugas", "lainnya")
"""Reasons for postponing or declining, in the words of the table of answers."""
LOAD, KNOWN, TIMES, UNFIT, OTHER = range(5)
SOURCES = ("cact", "supervisor")
YEAR = 12


@dataclass(frozen=True)
class Answers:
    """What became of suggestions, one entry per suggestion shown.

    Attributes:
        person, item: rows; ``rank`` is 1-based.
        action: place in ``ACTIONS``; ``reason``: place in ``REASONS``, −1 none.
        fresh: whether it was never shown to the person before.
    """

    person: Ints
    item: Ints
    rank: Ints
    action: Ints
    reason: Ints
    fresh: Flags


@dataclass(frozen=True)
class Courses:
    """Trainings begun or ended, one entry each.

    Attributes:
        completed: whether they were finished; of begun ones, whether they were suggested.
    """

    person: Ints
    item: Ints
    completed: Flags


@dataclass(frozen=True)
class Scores:
    """Assessments, one entry per level seen; ``source`` is the place in ``SOURCES``."""

    person: Ints
    competency: Ints
    level: Floats
    source: Ints


@dataclass(frozen=True)
class Month:
    """What happened in a month.

    Attributes:
        answers: of everything that was suggested.
        begun: trainings begun, ``completed`` telling those that were suggested.
        ended: trainings that ended.
        assessed: levels that were assessed.
        closed: levels of gap on the present post that ended trainings closed, per person.
    """

    number: int
    answers: Answers
    begun: Courses
    ended: Courses
    assessed: Scores
    closed: Floats


class World:
    """People living on from the first day.

    Attributes:
        level: true levels, ``[n_people, n_competencies]``.
        fresh: the part of them that was learnt lately and is not firm yet.
        shown: how often each training was suggested to each person.
        done: month of the last completion, ``NEVER`` for none.
        begun_jp: JP of the running year, taken or begun; ``jp``, ``jp_year``: completed JP in all
            and in the running year; ``cost``: rupiah of all seats taken.
    """

    def __init__(self, ground: Ground, truth: Truth, behaviour: Behaviour, seed: int) -> None:
        self.ground = ground
        self.truth = truth.aligned(ground.employees, ground.trainings, ground.competencies)
        self.behaviour = behaviour
        self.luck = Luck(seed, ground.employees, ground.trainings)
        self.skill_luck = Luck(seed, ground.employees, ground.competencies)
        people, items = self.truth.liking.shape
        self.level = np.minimum(self.truth.level, ground.max_level)
        self.fresh = np.zeros_like(self.level)
        self.shown = np.zeros((people, items), np.int64)
        self.done = ground.done.copy()
        self.previous = ground.previous.copy()
        self.open = np.zeros((people, items), bool)
        self.begun_jp, self.jp, self.jp_year, self.cost = (np.zeros(people) for _ in range(4))
        self._person, self._item, self._ends = (np.zeros(0, np.int64) for _ in range(3))
        self.number = 0

    def gaps(self, must: bool = False) -> Floats:
        """Return the true gap on the present post per person, in levels summed over competencies.

        Parameters:
            must: count must-haves only.
        """
        short = np.maximum(self.ground.asked - self.level, 0.0)
        return np.asarray(np.where(self.ground.must | (not must), short, 0.0).sum(axis=1))

    def joinable(self, allowed: Flags) -> Flags:
        """Return what people may begin: allowed, not running, and not done unless repeatable."""
        known = self.ground
        waited = self.number + 1 - self.done >= np.where(known.again > 0, known.again, -NEVER)
        found = allowed & ~self.open & ((self.done == NEVER) | waited)
        for item, needed in enumerate(known.before):
            for other in needed:
                found[:, item] &= self.done[:, other] > NEVER
        return np.asarray(found)

    def month(self, lists: Ints, allowed: Flags, starts: Ints, endorsed: bool) -> Month:
        """Live one month.

        Parameters:
            lists: suggested trainings, best first, −1 behind the last, ``[n_people, k]``.
            allowed: what the rules allow, bool ``[n_people, n_trainings]``.
            starts: months until the next run of each training begins, −1 none known.
            endorsed: whether a leader endorses what is suggested.
        """
        if self.number % YEAR == 0:
            self.begun_jp[:], self.jp_year[:] = 0.0, 0.0
        joinable = self.joinable(allowed)
        self.number += 1
        seats = (starts >= 0) & (self.luck.about("seat", self.number) < self.behaviour.seat)
        answers, count = self._answers(lists, joinable, seats, endorsed)
        taken = answers.action == ACCEPTED
        joinable[answers.person[taken], answers.item[taken]] = False
        own_person, own_item = self._own(joinable, seats, count)
        person = np.concatenate([answers.person[taken], own_person])
        item = np.concatenate([answers.item[taken], own_item])
        asked = np.arange(len(person)) < taken.sum()
        self._begin(person, item, starts)
        closed, ended = self._end()
        self._work()
        return Month(
            self.number,
            answers,
            Courses(person, item, asked),
            ended,
            self._assess(ended),
            closed,
        )

    def speaks_to(self, person: Ints, item: Ints) -> Floats:
        """Return the true levels of gap on the present post that trainings claim to close."""
        return np.asarray(self._missing(person, item).sum(axis=1))

    def felt(self, person: Ints, item: Ints) -> Floats:
        """Return the levels of gap a training speaks to, as people feel them."""
        return np.asarray(self.behaviour.felt * self._missing(person, item).max(axis=1, initial=0))

    def wish(self, person: Ints, item: Ints, endorsed: bool = False) -> Floats:
        """Return ``z``: how much people want trainings (see ``behaviour``)."""
        how, true = self.behaviour, self.truth
        comes = (self.previous[person] >= 0) & (true.sequel[person, self.previous[person]] == item)
        return np.asarray(
            how.willing
            + how.taste * true.liking[person, item]
            + how.follows * comes
            + how.need * self.felt(person, item) * (0.5 + true.support[person])
            + how.endorsement * endorsed
            - self._burden(person, item)
        )

    def expected(self, endorsed: bool = False) -> Floats:
        """Return, per pair, levels of gap a suggestion would close: what only the truth tells."""
        n, m = self.truth.liking.shape
        person, item = (grid.ravel() for grid in np.indices((n, m)))
        gain = self._gain(person, item, np.ones(n * m))
        useful = np.minimum(gain, self._missing(person, item)).sum(axis=1)
        chance = 1 / (1 + np.exp(-self.wish(person, item, endorsed)))
        return np.asarray((useful * chance).reshape(n, m))

    def _burden(self, person: Ints, item: Ints) -> Floats:
        how = self.behaviour
        return np.asarray(
            how.load * self.truth.busy[person]
            + how.long * self.ground.hours[item] / 40
            + how.enough * self.begun_jp[person] / 20
        )

    def _answers(
        self, lists: Ints, joinable: Flags, seats: Flags, endorsed: bool
    ) -> tuple[Answers, Ints]:
        """Let everybody go through their list in its order; return trainings begun per person."""
        count = np.zeros(len(lists), np.int64)
        parts = []
        for place in range(lists.shape[1]):
            person = np.flatnonzero(lists[:, place] >= 0)
            item = lists[person, place]
            before = self.shown[person, item]
            self.shown[person, item] += 1
            action, reason = self._answer(person, item, place, before, joinable, seats, endorsed)
            full = (action == ACCEPTED) & (count[person] >= self.behaviour.per_month)
            action, reason = np.where(full, POSTPONED, action), np.where(full, LOAD, reason)
            count[person] += action == ACCEPTED
            rank = np.full(len(person), place + 1)
            parts.append(Answers(person, item, rank, action, reason, before == 0))
        return _joined(parts), count

    def _answer(
        self,
        person: Ints,
        item: Ints,
        place: int,
        before: Ints,
        joinable: Flags,
        seats: Flags,
        endorsed: bool,
    ) -> tuple[Ints, Ints]:
        how, number = self.behaviour, self.number
        noticed = 1 / (1 + np.exp(-(how.attention + how.endorsed_attention * endorsed)))
        noticed = noticed * how.rank_fade**place * how.fatigue**before
        seen = self.luck.at("notice", number, person, item) < noticed
        wish = self.wish(person, item, endorsed)
        wants = self.luck.at("want", number, person, item) < 1 / (1 + np.exp(-wish))
        can = seats[item] & joinable[person, item]
        later = self.luck.at("later", number, person, item) < how.later
        refused = np.where(later, POSTPONED, DECLINED)
        action = np.where(wants, np.where(can, ACCEPTED, POSTPONED), refused)
        why = np.where(wants & ~can, TIMES, self._why(person, item))
        action = np.where(seen, action, IGNORED)
        told = (action == POSTPONED) | (action == DECLINED)
        return action, np.where(told, why, -1)

    def _why(self, person: Ints, item: Ints) -> Ints:
        """Return the reason that weighs most against each training."""
        how, true = self.behaviour, self.truth
        against = np.stack(
            [
                self._burden(person, item),
                how.need * np.where(self.felt(person, item) < 0.1, 1.0, 0.0),
                np.full(len(person), 0.2),  # a date never suits a few, whatever it is
                how.taste * np.maximum(-true.liking[person, item], 0.0),
                np.full(len(person), 0.4),
            ],
            axis=1,
        )
        doubt = [
            gumbel(self.luck.at(f"why {reason}", self.number, person, item)) for reason in REASONS
        ]
        return np.asarray(np.argmax(against + 0.3 * np.stack(doubt, axis=1), axis=1), np.int64)

    def _own(self, joinable: Flags, seats: Flags, count: Ints) -> tuple[Ints, Ints]:
        """Let some people choose for themselves, those with no training begun this month."""
        how, true = self.behaviour, self.truth
        rate = how.own * true.drive * (0.5 + true.support) * np.where(true.busy, how.own_busy, 1.0)
        free = (count < how.per_month) & (self.luck.of("own", self.number) < rate)
        chosen, found = [], []
        for person in np.flatnonzero(free).tolist():
            item = np.flatnonzero(joinable[person] & seats)
            if len(item) == 0:
                continue
            who = np.full(len(item), person)
            turn = gumbel(self.luck.at("choice", self.number, who, item))
            near = how.colleagues * self.ground.colleagues[person, item]
            chosen.append(person)
            found.append(int(item[np.argmax(self.wish(who, item) + near + turn)]))
        return np.array(chosen, np.int64), np.array(found, np.int64)

    def _begin(self, person: Ints, item: Ints, starts: Ints) -> None:
        lasts = np.maximum(np.ceil(self.ground.hours[item] / self.behaviour.month_hours), 1)
        ends = self.number + starts[item] + lasts.astype(np.int64) - 1
        self.open[person, item] = True
        np.add.at(self.begun_jp, person, self.ground.hours[item])
        self._person = np.concatenate([self._person, person])
        self._item = np.concatenate([self._item, item])
        self._ends = np.concatenate([self._ends, ends])

    def _end(self) -> tuple[Floats, Courses]:
        """End what ends this month: people learn, hours and costs are counted."""
        how, known = self.behaviour, self.ground
        now = self._ends == self.number
        person, item = self._person[now], self._item[now]
        self._person, self._item, self._ends = (
            values[~now] for values in (self._person, self._item, self._ends)
        )
        order = np.lexsort((item, person))
        person, item = person[order], item[order]
        chance = how.complete - how.tired * self.truth.busy[person]
        finished = self.luck.at("finish", self.number, person, item) < chance
        self.open[person, item] = False
        np.add.at(self.cost, person, known.cost[item])
        closed = np.zeros(len(known.employees))
        who, what = person[finished], item[finished]
        np.add.at(self.jp, who, known.hours[what])
        np.add.at(self.jp_year, who, known.hours[what])
        self.done[who, what] = self.number
        for one in _rounds(who):
            closed += self._learn(who[one], what[one])
            self.previous[who[one]] = what[one]
        return closed, Courses(person, item, finished)

    def _learn(self, person: Ints, item: Ints) -> Floats:
        """Raise true levels; return the gap that this closes, per person."""
        before = self.gaps()
        turn = normal(self.luck.at("gain", self.number, person, item))
        factor = np.clip(1 + self.behaviour.luck * turn, 0.2, 1.8)
        gain = self._gain(person, item, factor)
        for column in range(gain.shape[1]):
            skill = self.ground.skill[item, column]
            real = skill >= 0
            who, what = person[real], skill[real]
            top = self.ground.max_level[what]
            after = np.minimum(self.level[who, what] + gain[real, column], top)
            self.fresh[who, what] += after - self.level[who, what]
            self.level[who, what] = after
        return np.asarray(before - self.gaps())

    def _gain(self, person: Ints, item: Ints, factor: Floats) -> Floats:
        """Return what trainings add to each of their outcomes, ``[len(person), n_outcomes]``."""
        how, known = self.behaviour, self.ground
        skill = known.skill[item]
        level = self.level[person[:, None], np.maximum(skill, 0)]
        missing = np.clip(known.high[item] - level, 0.0, how.most)
        follows = np.where(level >= known.low[item] - how.prepared, 1.0, how.unprepared)
        share = self.truth.effect[item] * (how.gain + how.gain_support * self.truth.support[person])
        gain = missing * follows * (share * factor)[:, None]
        return np.asarray(np.where(skill >= 0, gain, 0.0))

    def _missing(self, person: Ints, item: Ints) -> Floats:
        """Return the true gap on the present post in each outcome, as far as it is claimed."""
        skill = self.ground.skill[item]
        at = (person[:, None], np.maximum(skill, 0))
        aim = np.minimum(self.ground.asked[at], self.ground.high[item])
        return np.asarray(np.where(skill >= 0, np.maximum(aim - self.level[at], 0.0), 0.0))

    def _work(self) -> None:
        """Work teaches a little of what it asks; what was learnt lately fades or becomes firm."""
        how = self.behaviour
        lost = how.forget * self.fresh
        self.level = np.maximum(self.level - lost, 0.0)
        self.fresh = np.maximum(self.fresh - lost - how.settle * self.fresh, 0.0)
        short = np.maximum(self.ground.asked - self.level, 0.0)
        self.level = np.minimum(self.level + how.practice / YEAR * short, self.ground.max_level)

    def _assess(self, ended: Courses) -> Scores:
        """Assess some people on what their post asks, and some learners on what they learnt."""
        how, known = self.behaviour, self.ground
        called = self.luck.of("assessed", self.number) < how.assessed
        person, skill = np.nonzero((known.asked > 0) & called[:, None])
        nine = np.array([group in ("M", "SK") for group in known.group], bool)[skill]
        source = np.where(nine, 0, 1)
        after = self.luck.at("after", self.number, ended.person, ended.item) < how.assessed_after
        after &= ended.completed
        taught = known.skill[ended.item[after]]
        place, column = np.nonzero(taught >= 0)
        person = np.concatenate([person, ended.person[after][place]])
        skill = np.concatenate([skill, taught[place, column]])
        source = np.concatenate([source, np.ones(len(place), np.int64)])
        key = np.unique((person * len(known.competencies) + skill) * 2 + source)
        person, rest = np.divmod(key, len(known.competencies) * 2)
        skill, source = np.divmod(rest, 2)
        turn = normal(self.skill_luck.at("seen", self.number, person, skill))
        seen = self.level[person, skill] + np.where(source == 0, 0.0, how.lenient_superior)
        seen = seen + np.where(source == 0, how.error, how.error_superior) * turn
        grain = np.where(source == 0, 0.25, 0.5)
        seen = np.clip(np.round(seen / grain) * grain, 0.0, known.max_level[skill])
        return Scores(person, skill, seen, source)


def _joined(parts: list[Answers]) -> Answers:
    """Lay answers one after the other, by person and rank."""
    none = np.zeros(0, np.int64)

    def column(name: str) -> Ints:
        return np.concatenate([none, *(getattr(part, name) for part in parts)])

    order = np.lexsort((column("rank"), column("person")))
    fresh = column("fresh").astype(bool)
    return Answers(
        column("person")[order],
        column("item")[order],
        column("rank")[order],
        column("action")[order],
        column("reason")[order],
        fresh[order],
    )


def _rounds(person: Ints) -> list[Ints]:
    """Return places in rounds in which nobody stands twice; ``person`` ascends."""
    order = np.arange(len(person)) - np.searchsorted(person, person)
    return [np.flatnonzero(order == turn) for turn in range(int(order.max(initial=-1)) + 1)]

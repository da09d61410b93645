"""Six years of work and learning: who took what, in which order, and what it did to levels.

The ways people choose and learn are thresholds, interactions and tastes that no table holds;
they are not the terms of any ranking.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from training_data.synthetic.courses import courses_of
from training_data.synthetic.draws import Floats, Integers
from training_data.synthetic.people import CPNS, PART_TIME, PNS, PPPK, Days, People
from training_data.synthetic.pools import OUTCOMES, Catalogue, line_numbers, pools, sequels
from training_data.synthetic.standards import core_columns, requirements

YEARS = 6
SLOTS = 5
NINE = 9
"""Competencies before the technical ones."""
COMPLETED, REGISTERED, WITHDRAWN, FAILED = range(4)
Levels = NDArray[np.float32]


@dataclass(frozen=True)
class Taken:
    """Trainings taken: parallel arrays, one entry per row, in order of time within a person.

    Attributes:
        person: row in ``People``.
        training: place in ``trainings()``.
        day: last day.
        status: COMPLETED, REGISTERED, WITHDRAWN or FAILED.
    """

    person: Integers
    training: Integers
    day: Days
    status: Integers


class Lives:
    """Lives of some people over the six years before the day of the frame.

    Attributes:
        taken: trainings taken.
        courses: structural courses passed, also before these years.
        levels: true levels at the end of each year, (years + 1, n, competencies); the first is
            the start.
        posts: post held in each year, (years, n), −1 before the appointment.
        fancies: how much each person likes each training for no recorded reason, (n, trainings).
    """

    def __init__(self, people: People, catalogue: Catalogue) -> None:
        self.people = people
        self.catalogue = catalogue
        self.pools = pools()
        self.asked = requirements()[0]
        self.sequels = sequels()
        self.lines = line_numbers()
        self.posts = self._posts()
        self.courses = courses_of(people, self.begin(0))
        self.fancies = self._fancies()
        level = self._start()
        self.levels = [level.copy()]
        self._last = np.full((len(people), len(catalogue.effect)), -1, dtype=np.int8)
        earlier = self.courses.day < self.begin(0)
        self._last[self.courses.person[earlier], self.courses.training[earlier]] = 0
        self._previous = np.full(len(people), -1, dtype=np.int64)
        rows: list[Taken] = []
        for year in range(YEARS):
            rows += self._year(year, level)
            self.levels.append(level.copy())
        self.taken = _join(rows)

    def begin(self, year: int) -> np.datetime64:
        """Return the first day of a year of the simulation."""
        return self.people.frame.today - np.timedelta64(round((YEARS - year) * 365.25), "D")

    def _fancies(self) -> Levels:
        """How much each person likes each training for no recorded reason, (n, trainings).

        Summed theme by theme: a matrix product may round differently for another shard.
        """
        fancies = np.repeat(self.catalogue.charm[None, :], len(self.people), axis=0)
        tastes = (0.7 * self.people.tastes).astype(np.float32)
        for theme in range(tastes.shape[1]):
            fancies += tastes[:, theme, None] * self.catalogue.themes[None, :, theme]
        return fancies

    def _posts(self) -> NDArray[np.int32]:
        people = self.people
        found = np.full((YEARS, len(people)), -1, dtype=np.int32)
        for year in range(YEARS):
            middle = self.begin(year) + np.timedelta64(182, "D")
            for spell in reversed(range(people.chain.shape[1])):
                begun = (people.since[:, spell] <= middle) & (people.chain[:, spell] >= 0)
                found[year] = np.where(begun, people.chain[:, spell], found[year])
        return found

    def _start(self) -> Levels:
        """Levels at the start: near what the post of that time asks, some short of it."""
        people = self.people
        first = np.where(self.posts[0] >= 0, self.posts[0], people.chain[:, 0])
        for year in range(YEARS):
            unknown = self.posts[: year + 1].max(axis=0) < 0
            later = np.where(self.posts[min(year + 1, YEARS - 1)] >= 0,
                             self.posts[min(year + 1, YEARS - 1)], first)  # fmt: skip
            first = np.where(unknown, later, first)
        noise = people.draws.normals("level", self.asked.shape[1])
        # Who was chosen to lead falls short of the standard less often.
        leads = people.frame.attributes.managerial[people.post]
        fit = np.where(leads, -0.2, -0.4)[:, None] + 0.3 * people.ability[:, None] + 0.45 * noise
        base = np.clip(0.7 + 0.3 * people.ability[:, None] + 0.4 * noise, 0, 2)
        base[:, 9:] *= 0.5
        asked = self.asked[first]
        level = np.where(asked > 0, asked + fit, base)
        # The first competency of a post is its craft: hardly anybody is far below there.
        craft = core_columns()[first, 0].astype(np.int64)
        every = np.arange(len(people))
        level[every, craft] = np.maximum(level[every, craft] + 0.45, asked[every, craft] - 0.6)
        # And nobody is chosen to lead whose integrity is in doubt.
        level[:, 0] = np.where(leads, np.maximum(level[:, 0], asked[:, 0] - 0.15), level[:, 0])
        for spell in range(1, people.chain.shape[1]):
            # What an earlier post asked is remembered, though a little less each time.
            held = np.where(people.chain[:, spell] >= 0, people.chain[:, spell], first)
            level = np.maximum(level, self.asked[held] - 0.5 - 0.25 * spell + 0.5 * fit)
        return np.clip(level, 0.0, 5.0).astype(np.float32)

    def _year(self, year: int, level: Levels) -> list[Taken]:
        people = self.people
        active = np.flatnonzero(self.posts[year] >= 0)
        self._grow(year, active, level)
        led = (self.courses.day >= self.begin(year)) & (self.courses.day < self.begin(year + 1))
        # Nobody passes two structural courses in one year, so each person stands here once.
        _, once = np.unique(self.courses.person[led], return_index=True)
        self._learn(
            self.courses.person[led][once], self.courses.training[led][once], 0, level, year
        )
        rate = 1.15 * people.drive * (0.7 + 0.6 * people.support)
        habit = {PNS: 1.0, CPNS: 0.5, PPPK: 0.75, PART_TIME: 0.35}
        rate *= np.array([habit[kind] for kind in range(4)])[people.employment]
        rate = np.where(people.busy, 0.75 * rate, rate)
        turn = people.draws.uniform(f"count {year}")
        count = _poisson(turn, rate)
        rows = []
        for slot in range(SLOTS):
            here = active[count[active] > slot]
            if len(here):
                rows.append(self._choose(year, slot, here, count[here], level))
        return rows

    def _grow(self, year: int, active: Integers, level: Levels) -> None:
        """Doing the work teaches some of it, more to the able, never beyond what it asks."""
        asked = self.asked[self.posts[year, active]]
        short = np.maximum(asked - level[active], 0.0)
        pace = 0.08 + 0.05 / (1 + np.exp(-self.people.ability[active]))
        level[active] += (pace[:, None] * short).astype(np.float32)

    def utilities(self, year: int, here: Integers, level: Levels) -> tuple[Integers, Levels]:
        """Return the trainings some people choose among and how much they want each.

        Returns:
            Places in ``trainings()`` (len(here), pool) and utilities; −inf where not possible.
        """
        people, known = self.people, self.catalogue
        post = self.posts[year, here]
        pool = self.pools[post].astype(np.int64)
        row = here[:, None]
        skill = known.first[pool]
        gap = self.asked[post[:, None], skill] - level[row, skill]
        support = people.support[here][:, None].astype(np.float32)
        wish = self.fancies[row, pool]
        wish += np.float32(0.6) * (skill >= NINE)
        wish += np.where(gap >= 0.5, 0.4 + 1.5 * support, np.float32(-0.5))
        wish += (gap >= 1.25) * (0.9 * support)
        wish -= np.float32(1.3) * (known.heavy[pool] & people.busy[here][:, None])
        taken = self._last[row, pool]
        needed = known.before[pool]
        done = np.where(needed >= 0, self._last[row, needed], np.int8(YEARS))
        wish += np.float32(2.0) * ((done < YEARS) & (done >= max(0, year - 2)))
        previous = self._previous[here]
        follows = self.sequels[self.lines[post], np.maximum(previous, 0)]
        follows = np.where(previous >= 0, follows, np.int16(-9))
        wish += np.float32(3.3) * (follows[:, None] == pool)
        again = (taken >= 0) & (year - taken >= known.wait[pool])
        wish += np.float32(1.5) * again
        closed = (pool < 0) | ((taken >= 0) & ~again) | (done < 0) | (gap < -1.5)
        wish[closed] = -np.inf
        return pool, wish

    def _choose(
        self, year: int, slot: int, here: Integers, count: Integers, level: Levels
    ) -> Taken:
        people = self.people
        pool, wish = self.utilities(year, here, level)
        draws = people.draws.of(here)
        best = (wish + draws.gumbels(f"wish {year} {slot}", pool.shape[1])).argmax(axis=1)
        row = np.arange(len(here))
        open_ = np.isfinite(wish[row, best])
        here, best, row, count = here[open_], best[open_], row[open_], count[open_]
        chosen = pool[row, best]
        draws = people.draws.of(here)
        fate = draws.uniform(f"fate {year} {slot}")
        status = np.select([fate < 0.025, fate < 0.045], [WITHDRAWN, FAILED], COMPLETED)
        part = (slot + draws.uniform(f"when {year} {slot}")) / np.maximum(count, slot + 1)
        day = self.begin(year) + np.floor(part * 363).astype("timedelta64[D]")
        entered = np.maximum(people.appointed[here], self.begin(year))
        day = np.maximum(day, np.minimum(entered + np.timedelta64(21 + 30 * slot, "D"),
                                         people.frame.today - np.timedelta64(2, "D")))  # fmt: skip
        late = (year == YEARS - 1) & (part > 0.93) & (status == COMPLETED)
        status = np.where(late, REGISTERED, status)
        finished = status == COMPLETED
        self._learn(here[finished], chosen[finished], slot, level, year)
        self._last[here[finished], chosen[finished]] = year
        self._previous[here[finished]] = chosen[finished]
        return Taken(here, chosen, day, status)

    def _learn(self, here: Integers, chosen: Integers, slot: int, level: Levels, year: int) -> None:
        """Raise levels: only the prepared gain much, support doubles it, the tired gain less."""
        known = self.catalogue
        support = self.people.support[here]
        luck = self.people.draws.of(here).normal(f"luck {year} {slot}")
        for column in range(OUTCOMES):
            skill = known.skill[chosen, column].astype(np.int64)
            real = skill >= 0
            who, what = here[real], skill[real]
            low, high = known.low[chosen[real], column], known.high[chosen[real], column]
            before = level[who, what]
            missing = np.clip(high - before, 0.0, 1.6)
            prepared = before >= low - 0.75
            gain = known.effect[chosen[real]] * missing * (0.55 + 0.6 * support[real])
            gain *= np.where(prepared, 1.0, 0.12) * (0.55 if slot >= 3 else 1.0)
            gain *= np.clip(1 + 0.25 * luck[real], 0.2, 1.8)
            level[who, what] = np.minimum(before + gain, 5.0).astype(np.float32)


def _poisson(turn: Floats, rate: Floats) -> Integers:
    """Return Poisson numbers 0 … SLOTS by inversion, shape (n,)."""
    term = np.exp(-rate)
    reached = term.copy()
    count = np.zeros(len(turn), dtype=np.int64)
    for number in range(1, SLOTS + 1):
        count += turn > reached
        term = term * rate / number
        reached += term
    return count


def _join(rows: list[Taken]) -> Taken:
    """Bring the years and slots together, ordered by person and day."""
    person = np.concatenate([r.person for r in rows]) if rows else np.zeros(0, dtype=np.int64)
    training = np.concatenate([r.training for r in rows]) if rows else np.zeros(0, dtype=np.int64)
    day = np.concatenate([r.day for r in rows]) if rows else np.zeros(0, dtype="datetime64[D]")
    status = np.concatenate([r.status for r in rows]) if rows else np.zeros(0, dtype=np.int64)
    order = np.lexsort((training, day, person))
    return Taken(person[order], training[order], day[order], status[order])

"""What gates know of people beyond the snapshot's arrays, worked out once and shared.

In: a snapshot and the rules in force. Out: ``Facts``: legal status by code, spells, running
discipline, yearly performance, talent boxes and what the history says was completed.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from recommender.columns import UNKNOWN, Ints, choice
from recommender.eligibility.dates import plus_months
from recommender.eligibility.ladder import Ladder
from recommender.eligibility.spells import Spells
from recommender.profile import Profile
from recommender.snapshot import Snapshot
from training_data import reference
from training_data.reference.lists import spelling_key
from training_data.reference.packs import Rules

Days = NDArray[np.datetime64]


@dataclass(frozen=True)
class Completion:
    """Training history as sorted pairs (person · n_trainings + training).

    Attributes:
        pair: distinct pairs, int64, ascending.
        completed, registered: flags per pair.
        last: day of the last completion, NaT where no completion is dated.
        undated: a completion without a day exists.
    """

    pair: NDArray[np.int64]
    completed: NDArray[np.bool_]
    registered: NDArray[np.bool_]
    last: Days
    undated: NDArray[np.bool_]


class Facts:
    """Shared facts; each is worked out when a gate first asks for it.

    Attributes:
        snapshot, rules: as given.
        today: ``as_of`` as a numpy day.
        leap_day: what 29 February becomes, see ``calendar.leap_day``.
    """

    def __init__(self, snapshot: Snapshot, rules: Rules, profile: Profile) -> None:
        self.snapshot = snapshot
        self.rules = rules
        self.profile = profile
        self.today = np.datetime64(snapshot.as_of, "D")
        leap = rules.get("calendar.leap_day")
        self.leap_day: str = leap.params["becomes"] if leap else "1_march"

    @cached_property
    def legal_codes(self) -> tuple[str | None, ...]:
        """SIASN code per entry of ``people.legal_statuses``; ``None`` for an unknown one."""
        return tuple(
            reference.normalise("legal_status", raw) for raw in self.snapshot.people.legal_statuses
        )

    @cached_property
    def spells(self) -> Spells:
        """Posts held."""
        rule = self.rules.get("role.mutation_interval")
        acting = tuple(rule.params["acting"]) if rule else ("plt", "plh", "pj", "tugas_tambahan")
        gap = rule.params["join_gap_days"] if rule else 0
        return Spells.of(self.snapshot, acting, gap, self.leap_day)

    @cached_property
    def under_contract(self) -> NDArray[np.bool_]:
        """Who is known to serve under contract (PPPK), bool ``[n_people]``."""
        rule = self.rules.get("role.pppk")
        codes = rule.params["employment"] if rule else ()
        listed = [code in codes for code in reference.choices("employment")]
        return np.array([*listed, False])[self.snapshot.people.employment]

    def recorded(self, table: str) -> NDArray[np.bool_]:
        """Return who has at least one row in a table: their record is kept there."""
        person = self.snapshot.people.index.lookup(
            self.snapshot.dataset.table(table)["employee_id"]
        )
        found = np.zeros(len(self.snapshot.people), bool)
        found[person[person >= 0]] = True
        return found

    @cached_property
    def ladder(self) -> Ladder:
        """Chains of posts from tier to tier."""
        return Ladder.of(self.rules)

    def knows(self, table: str, column: str) -> bool:
        """Whether the cut dataset fills the column at least once."""
        return self.snapshot.dataset.knows(table, column)

    @cached_property
    def _ratings(self) -> dict[int, Ints]:
        """Yearly rating per person, as place in the known list, by year; −1 unknown."""
        table = self.snapshot.dataset.table("performance")
        yearly = pc.equal(pc.fill_null(table["period"], "tahunan"), "tahunan")
        table = table.filter(yearly)
        codes = reference.choices("rating")
        rating = choice(table["rating"], codes)
        rating = np.where(rating >= 0, rating, self._from_parts(table))
        person = self.snapshot.people.index.lookup(table["employee_id"])
        year = np.asarray(table["year"].to_numpy(), np.int64)
        found = {}
        for one in np.unique(year).tolist():
            use = (person >= 0) & (year == one)
            column = np.full(len(self.snapshot.people), UNKNOWN, np.int32)
            column[person[use]] = rating[use]
            found[one] = column
        return found

    def _from_parts(self, table: pa.Table) -> Ints:
        """Return the rating that result and behaviour give, by the predicate matrix."""
        rule = self.rules.get("performance.predicate")
        cells = rule.params["cells"] if rule else {}
        codes = reference.choices("rating")
        pairs = zip(table["work_result"].to_pylist(), table["behaviour"].to_pylist(), strict=True)
        found = [cells.get(a, {}).get(b) for a, b in pairs]
        return np.array([codes.index(c) if c else UNKNOWN for c in found], np.int32)

    def rating_of(self, year: int) -> Ints:
        """Return everybody's rating of a year, as place in the known list; −1 unknown."""
        none = np.full(len(self.snapshot.people), UNKNOWN, np.int32)
        return self._ratings.get(year, none)

    @cached_property
    def newest_rating(self) -> Ints:
        """Everybody's newest yearly rating, as place in the known list; −1 unknown."""
        found = np.full(len(self.snapshot.people), UNKNOWN, np.int32)
        for _, rating in sorted(self._ratings.items()):
            found = np.where(rating >= 0, rating, found)
        return found

    @cached_property
    def retires_on(self) -> tuple[Days, Days]:
        """Day of retirement from the present post, at the earliest and at the latest; NaT unknown.

        A functional post has its own age by title: only the recorded one is sure, otherwise the
        packs know a lowest and a highest.
        """
        people, rule = self.snapshot.people, self.rules.get("role.retirement")
        ages = rule.params["ages"] if rule else {}
        nothing = [UNKNOWN, UNKNOWN]
        bounds = np.array([ages.get(t.code, nothing) for t in reference.tiers()] + [nothing])
        low, high = (
            np.where(people.retirement_age > 0, people.retirement_age, bounds[people.tier, place])
            for place in (0, 1)
        )
        first, last = (
            np.where(
                age > 0,
                plus_months(people.birth_date, 12 * np.maximum(age, 0), self.leap_day),
                np.datetime64("NaT", "D"),
            )
            for age in (low, high)
        )
        return first, last

    @cached_property
    def completion(self) -> Completion:
        """What each person completed or is registered for, also by title and nomination."""
        snapshot = self.snapshot
        events, n = snapshot.events, max(len(snapshot.trainings), 1)
        by_title = self._by_title()
        person = np.concatenate([events.employee, by_title[0]]).astype(np.int64)
        training = np.concatenate([events.training, by_title[1]]).astype(np.int64)
        status = np.concatenate([events.status, by_title[2]])
        at = np.concatenate([events.at.astype("datetime64[D]"), by_title[3]])
        called = self._called_up()
        pair, inverse = np.unique(
            np.concatenate([person * n + training, called]), return_inverse=True
        )
        mine = inverse[: len(person)]
        completed = np.zeros(len(pair), bool)
        completed[mine[status == 0]] = True
        registered = np.zeros(len(pair), bool)
        registered[mine[status == 1]] = True
        registered[inverse[len(person) :]] = True
        last = np.full(len(pair), np.iinfo(np.int64).min)
        dated = (status == 0) & ~np.isnat(at)
        np.maximum.at(last, mine[dated], at[dated].astype(np.int64))
        undated = np.zeros(len(pair), bool)
        undated[mine[(status == 0) & np.isnat(at)]] = True
        return Completion(pair, completed, registered, last.astype("datetime64[D]"), undated)

    def _by_title(self) -> tuple[Ints, Ints, Ints, Days]:
        """Return history rows without a code whose title is exactly one of the catalogue."""
        table = self.snapshot.dataset.table("training_history")
        table = table.filter(
            pc.and_(pc.is_null(table["training_code"]), pc.is_valid(table["title"]))
        )
        titles = self.snapshot.trainings.titles
        row_of: dict[str, int] = {}
        for row, title in enumerate(titles):
            row_of.setdefault(spelling_key(title), row)
        given = pc.unique(table["title"]).to_pylist()
        training = np.array([row_of.get(spelling_key(t), UNKNOWN) for t in given], np.int32)
        at = pc.index_in(table["title"], value_set=pa.array(given, pa.string()))
        item = training[np.asarray(at.to_numpy(), np.int64)]
        person = self.snapshot.people.index.lookup(table["employee_id"])
        statuses = pa.array(reference.choices("history_status"))
        status = pc.index_in(pc.fill_null(table["status"], "completed"), value_set=statuses)
        status = np.asarray(pc.fill_null(status, UNKNOWN).to_numpy(), np.int32)
        when = np.asarray(table["completed_on"].to_numpy(), "datetime64[D]")
        use = (item >= 0) & (person >= 0)
        return person[use], item[use], status[use], when[use]

    def _called_up(self) -> NDArray[np.int64]:
        """Return pairs of people and trainings they are called up for in a coming session."""
        rule = self.rules.get("training.completed")
        dataset = self.snapshot.dataset
        if rule is None or not (dataset.has("nominations") and dataset.has("sessions")):
            return np.zeros(0, np.int64)
        sessions, table = dataset.table("sessions"), dataset.table("nominations")
        binding = pc.is_in(
            table["status"], pa.array(rule.params["binding_nominations"], pa.string())
        )
        table = table.filter(binding)
        place = pc.index_in(
            table["session_code"], value_set=sessions["session_code"].combine_chunks()
        )
        place = np.asarray(pc.fill_null(place, UNKNOWN).to_numpy(), np.int64)
        training = self.snapshot.trainings.index.lookup(sessions["training_code"])
        item = np.append(training, np.int32(UNKNOWN))[place]
        person = self.snapshot.people.index.lookup(table["employee_id"]).astype(np.int64)
        use = (person >= 0) & (item >= 0)
        return np.asarray(person[use] * max(len(self.snapshot.trainings), 1) + item[use], np.int64)

    def completions_of(self, rows: NDArray[np.int64]) -> tuple[NDArray[Any], NDArray[Any]]:
        """Return every entry of ``completion`` of some people: place in ``rows``, and entry."""
        width, pair = max(len(self.snapshot.trainings), 1), self.completion.pair
        low = np.searchsorted(pair, rows * width)
        count = np.searchsorted(pair, (rows + 1) * width) - low
        line = np.repeat(np.arange(len(rows)), count)
        return line, np.arange(len(line)) + np.repeat(low - (np.cumsum(count) - count), count)

    def completed_among(
        self, rows: NDArray[np.int64], trainings: NDArray[np.int64]
    ) -> NDArray[np.bool_]:
        """Return who completed which of some trainings, bool ``[len(trainings), len(rows)]``."""
        width = max(len(self.snapshot.trainings), 1)
        place = np.full(width, UNKNOWN, np.int64)
        place[trainings] = np.arange(len(trainings))
        line, entry = self.completions_of(rows)
        at = place[self.completion.pair[entry] % width]
        use = self.completion.completed[entry] & (at >= 0)
        found = np.zeros((len(trainings), len(rows)), bool)
        found[at[use], line[use]] = True
        return found

    def has_completed(self, rows: NDArray[np.int64], training: int) -> NDArray[np.bool_]:
        """Return whether each person has completed one training, bool ``[len(rows)]``."""
        done = self.completion
        pair = rows * max(len(self.snapshot.trainings), 1) + training
        place = np.minimum(np.searchsorted(done.pair, pair), max(len(done.pair) - 1, 0))
        if len(done.pair) == 0:
            return np.zeros(len(rows), bool)
        return np.asarray((done.pair[place] == pair) & done.completed[place], bool)

    @cached_property
    def _completed_outside(self) -> dict[str, NDArray[np.int32]]:
        """Who completed each prerequisite that the catalogue lacks: people's rows by code."""
        codes = sorted({code for some in self.snapshot.trainings.outside for code in some})
        table = self.snapshot.dataset.table("training_history")
        done = pc.equal(pc.fill_null(table["status"], "completed"), "completed")
        table = table.filter(
            pc.and_(done, pc.is_in(table["training_code"], pa.array(codes, pa.string())))
        )
        person = self.snapshot.people.index.lookup(table["employee_id"])
        given = table["training_code"].to_numpy()
        return {code: person[given == code] for code in codes}

    def has_completed_outside(self, rows: NDArray[np.int64], code: str) -> NDArray[np.bool_]:
        """Return whether each person has completed a prerequisite that the catalogue lacks."""
        return np.isin(rows, self._completed_outside[code])

    @cached_property
    def structural_passed(self) -> NDArray[np.int32]:
        """Highest structural training passed, as its order in the reference; −1 none."""
        snapshot = self.snapshot
        order = {t.code: t.order for t in reference.structural_trainings()}
        by_code = np.array([order[c] for c in reference.choices("structural")] + [UNKNOWN])
        highest = np.full(len(snapshot.people), UNKNOWN, np.int32)
        events = snapshot.events
        done = events.status == 0
        passed = by_code[snapshot.trainings.structural[events.training[done]]]
        np.maximum.at(highest, events.employee[done], passed.astype(np.int32))
        table = snapshot.dataset.table("training_history")
        status = pc.fill_null(table["status"], "completed")
        table = table.filter(pc.and_(pc.equal(status, "completed"), pc.is_valid(table["title"])))
        given = pc.unique(table["title"]).to_pylist()
        spoken = [reference.structural_of_title(title) for title in given]
        level = np.array([order[c] if c else UNKNOWN for c in spoken], np.int32)
        at = pc.index_in(table["title"], value_set=pa.array(given, pa.string()))
        person = snapshot.people.index.lookup(table["employee_id"])
        use = person >= 0
        np.maximum.at(highest, person[use], level[np.asarray(at.to_numpy(), np.int64)][use])
        return highest

    def measure(self, severities: tuple[str, ...], last_day_counts: bool) -> tuple[Ints, Days]:
        """Return per person 0 free, 1 unclear, 2 running, and the last day of what runs."""
        table = self.snapshot.dataset.table("discipline")
        person = self.snapshot.people.index.lookup(table["employee_id"])
        weighty = pc.fill_null(pc.is_in(table["severity"], pa.array(severities)), False)
        heavy = np.asarray(weighty.to_numpy(zero_copy_only=False), bool)
        unknown = np.asarray(pc.is_null(table["severity"]).to_numpy(zero_copy_only=False), bool)
        end = np.asarray(table["ends_on"].to_numpy(), "datetime64[D]")
        over = (end < self.today) | (np.logical_not(last_day_counts) & (end == self.today))
        over = np.where(np.isnat(end), False, over)
        sure = heavy & ~over & ~np.isnat(end)
        unclear = (heavy & np.isnat(end)) | (unknown & ~over)
        state = np.zeros(len(self.snapshot.people), np.int32)
        last = np.full(len(self.snapshot.people), np.iinfo(np.int64).min)
        use = person >= 0
        np.maximum.at(state, person[use], np.where(sure, 2, np.where(unclear, 1, 0))[use])
        np.maximum.at(last, person[use & sure], end[use & sure].astype(np.int64))
        return state, last.astype("datetime64[D]")

    def text_column(self, table: str, column: str) -> list[Any]:
        """Return a column of the cut dataset as Python values."""
        values: list[Any] = self.snapshot.dataset.table(table)[column].to_pylist()
        return values

"""Posts held as spells of time: how long in each tier, and since when in the present post.

In: job history and the present post. Out: time per tier and per field of work, and the first day
of the joined spells that lead to the present post. Acting time never counts as held.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from recommender.columns import UNKNOWN, Ints
from recommender.eligibility.dates import plus_months
from recommender.snapshot import Snapshot
from training_data import reference

Days = NDArray[np.datetime64]
_NAT = np.datetime64("NaT", "D")


MONTH = 31
"""Units of a full month; a unit is a day of a month that is not full.

Sums of spells compare as law counts: a single spell exactly by the calendar, and whole years and
months add up whatever their number of days.
"""


@dataclass(frozen=True)
class Spells:
    """Definitive posts held until ``as_of``, without overlap.

    Attributes:
        person, family, affair, units: work in one family and affair without a break, −1 unknown.
        begin, running: first day of that work, and whether it still goes on.
        tier_units: units in each tier, int64 ``[n_people, n_tiers]``.
        running_since: first day of the unbroken time in the present tier, NaT unknown.
        running_units: units of that time; ``running_tier``: that tier, −1 unknown.
        unmapped: the person has held a post whose tier is unknown.
        undated: a definitive post of the person has no first day, or nothing says since when
            the present one is held.
        recorded: the person has at least one row of job history.
        post_since: first day of the joined spells of the present post, NaT unknown.
        post_perhaps_since: the same where every doubt is read in favour of a longer time, NaT
            where nothing bounds it.
    """

    person: NDArray[np.int64]
    family: Ints
    affair: Ints
    units: NDArray[np.int64]
    begin: Days
    running: NDArray[np.bool_]
    tier_units: NDArray[np.int64]
    running_since: Days
    running_units: NDArray[np.int64]
    running_tier: Ints
    unmapped: NDArray[np.bool_]
    undated: NDArray[np.bool_]
    recorded: NDArray[np.bool_]
    post_since: Days
    post_perhaps_since: Days

    @classmethod
    def of(
        cls, snapshot: Snapshot, acting: tuple[str, ...], join_gap_days: int, leap_day: str
    ) -> Spells:
        """Join the history with the present post.

        Parameters:
            acting: assignments that are not held posts.
            join_gap_days: longest break between two spells of one post.
            leap_day: what 29 February becomes.
        """
        n, today = len(snapshot.people), np.datetime64(snapshot.as_of, "D")
        rows, recorded, undated = _rows(snapshot, acting)
        open_end = np.isnat(rows.end)
        rows = _closed(rows, today)
        since, perhaps = _post_since(rows, snapshot, join_gap_days, undated, recorded)
        rows, vague = _present_settled(rows, open_end, snapshot, today)
        undated = undated | vague
        rows = _without_overlap(rows)
        first, end = _merged(rows, rows.tier)
        person, tier = rows.person[first], rows.tier[first]
        length = units(rows.begin[first], end, leap_day)
        tier_units = np.zeros((n, len(reference.tiers())), np.int64)
        np.add.at(tier_units, (person[tier >= 0], tier[tier >= 0]), length[tier >= 0])
        now = (end == today) & (tier >= 0)
        running_since, running_units = np.full(n, _NAT), np.zeros(n, np.int64)
        running_since[person[now]] = rows.begin[first][now]
        running_units[person[now]] = length[now]
        running_tier = np.full(n, UNKNOWN, np.int32)
        running_tier[person[now]] = tier[now]
        unmapped = np.zeros(n, bool)
        unmapped[person[(tier < 0) & (length > 0)]] = True
        work = np.stack([rows.family, rows.affair], axis=1)
        first, end = _merged(rows, work)
        return cls(
            rows.person[first], rows.family[first], rows.affair[first],
            units(rows.begin[first], end, leap_day), rows.begin[first], end == today,
            tier_units, running_since, running_units, running_tier, unmapped, undated, recorded,
            since, perhaps,
        )  # fmt: skip


def units(begin: Days, end: Days, leap_day: str) -> NDArray[np.int64]:
    """Return full months and remaining days between days as ``31 · months + days``."""
    months = end.astype("datetime64[M]").astype(np.int64)
    months = months - begin.astype("datetime64[M]").astype(np.int64)
    months = np.where(plus_months(begin, months, leap_day) > end, months - 1, months)
    rest = (end - plus_months(begin, months, leap_day)).astype(np.int64)
    return np.asarray(MONTH * months + rest, np.int64)


def reached_on(begin: Any, wanted: int, leap_day: str) -> Any:
    """Return the first day on which a spell since ``begin`` is ``wanted`` units long."""
    months, rest = divmod(wanted, MONTH)
    by_days = plus_months(begin, months, leap_day) + np.timedelta64(rest, "D")
    # Days that a short month lacks: the next full month comes before they are counted.
    return min(by_days, plus_months(begin, months + 1, leap_day)) if rest else by_days


def _merged(rows: _Rows, label: NDArray[Any]) -> tuple[NDArray[np.int64], Days]:
    """Return the first row and the last day of each run of unbroken spells of one label."""
    if len(rows.person) == 0:
        return np.zeros(0, np.int64), rows.end
    same = label[1:] == label[:-1]
    same = same.all(axis=1) if same.ndim == 2 else same
    near = (rows.begin[1:] - rows.end[:-1]).astype(np.int64) <= 1
    new = np.ones(len(rows.person), bool)
    new[1:] = ~(same & near & (rows.person[1:] == rows.person[:-1]))
    first = np.flatnonzero(new)
    return first, np.maximum.reduceat(rows.end, first)


@dataclass(frozen=True)
class _Rows:
    person: NDArray[np.int64]
    job: Ints
    tier: Ints
    family: Ints
    affair: Ints
    begin: Days
    end: Days

    def take(self, order: NDArray[Any]) -> _Rows:
        return _Rows(
            self.person[order], self.job[order], self.tier[order], self.family[order],
            self.affair[order], self.begin[order], self.end[order],
        )  # fmt: skip


def _rows(
    snapshot: Snapshot, acting: tuple[str, ...]
) -> tuple[_Rows, NDArray[np.bool_], NDArray[np.bool_]]:
    """Return dated definitive posts, who has history at all, and who has undated posts."""
    people, jobs = snapshot.people, snapshot.jobs
    table = snapshot.dataset.table("job_history")
    person = people.index.lookup(table["employee_id"]).astype(np.int64)
    recorded = np.zeros(len(people), bool)
    recorded[person[person >= 0]] = True
    held = pc.invert(pc.is_in(pc.fill_null(table["assignment"], "definitif"), pa.array(acting)))
    use = np.asarray(held.to_numpy(zero_copy_only=False), bool) & (person >= 0)
    job = jobs.index.lookup(table["job_code"])
    tiers = [t.code for t in reference.tiers()]
    tier = pc.fill_null(pc.index_in(table["tier"], value_set=pa.array(tiers)), UNKNOWN)
    tier = np.asarray(tier.to_numpy(), np.int32)
    tier = np.where(tier >= 0, tier, _of_job(jobs.tier, job))
    begin = np.asarray(table["from_date"].to_numpy(), "datetime64[D]")
    end = np.asarray(table["to_date"].to_numpy(), "datetime64[D]")
    undated = np.zeros(len(people), bool)
    undated[person[use & np.isnat(begin)]] = True
    use &= ~np.isnat(begin)
    now = ~np.isnat(people.job_since)
    everyone = np.flatnonzero(now)
    found = _Rows(
        np.concatenate([person[use], everyone]),
        np.concatenate([job[use], people.job[now]]),
        np.concatenate([tier[use], people.tier[now]]),
        np.concatenate([_of_job(jobs.family, job)[use], _of_job(jobs.family, people.job)[now]]),
        np.concatenate([_of_job(jobs.affair, job)[use], _of_job(jobs.affair, people.job)[now]]),
        np.concatenate([begin[use], people.job_since[now]]),
        np.concatenate([end[use], np.full(len(everyone), _NAT)]),
    )
    return found.take(np.lexsort((found.job, found.begin, found.person))), recorded, undated


def _of_job(values: Ints, job: Ints) -> Ints:
    return np.append(values, np.int32(UNKNOWN))[job]


def _closed(rows: _Rows, as_of: np.datetime64) -> _Rows:
    """Close open spells: at the next spell of the person, else on ``as_of``."""
    following = np.full(len(rows.person), as_of)
    same = rows.person[1:] == rows.person[:-1]
    following[:-1][same] = rows.begin[1:][same]
    end = np.where(np.isnat(rows.end), following, np.minimum(rows.end, as_of))
    return _Rows(
        rows.person, rows.job, rows.tier, rows.family, rows.affair,
        np.minimum(rows.begin, as_of), np.maximum(end, rows.begin),
    )  # fmt: skip


def _without_overlap(rows: _Rows) -> _Rows:
    """Move first days behind the end of earlier spells of the same person; drop what vanishes."""
    if len(rows.person) == 0:
        return rows
    day = rows.end.astype(np.int64)
    low = int(rows.begin.astype(np.int64).min())
    width = int(day.max()) - low + 2
    # Persons are blocks of numbers that do not touch, so one running maximum serves all.
    reach = np.maximum.accumulate(rows.person * width + (day - low))
    before = np.concatenate([[-1], reach[:-1]]) - rows.person * width + low
    begin = np.maximum(rows.begin.astype(np.int64), before).astype("datetime64[D]")
    left = np.flatnonzero(begin < rows.end)
    return replace(rows, begin=begin).take(left)


def _present_settled(
    rows: _Rows, open_end: NDArray[np.bool_], snapshot: Snapshot, today: np.datetime64
) -> tuple[_Rows, NDArray[np.bool_]]:
    """Leave out open spells that may not be the present post, and say whose present is vague.

    Where the start of the present post is unknown, the last spell stands for it only if it is the
    same post; otherwise it may have ended long ago.
    """
    people = snapshot.people
    last = np.ones(len(rows.person), bool)
    last[:-1] = rows.person[1:] != rows.person[:-1]
    unknown = np.isnat(people.job_since)[rows.person]
    other = (rows.job != people.job[rows.person]) | (rows.tier != people.tier[rows.person])
    loose = last & open_end & unknown & other
    end = np.where(loose, rows.begin, rows.end)
    vague = np.isnat(people.job_since)
    vague[rows.person[last & (end == today)]] = False
    vague[rows.person[loose]] = True
    return replace(rows, end=end), vague


def _post_since(
    rows: _Rows,
    snapshot: Snapshot,
    gap: int,
    undated: NDArray[np.bool_],
    recorded: NDArray[np.bool_],
) -> tuple[Days, Days]:
    """Return since when the present post is surely held, and since when at the very most.

    Spells of the same post, or of the same tier and family, are one time in post. Where a post, a
    tier or a family is unknown they may be; where no history is kept of the person, or part of it
    is undated, nothing bounds what came before.
    """
    people, n = snapshot.people, len(snapshot.people)
    sure, perhaps = np.full(n, _NAT), np.full(n, _NAT)
    if len(rows.person) == 0:
        return sure, perhaps
    one = rows.person[1:] == rows.person[:-1]
    near = one & ((rows.begin[1:] - rows.end[:-1]).astype(np.int64) <= gap)
    job, tier, family = (_compared(values) for values in (rows.job, rows.tier, rows.family))
    same = (job == 1) | ((tier == 1) & (family == 1))
    other = (job != 1) & ((tier == 0) | (family == 0))
    joined = near & same & ~undated[rows.person[1:]]
    last = np.append(~one, True)
    present = people.job[rows.person]
    ours = (rows.job == present) & (present >= 0)
    ours |= rows.begin == people.job_since[rows.person]
    at = np.flatnonzero(last & ours)
    sure[rows.person[at]] = rows.begin[_run_start(joined)[at]]
    perhaps[rows.person[at]] = rows.begin[_run_start(near & ~other)[at]]
    unbounded = undated | np.isnat(people.job_since)
    if snapshot.dataset.has("job_history"):
        unbounded |= ~recorded
    perhaps[unbounded] = _NAT
    return sure, perhaps


def _compared(values: Ints) -> NDArray[np.int8]:
    """Return 1 where a row equals the one before, 0 where not, −1 where either is unknown."""
    equal = (values[1:] == values[:-1]).astype(np.int8)
    unknown = (values[1:] < 0) | (values[:-1] < 0)
    return np.where(unknown, np.int8(-1), equal)


def _run_start(joined: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Return per row the first row of the run of joined rows it ends."""
    broken = np.append(True, ~joined)
    start: NDArray[np.int64] = np.maximum.accumulate(np.where(broken, np.arange(len(broken)), 0))
    return start

"""Posts held as spells of time: how long in each tier, and since when in the present post.

In: job history and the present post. Out: days per tier, and the first day of the joined spells
that lead to the present post. Acting time never counts as held.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from recommender.snapshot import UNKNOWN, Ints, Snapshot
from training_data import reference

Days = NDArray[np.datetime64]
_NAT = np.datetime64("NaT", "D")


@dataclass(frozen=True)
class Spells:
    """Definitive posts held until ``as_of``, without overlap, ordered by person and day.

    Attributes:
        person, tier, family, affair: per spell, −1 unknown.
        days: length per spell, in days.
        tier_days: days in each tier, int32 ``[n_people, n_tiers]``.
        unmapped_days: days in posts whose tier is unknown, per person.
        undated: the person has a definitive post without a first day.
        recorded: the person has at least one row of job history.
        post_since: first day of the joined spells of the present post, NaT unknown.
    """

    person: NDArray[np.int64]
    tier: Ints
    family: Ints
    affair: Ints
    days: NDArray[np.int64]
    tier_days: Ints
    unmapped_days: NDArray[np.int64]
    undated: NDArray[np.bool_]
    recorded: NDArray[np.bool_]
    post_since: Days

    @classmethod
    def of(cls, snapshot: Snapshot, acting: tuple[str, ...], join_gap_days: int) -> Spells:
        """Join the history with the present post.

        Parameters:
            acting: assignments that are not held posts.
            join_gap_days: longest break between two spells of one post.
        """
        n = len(snapshot.people)
        rows, recorded, undated = _rows(snapshot, acting)
        rows = _closed(rows, np.datetime64(snapshot.as_of, "D"))
        since = _joined_since(rows, join_gap_days, n)
        begin = _without_overlap(rows)
        days = np.maximum((rows.end - begin).astype(np.int64), 0)
        tier_days = np.zeros((n, len(reference.tiers())), np.int32)
        mapped = rows.tier >= 0
        np.add.at(tier_days, (rows.person[mapped], rows.tier[mapped]), days[mapped])
        unmapped = np.zeros(n, np.int64)
        np.add.at(unmapped, rows.person[~mapped], days[~mapped])
        return cls(
            rows.person, rows.tier, rows.family, rows.affair, days, tier_days, unmapped,
            undated, recorded, since,
        )  # fmt: skip


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


def _without_overlap(rows: _Rows) -> Days:
    """Return first days moved behind the end of earlier spells of the same person."""
    if len(rows.person) == 0:
        return rows.begin
    day = rows.end.astype(np.int64)
    low = int(rows.begin.astype(np.int64).min())
    width = int(day.max()) - low + 2
    # Persons are blocks of numbers that do not touch, so one running maximum serves all.
    reach = np.maximum.accumulate(rows.person * width + (day - low))
    before = np.concatenate([[-1], reach[:-1]]) - rows.person * width + low
    begin = np.maximum(rows.begin.astype(np.int64), before)
    return begin.astype("datetime64[D]")


def _joined_since(rows: _Rows, gap: int, n: int) -> Days:
    """Return per person the first day of the joined spells that end in the last one."""
    since = np.full(n, _NAT)
    if len(rows.person) == 0:
        return since
    broken = np.ones(len(rows.person), bool)
    same_job = (rows.job[1:] == rows.job[:-1]) & (rows.job[1:] >= 0)
    same_tier = (rows.tier[1:] == rows.tier[:-1]) & (rows.tier[1:] >= 0)
    same_family = (rows.family[1:] == rows.family[:-1]) & (rows.family[1:] >= 0)
    near = (rows.begin[1:] - rows.end[:-1]).astype(np.int64) <= gap
    joined = (same_job | (same_tier & same_family)) & near
    broken[1:] = ~(joined & (rows.person[1:] == rows.person[:-1]))
    first = np.maximum.accumulate(np.where(broken, np.arange(len(broken)), 0))
    since[rows.person] = rows.begin[first]  # the last spell of a person is written last
    return since

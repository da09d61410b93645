"""What seats there are: sessions that can still be joined, or vacant posts.

In: a snapshot. Out: ``Offered``: codes and limits by row. Seats that nobody counted do not bind; a
session without days clashes with nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from recommender.allocation.problem import NONE, Ragged, Whole
from recommender.columns import Index, days, floats, ints
from recommender.snapshot import Snapshot
from training_data import reference
from training_data.reference.packs import Rules

SeatKind = Literal["session", "vacancy"]


@dataclass(frozen=True)
class Offered:
    """Sessions or vacancies in byte order of their code.

    Attributes:
        item: row of the training or the post.
        begin, end: days since 1970, ``NONE`` without.
        year: calendar year of the first day, ``NONE`` without.
        seats: ``NONE`` where nobody counted them.
        beside: attended beside the daily work, so that days clash with nothing.
        by_item: the rows of each item.
    """

    kind: SeatKind
    index: Index
    item: Whole
    begin: Whole
    end: Whole
    year: Whole
    seats: Whole
    min_seats: Whole
    opening_cost: Whole
    beside: NDArray[np.bool_]
    by_item: Ragged

    def __len__(self) -> int:
        return len(self.index)


def offered(snapshot: Snapshot, rules: Rules, kind: SeatKind) -> Offered:
    """Return what can still be joined or filled on the day of the snapshot."""
    return _sessions(snapshot, rules) if kind == "session" else _vacancies(snapshot)


def _sessions(snapshot: Snapshot, rules: Rules) -> Offered:
    table = snapshot.dataset.table("sessions")
    item = snapshot.trainings.index.lookup(table["training_code"]).astype(np.int64)
    begin = days(pc.coalesce(table["starts_on"], table["ends_on"]))
    end = days(pc.coalesce(table["ends_on"], table["starts_on"]))
    closes, today = days(table["closes_on"]), np.datetime64(snapshot.as_of, "D")
    can_join = (np.isnat(begin) | (begin > today)) & (np.isnat(closes) | (closes >= today))
    keep = np.flatnonzero((item >= 0) & can_join)
    forms = reference.choices("form")
    aside = [forms.index(f) for f in rules.rule("plan.schedule").params["parallel_forms"]]
    return _offered(
        "session",
        np.array(table["session_code"].to_pylist(), object)[keep],
        item[keep],
        (begin[keep], end[keep]),
        (
            ints(table["seats"], np.int32)[keep],
            np.maximum(ints(table["min_seats"], np.int32)[keep], 0),
            np.maximum(_rupiah(table["opening_cost"])[keep], 0),
        ),
        np.isin(snapshot.trainings.form[item[keep]], aside),
        len(snapshot.trainings),
    )


def _vacancies(snapshot: Snapshot) -> Offered:
    table = snapshot.dataset.table("vacancies")
    item = snapshot.jobs.index.lookup(table["job_code"]).astype(np.int64)
    keep = np.flatnonzero(item >= 0)
    seats = ints(table["seats"], np.int32)[keep]
    nothing = np.zeros(len(keep), np.int64)
    undated = np.full(len(keep), np.datetime64("NaT", "D"))
    return _offered(
        "vacancy",
        np.array(table["vacancy_code"].to_pylist(), object)[keep],
        item[keep],
        (undated, undated),
        (np.where(seats < 0, 1, seats), nothing, nothing),
        np.zeros(len(keep), bool),
        len(snapshot.jobs),
    )


def _offered(
    kind: SeatKind,
    codes: NDArray[np.object_],
    item: Whole,
    span: tuple[NDArray[np.datetime64], NDArray[np.datetime64]],
    counts: tuple[NDArray[np.integer], NDArray[np.integer], NDArray[np.integer]],
    beside: NDArray[np.bool_],
    n_items: int,
) -> Offered:
    order = np.array(sorted(range(len(codes)), key=lambda i: str(codes[i]).encode()), np.int64)
    begin, end = (_number(day)[order] for day in span)
    year = np.where(
        np.isnat(span[0]), NONE, span[0].astype("datetime64[Y]").astype(np.int64) + 1970
    )
    lists: list[list[int]] = [[] for _ in range(n_items)]
    for row, one in enumerate(item[order].tolist()):
        lists[one].append(row)
    seats, least, opening = (np.asarray(count, np.int64)[order] for count in counts)
    return Offered(
        kind, Index(tuple(str(codes[i]) for i in order)), item[order], begin, end, year[order],
        seats, least, opening, beside[order], Ragged.of(lists),
    )  # fmt: skip


def _number(day: NDArray[np.datetime64]) -> Whole:
    return np.where(np.isnat(day), NONE, day.astype("datetime64[D]").astype(np.int64))


def _rupiah(column: pa.ChunkedArray) -> Whole:
    return np.rint(np.nan_to_num(floats(column))).astype(np.int64)

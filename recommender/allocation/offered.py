"""What seats there are: sessions that can still be joined, or vacant posts.

In: a snapshot. Out: ``Offered``: codes and limits by row. Seats that nobody counted do not bind; a
session without days clashes with nothing.
"""

from __future__ import annotations

from collections.abc import Container, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from recommender.allocation.problem import NONE, Ragged, Whole
from recommender.allocation.wishes import NewSession
from recommender.columns import Index, days, floats, ints
from recommender.errors import ImpossibleWish
from recommender.snapshot import Snapshot
from training_data import reference
from training_data.messages import text
from training_data.reference.packs import Rules

SeatKind = Literal["session", "vacancy"]
EPOCH = date(1970, 1, 1)


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
        price: rupiah of a seat where it is not the training's, else ``NONE``.
        supposed: not in the data, see ``with_new``.
        unit: row of a vacancy's unit, ``NONE`` where it is not recorded, and of sessions.
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
    price: Whole
    supposed: NDArray[np.bool_]
    unit: Whole

    def __len__(self) -> int:
        return len(self.index)


def offered(snapshot: Snapshot, rules: Rules, kind: SeatKind) -> Offered:
    """Return what can still be joined or filled on the day of the snapshot."""
    return _sessions(snapshot, rules) if kind == "session" else _vacancies(snapshot)


def with_new(
    seats: Offered,
    snapshot: Snapshot,
    rules: Rules,
    opened: Mapping[str, NewSession],
    taken: Container[str],
) -> Offered:
    """Return what is offered with sessions that are not in the data, supposed to be held.

    Nothing is written anywhere: whoever solves this offers them, and nobody else.

    Parameters:
        taken: codes of all sessions there are, and were: people's records name those that are over.

    Raises:
        ImpossibleWish: there is no such training, the code is taken, or it would have begun.
    """
    if not opened:
        return seats
    if seats.kind != "session":
        raise ImpossibleWish("open: sessions are opened, not posts", text("wish.new_of_posts"))
    items = []
    for place, (code, new) in enumerate(opened.items()):
        item = snapshot.trainings.index.rows.get(new.training_code)
        if item is None:
            raise _no(place, "training_code", "wish.new_training")
        if code in taken:
            raise _no(place, "session_code", "wish.new_code")
        if new.starts_on <= snapshot.as_of:
            raise _no(place, "starts_on", "wish.new_begun")
        items.append(item)
    new_items = np.array(items, np.int64)
    every = list(opened.values())
    forms = _aside(rules)

    def both(of: Whole, more: list[int]) -> Whole:
        return np.concatenate([of, np.array(more, np.int64)])

    codes = np.array([*seats.index.codes, *opened], object)
    order = _ordered(codes)
    begin, end = (
        both(old, [(day - EPOCH).days for day in new])
        for old, new in (
            (seats.begin, [one.starts_on for one in every]),
            (seats.end, [one.ends_on for one in every]),
        )
    )
    found = Offered(
        "session",
        Index(tuple(str(codes[i]) for i in order)),
        both(seats.item, items)[order],
        begin[order],
        end[order],
        both(seats.year, [one.starts_on.year for one in every])[order],
        both(seats.seats, [one.seats for one in every])[order],
        both(seats.min_seats, [one.min_seats for one in every])[order],
        both(seats.opening_cost, [one.opening_cost for one in every])[order],
        np.concatenate([seats.beside, np.isin(snapshot.trainings.form[new_items], forms)])[order],
        seats.by_item,
        both(seats.price, [NONE if one.cost is None else one.cost for one in every])[order],
        np.concatenate([seats.supposed, np.ones(len(every), bool)])[order],
        both(seats.unit, [NONE] * len(every))[order],
    )
    return replace(found, by_item=_by_item(found.item, len(snapshot.trainings)))


def _no(place: int, column: str, code: str) -> ImpossibleWish:
    words = text(code, place=f"open.{place}.{column}")
    return ImpossibleWish(words.en, words)


def _aside(rules: Rules) -> list[int]:
    """Return the forms that are attended beside the daily work."""
    forms = reference.choices("form")
    return [forms.index(f) for f in rules.rule("plan.schedule").params["parallel_forms"]]


def _sessions(snapshot: Snapshot, rules: Rules) -> Offered:
    table = snapshot.dataset.table("sessions")
    item = snapshot.trainings.index.lookup(table["training_code"]).astype(np.int64)
    begin = days(pc.coalesce(table["starts_on"], table["ends_on"]))
    end = days(pc.coalesce(table["ends_on"], table["starts_on"]))
    closes, today = days(table["closes_on"]), np.datetime64(snapshot.as_of, "D")
    can_join = (np.isnat(begin) | (begin > today)) & (np.isnat(closes) | (closes >= today))
    keep = np.flatnonzero((item >= 0) & can_join)
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
        np.isin(snapshot.trainings.form[item[keep]], _aside(rules)),
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
        snapshot.units.lookup(table["unit_code"]).astype(np.int64)[keep],
    )


def _offered(
    kind: SeatKind,
    codes: NDArray[np.object_],
    item: Whole,
    span: tuple[NDArray[np.datetime64], NDArray[np.datetime64]],
    counts: tuple[NDArray[np.integer], NDArray[np.integer], NDArray[np.integer]],
    beside: NDArray[np.bool_],
    n_items: int,
    unit: Whole | None = None,
) -> Offered:
    order = _ordered(codes)
    where = np.full(len(order), NONE, np.int64) if unit is None else unit[order]
    begin, end = (_number(day)[order] for day in span)
    year = np.where(
        np.isnat(span[0]), NONE, span[0].astype("datetime64[Y]").astype(np.int64) + 1970
    )
    seats, least, opening = (np.asarray(count, np.int64)[order] for count in counts)
    return Offered(
        kind, Index(tuple(str(codes[i]) for i in order)), item[order], begin, end, year[order],
        seats, least, opening, beside[order], _by_item(item[order], n_items),
        np.full(len(order), NONE, np.int64), np.zeros(len(order), bool), where,
    )  # fmt: skip


def _ordered(codes: NDArray[np.object_]) -> Whole:
    return np.array(sorted(range(len(codes)), key=lambda i: str(codes[i]).encode()), np.int64)


def _by_item(item: Whole, n_items: int) -> Ragged:
    lists: list[list[int]] = [[] for _ in range(n_items)]
    for row, one in enumerate(item.tolist()):
        lists[one].append(row)
    return Ragged.of(lists)


def _number(day: NDArray[np.datetime64]) -> Whole:
    return np.where(np.isnat(day), NONE, day.astype("datetime64[D]").astype(np.int64))


def _rupiah(column: pa.ChunkedArray) -> Whole:
    return np.rint(np.nan_to_num(floats(column))).astype(np.int64)

"""What seats there are: sessions that can still be joined, or vacant posts.

In: a snapshot. Out: ``Offered``: codes and limits by row. Seats that nobody counted do not bind; a
session without days clashes with nothing.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from recommender.allocation.problem import NONE, Ragged, Whole
from recommender.allocation.wishes import NewPost, NewSession
from recommender.columns import Index, days, floats, ints
from recommender.errors import ImpossibleWish
from recommender.snapshot import Snapshot
from training_data import reference
from training_data.messages import text
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
        price: rupiah of a seat where it is not the training's, else ``NONE``.
        supposed: not in the data, see ``with_new`` and ``with_posts``.
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
    every = list(opened.values())
    found = _offered(
        "session",
        np.array(list(opened), object),
        np.array(items, np.int64),
        (_days(one.starts_on for one in every), _days(one.ends_on for one in every)),
        (
            np.array([one.seats for one in every], np.int64),
            np.array([one.min_seats for one in every], np.int64),
            np.array([one.opening_cost for one in every], np.int64),
        ),
        np.isin(snapshot.trainings.form[items], _aside(rules)),
        len(snapshot.trainings),
    )
    costs = [opened[code].cost for code in found.index.codes]
    price = np.array([NONE if cost is None else cost for cost in costs], np.int64)
    return _together(seats, replace(found, price=price), len(snapshot.trainings))


def with_posts(
    seats: Offered, snapshot: Snapshot, posts: Mapping[str, NewPost], taken: Container[str]
) -> Offered:
    """Return what is offered with vacancies that are not in the data, supposed to be there.

    Parameters:
        taken: codes of all vacancies there are, and were.

    Raises:
        ImpossibleWish: there is no such post or unit, or the code is taken.
    """
    if not posts:
        return seats
    if seats.kind != "vacancy":
        raise ImpossibleWish("posts: posts fall vacant, not sessions", text("wish.new_vacancy"))
    items, units = [], []
    for place, (code, new) in enumerate(posts.items()):
        item = snapshot.jobs.index.rows.get(new.job_code)
        unit = NONE if new.unit_code is None else snapshot.units.rows.get(new.unit_code)
        if item is None:
            raise _no(place, "job_code", "wish.new_job", "posts")
        if unit is None:
            raise _no(place, "unit_code", "wish.new_unit", "posts")
        if code in taken:
            raise _no(place, "vacancy_code", "wish.new_vacancy_code", "posts")
        items.append(item)
        units.append(unit)
    nothing = np.zeros(len(items), np.int64)
    undated = np.full(len(items), np.datetime64("NaT", "D"))
    new_seats = np.array([one.seats for one in posts.values()], np.int64)
    new_posts = _offered(
        "vacancy",
        np.array(list(posts), object),
        np.array(items, np.int64),
        (undated, undated),
        (new_seats, nothing, nothing),
        np.zeros(len(items), bool),
        len(snapshot.jobs),
        np.array(units, np.int64),
    )
    return _together(seats, new_posts, len(snapshot.jobs))


def _together(seats: Offered, new: Offered, n_items: int) -> Offered:
    """Return what is offered with what is supposed to be, in the order of their codes."""
    codes = np.array([*seats.index.codes, *new.index.codes], object)
    order = _ordered(codes)
    new = replace(new, supposed=np.ones(len(new), bool))
    rows = {
        one.name: np.concatenate([getattr(seats, one.name), getattr(new, one.name)])[order]
        for one in fields(Offered)
        if one.name not in ("kind", "index", "by_item")
    }
    index = Index(tuple(str(codes[i]) for i in order))
    return Offered(kind=seats.kind, index=index, by_item=_by_item(rows["item"], n_items), **rows)


def _days(given: Iterable[date]) -> NDArray[np.datetime64]:
    return np.array(list(given), "datetime64[D]")


def _no(place: int, column: str, code: str, kind: str = "open") -> ImpossibleWish:
    words = text(code, place=f"{kind}.{place}.{column}")
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

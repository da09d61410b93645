"""From what is known, offered and asked for to a ``Problem``, and what its numbers stand for.

In: a snapshot, what is offered, who may have what, and wishes. Out: ``Layout``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from recommender.allocation.candidates import Candidates
from recommender.allocation.groups import grouping
from recommender.allocation.leaving import Leavers, leavers
from recommender.allocation.offered import Offered
from recommender.allocation.problem import (
    NONE,
    Flags,
    Pairs,
    People,
    Problem,
    Quotas,
    Ragged,
    Sessions,
    Whole,
)
from recommender.allocation.purses import Purses
from recommender.allocation.turns import Turns, require_sessions, turns_of
from recommender.allocation.wishes import Leaving, Quota, Wishes
from recommender.columns import MILLI, Index
from recommender.entities import STATUSES
from recommender.errors import ImpossibleWish
from recommender.figures.learning_hours import jp_of_year, planned_jp
from recommender.results import MICRO
from recommender.similarity.gaps import Micro
from recommender.snapshot import Snapshot
from recommender.units import UnitTree
from training_data.messages import text
from training_data.reference.packs import Rules

FIRST = 1_000 * MICRO
"""Worth of a seat that is mandatory, beside its score: more than anything that is chosen."""

CONFIRM, KEPT = 1, 2
"""What the rules say of a pair: something is to be confirmed; they keep the person from it. It is
0 where nothing stands in the way."""
Judged = Callable[[Whole, Whole], NDArray[np.uint8]]
"""People and posts, pair by pair → what the rules say."""

BOUND, CANCELLED = ("dipanggil", "hadir"), ("batal",)
"""States of a nomination in which the seat is taken, and in which it was given back."""


@dataclass(frozen=True)
class Layout:
    """A problem and what it speaks of.

    Attributes:
        people: employees by row of the problem.
        micro: score of each pair, micro-points.
        first, kept: of each pair, whether it is mandatory, and in an earlier allocation.
        quotas: those asked for; the problem holds those of ``leavers`` after them.
        year: the year whose hours count.
        hour_points: what a missing JP takes away.
        hours_known: whether hours of the year are known at all.
        turns: whose turn it is, where it was asked for.
        leavers: who would leave which unit, of vacant posts.
        judged: what the rules say of each pair; ``None`` where nobody asked them.
        units: of the people, by row.
        unpaid: pairs that cost something that no budget is known to pay.
    """

    problem: Problem
    people: Index
    items: Index
    seats: Offered
    purses: Purses
    wishes: Wishes
    micro: Micro
    first: Flags
    kept: Flags
    quotas: tuple[Quota, ...]
    year: int
    hour_points: float
    hours_known: bool
    turns: Turns | None = None
    leavers: Leavers | None = None
    judged: NDArray[np.uint8] | None = None
    units: Index = field(default_factory=lambda: Index(()))

    @cached_property
    def unpaid(self) -> Flags:
        """Return the pairs that cost something that no budget is known to pay."""
        pairs = self.problem.pairs
        return np.asarray((pairs.budget == NONE) & (pairs.cost > 0))

    @cached_property
    def turn(self) -> Micro:
        """Return what each pair counts more since it is the person's turn, micro-points."""
        return _turn(self.turns, self.problem.pairs.person, self.micro, self.problem.pairs.locked)

    @cached_property
    def ready(self) -> Micro:
        """Return what each pair counts more since the rules leave nothing to confirm."""
        return _ready(self.wishes, self.judged, self.micro, self.problem.pairs.locked)


@dataclass(frozen=True)
class Asked:
    """What an allocation is asked for, beside the data.

    Attributes:
        hour_points: points of a missing JP where the wishes do not say it; ``None``: so many
            that the whole target is worth as much as a seat in the middle of the scores.
        kept: seats of an earlier allocation, as (employee, session).
        nominated: pairs that stand and pairs that were ended, where the nominations are known
            better than by the data; those that are no longer offered are left out.
        judged: asks the rules about pairs, of vacant posts; what they forbid is in no allocation,
            whoever asks for it.
    """

    wishes: Wishes
    hour_points: float | None = None
    kept: Sequence[tuple[str, str]] = ()
    nominated: tuple[Sequence[tuple[str, str]], Sequence[tuple[str, str]]] | None = None
    judged: Judged | None = None


def lay_out(
    snapshot: Snapshot,
    tree: UnitTree,
    rules: Rules,
    seats: Offered,
    candidates: Candidates,
    asked: Asked,
) -> Layout:
    """Lay a problem out.

    Raises:
        ImpossibleWish: a wish names somebody or something unknown, or contradicts another.
    """
    wishes, people = asked.wishes, snapshot.people.index
    rows = _Rows(people, seats)
    if asked.nominated is None:
        stand, ended = (_nominated(snapshot, seats, states) for states in (BOUND, CANCELLED))
    else:
        stand, ended = map(rows.known, asked.nominated)
    training = seats.kind == "session"
    must = rows.pairs("must", wishes.must) | rows.pairs("locked", wishes.locked)
    if not training and asked.judged is not None:
        rows.refuse_kept(wishes, asked.judged)
    locked = must | stand
    forbidden = rows.pairs("forbid", wishes.forbid)
    if forbidden & must:
        raise ImpossibleWish("forbid: a seat is asked for in must or locked as well")
    forbidden |= ended - locked
    closed = {rows.session("closed", code) for code in wishes.closed}
    person, session, micro, first = _pairs(seats, candidates, locked, forbidden, closed)
    key = person * len(seats) + session
    kept = np.isin(key, _keys(rows.known(asked.kept), len(seats)))
    is_locked = np.isin(key, _keys(locked, len(seats)))
    first &= ~is_locked

    judged = None
    if not training and asked.judged is not None:
        judged = asked.judged(person, seats.item[session])
    n_items = len(snapshot.trainings) if training else len(snapshot.jobs)
    cost = np.zeros(n_items, np.int64)
    if training:
        cost = np.rint(np.nan_to_num(snapshot.trainings.cost)).astype(np.int64)
    if wishes.money is None:
        purses = Purses.of(snapshot, tree, dict(wishes.budgets))
    else:
        purses = Purses.one(wishes.money)
    _require_known("budgets", wishes.budgets, {c for code in purses.codes for c in code.split("|")})
    paid_in = np.where(seats.year == NONE, snapshot.as_of.year, seats.year)
    year = wishes.year or _first_year(seats, snapshot.as_of.year)
    hours, missing, known = _hours(snapshot, rules, seats, year, wishes)
    points = _hour_points(wishes, asked.hour_points, micro)
    leaving = None
    if training:
        require_posts(wishes)
    else:
        require_sessions(wishes)
        asked_of = wishes.leaving or Leaving()
        leaving = leavers(snapshot, tree, asked_of, seats.unit, person, session)
    turns = turns_of(snapshot, tree, rules, wishes, year, micro)
    values = micro + FIRST * first + kept * round((wishes.stability or 0.0) * MICRO)
    values = values + _turn(turns, person, micro, is_locked)
    values = values + _ready(wishes, judged, micro, is_locked)
    count = [rows.quota(quota, snapshot, tree, person, session) for quota in wishes.quotas]
    problem = Problem(
        People(
            np.full(len(people), _most(wishes, seats), np.int64),
            missing,
        ),
        Sessions(
            item=seats.item,
            begin=np.where(seats.beside, NONE, seats.begin),
            end=np.where(seats.beside, NONE, seats.end),
            hours=hours,
            seats=_seats(seats, wishes, rows, len(people)),
            min_seats=seats.min_seats,
            opening_cost=seats.opening_cost,
            opening_budget=purses.paying(np.full(len(seats), NONE, np.int32), paid_in),
        ),
        Pairs(
            person=person,
            session=session,
            value=values,
            cost=np.where(seats.price == NONE, cost[seats.item], seats.price)[session],
            budget=purses.paying(snapshot.people.unit[person], paid_in[session]),
            locked=is_locked,
            needs=_needs(snapshot, seats, person, session)
            if training
            else Ragged.empty(len(person)),
        ),
        purses.amount,
        _quotas(wishes.quotas, count, leaving, len(person)),
        round(points * MICRO / MILLI),
    )
    items = snapshot.trainings.index if training else snapshot.jobs.index
    return Layout(
        problem, people, items, seats, purses, wishes, micro, first, kept, wishes.quotas, year,
        points, known, turns, leaving, judged, snapshot.units,
    )  # fmt: skip


class _Rows:
    """Codes of wishes as rows."""

    def __init__(self, people: Index, seats: Offered) -> None:
        self.people, self.seats = people, seats

    def session(self, place: str, code: str) -> int:
        row = self.seats.index.rows.get(code)
        if row is None:
            kind = "session" if self.seats.kind == "session" else "vacancy"
            raise ImpossibleWish(f"{place}: no {kind} that is still open has the code {code!r}")
        return row

    def pairs(self, place: str, given: Sequence[tuple[str, str]]) -> set[tuple[int, int]]:
        found = set()
        for number, (employee, code) in enumerate(given):
            person = self.people.rows.get(employee)
            if person is None:  # never repeat the identifier
                raise ImpossibleWish(f"{place}.{number}: no employee has this id in the data")
            found.add((person, self.session(f"{place}.{number}", code)))
        return found

    def refuse_kept(self, wishes: Wishes, judged: Judged) -> None:
        """Refuse a wish for somebody whom the rules keep from the post; nobody is named."""
        for place, given in (("must", wishes.must), ("locked", wishes.locked)):
            for number, pair in enumerate(given):
                ((person, session),) = self.pairs(place, [pair])
                item = np.array([self.seats.item[session]], np.int64)
                if judged(np.array([person], np.int64), item)[0] == KEPT:
                    words = text("wish.kept_by_rules", place=f"{place}.{number}", code=pair[1])
                    raise ImpossibleWish(words.en, words)

    def known(self, given: Sequence[tuple[str, str]]) -> set[tuple[int, int]]:
        """Return those of an earlier allocation that are still there."""
        people, sessions = self.people.rows, self.seats.index.rows
        return {(people[e], sessions[s]) for e, s in given if e in people and s in sessions}

    def quota(
        self, quota: Quota, snapshot: Snapshot, tree: UnitTree, person: Whole, session: Whole
    ) -> Whole:
        """Return the pairs that a quota counts."""
        if quota.by == "unit_code" and quota.value:
            unit = snapshot.units.rows.get(quota.value)
            if unit is None:
                raise ImpossibleWish(f"quotas: no unit has the code {quota.value!r}")
            member = tree.inside(unit, snapshot.people.unit)
        else:
            member = grouping(snapshot, tree, quota.by).has(quota.value)
        counted = member[person]
        if quota.session is not None:
            counted = counted & (session == self.session("quotas", quota.session))
        return np.flatnonzero(counted)


def require_posts(wishes: Wishes) -> None:
    """Raise ``ImpossibleWish`` where sessions are asked for what only filling posts knows."""
    for name in ("leaving", "ready"):
        if getattr(wishes, name) is not None:
            words = text("wish.only_of_posts", name=name)
            raise ImpossibleWish(words.en, words)


def _quotas(
    asked: Sequence[Quota], counted: Sequence[Whole], leaving: Leavers | None, n_pairs: int
) -> Quotas:
    """Return the quotas asked for, then what may leave each unit."""
    pairs = Ragged.of([some.tolist() for some in counted])
    low = [quota.min for quota in asked]
    high = [n_pairs if quota.max is None else quota.max for quota in asked]
    if leaving is not None:
        pairs = pairs.followed_by(leaving.quotas)
        low += [0] * len(leaving.bound)
        high += leaving.most[leaving.bound].tolist()
    return Quotas(pairs, np.array(low, np.int64), np.array(high, np.int64))


def _pairs(
    seats: Offered,
    candidates: Candidates,
    locked: set[tuple[int, int]],
    forbidden: set[tuple[int, int]],
    closed: set[int],
) -> tuple[Whole, Whole, Micro, Flags]:
    """Return pairs of a person and a session by person and session, locked ones among them."""
    count = np.diff(seats.by_item.start)[candidates.item]
    of = np.repeat(np.arange(len(candidates)), count)
    within = np.arange(len(of)) - np.repeat(np.cumsum(count) - count, count)
    session = seats.by_item.item[seats.by_item.start[candidates.item][of] + within]
    key = candidates.person[of] * len(seats) + session
    keep = ~np.isin(key, _keys(forbidden, len(seats))) & ~np.isin(session, sorted(closed))
    extra = np.setdiff1d(_keys(locked, len(seats)), key)
    keep |= np.isin(key, _keys(locked, len(seats)))
    key = np.concatenate([key[keep], extra])
    micro = np.concatenate([candidates.micro[of][keep], np.zeros(len(extra), np.int64)])
    first = np.concatenate([candidates.first[of][keep], np.zeros(len(extra), bool)])
    order = np.argsort(key, kind="stable")
    return key[order] // len(seats), key[order] % len(seats), micro[order], first[order]


def _keys(pairs: set[tuple[int, int]], width: int) -> Whole:
    return np.array(sorted(person * width + session for person, session in pairs), np.int64)


def _nominated(snapshot: Snapshot, seats: Offered, states: Sequence[str]) -> set[tuple[int, int]]:
    if seats.kind != "session":
        return set()
    table = snapshot.dataset.table("nominations")
    table = table.filter(pc.is_in(table["status"], pa.array(states, pa.string())))
    person = snapshot.people.index.lookup(table["employee_id"]).tolist()
    session = seats.index.lookup(table["session_code"]).tolist()
    return {(p, s) for p, s in zip(person, session, strict=True) if p >= 0 and s >= 0}


def _most(wishes: Wishes, seats: Offered) -> int:
    if seats.kind == "vacancy":
        return 1  # nobody moves twice
    return len(seats) if wishes.max_courses is None else wishes.max_courses


def _seats(seats: Offered, wishes: Wishes, rows: _Rows, people: int) -> Whole:
    found = np.where(seats.seats == NONE, people, seats.seats)
    for code, number in wishes.seats.items():
        found[rows.session("seats", code)] = number
    return found


def _first_year(seats: Offered, today: int) -> int:
    known = seats.year[seats.year != NONE]
    planned = seats.year[(seats.year != NONE) & ~seats.supposed]
    # What is only supposed must not change the year that the others are reckoned by.
    known = planned if len(planned) else known
    return int(known.min()) if len(known) else today


def _hours(
    snapshot: Snapshot, rules: Rules, seats: Offered, year: int, wishes: Wishes
) -> tuple[Whole, Whole, bool]:
    """Return milli-JP per session, what each person misses, and whether the past is known."""
    nobody = np.zeros(len(snapshot.people), np.int64)
    if wishes.soft_jp is None or seats.kind != "session":
        return np.zeros(len(seats), np.int64), nobody, True
    recorded = jp_of_year(snapshot, rules, year)
    known = not bool(np.isnan(recorded).all()) if len(recorded) else True
    planned = np.rint(np.nan_to_num(planned_jp(snapshot, rules)) * MILLI).astype(np.int64)
    counts = (seats.year == NONE) | (seats.year == year)
    target = round(wishes.soft_jp.target * MILLI)
    done = np.rint(np.nan_to_num(recorded) * MILLI).astype(np.int64)
    return planned[seats.item] * counts, np.maximum(0, target - done), known


def _turn(turns: Turns | None, person: Whole, micro: Micro, locked: Flags) -> Micro:
    """Return what pairs count more since it is the person's turn: what is chosen and gains."""
    if turns is None:
        return np.zeros(len(person), np.int64)
    return np.asarray(turns.bonus[person] * ((micro > 0) & ~locked))


def _ready(wishes: Wishes, judged: NDArray[np.uint8] | None, micro: Micro, locked: Flags) -> Micro:
    """Return what pairs count more since the rules leave nothing to confirm."""
    if judged is None or not wishes.ready:
        return np.zeros(len(micro), np.int64)
    return np.asarray(round(wishes.ready * MICRO) * ((judged == 0) & (micro > 0) & ~locked))


def _hour_points(wishes: Wishes, default: float | None, micro: Micro) -> float:
    if wishes.soft_jp is None:
        return 0.0
    if wishes.soft_jp.weight is not None:
        return wishes.soft_jp.weight
    if default is not None:
        return default
    gains = micro[micro > 0]
    return float(np.median(gains)) / MICRO / wishes.soft_jp.target if len(gains) else 0.0


def _needs(snapshot: Snapshot, seats: Offered, person: Whole, session: Whole) -> Ragged:
    """Return per pair the trainings that must come before and that the person has not had."""
    prerequisites, events = snapshot.trainings.prerequisites, snapshot.events
    n = len(snapshot.trainings)
    completed = events.status == STATUSES.index("completed")
    done = np.unique(events.employee[completed].astype(np.int64) * n + events.training[completed])
    item = seats.item[session]
    asking = np.array([bool(some) for some in prerequisites] or [False])
    pairs, wanted = [], []
    for pair in np.flatnonzero(asking[item]).tolist():
        for one in prerequisites[item[pair]]:
            pairs.append(pair)
            wanted.append(one)
    at, need = np.array(pairs, np.int64), np.array(wanted, np.int64)
    lacking = ~np.isin(person[at] * n + need, done)
    start = np.concatenate([[0], np.cumsum(np.bincount(at[lacking], minlength=len(person)))])
    return Ragged(start.astype(np.int64), need[lacking])


def _require_known(place: str, given: Mapping[str, int], known: set[str]) -> None:
    for code in given:
        if code not in known:
            raise ImpossibleWish(f"{place}: no budget has the code {code!r}")

"""Who gets which seat, as a problem in whole numbers, and what one allocation is worth.

In: nothing but arrays (who makes them is ``layout``). Out: ``Problem``; ``worth`` and ``breaches``,
the plain reading of the objective and of every limit, which all engines are held to.

A *pair* is a person who may be seated in a session. The objective, in micro-points:

    Σ value of the pairs chosen + Σ over people of hour_value · min(target, hours chosen)
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

Whole = NDArray[np.int64]
Flags = NDArray[np.bool_]
Marks = NDArray[np.uint8]

NONE = -1
"""No budget, no date, no limit."""


@dataclass(frozen=True)
class Ragged:
    """Lists of different lengths, end to end: list i is ``item[start[i]:start[i + 1]]``."""

    start: Whole
    item: Whole

    @classmethod
    def of(cls, lists: list[list[int]]) -> Ragged:
        """Lay lists of whole numbers end to end."""
        lengths = np.array([len(some) for some in lists], np.int64)
        flat = [value for some in lists for value in some]
        return cls(_starts(lengths), np.array(flat, np.int64))

    @classmethod
    def empty(cls, count: int) -> Ragged:
        """Return so many empty lists."""
        return cls(np.zeros(count + 1, np.int64), np.zeros(0, np.int64))

    def __len__(self) -> int:
        return len(self.start) - 1

    def __getitem__(self, i: int) -> Whole:
        return self.item[self.start[i] : self.start[i + 1]]

    @cached_property
    def owner(self) -> Whole:
        """Return which list each entry belongs to."""
        return np.repeat(np.arange(len(self)), np.diff(self.start))

    def turned(self, count: int) -> Ragged:
        """Return for each of ``count`` values the lists that hold it, in order."""
        order = np.argsort(self.item, kind="stable")
        return Ragged(_starts(np.bincount(self.item, minlength=count)), self.owner[order])

    def followed_by(self, other: Ragged) -> Ragged:
        """Return these lists and others after them."""
        start = np.concatenate([self.start, self.start[-1] + other.start[1:]])
        return Ragged(start, np.concatenate([self.item, other.item]))

    def kept(self, keep: Flags) -> Ragged:
        """Return only the lists that are kept."""
        inside = keep[self.owner]
        return Ragged(_starts(np.diff(self.start)[keep]), self.item[inside])


@dataclass(frozen=True)
class People:
    """One entry per person.

    Attributes:
        most: courses at most; locked pairs stand even where they are more.
        target: milli-JP still missing to the year's hours, 0 none.
    """

    most: Whole
    target: Whole

    def __len__(self) -> int:
        return len(self.most)


@dataclass(frozen=True)
class Sessions:
    """One entry per session.

    Attributes:
        item: the training (or post) it is a run of; nobody gets one item twice.
        begin, end: days since 1970; two sessions of one person that share a day clash.
            ``NONE`` in both: without dates, or attended beside the work, it clashes with nothing.
        hours: milli-JP.
        seats: people at most.
        min_seats: people at least, where the session is held at all.
        opening_cost: rupiah, once, where it is held.
        opening_budget: the budget that pays it, ``NONE`` none.
    """

    item: Whole
    begin: Whole
    end: Whole
    hours: Whole
    seats: Whole
    min_seats: Whole
    opening_cost: Whole
    opening_budget: Whole

    def __len__(self) -> int:
        return len(self.item)


@dataclass(frozen=True)
class Pairs:
    """One entry per person and session that are allowed together, by person, then session.

    Attributes:
        value: micro-points, any sign.
        cost: rupiah of the seat.
        budget: the budget that pays it, ``NONE`` none.
        locked: decided already, or must be sent: in every allocation.
        needs: items of which a session must be chosen and over before this one begins; what the
            person has done already is left out.
    """

    person: Whole
    session: Whole
    value: Whole
    cost: Whole
    budget: Whole
    locked: Flags
    needs: Ragged

    def __len__(self) -> int:
        return len(self.person)


@dataclass(frozen=True)
class Quotas:
    """Seats that a group gets at least and at most; one entry per quota.

    Attributes:
        pairs: the pairs that count, distinct within a quota.
        low, high: seats.
    """

    pairs: Ragged
    low: Whole
    high: Whole

    def __len__(self) -> int:
        return len(self.low)

    @classmethod
    def none(cls) -> Quotas:
        """Return no quotas."""
        nothing = np.zeros(0, np.int64)
        return cls(Ragged.empty(0), nothing, nothing)


@dataclass(frozen=True)
class Problem:
    """Everybody's seats at once.

    Attributes:
        budgets: rupiah of each.
        hour_value: micro-points per milli-JP towards the target.
    """

    people: People
    sessions: Sessions
    pairs: Pairs
    budgets: Whole
    quotas: Quotas
    hour_value: int

    @cached_property
    def start(self) -> Whole:
        """First pair of each person, and the end of the last, ``[n_people + 1]``."""
        return _starts(np.bincount(self.pairs.person, minlength=len(self.people)))

    @cached_property
    def must_open(self) -> Flags:
        """Return the sessions that are held in any case, since somebody's seat is locked."""
        found = np.zeros(len(self.sessions), bool)
        found[self.pairs.session[self.pairs.locked]] = True
        return found

    @cached_property
    def may_close(self) -> Flags:
        """Return the sessions about which there is a choice whether they are held."""
        dear = (self.sessions.min_seats > 0) | (self.sessions.opening_cost > 0)
        return dear & ~self.must_open

    def with_pairs(self, **changed: Any) -> Problem:
        """Return the problem with other arrays of the pairs."""
        return replace(self, pairs=replace(self.pairs, **changed))

    def with_sessions(self, **changed: Any) -> Problem:
        """Return the problem with other arrays of the sessions."""
        return replace(self, sessions=replace(self.sessions, **changed))

    def without(self, pairs: Flags) -> Problem:
        """Return the problem with some pairs forbidden."""
        keep, p, q = ~pairs, self.pairs, self.quotas
        new = np.cumsum(keep) - 1
        inside = keep[q.pairs.item]
        counts = np.bincount(q.pairs.owner[inside], minlength=len(q))
        return replace(
            self,
            pairs=Pairs(
                p.person[keep], p.session[keep], p.value[keep], p.cost[keep], p.budget[keep],
                p.locked[keep], p.needs.kept(keep),
            ),
            quotas=replace(q, pairs=Ragged(_starts(counts), new[q.pairs.item[inside]])),
        )  # fmt: skip


def worth(problem: Problem, chosen: Flags) -> int:
    """Return the objective of the pairs chosen, in micro-points."""
    pairs = problem.pairs
    value = int(pairs.value[chosen].sum())
    hours = hours_of(problem, chosen)
    return value + problem.hour_value * int(np.minimum(hours, problem.people.target).sum())


def loosest(problem: Problem) -> int:
    """Return what no allocation exceeds, as if everything were there for everybody."""
    hours = problem.hour_value * int(problem.people.target.sum())
    return int(np.maximum(problem.pairs.value, 0).sum()) + max(0, hours)


def hours_of(problem: Problem, chosen: Flags) -> Whole:
    """Return the milli-JP that each person gets."""
    pairs, found = problem.pairs, np.zeros(len(problem.people), np.int64)
    np.add.at(found, pairs.person[chosen], problem.sessions.hours[pairs.session[chosen]])
    return found


def opened(problem: Problem, chosen: Flags) -> Flags:
    """Return the sessions that are held: those with somebody in them."""
    count = np.bincount(problem.pairs.session[chosen], minlength=len(problem.sessions))
    return count > 0


def spent(problem: Problem, chosen: Flags) -> Whole:
    """Return the rupiah that each budget pays for seats and for holding sessions."""
    pairs, sessions = problem.pairs, problem.sessions
    found = np.zeros(len(problem.budgets), np.int64)
    paid = chosen & (pairs.budget != NONE)
    np.add.at(found, pairs.budget[paid], pairs.cost[paid])
    held = opened(problem, chosen) & (sessions.opening_budget != NONE)
    np.add.at(found, sessions.opening_budget[held], sessions.opening_cost[held])
    return found


def breaches(problem: Problem, chosen: Flags) -> list[str]:
    """Return what an allocation breaks: nothing where it is allowed. For tests and last checks."""
    pairs, sessions, found = problem.pairs, problem.sessions, []
    count = np.bincount(pairs.session[chosen], minlength=len(sessions))
    if (count > sessions.seats).any():
        found.append("seats")
    if ((count > 0) & (count < sessions.min_seats)).any():
        found.append("min_seats")
    if (spent(problem, chosen) > problem.budgets).any():
        found.append("budget")
    for q in range(len(problem.quotas)):
        inside = int(chosen[problem.quotas.pairs[q]].sum())
        if not problem.quotas.low[q] <= inside <= problem.quotas.high[q]:
            found.append("quota")
    if (pairs.locked & ~chosen).any():
        found.append("locked")
    return found + _personal(problem, np.flatnonzero(chosen))


def _personal(problem: Problem, chosen: Whole) -> list[str]:
    """Return what single people's sessions break; ``chosen`` in order, so by person."""
    pairs, sessions, found = problem.pairs, problem.sessions, []
    person, locked = pairs.person[chosen], pairs.locked[chosen]
    count = np.bincount(person, minlength=len(problem.people))
    free = np.bincount(person[~locked], minlength=len(problem.people))
    if ((free > 0) & (count > problem.people.most)).any():
        found.append("most")
    at = pairs.session[chosen]
    for apart in range(1, int(count.max(initial=0))):
        same = person[apart:] == person[:-apart]
        if _clash(sessions, at[apart:][same], at[:-apart][same]).any():
            found.append("clash")
    for pair in chosen[np.diff(pairs.needs.start)[chosen] > 0].tolist():
        mine = chosen[person == pairs.person[pair]].tolist()
        if not pairs.locked[pair] and not _prepared(problem, pair, mine):
            found.append("needs")
    return found


def _clash(sessions: Sessions, one: Whole, other: Whole) -> Flags:
    """Return of pairs of sessions whether nobody can be in both."""
    begin, end = sessions.begin, sessions.end
    dated = (begin[one] != NONE) & (begin[other] != NONE)
    meet = (begin[one] <= end[other]) & (begin[other] <= end[one])
    return np.asarray((sessions.item[one] == sessions.item[other]) | (dated & meet))


def clash(sessions: Sessions, one: int, other: int) -> bool:
    """Return whether nobody can be in both sessions: the same item, or a day they share."""
    return bool(_clash(sessions, np.array([one]), np.array([other]))[0])


def _prepared(problem: Problem, pair: int, mine: list[int]) -> bool:
    """Return whether all that a pair needs is chosen too and over before it."""
    sessions, at = problem.sessions, problem.pairs.session
    return all(
        any(
            sessions.item[at[other]] == need and before(sessions, at[other], at[pair])
            for other in mine
        )
        for need in problem.pairs.needs[pair].tolist()
    )


def before(sessions: Sessions, one: int, other: int) -> bool:
    """Return whether a session is over when another begins; without dates it may be."""
    if NONE in (sessions.begin[one], sessions.begin[other]):
        return True
    return bool(sessions.end[one] < sessions.begin[other])


def _starts(lengths: NDArray[Any]) -> Whole:
    return np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)

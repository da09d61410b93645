"""Which sessions to hold at all: an allowed allocation made better by holding others.

In: the rows and an allocation that is allowed. Out: one that is worth at least as much. One session
after the other is opened or closed on trial: those who may go to it choose again, as do those who
lose their seat and those who may take what became free; what is then too empty is closed. A trial
that gains stays.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from recommender.allocation.problem import Flags, Problem, Whole, breaches, worth
from recommender.allocation.repair import Room, bonus_of, closed, let_choose
from recommender.allocation.rows import Rows

EFFORT = 30_000_000
"""Pairs looked at in all trials together, about: large problems get fewer trials."""


def better(rows: Rows, start: Flags, *, go_on: Callable[[], bool] = lambda: True) -> Flags:
    """Return an allocation at least as good, in which other sessions may be held."""
    search = _Opening(rows, start)
    trials = max(1, EFFORT // max(1, len(rows.problem.pairs)))
    gained = True
    while gained and trials > 0:
        gained = False
        for session, holding in search.moves():
            if trials == 0 or not go_on():
                return search.chosen
            trials -= 1
            gained |= search.tried(session, holding=holding)
    return search.chosen


class _Opening:
    """The best allocation so far and the sessions it holds."""

    def __init__(self, rows: Rows, start: Flags) -> None:
        self.rows, self.problem = rows, rows.problem
        self.chosen, self.value = start.astype(bool), worth(rows.problem, start)
        self.free = np.zeros(len(rows), np.int64)
        self.bonus = bonus_of(rows)
        self.of_session = _by_session(rows.problem)

    @property
    def held(self) -> Flags:
        taken = np.bincount(
            self.problem.pairs.session[self.chosen], minlength=len(self.problem.sessions)
        )
        return (taken > 0) | ~self.problem.may_close

    def moves(self) -> list[tuple[int, bool]]:
        """Return what to try: opening what promises most first, then closing what is worth least.

        A promise is the sum of what people would gain, less the least of their courses where they
        have as many as they may; who is needed to fill a session counts even where it is a loss.
        """
        problem, pairs, sessions = self.problem, self.problem.pairs, self.problem.sessions
        held, has = self.held, self.chosen
        count = np.bincount(pairs.person[has], minlength=len(problem.people))
        least = np.full(len(problem.people), np.iinfo(np.int64).max)
        np.minimum.at(least, pairs.person[has], pairs.value[has])
        given_up = np.where((count < problem.people.most) | (count == 0), 0, least)
        to_open: list[tuple[int, int]] = []
        to_close: list[tuple[int, int]] = []
        for session in np.flatnonzero(problem.may_close).tolist():
            own = self.of_session[session]
            needed = max(1, int(sessions.min_seats[session]))
            if held[session]:
                to_close.append((int(pairs.value[own][has[own]].sum()), session))
            elif needed <= min(len(own), int(sessions.seats[session])):
                gain = np.sort(pairs.value[own] - given_up[pairs.person[own]])[::-1]
                more = gain[needed : int(sessions.seats[session])]
                to_open.append((-int(gain[:needed].sum() + np.maximum(more, 0).sum()), session))
        opening = [(s, True) for promise, s in sorted(to_open) if promise < 0]
        return opening + [(s, False) for _, s in sorted(to_close)]

    def tried(self, session: int, *, holding: bool) -> bool:
        """Open or close a session; keep that where it gains."""
        held, before = self.held, self.chosen
        if bool(held[session]) == holding:
            return False
        held[session] = holding
        chosen = before.astype(np.uint8)
        first = self._candidates([session])
        if not holding:
            inside = np.isin(self.problem.pairs.person, first[self._has(first, session)])
            chosen[inside & ~self.problem.pairs.locked] = 0
        room = Room(self.rows, held, chosen)
        if (room.left[self.rows.budgets] < 0).any():
            return False
        let_choose(self.rows, room, chosen, self.free, first, self.bonus)
        chosen, room = closed(self.rows, room, chosen, self.free, self.bonus)
        left = self.problem.pairs.session[before & (chosen == 0)]
        let_choose(
            self.rows, room, chosen, self.free, self._candidates(np.unique(left).tolist()),
            self.bonus,
        )  # fmt: skip
        chosen, room = closed(self.rows, room, chosen, self.free, self.bonus)
        now = chosen.astype(bool)
        value = worth(self.problem, now)
        if value <= self.value or breaches(self.problem, now):
            return False
        self.chosen, self.value = now, value
        return True

    def _has(self, people: Whole, session: int) -> Flags:
        own = self.of_session[session]
        return np.isin(people, self.problem.pairs.person[own[self.chosen[own]]])

    def _candidates(self, sessions: list[int]) -> Whole:
        """Return who may go to some sessions, those first to whom one is worth most."""
        if not sessions:
            return np.zeros(0, np.int64)
        own = np.concatenate([self.of_session[session] for session in sessions])
        pairs = self.problem.pairs
        order = own[np.lexsort((pairs.person[own], -pairs.value[own]))]
        people, place = np.unique(pairs.person[order], return_index=True)
        return np.asarray(people[np.argsort(place, kind="stable")], np.int64)


def _by_session(problem: Problem) -> list[Whole]:
    order = np.argsort(problem.pairs.session, kind="stable")
    count = np.bincount(problem.pairs.session, minlength=len(problem.sessions))
    return np.split(order, np.cumsum(count)[:-1]) if len(count) else []

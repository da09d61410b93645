"""What people share, as rows: the seats of each session, each budget, each quota.

In: a ``Problem``. Out: ``Rows``: the layout that kernels walk, what each row holds at most and at
least, and the bound that prices on the rows give.

Prices are whole numbers of 2^-shift micro-points per seat or rupiah, so that bounds are exact
whatever the order of the sums, and the same prices give the same bytes everywhere.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from recommender.allocation.bundle import Layout
from recommender.allocation.problem import NONE, Flags, Marks, Problem, Whole

FINEST = 20
"""Bits of a micro-point in a price, where the sums leave room for them."""
ROOM = 61
"""Bits that every sum of scaled values must stay within."""


@dataclass(frozen=True)
class Rows:
    """The rows of a problem: sessions first, then budgets, then quotas."""

    problem: Problem

    @property
    def sessions(self) -> slice:
        """Rows of the sessions."""
        return slice(0, len(self.problem.sessions))

    @property
    def budgets(self) -> slice:
        """Rows of the budgets."""
        return slice(self.sessions.stop, self.sessions.stop + len(self.problem.budgets))

    @property
    def quotas(self) -> slice:
        """Rows of the quotas."""
        return slice(self.budgets.stop, self.budgets.stop + len(self.problem.quotas))

    def __len__(self) -> int:
        return int(self.quotas.stop)

    @cached_property
    def layout(self) -> Layout:
        """Return the arrays that kernels walk, each of one type and contiguous."""
        problem, pairs, sessions = self.problem, self.problem.pairs, self.problem.sessions
        of_pair = problem.quotas.pairs.turned(len(pairs))
        needed = np.zeros(len(pairs), bool)
        if len(pairs.needs.item):
            width = int(max(sessions.item.max(initial=0), pairs.needs.item.max())) + 1
            wanted = pairs.person[pairs.needs.owner] * width + pairs.needs.item
            needed = np.isin(pairs.person * width + sessions.item[pairs.session], wanted)
        paid = np.where(pairs.budget == NONE, NONE, pairs.budget + self.budgets.start)
        wholes = {
            "start": problem.start, "session": pairs.session, "cost": pairs.cost,
            "budget_row": paid, "quota_start": of_pair.start,
            "quota_row": of_pair.item + self.quotas.start,
            "needs_start": pairs.needs.start, "needs_item": pairs.needs.item,
            "item": sessions.item, "begin": sessions.begin, "end": sessions.end,
            "hours": sessions.hours, "most": problem.people.most, "target": problem.people.target,
        }  # fmt: skip
        flags = {"locked": pairs.locked, "needed": needed}
        return Layout(
            **{name: np.require(a, np.int64, ["C", "W"]) for name, a in wholes.items()},
            **{name: np.require(a, np.uint8, ["C", "W"]) for name, a in flags.items()},
        )

    @cached_property
    def shift(self) -> int:
        """Bits of a micro-point in prices and scaled values."""
        problem = self.problem
        most = int(np.abs(problem.pairs.value).max(initial=0))
        hours = problem.hour_value * int(problem.people.target.max(initial=0))
        seats = int(np.minimum(np.diff(problem.start), problem.people.most).sum())
        total = (most + hours + 1) * (seats + len(problem.people) + 1)
        return max(0, min(FINEST, ROOM - 6 - total.bit_length()))

    @cached_property
    def high(self) -> Whole:
        """Return what each row holds at most: seats, rupiah, seats."""
        problem = self.problem
        members = np.diff(problem.quotas.pairs.start)
        return np.concatenate(
            [problem.sessions.seats, problem.budgets, np.minimum(problem.quotas.high, members)]
        ).astype(np.int64)

    @cached_property
    def low(self) -> Whole:
        """Return what each row holds at least, where a session is held."""
        problem = self.problem
        none = np.zeros(len(problem.budgets), np.int64)
        return np.concatenate([problem.sessions.min_seats, none, problem.quotas.low])

    @cached_property
    def free(self) -> Flags:
        """Return the rows whose price may be below zero: those with a floor."""
        return self.low > 0

    def used(self, chosen: Flags | Marks) -> Whole:
        """Return what pairs use of each row; holding a session is not counted."""
        c, chosen = self.layout, chosen.astype(np.bool_)
        found = np.zeros(len(self), np.int64)
        found[self.sessions] = np.bincount(c.session[chosen], minlength=self.sessions.stop)
        paid = chosen & (c.budget_row != NONE)
        np.add.at(found, c.budget_row[paid], c.cost[paid])
        quotas = self.problem.quotas.pairs
        if len(quotas):
            inside = chosen[quotas.item]
            found[self.quotas] = np.bincount(quotas.owner[inside], minlength=len(quotas))
        return found

    def counted(self, used: Whole, chosen: Marks) -> Whole:
        """Return what pairs use of each row, given the sum over everybody."""
        return used

    def scaled(self, prices: Whole) -> Whole:
        """Return the scaled value of each pair before it pays for what everybody shares."""
        return self._scaled

    @cached_property
    def _scaled(self) -> Whole:
        return np.asarray(self.problem.pairs.value << self.shift)

    def points(self, prices: Whole) -> Whole:
        """Return the scaled value of each pair less what it pays at given prices."""
        c = self.layout
        found = self.scaled(prices) - prices[c.session]
        if len(self.problem.budgets):
            price = np.append(prices, 0)[c.budget_row]  # the last for pairs that no budget pays
            found -= price * c.cost
        quotas = self.problem.quotas.pairs
        if len(quotas.item):
            np.subtract.at(found, quotas.item, prices[self.quotas][quotas.owner])
        return np.asarray(found)

    def held(self, prices: Whole) -> Flags:
        """Return the sessions that are worth holding at given prices."""
        worth_it: Flags = self.gain(prices) > 0
        return self.problem.must_open | ~self.problem.may_close | worth_it

    def supply(self, prices: Whole, used: Whole) -> Whole:
        """Return how much of each row its prices would have used, holding sessions included.

        Where any use would do, it is the one nearest to what is used.
        """
        held, sessions = self.held(prices), self.problem.sessions
        found = np.where((prices > 0) | ~self.free, self.high, self.low)
        found[self.sessions][~held] = 0
        paid = held & (sessions.opening_budget != NONE) & (sessions.opening_cost > 0)
        at = sessions.opening_budget[paid] + self.budgets.start
        np.subtract.at(found, at, sessions.opening_cost[paid])
        idle = self.free & (prices == 0)
        found[idle] = np.clip(used, self.low, self.high)[idle]
        return found

    def bound(self, prices: Whole, best: Whole) -> int:
        """Return what no allocation can exceed, in scaled micro-points.

        Parameters:
            best: what each person's best set is worth at these prices.
        """
        others = slice(self.budgets.start, self.quotas.stop)
        support = np.maximum(prices * self.high, prices * self.low)
        held = self.held(prices)
        return int(best.sum()) + int(support[others].sum()) + int(self.gain(prices)[held].sum())

    def gain(self, prices: Whole) -> Whole:
        """Return what holding each session brings at given prices."""
        sessions, seat = self.problem.sessions, prices[self.sessions]
        gain = np.maximum(seat * sessions.seats, seat * sessions.min_seats)
        paid = sessions.opening_budget != NONE
        at = sessions.opening_budget[paid] + self.budgets.start
        gain[paid] -= prices[at] * sessions.opening_cost[paid]
        return np.asarray(gain)

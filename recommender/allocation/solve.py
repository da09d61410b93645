"""Who gets which seat: the engine that fits the problem, and a solution that says how good it is.

In: a ``Problem``. Out: ``Solution``: the pairs chosen, their value, what no allocation can exceed,
and prices; or ``Conflict``. Small problems are proved best by HiGHS. Large ones are priced
(``dual``) and repaired in turns, until the gap is small or nobody wants to wait.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from recommender.allocation import conflicts, dual, opening, repair, sample
from recommender.allocation.milp import prove
from recommender.allocation.problem import NONE, Flags, Problem, Whole, breaches, loosest, worth
from recommender.allocation.rows import Rows

Status = Literal["optimal", "within_gap", "feasible", "stopped"]


@dataclass(frozen=True)
class Settings:
    """How hard to try.

    Attributes:
        gap: good enough: what is missing to the bound, as a part of it.
        steps: price changes at most.
        every: price changes between two repairs.
        exact_pairs: problems of so many pairs are proved best.
        nodes: branches of such a proof at most.
        threads: people are asked side by side; the answer does not depend on it.
    """

    gap: float = 0.001
    steps: int = 240
    every: int = 12
    exact_pairs: int = 2_000
    nodes: int = 20_000
    threads: int = 1


@dataclass(frozen=True)
class Prices:
    """What one more would be worth, in micro-points: near the truth, not proved.

    Attributes:
        seat: of one more seat, per session.
        million: of one more million rupiah, per budget.
        quota: of one seat less that a floor asks (negative) or one more that a ceiling allows.
    """

    seat: NDArray[np.float64]
    million: NDArray[np.float64]
    quota: NDArray[np.float64]


@dataclass(frozen=True)
class Solution:
    """An allocation and how good it is.

    Attributes:
        chosen: bool per pair.
        value: the objective, micro-points.
        bound: micro-points that no allocation exceeds.
        warm: prices in the unit of the rows, a start for a problem that differs little.
    """

    chosen: Flags
    value: int
    bound: int
    status: Status
    prices: Prices
    warm: Whole = field(repr=False)
    shift: int
    steps: int

    @property
    def gap(self) -> float:
        """Return what may be missing to the best, as a part of the bound."""
        return (self.bound - self.value) / max(1, abs(self.bound))


@dataclass(frozen=True)
class Progress:
    """Told now and then; ``value`` is ``None`` until something allowed was found."""

    step: int
    steps: int
    value: int | None
    bound: int

    @property
    def gap(self) -> float | None:
        """Return what may be missing to the best, as a part of the bound."""
        if self.value is None:
            return None
        return (self.bound - self.value) / max(1, abs(self.bound))


def solve(
    problem: Problem,
    settings: Settings | None = None,
    *,
    warm: Solution | None = None,
    go_on: Callable[[Progress], bool] = lambda progress: True,
) -> Solution:
    """Return the best allocation found, with what it may miss at most.

    Parameters:
        warm: a solution of a problem that differs little: its prices are the start.
        go_on: told of progress; where it says no, the best so far is returned. The clock is the
            caller's: without it the same problem gives the same bytes.

    Raises:
        Conflict: nothing is allowed; it names a smallest set of constraints that cannot all hold.
    """
    settings = settings or Settings()
    never = _never(problem)
    if never.any():
        try:
            inner = solve(problem.without(never), settings, warm=warm, go_on=go_on)
        except conflicts.Conflict:
            raise conflicts.explain(problem) from None  # in the numbers of the whole problem
        chosen = np.zeros(len(problem.pairs), bool)
        chosen[~never] = inner.chosen
        return replace(inner, chosen=chosen)
    search = _Search(problem, settings, go_on)
    search.descend(warm)
    return search.solution()


def _never(problem: Problem) -> Flags:
    """Return the pairs that nobody can have.

    There is no seat at all, or it is dearer than the whole budget, or what must come before it
    cannot be had either, or fewer people may go than the session needs.
    """
    pairs = problem.pairs
    amount = np.append(problem.budgets, np.iinfo(np.int64).max)[pairs.budget]
    found = (problem.sessions.seats[pairs.session] < 1) | (pairs.cost > amount)
    found &= ~pairs.locked
    sessions, needs = problem.sessions, pairs.needs
    item = sessions.item[pairs.session]
    width = int(max(item.max(initial=0), needs.item.max(initial=0))) + 1
    own, wanted = pairs.person * width + item, pairs.person[needs.owner] * width + needs.item
    over = np.where(sessions.begin == NONE, NONE, sessions.end)[pairs.session]
    begins = sessions.begin[pairs.session[needs.owner]]
    least = problem.sessions.min_seats * problem.may_close
    short = (problem.sessions.seats < least)[pairs.session]
    while True:
        inside = np.bincount(pairs.session[~found], minlength=len(problem.sessions))
        more = found | short | (inside < least)[pairs.session]
        known, at = np.unique(own[~found], return_inverse=True)
        earliest = np.full(len(known) + 1, np.iinfo(np.int64).max)
        np.minimum.at(earliest, at, over[~found])
        place = np.searchsorted(known, wanted)
        place[place == len(known)] = 0
        there = known[place] == wanted if len(known) else np.zeros(len(wanted), bool)
        there &= (begins == NONE) | (earliest[place] < begins)
        more[needs.owner[~there]] = True
        more &= ~pairs.locked
        if (more == found).all():
            break
        found = more
    return np.asarray(found)


class _Search:
    """One run: the best allocation so far beside the best prices so far."""

    def __init__(
        self, problem: Problem, settings: Settings, go_on: Callable[[Progress], bool]
    ) -> None:
        self.problem, self.settings, self.go_on = problem, settings, go_on
        self.rows = Rows(problem)
        self.chosen: Flags | None = None
        self.value: int | None = None
        self.steps = 0
        self.proved: int | None = None
        self.stopped = False
        self.near = False
        if len(problem.pairs) <= settings.exact_pairs:
            self._prove()

    def descend(self, warm: Solution | None) -> None:
        """Lower the bound and raise the value in turns."""
        if warm is not None and len(warm.warm) == len(self.rows):
            change = self.rows.shift - warm.shift
            start = warm.warm << change if change >= 0 else warm.warm >> -change
        else:
            threads = self.settings.threads
            start = sample.start(self.rows, go_on=self._before, threads=threads)
        self.near = bool(start.any())
        self.best = dual.descend(
            self.rows,
            start,
            steps=self.settings.steps,
            level=self._level,
            go_on=self._step,
            near=self.near,
            threads=self.settings.threads,
        )
        if self.chosen is None or not (self.stopped or self._enough(self.best)):
            self._repair(self.best)
        if self.chosen is None:
            self._begin_anywhere()
        chosen = self.chosen
        if chosen is not None and self.problem.may_close.any() and not self._enough(self.best):
            self._offer(opening.better(self.rows, chosen, go_on=self._between))

    def solution(self) -> Solution:
        """Return the best found."""
        chosen, value, bound = self.chosen, self.value, self._bound(self.best)
        assert chosen is not None
        assert value is not None
        missing = (bound - value) / max(1, abs(bound))
        status: Status = "optimal" if missing <= 0 else "feasible"
        if status == "feasible" and missing <= self.settings.gap:
            status = "within_gap"
        if status != "optimal" and self.stopped:
            status = "stopped"
        rows, unit = self.rows, 2.0**-self.rows.shift
        price = np.asarray(self.best.prices * unit, np.float64)
        prices = Prices(price[rows.sessions], price[rows.budgets] * 1e6, price[rows.quotas])
        return Solution(
            chosen, value, max(bound, value), status, prices, self.best.prices, rows.shift,
            self.steps,
        )  # fmt: skip

    def _bound(self, asked: dual.Asked) -> int:
        found = asked.bound >> self.rows.shift  # a value is a whole number of micro-points
        return found if self.proved is None else min(found, self.proved)

    def _level(self) -> int | None:
        return None if self.value is None else self.value << self.rows.shift

    def _before(self) -> bool:
        """Tell of the way to the first prices, of which nothing but the plainest bound is known."""
        progress = Progress(0, self.settings.steps, self.value, loosest(self.problem))
        self.stopped = self.stopped or not self.go_on(progress)
        return not self.stopped

    def _due(self, number: int) -> bool:
        """Return whether it is time to make an allocation of what is asked for."""
        return (number > 0 or self.near) and number % self.settings.every == 0

    def _between(self) -> bool:
        """Tell of the trials after the last step; no more of them once the search is stopped."""
        at = Progress(self.steps, self.settings.steps, self.value, self._bound(self.best))
        self.stopped = self.stopped or not self.go_on(at)
        return not self.stopped

    def _enough(self, asked: dual.Asked) -> bool:
        bound = self._bound(asked)
        return self.value is not None and bound - self.value <= self.settings.gap * abs(bound)

    def _step(self, step: dual.Step) -> bool:
        self.steps = step.number
        if self._due(step.number) and self.proved is None:
            self._repair(step.best)
        bound = self._bound(step.best)
        progress = Progress(step.number, self.settings.steps, self.value, bound)
        if self.stopped or not self.go_on(progress):
            self.stopped = True
            return False
        return not self._enough(step.best) or self.proved is not None

    def _repair(self, asked: dual.Asked) -> None:
        if self.proved is None:
            self._offer(repair.repaired(self.rows, asked).astype(bool))

    def _offer(self, chosen: Flags) -> None:
        """Keep an allocation that is allowed and better than the best so far."""
        value = worth(self.problem, chosen)
        if (self.value is None or value > self.value) and not breaches(self.problem, chosen):
            self.chosen, self.value = chosen, value

    def _prove(self) -> None:
        found = prove(self.problem, nodes=self.settings.nodes)
        if not found.possible:
            raise conflicts.explain(self.problem)
        if found.chosen is not None:
            self._offer(found.chosen)
            self.proved = found.bound

    def _begin_anywhere(self) -> None:
        """Begin with what meets every floor and lock, where repair did not find it."""
        found = conflicts.feasible(self.problem)
        if found is None:
            raise conflicts.explain(self.problem)
        self._offer(found)
        self._offer(repair.improved(self.rows, found, self.best).astype(bool))

"""An allocation told: who got which seat, who did not and why, and what one more would be worth.

In: a layout and its solution. Out: ``Account``: plain rows by code. Of those who got a seat that
somebody else wanted nothing is told but how many and what kind of need they have.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

import numpy as np

from recommender.allocation.layout import CONFIRM, Layout
from recommender.allocation.problem import NONE, Flags, Whole, clash, opened, spent
from recommender.allocation.solve import Solution
from recommender.results import MICRO

Why = Literal[
    "beside", "most", "clash", "needs", "not_held", "seats", "budget", "unit", "quota", "worth"
]
"""Why a seat was not given, looked for in this order: what the person's other seats leave no room
for, what is not held, what is full, what is spent, how many may leave a unit, what a group's quota
leaves; else it gained less than what stands in its place."""

LOST_SHOWN = 3
NAMES = 5
"""People named for one vacancy, and more where it has more seats: a post is never filled from a
list of one."""
FREE = 3
"""People named for one vacancy at least, as far as there are so many, to whom the allocation gives
no other post: somebody who is to go elsewhere is no alternative."""


@dataclass(frozen=True)
class Seat:
    """One seat given, or not given.

    Attributes:
        micro: score of the pair.
        why: of a seat not given.
        turn: micro-points that it counted more, since it was the person's turn.
    """

    employee_id: str
    code: str
    item_code: str
    micro: int
    cost: int
    why: Why | None = None
    turn: int = 0


@dataclass(frozen=True)
class Named:
    """Somebody whom a vacancy suits.

    Attributes:
        rank: among all whom it suits, by score.
        chosen: the allocation gives them the post; ``elsewhere`` another one.
        confirm: the rules leave something to confirm; ``None`` where nobody asked them.
    """

    seat: Seat
    rank: int
    chosen: bool
    elsewhere: bool
    confirm: bool | None


@dataclass(frozen=True)
class Run:
    """One session or vacancy after the allocation.

    Attributes:
        seats: ``None`` where nobody counted them.
        taken, locked: seats given, and those of them that were decided before.
        waiting: people who would gain by it and got no seat in it nor in another one of the item.
        held: whether it takes place.
        lowest: the least score of a seat that was chosen; ``None`` where none was.
        price: points that one more seat would bring, estimated.
        supposed: it is not in the data.
    """

    code: str
    item_code: str
    seats: int | None
    taken: int
    locked: int
    waiting: int
    held: bool
    lowest: int | None
    price: float
    supposed: bool = False


class Account:
    """Everything that is told of an allocation."""

    def __init__(self, layout: Layout, solution: Solution) -> None:
        self.layout, self.solution = layout, solution
        self.problem = layout.problem
        self.chosen: Flags = solution.chosen

    @property
    def ready(self) -> int:
        """Return what counts for having nothing to confirm, micro-points: no gain either."""
        return int(self.layout.ready[self.chosen].sum())

    @property
    def turn(self) -> int:
        """Return what turns count for in the allocation, micro-points: no gain either."""
        return int(self.layout.turn[self.chosen].sum())

    def seats(self) -> Iterator[Seat]:
        """Yield the seats given, by person (bytes), then session."""
        for pair in np.flatnonzero(self.chosen).tolist():
            yield self._seat(pair)

    def lost(self, shown: int = LOST_SHOWN) -> Iterator[Seat]:
        """Yield the best seats that each person did not get, best first, with the reason."""
        pairs, sessions = self.problem.pairs, self.problem.sessions
        worth = np.where(self.chosen, -1, self.layout.micro + 1)
        order = np.lexsort((pairs.session, -worth, pairs.person))
        order = order[worth[order] > 0]
        seen: set[int] = set()
        person, count = NONE, 0
        for pair in order.tolist():
            if pairs.person[pair] != person:
                person, count = int(pairs.person[pair]), 0
                seen = {int(sessions.item[pairs.session[p]]) for p in self._own(person)}
            item = int(sessions.item[pairs.session[pair]])
            if count < shown and item not in seen:
                seen.add(item)
                count += 1
                yield self._seat(pair, self.why(pair))

    def names(self, shown: int = NAMES) -> Iterator[Named]:
        """Yield for every vacancy the people it suits best, with their rank and whether chosen.

        Those who are chosen are among them, wherever they stand, and ``FREE`` who are not to go to
        another post.
        """
        pairs, micro, judged = self.problem.pairs, self.layout.micro, self.layout.judged
        order = np.lexsort((pairs.person, -micro, pairs.session))
        moves = np.bincount(pairs.person[self.chosen], minlength=len(self.problem.people)) > 0
        session, rank, free = NONE, 0, 0
        for pair in order.tolist():
            if pairs.session[pair] != session:
                session, rank, free = int(pairs.session[pair]), 0, 0
            rank += 1
            chosen = bool(self.chosen[pair])
            elsewhere = bool(moves[pairs.person[pair]]) and not chosen
            most = shown + int(self.problem.sessions.seats[session]) - 1
            if rank <= most or chosen or (not elsewhere and free < FREE):
                free += not (elsewhere or chosen)
                confirm = None if judged is None else bool(judged[pair] == CONFIRM)
                yield Named(self._seat(pair), rank, chosen, elsewhere, confirm)

    def why(self, pair: int) -> Why:
        """Return why a pair was not chosen."""
        problem, pairs = self.problem, self.problem.pairs
        person, session = int(pairs.person[pair]), int(pairs.session[pair])
        own = [int(pairs.session[p]) for p in self._own(person)]
        if any(problem.sessions.item[other] == problem.sessions.item[session] for other in own):
            return "beside"
        if any(clash(problem.sessions, session, other) for other in own):
            return "clash"
        if len(own) >= problem.people.most[person]:
            return "most"
        had = {int(problem.sessions.item[other]) for other in own}
        if any(need not in had for need in pairs.needs[pair].tolist()):
            return "needs"
        if problem.may_close[session] and not self._held[session]:
            return "not_held"
        if self._taken[session] >= problem.sessions.seats[session]:
            return "seats"
        budget = int(pairs.budget[pair])
        if budget != NONE and pairs.cost[pair] > problem.budgets[budget] - self._spent[budget]:
            return "budget"
        full = [
            q for q in self._quotas_of[pair].tolist() if self._in_quota[q] >= problem.quotas.high[q]
        ]
        if any(q >= len(self.layout.quotas) for q in full):
            return "unit"
        return "quota" if full else "worth"

    def runs(self) -> Iterator[Run]:
        """Yield every session or vacancy."""
        pairs, layout = self.problem.pairs, self.layout
        waiting = self._waiting
        for row, code in enumerate(layout.seats.index.codes):
            own = np.flatnonzero(self.chosen & (pairs.session == row))
            free = own[~pairs.locked[own]]
            counted = int(layout.seats.seats[row])
            yield Run(
                code=code,
                item_code=layout.items.codes[int(layout.seats.item[row])],
                seats=None if counted == NONE else int(self.problem.sessions.seats[row]),
                taken=len(own),
                locked=len(own) - len(free),
                waiting=int(waiting[row]),
                held=bool(self._held[row]),
                lowest=int(layout.micro[free].min()) if len(free) else None,
                price=float(self.solution.prices.seat[row]) / MICRO,
                supposed=bool(layout.seats.supposed[row]),
            )

    def as_json(self) -> dict[str, Any]:
        """Return what stands beside the file of seats."""
        layout, solution, problem = self.layout, self.solution, self.problem
        score = int(layout.micro[self.chosen].sum())
        spent_ = self._spent
        prices = solution.prices
        stability = round((layout.wishes.stability or 0.0) * MICRO)
        kept = int((self.chosen & layout.kept).sum())
        return {
            "status": solution.status,
            "objective": solution.value / MICRO,
            # Points for keeping seats, for turns and for readiness are no gain: without them two
            # compare.
            "worth": (solution.value - stability * kept - self.turn - self.ready) / MICRO,
            "bound": solution.bound / MICRO,
            "gap": solution.gap,
            "score": score / MICRO,
            "seats": int(self.chosen.sum()),
            "people": len(np.unique(problem.pairs.person[self.chosen])),
            "cost": int(problem.pairs.cost[self.chosen].sum()),
            "unpaid": int(problem.pairs.cost[self.chosen & layout.unpaid].sum()),
            "first": int((self.chosen & layout.first).sum()),
            "kept": kept,
            "year": layout.year,
            "hours": {
                "target": layout.wishes.soft_jp.target if layout.wishes.soft_jp else None,
                "points_per_jp": layout.hour_points,
                "past_known": layout.hours_known,
            },
            "prices": {
                "per_seat": {run.code: round(run.price, 6) for run in self.runs() if run.price > 0},
                "per_million": {
                    code: round(float(prices.million[row]) / MICRO, 6)
                    for row, code in enumerate(layout.purses.codes)
                },
                "per_quota": [
                    {**quota.model_dump(), "price": round(float(prices.quota[row]) / MICRO, 6)}
                    for row, quota in enumerate(layout.quotas)
                ],
            },
            "budgets": {
                code: {"amount": int(problem.budgets[row]), "spent": int(spent_[row])}
                for row, code in enumerate(layout.purses.codes)
            },
            "sessions": [
                {
                    "code": run.code,
                    "item_code": run.item_code,
                    "seats": run.seats,
                    "taken": run.taken,
                    "locked": run.locked,
                    "waiting": run.waiting,
                    "held": run.held,
                    "lowest": None if run.lowest is None else run.lowest / MICRO,
                    "price": round(run.price, 6),
                    **({"supposed": True} if run.supposed else {}),
                }
                for run in self.runs()
            ],
            **self._moves(),
        }

    def _moves(self) -> dict[str, Any]:
        """Return how many people leave each unit for vacant posts, and what the limit costs."""
        leaving = self.layout.leavers
        if leaving is None:
            return {}
        left, codes = leaving.left(self.chosen), self.layout.units.codes
        price = np.zeros(len(left))
        first = len(self.layout.quotas)
        price[leaving.bound] = self.solution.prices.quota[first : first + len(leaving.bound)]
        judged = self.layout.judged
        sure = None if judged is None else int((judged[self.chosen] != CONFIRM).sum())
        return {
            "ready": sure,
            "leaving": {
                "by": leaving.asked.by,
                "max": leaving.asked.max,
                "share": leaving.asked.percent,
                "units": [
                    {
                        "code": codes[unit],
                        "people": int(leaving.people[unit]),
                        "most": int(leaving.most[unit]),
                        "left": int(left[unit]),
                        "price": round(float(price[unit]) / MICRO, 6),
                    }
                    for unit in np.flatnonzero((left > 0) | (price > 0)).tolist()
                ],
            },
        }

    def _seat(self, pair: int, why: Why | None = None) -> Seat:
        layout, pairs = self.layout, self.problem.pairs
        session = int(pairs.session[pair])
        return Seat(
            layout.people.codes[int(pairs.person[pair])],
            layout.seats.index.codes[session],
            layout.items.codes[int(layout.seats.item[session])],
            int(layout.micro[pair]),
            int(pairs.cost[pair]),
            why,
            int(layout.turn[pair]),
        )

    def _own(self, person: int) -> list[int]:
        start = self.problem.start
        inside = self.chosen[start[person] : start[person + 1]]
        return (np.flatnonzero(inside) + int(start[person])).tolist()

    @cached_property
    def _held(self) -> Flags:
        return opened(self.problem, self.chosen)

    @cached_property
    def _taken(self) -> Whole:
        session = self.problem.pairs.session[self.chosen]
        return np.bincount(session, minlength=len(self.problem.sessions))

    @cached_property
    def _spent(self) -> Whole:
        return spent(self.problem, self.chosen)

    @cached_property
    def _in_quota(self) -> Whole:
        quotas = self.problem.quotas
        counted = self.chosen[quotas.pairs.item]
        return np.bincount(quotas.pairs.owner[counted], minlength=len(quotas))

    @cached_property
    def _quotas_of(self) -> Any:
        return self.problem.quotas.pairs.turned(len(self.problem.pairs))

    @cached_property
    def _waiting(self) -> Whole:
        """How many people gain by each session and have no seat of its item."""
        pairs, sessions = self.problem.pairs, self.problem.sessions
        n_items = int(sessions.item.max(initial=0)) + 1
        item = sessions.item[pairs.session]
        key = pairs.person * n_items + item
        had = np.isin(key, key[self.chosen])
        wants = ~had & (self.layout.micro > 0)
        return np.bincount(pairs.session[wants], minlength=len(sessions))

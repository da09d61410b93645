"""Why a vacant post stays empty, by kinds of reason and in numbers alone: nobody is named.

In: an account of vacancies, and the rules where they were asked. Out: ``Unfilled`` per vacancy with
seats left. Everybody stands under one reason, looked for in this order: the rules keep them from
it; a wish does; their match brings no gain; the allocation gives them another post; the limit of
their unit or of a group is reached; more is gained for all without them.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from recommender.allocation.account import Account, Why
from recommender.allocation.layout import KEPT
from recommender.allocation.problem import Flags
from recommender.eligibility.facade import Gates
from recommender.eligibility.gate import OUTCOME_OF_VERDICT

ELSEWHERE: tuple[Why, ...] = ("beside", "clash", "most")
"""What one move per person leaves no room for."""
RULES_TOLD = 3
"""Rules that keep most people from a post."""


@dataclass(frozen=True)
class Unfilled:
    """One vacancy with seats left, and how many people stand under which reason.

    Attributes:
        seats: left.
        closed: it was asked not to be filled.
        kept: whom the rules keep from it; ``None`` where nobody asked them. ``rules`` says how many
            each of the foremost ones keeps, one person perhaps several times; what is confidential
            is not told apart.
        forbidden: ruled out by a wish.
        no_gain: whom it does not suit; ``None`` as for ``kept``.
        elsewhere, unit, quota, worth: see the module.
    """

    code: str
    item_code: str
    seats: int
    closed: bool = False
    kept: int | None = None
    rules: dict[str, int] = field(default_factory=dict)
    forbidden: int = 0
    no_gain: int | None = None
    elsewhere: int = 0
    unit: int = 0
    quota: int = 0
    worth: int = 0

    def as_json(self) -> dict[str, Any]:
        """Return what stands beside the file of seats."""
        return dict(vars(self))


def unfilled(account: Account, gates: Gates | None) -> tuple[Unfilled, ...]:
    """Return the vacancies with seats left, in the order of their codes.

    Parameters:
        gates: of posts; ``None`` where nobody asked the rules.
    """
    layout, problem = account.layout, account.problem
    found = []
    for row, run in enumerate(account.runs()):
        if run.code in layout.wishes.closed or layout.wishes.seats.get(run.code) == 0:
            left = max(0, int(layout.seats.seats[row]) - run.taken)
            found.append(Unfilled(run.code, run.item_code, left, closed=True))
            continue
        left = int(problem.sessions.seats[row]) - run.taken
        if left > 0:
            found.append(_open(account, gates, row, Unfilled(run.code, run.item_code, left)))
    return tuple(found)


def _open(account: Account, gates: Gates | None, row: int, one: Unfilled) -> Unfilled:
    """Return a vacancy with everybody under one reason."""
    layout, pairs = account.layout, account.problem.pairs
    there = np.flatnonzero(pairs.session == row)
    why = Counter(account.why(pair) for pair in there[~account.chosen[there]].tolist())
    people = layout.people.rows
    ruled_out = {people[who] for who, code in layout.wishes.forbid if code == one.code}
    kept: int | None = None
    no_gain: int | None = None
    rules: dict[str, int] = {}
    if gates is not None:
        refused, rules = _kept(gates, len(people), int(layout.seats.item[row]))
        ruled_out = {who for who in ruled_out if not refused[who]}
        kept = int(refused.sum())
        no_gain = len(people) - kept - len(ruled_out) - len(there)
    return replace(
        one,
        kept=kept,
        rules=rules,
        forbidden=len(ruled_out),
        no_gain=no_gain,
        elsewhere=sum(why[name] for name in ELSEWHERE),
        unit=why["unit"],
        quota=why["quota"],
        worth=why["worth"],
    )


def _kept(gates: Gates, n_people: int, item: int) -> tuple[Flags, dict[str, int]]:
    """Return whom the rules keep from a post, and how many the foremost of them keep each."""
    rows, items = np.arange(n_people), np.full(n_people, item, np.int64)
    kept = np.zeros(n_people, bool)
    counts: dict[str, int] = {}
    for gate in gates.gates:
        refused = OUTCOME_OF_VERDICT[gate.of_pairs(rows, items)] == KEPT
        kept |= refused
        if refused.any() and not gate.confidential:
            counts[gate.id] = int(refused.sum())
    foremost = sorted(counts.items(), key=lambda one: (-one[1], one[0]))[:RULES_TOLD]
    return kept, dict(foremost)

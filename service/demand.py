"""Which trainings the people of a group are suggested, counted; in: lists and answers, out: rows.

Everybody's list is laid out once for a generation as places in a table of codes, so that any group
of people is counted in a moment. What somebody declined is not counted, and what comes next takes
its place, as it does on their own page.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from service.uptake import Course

FIRST = 5
"""So many suggestions of a person count: what stands further down competes with these."""
NONE = -1
TO_VERIFY = "perlu_verifikasi"


@dataclass(frozen=True)
class Demand:
    """One training in a group.

    Attributes:
        people: for how many it is among their first suggestions, or who are willing to take it.
        to_verify: of these, for how many something is still to be verified.
        willing: of these, how many answered that they are willing.
        jp, cost: of one seat; None where not known.
    """

    item_code: str
    people: int
    to_verify: int
    willing: int
    jp: float | None = None
    cost: int | None = None

    @property
    def all_jp(self) -> float | None:
        """JP if all of them take it."""
        return None if self.jp is None else self.jp * self.people

    @property
    def all_cost(self) -> int | None:
        """Rupiah if all of them take it."""
        return None if self.cost is None else self.cost * self.people


class Suggested:
    """Everybody's suggested trainings of one generation."""

    def __init__(self, codes: Sequence[str], rows: Mapping[str, int], items: npt.NDArray[np.int32]):
        """Take what ``laid_out`` made.

        Parameters:
            items: one row a person, in rank order: twice the place of a code, plus one where
                something is to be verified; ``NONE`` where the list is over.
        """
        self._codes, self._rows, self._items = tuple(codes), rows, items

    def count(
        self,
        people: Iterable[str],
        answered: Mapping[str, Mapping[str, str]],
        courses: Mapping[str, Course],
    ) -> list[Demand]:
        """Return the trainings of a group, those of the most people first, then by code.

        Parameters:
            answered: person → training → what was answered, as far as it still stands.
        """
        group = set(people)
        rows = sorted(self._rows[one] for one in group & self._rows.keys() - answered.keys())
        first = self._items[rows, :FIRST]
        both = np.bincount(first[first != NONE], minlength=2 * len(self._codes)).reshape(-1, 2)
        tally = {
            code: [open_ + verify, verify, 0]
            for code, (open_, verify) in zip(self._codes, both.tolist(), strict=True)
            if open_ + verify
        }
        for one in group & answered.keys():
            own = self._list(one)
            left = [code for code in own if code not in answered[one]][:FIRST]
            willing = [code for code, act in answered[one].items() if act == "accepted"]
            for code in (*left, *willing):
                row = tally.setdefault(code, [0, 0, 0])
                row[0] += 1
                row[1] += own.get(code, False)
            for code in willing:
                tally[code][2] += 1
        none, found = Course(), []
        for code, (every, verify, ready) in tally.items():
            course = courses.get(code, none)
            found.append(Demand(code, every, verify, ready, course.jp, course.cost))
        return sorted(found, key=lambda one: (-one.people, one.item_code))

    def _list(self, person: str) -> dict[str, bool]:
        """Return a person's trainings in rank order, and whether something is to be verified."""
        row = self._rows.get(person)
        held = [] if row is None else self._items[row].tolist()
        return {self._codes[value // 2]: bool(value % 2) for value in held if value != NONE}


def laid_out(lists: Iterable[tuple[str, Sequence[tuple[str, str]]]]) -> Suggested:
    """Lay lists out.

    Parameters:
        lists: each person's list as (training code, eligibility), in rank order.
    """
    place: dict[str, int] = {}
    rows: dict[str, int] = {}
    held: list[list[int]] = []
    for employee, items in lists:
        rows[employee] = len(held)
        held.append(
            [
                2 * place.setdefault(code, len(place)) + (outcome == TO_VERIFY)
                for code, outcome in items
            ]
        )
    table = np.full((len(held), max(map(len, held), default=0)), NONE, np.int32)
    for row, items_of in enumerate(held):
        table[row, : len(items_of)] = items_of
    return Suggested(tuple(place), rows, table)

"""How many people and items a ranking reaches, and whether it lost them against the one before.

In: the lists of a finished ranking, the floors of the packs. Out: a ``Reach`` and its ``Loss``es.
A file that arrives half, an emptied catalogue or a rule that closes everything shows here before
anybody reads the result.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from recommender.fairness.lists import Lists
from training_data.messages import Text, text
from training_data.reference.packs import Rules

RULE = "publication.floors"

Measure = Literal["people", "served", "items"]


@dataclass(frozen=True)
class Reach:
    """What a ranking reaches.

    Attributes:
        people: how many were ranked.
        served: kind → people with a suggestion at all.
        items: kind → different items suggested to anybody.
    """

    people: int
    served: Mapping[str, int]
    items: Mapping[str, int]

    @classmethod
    def of(cls, people: int, lists: Iterable[Lists]) -> Reach:
        """Count the lists of each kind."""
        served: dict[str, int] = {}
        items: dict[str, int] = {}
        for one in lists:
            given = one.given()
            served[one.kind] = len(np.unique(given.person))
            items[one.kind] = len(np.unique(given.item))
        return cls(people, served, items)

    def as_json(self) -> dict[str, Any]:
        """Return the counts as JSON values."""
        return {"people": self.people, "served": dict(self.served), "items": dict(self.items)}

    @classmethod
    def from_json(cls, said: Mapping[str, Any]) -> Reach:
        """Return what ``as_json`` gave."""
        return cls(said["people"], dict(said["served"]), dict(said["items"]))


@dataclass(frozen=True)
class Loss:
    """Something that fell below its floor.

    Attributes:
        kind: of the lists; None for people.
        before, now: counts.
    """

    measure: Measure
    kind: str | None
    before: int
    now: int

    @property
    def text(self) -> Text:
        """The loss in a phrase."""
        if self.kind is None:
            return text("reach.people", before=self.before, now=self.now)
        kind = text(f"reach.kind.{self.kind}")
        return text(f"reach.{self.measure}", kind=kind, before=self.before, now=self.now)

    def as_json(self) -> dict[str, Any]:
        """Return the loss as JSON values."""
        return {
            "measure": self.measure,
            "kind": self.kind,
            "before": self.before,
            "now": self.now,
            "text": self.text.as_dict(),
        }


def losses(before: Reach, now: Reach, rules: Rules) -> tuple[Loss, ...]:
    """Return what is below the floors of the packs, each a least share of the ranking before."""
    least: Mapping[str, float] = rules.rule(RULE).params
    found = [Loss("people", None, before.people, now.people)]
    for kind, served in before.served.items():
        found.append(Loss("served", kind, served, now.served.get(kind, 0)))
    for kind, items in before.items.items():
        found.append(Loss("items", kind, items, now.items.get(kind, 0)))
    return tuple(one for one in found if one.now < least[one.measure] * one.before)

"""One person: ranked trainings and posts, and why one item is, or is not, among them.

In: an open engine and a person. Out: the contract's JSON documents (section 3), the same for
``--json`` and for whoever prints them for people.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from recommender.engine import Engine
from recommender.figures.facade import PersonFigures
from recommender.person import Person
from recommender.results import Gaps, Item, Kind


@dataclass(frozen=True)
class Advice:
    """What a person is shown: who they are, their gaps, and a list per kind.

    Attributes:
        generation: number of the published ranking; null where nothing was published.
    """

    person: Person
    gaps: Gaps
    figures: PersonFigures
    trainings: tuple[Item, ...]
    roles: tuple[Item, ...]
    engine: Engine
    generation: int | None

    def as_json(self) -> dict[str, Any]:
        """Return ``{employee, trainings, roles, plan}``; the plan is that of the day's year."""
        return {
            "employee": {**asdict(self.person), "figures": self.figures.as_json()},
            "trainings": self._list(self.trainings),
            "roles": self._list(self.roles),
            "plan": self.engine.plan(self.person.employee_id).as_json(),
        }

    def _list(self, items: tuple[Item, ...]) -> dict[str, Any]:
        return {
            "as_of": self.engine.as_of.isoformat(),
            "generation": self.generation,
            "model": self.engine.model_id,
            "rules": self.engine.rules_hash,
            "not_checked": self.engine.not_checked,
            "items": [item.as_json() for item in items],
            "next_cursor": None,
        }


def advise(
    engine: Engine, employee_id: str, *, k: int = 10, generation: int | None = None
) -> Advice:
    """Return a person's trainings and roles.

    Parameters:
        k: length of each list.

    Raises:
        UnknownEmployee: nobody has this id.
    """
    person = engine.person(employee_id)
    lists: dict[Kind, tuple[Item, ...]] = {
        kind: tuple(engine.recommend(employee_id, kind, k)) for kind in engine.kinds()
    }
    return Advice(
        person,
        engine.gaps(employee_id),
        # The talent box is for its owner and the talent office: a terminal knows neither.
        engine.figures(employee_id).without_talent(),
        lists.get("training", ()),
        lists.get("role", ()),
        engine,
        generation,
    )


def explained(item: Item) -> dict[str, Any]:
    """Return the contract's explanation: the item, and whether it is ranked."""
    return {**item.as_json(), "ranked": item.rank is not None}

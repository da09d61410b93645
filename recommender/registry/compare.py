"""Two versions side by side: data, settings, what they know, figures, and whose lists change.

In: two models with their manifests and evaluations, perhaps engines on the same data. Out: a
``Comparison`` in plain values.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from recommender.batch.stream import rank_everybody
from recommender.card import Leaf, leaves
from recommender.engine import Engine
from recommender.evaluation.figures import Figures, comparable

_DATA = ("as_of", "data_hash", "seed")
K = 10
"""Length of the lists whose change is counted."""


@dataclass(frozen=True)
class Side:
    """A version, as it is compared."""

    number: int
    described: Mapping[str, Any]
    manifest: Mapping[str, Any]
    evaluation: Mapping[str, Any] | None


@dataclass(frozen=True)
class Lists:
    """How the published lists of one kind would change.

    Attributes:
        people: who has a list in either version.
        changed: how many lists of them differ, in items or order.
        overlap: mean share of items that both lists hold; ``None`` where nobody has a list.
    """

    people: int
    changed: int
    overlap: float | None


@dataclass(frozen=True)
class Comparison:
    """What differs; each row is (name, value in the first, value in the second).

    Attributes:
        about: data, day, seed, rules, rows and period.
        known: sizes of the vocabularies.
        settings: settings and learnt constants that differ.
        figures: main figures by kind, each with whether they may be held against each other.
        lists: by kind; empty where no data were given.
    """

    about: tuple[tuple[str, Leaf, Leaf], ...]
    known: tuple[tuple[str, Leaf, Leaf], ...]
    settings: tuple[tuple[str, Leaf, Leaf], ...]
    figures: tuple[tuple[str, Figures | None, Figures | None, bool], ...]
    lists: Mapping[str, Lists] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """Return plain values."""

        def rows(found: tuple[tuple[str, Leaf, Leaf], ...]) -> list[dict[str, Any]]:
            return [{"name": name, "a": a, "b": b} for name, a, b in found]

        return {
            "about": rows(self.about),
            "known": rows(self.known),
            "settings": rows(self.settings),
            "figures": [
                {"kind": kind, "a": a and vars(a), "b": b and vars(b), "comparable": same}
                for kind, a, b, same in self.figures
            ],
            "lists": {kind: vars(found) for kind, found in self.lists.items()},
        }


def compare(a: Side, b: Side, lists: Mapping[str, Lists] | None = None) -> Comparison:
    """Hold two versions side by side; of settings and constants only what differs is kept."""
    kinds = sorted({*_reports(a), *_reports(b)})
    return Comparison(
        _rows(_about(a), _about(b)),
        _rows(_sizes(a.described), _sizes(b.described)),
        tuple(
            row for row in _rows(_settings(a.described), _settings(b.described)) if row[1] != row[2]
        ),
        tuple(_figures(a, b, kind) for kind in kinds),
        lists or {},
    )


def lists_between(a: Engine, b: Engine) -> dict[str, Lists]:
    """Rank everybody with both engines, which lie on the same data and day."""
    found = {}
    for kind in a.kinds():
        first, second = _ranked(a, kind), _ranked(b, kind)
        people = sorted({*first, *second})
        pairs = [(first.get(p, []), second.get(p, [])) for p in people]
        shares = [len({*one} & {*two}) / max(len(one), len(two)) for one, two in pairs]
        found[str(kind)] = Lists(
            len(people),
            sum(one != two for one, two in pairs),
            sum(shares) / len(shares) if shares else None,
        )
    return found


def _ranked(engine: Engine, kind: Any) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for ranked in rank_everybody(engine, kind, K):
        for line in ranked.rows():
            found.setdefault(line.employee_id, []).append(line.item_code)
    return found


def _about(side: Side) -> dict[str, Leaf]:
    learnt = side.manifest.get("learnt_from") or {"rows": {}, "first": None, "last": None}
    return {
        "as_of": side.described["as_of"],
        "data": side.described["data_hash"],
        "seed": side.described["seed"],
        "rules": side.manifest.get("rules"),
        "first": learnt["first"],
        "last": learnt["last"],
        **{f"rows.{name}": count for name, count in learnt["rows"].items()},
    }


def _sizes(described: Mapping[str, Any]) -> dict[str, Leaf]:
    return {name: len(held) for name, held in described.items() if isinstance(held, list)}


def _settings(described: Mapping[str, Any]) -> dict[str, Leaf]:
    return dict(leaves({name: held for name, held in described.items() if name not in _DATA}))


def _rows(a: Mapping[str, Leaf], b: Mapping[str, Leaf]) -> tuple[tuple[str, Leaf, Leaf], ...]:
    names = [*a, *(name for name in b if name not in a)]
    return tuple((name, a.get(name), b.get(name)) for name in names)


def _reports(side: Side) -> Mapping[str, Any]:
    return {} if side.evaluation is None else side.evaluation["reports"]


def _figures(a: Side, b: Side, kind: str) -> tuple[str, Figures | None, Figures | None, bool]:
    one, two = _reports(a).get(kind), _reports(b).get(kind)
    same = (
        one is not None
        and two is not None
        and a.evaluation is not None
        and b.evaluation is not None
        and a.evaluation["data"] == b.evaluation["data"]
        and comparable(one, two)
    )
    return kind, one and Figures.of(one), two and Figures.of(two), same

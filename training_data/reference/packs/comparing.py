"""Which rules and which single values differ between two sets of rules."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from training_data.reference.packs.rule import Rule, Rules

MISSING = object()
"""Stands for a value that one side does not have."""


@dataclass(frozen=True)
class Change:
    """One value that differs.

    Attributes:
        place: such as ``mark`` or ``params.years.jpt_utama``.
        before, after: the values; ``MISSING`` where a side has none.
    """

    place: str
    before: Any
    after: Any

    def as_json(self) -> dict[str, Any]:
        """Return the change for a program; a side without a value is left out."""
        sides = {"before": self.before, "after": self.after}
        stated = {name: value for name, value in sides.items() if value is not MISSING}
        return {"place": self.place, **stated}


@dataclass(frozen=True)
class Difference:
    """A rule that differs.

    Attributes:
        rule: its id.
        before, after: the rule on each side; ``None`` where it is not in force.
        changes: what differs; empty where the rule is on one side only.
    """

    rule: str
    before: Rule | None
    after: Rule | None
    changes: tuple[Change, ...]

    def as_json(self) -> dict[str, Any]:
        """Return the difference for a program."""
        return {
            "rule": self.rule,
            "change": "added" if not self.before else "removed" if not self.after else "changed",
            "changes": [change.as_json() for change in self.changes],
        }


def compare(before: Rules, after: Rules) -> list[Difference]:
    """Return the rules that differ, in the order of their ids."""
    found = []
    for rule_id in sorted({*before.by_id, *after.by_id}):
        old, new = before.by_id.get(rule_id), after.by_id.get(rule_id)
        if old is None or new is None:
            found.append(Difference(rule_id, old, new, ()))
        elif old.as_json() != new.as_json():
            changes = tuple(_changes("", old.as_json(), new.as_json()))
            found.append(Difference(rule_id, old, new, changes))
    return found


def _changes(place: str, before: Any, after: Any) -> Iterator[Change]:
    """Yield every single value that differs; lists are compared whole."""
    if isinstance(before, dict) and isinstance(after, dict):
        for key in sorted({*before, *after}):
            inner = f"{place}.{key}" if place else key
            yield from _changes(inner, before.get(key, MISSING), after.get(key, MISSING))
    elif before != after:
        yield Change(place, before, after)
